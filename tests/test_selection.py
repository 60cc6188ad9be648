"""What drawn steps and the cleaning of the edge make of a selection, through the whole preview."""

import io

import numpy as np
import pytest
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint import mask
from click_inpaint.errors import EmptySelection
from click_inpaint.geometry import Box, Size
from click_inpaint.pipeline import Pipeline
from click_inpaint.segment.registry import Registry
from click_inpaint.store import Store
from tests.squares import encoded

FRAME = Size(200, 120)
EXACT = {"grow": 0, "feather": 0}


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), Registry())


def selected(pipeline: Pipeline, *steps: dict[str, object], **refine: object) -> mask.Mask:
    file = io.BytesIO()
    Image.new("RGB", (FRAME.width, FRAME.height)).save(file, "PNG")
    image = pipeline.store.add(file.getvalue())
    edit = edits.parse({"image": image, "selection": list(steps), "refine": EXACT | refine})
    return pipeline.preview(edit, Size(64, 64)).grown


def lasso(x0: int, y0: int, x1: int, y1: int, mode: str = "add") -> dict[str, object]:
    return {"kind": "lasso", "points": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], "mode": mode}


def test_a_lasso_selects_what_it_encloses(pipeline: Pipeline) -> None:
    assert selected(pipeline, lasso(20, 30, 60, 70)) == mask.rectangle(FRAME, Box(20, 30, 60, 70))


def test_a_lasso_takes_away_what_it_encloses(pipeline: Pipeline) -> None:
    expected = mask.subtract(mask.rectangle(FRAME, Box(20, 30, 60, 70)), mask.rectangle(FRAME, Box(20, 30, 40, 70)))
    assert selected(pipeline, lasso(20, 30, 60, 70), lasso(0, 0, 40, 100, "subtract")) == expected


def test_small_pieces_are_dropped_and_small_holes_filled(pipeline: Pipeline) -> None:
    steps = lasso(20, 20, 80, 80), lasso(40, 40, 44, 44, "subtract"), lasso(100, 10, 103, 13)
    assert selected(pipeline, *steps, specks=10, holes=16) == mask.rectangle(FRAME, Box(20, 20, 80, 80))
    untouched = selected(pipeline, *steps, specks=9, holes=15)
    assert untouched.full().sum() // 255 == 60 * 60 - 4 * 4 + 3 * 3


def test_hair_is_smoothed_off(pipeline: Pipeline) -> None:
    smoothed = selected(pipeline, lasso(20, 20, 80, 80), lasso(80, 40, 120, 42), smooth=3)
    assert smoothed.box.x1 <= 82, "a disc reaches a little into the hair's root"
    assert 60 * 60 - 20 < np.count_nonzero(smoothed.pixels) < 60 * 60 + 10, "only the corners are rounded"


def test_cleaning_everything_away_says_what_to_do(pipeline: Pipeline) -> None:
    with pytest.raises(EmptySelection, match="specks"):
        selected(pipeline, lasso(20, 20, 24, 24), specks=1000)


@pytest.mark.parametrize("colour", [0, 255, 90])
def test_a_mask_that_is_not_opaque_is_carried_by_its_alpha_alone(pipeline: Pipeline, colour: int) -> None:
    alpha = np.zeros((FRAME.height, FRAME.width), np.uint8)
    alpha[30:70, 20:60], alpha[30:70, 60:80] = 129, 128
    drawn = np.dstack([np.full((FRAME.height, FRAME.width, 3), colour, np.uint8), alpha])
    image = pipeline.store.add(encoded(drawn))
    found = selected(pipeline, {"kind": "mask", "image": image})
    assert found == mask.rectangle(FRAME, Box(20, 30, 60, 70)), "as the host cuts it"
