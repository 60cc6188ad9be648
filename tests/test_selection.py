"""What drawn steps and the cleaning of the edge make of a selection, through the whole preview."""

import io

import numpy as np
import pytest
from hypothesis import given
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint import mask
from click_inpaint.blend_mask import nothing
from click_inpaint.errors import EmptySelection
from click_inpaint.geometry import Box, Size
from click_inpaint.pipeline import Pipeline
from click_inpaint.preview import Preview
from click_inpaint.segment.registry import Registry
from click_inpaint.store import Store
from tests.arrays import U8
from tests.squares import encoded
from tests.strategies import pairs

FRAME = Size(200, 120)
EXACT = {"grow": 0, "feather": 0}


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), Registry())


def preview(pipeline: Pipeline, *steps: dict[str, object], **refine: object) -> Preview:
    file = io.BytesIO()
    Image.new("RGB", (FRAME.width, FRAME.height)).save(file, "PNG")
    image = pipeline.store.add(file.getvalue())
    edit = edits.parse({"image": image, "selection": list(steps), "refine": refine})
    return pipeline.preview(edit, Size(256, 256))


def selected(pipeline: Pipeline, *steps: dict[str, object], **refine: object) -> mask.Mask:
    return preview(pipeline, *steps, **EXACT | refine).grown


def lasso(x0: int, y0: int, x1: int, y1: int, mode: str = "add") -> dict[str, object]:
    return {"kind": "lasso", "points": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]], "mode": mode}


def test_a_lasso_selects_what_it_encloses(pipeline: Pipeline) -> None:
    assert selected(pipeline, lasso(20, 30, 60, 70)) == mask.rectangle(FRAME, Box(20, 30, 60, 70))


def test_a_lasso_takes_away_what_it_encloses(pipeline: Pipeline) -> None:
    expected = mask.subtract(mask.rectangle(FRAME, Box(20, 30, 60, 70)), mask.rectangle(FRAME, Box(20, 30, 40, 70)))
    assert selected(pipeline, lasso(20, 30, 60, 70), lasso(0, 0, 40, 100, "subtract")) == expected


def test_a_lasso_leaves_nothing_but_what_is_selected_within_it(pipeline: Pipeline) -> None:
    assert selected(pipeline, lasso(20, 30, 60, 70), lasso(40, 0, 90, 50, "intersect")) == mask.rectangle(
        FRAME, Box(40, 30, 60, 50)
    )
    with pytest.raises(EmptySelection):
        selected(pipeline, lasso(20, 30, 60, 70), lasso(70, 0, 90, 50, "intersect"))
    with pytest.raises(EmptySelection):
        selected(pipeline, lasso(70, 0, 90, 50, "intersect"))


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


@given(pairs())
def test_the_intersection_is_the_minimum_of_both(case: tuple[mask.Mask, mask.Mask]) -> None:
    (hard, soft), steps = case, nothing(case[0].frame)
    ramp = mask.Mask(soft.frame, soft.box, np.asarray(soft.pixels // 3, np.uint8))
    selected = steps.with_hard(hard).with_soft(ramp)
    for only in (hard, soft):
        within = selected.within(only)
        assert within.hard == mask.intersect(hard, only) and within.soft == mask.intersect(ramp, only)
    assert selected.within_soft(ramp).hard.empty and selected.within_soft(ramp).soft == mask.intersect(
        mask.union(hard, ramp), ramp
    )


def soft(pipeline: Pipeline, mode: str = "replace", **refine: object) -> tuple[dict[str, object], mask.Mask]:
    """A step with a mask that another preview gave, to be used as it is; and that mask."""
    blend = preview(pipeline, lasso(60, 40, 120, 80), grow=7, feather=9, **refine).blend
    return masked(pipeline, blend.full(), mode=mode, soft=True), blend


def masked(pipeline: Pipeline, pixels: U8, **how: object) -> dict[str, object]:
    return {"kind": "mask", "image": pipeline.store.add(encoded(pixels)), **how}


REFINED = {"grow": 8, "feather": 8, "smooth": 3, "specks": 9}


def test_a_soft_mask_is_the_blend_mask_however_often_it_goes_round(pipeline: Pipeline) -> None:
    step, blend = soft(pipeline, ramp="smooth")
    for _ in range(3):
        shown = preview(pipeline, lasso(0, 0, 9, 9), step, **REFINED)
        assert shown.digest == blend.digest and shown.blend == blend
        assert (shown.grown.full() == 255 * (blend.full() == 255)).all()
        step = masked(pipeline, shown.blend.full(), mode="replace", soft=True)


def test_steps_after_a_soft_mask_are_refined_and_it_is_not(pipeline: Pipeline) -> None:
    step, blend = soft(pipeline)
    drawn = lasso(20, 30, 70, 70)
    both = preview(pipeline, step, drawn, **REFINED)
    assert both.blend == mask.union(preview(pipeline, drawn, **REFINED).blend, blend)
    assert preview(pipeline, drawn, {**step, "mode": "add"}, **REFINED).blend == both.blend


def test_what_takes_away_takes_from_a_soft_mask(pipeline: Pipeline) -> None:
    step, blend = soft(pipeline)
    erased = preview(pipeline, step, lasso(0, 0, 90, 120, "subtract"), **REFINED)
    assert erased.blend == mask.subtract(blend, mask.rectangle(FRAME, Box(0, 0, 90, 120)))
    taken, half = soft(pipeline, mode="subtract")
    assert preview(pipeline, step, taken, **REFINED).blend == mask.subtract(blend, half)
    rest = preview(pipeline, lasso(0, 0, 200, 120), taken, **EXACT).blend
    assert rest == mask.invert(mask.from_array(mask.binary(half.full() >= 128))), "a selection has no half pixels"


def test_what_lies_within_a_soft_mask_is_the_minimum_of_both(pipeline: Pipeline) -> None:
    step, blend = soft(pipeline)
    within, half = soft(pipeline, mode="intersect")
    drawn, area = lasso(0, 0, 90, 120), mask.rectangle(FRAME, Box(0, 0, 90, 120))
    assert preview(pipeline, drawn, within, **REFINED).blend == mask.intersect(area, half), "nothing grows beyond it"
    assert preview(pipeline, step, {**drawn, "mode": "intersect"}, **REFINED).blend == mask.intersect(blend, area)
    levels = mask.from_array(np.full((FRAME.height, FRAME.width), 90, np.uint8))
    faint = masked(pipeline, levels.full(), mode="intersect", soft=True)
    assert preview(pipeline, step, faint, **REFINED).blend == mask.intersect(blend, levels)


def test_a_soft_mask_inverted_twice_is_itself(pipeline: Pipeline) -> None:
    step, blend = soft(pipeline)
    invert: dict[str, object] = {"kind": "invert"}
    assert preview(pipeline, step, invert, **REFINED).blend == mask.invert(blend)
    assert preview(pipeline, step, invert, invert, **REFINED).blend == blend
    drawn = preview(pipeline, step, lasso(20, 30, 70, 70), invert, **REFINED).blend
    assert drawn == mask.subtract(mask.invert(blend), mask.rectangle(FRAME, Box(20, 30, 70, 70)))


def test_greys_that_are_cut_at_half_are_told_and_edges_of_a_pixel_are_not(pipeline: Pipeline) -> None:
    step, blend = soft(pipeline)
    hard = {**step, "soft": False}
    cut = preview(pipeline, hard, **EXACT)
    assert cut.blend == mask.from_array(mask.binary(blend.full() >= 128))
    assert ["soft edge" in str(warning) for warning in cut.warnings] == [True]
    assert not preview(pipeline, step, **EXACT).warnings
    smooth_edged = np.zeros((FRAME.height, FRAME.width), np.uint8)
    smooth_edged[20:60, 30:90], smooth_edged[20:60, 90] = 255, 140
    assert not preview(pipeline, masked(pipeline, smooth_edged), **EXACT).warnings


def test_a_mask_that_is_used_as_it_is_says_so(pipeline: Pipeline) -> None:
    step, _ = soft(pipeline)
    assert ["as it is" in str(advice) for advice in preview(pipeline, step, **REFINED).advice] == [True]
    assert not preview(pipeline, lasso(60, 40, 120, 80), **REFINED).advice
