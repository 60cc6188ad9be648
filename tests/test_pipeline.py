from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint import mask
from click_inpaint import pipeline as pipelines
from click_inpaint.embeddings import Embeddings
from click_inpaint.errors import BadEdit, BadPicture, BadWeights, EmptySelection, UnknownPicture
from click_inpaint.fill import FILLS
from click_inpaint.geometry import Size
from click_inpaint.images import Picture
from click_inpaint.pipeline import NotEmbedded, Pipeline, finish
from click_inpaint.store import Store
from tests.squares import (
    AREA,
    EMBEDDING_BYTES,
    PHOTO,
    OnlySquares,
    Squares,
    click,
    edit_of,
    encoded,
    expected,
    selected,
)


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), OnlySquares())


def test_brush_and_eraser_follow_the_order_of_the_steps(pipeline: Pipeline) -> None:
    brush = {"kind": "stroke", "points": [[50, 50], [150, 50]], "radius": 20}
    eraser = {**brush, "radius": 10, "mode": "eraser"}
    assert selected(pipeline, brush, eraser)[50, 100] == 0
    assert selected(pipeline, eraser, brush)[50, 100] == 255


@pytest.mark.parametrize(
    ("mode", "boxes"),
    [
        ("add", [(40, 40, 60, 60), (0, 0, 50, 50)]),
        ("replace", [(0, 0, 50, 50)]),
        ("subtract", [(40, 40, 60, 60)]),
        ("intersect", [(40, 40, 50, 50)]),
    ],
)
def test_an_uploaded_mask(pipeline: Pipeline, mode: str, boxes: list[tuple[int, int, int, int]]) -> None:
    image = pipeline.store.add(encoded(expected((0, 0, 50, 50))))
    full = selected(pipeline, click(50, 50), {"kind": "mask", "image": image, "mode": mode})
    less = ((0, 0, 50, 50),) if mode == "subtract" else ()
    assert (full == expected(*boxes, less=less)).all()


def test_an_uploaded_mask_of_another_size_is_refused(pipeline: Pipeline) -> None:
    image = pipeline.store.add(encoded(np.zeros((10, 10), np.uint8)))
    with pytest.raises(BadEdit, match="The mask is 10×10, the picture 300×200"):
        selected(pipeline, {"kind": "mask", "image": image})


@pytest.mark.parametrize(
    ("steps", "error", "says"),
    [
        ([], EmptySelection, r"^Click the object first\.$"),
        ([{"kind": "stroke", "points": [[-50, -50]], "radius": 3}], EmptySelection, "The selection is empty"),
        ([click(50, 50, include=False)], EmptySelection, "The selection is empty"),
        ([click(300, 10)], BadEdit, r"The click at \(300, 10\) lies outside the picture \(300×200\)"),
        ([click(-0.5, 10)], BadEdit, "lies outside the picture"),
        ([{"kind": "box", "x0": 400, "y0": 0, "x1": 500, "y1": 50}], BadEdit, "The box lies outside"),
        ([click(50, 50, segmenter="sam_vit_b")], BadWeights, "sam_vit_b_01ec64"),
        ([{"kind": "mask", "image": "0" * 64}], UnknownPicture, "open it again"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(pipeline: Pipeline, steps: list[Any], error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        selected(pipeline, *steps)


def test_no_picture_and_one_that_is_gone(pipeline: Pipeline) -> None:
    with pytest.raises(BadPicture, match=r"Open a picture first\."):
        pipeline.preview(edits.parse({"selection": [click(1, 1)]}), AREA)
    with pytest.raises(UnknownPicture):
        pipeline.preview(edits.parse({"image": "f" * 64, "selection": [click(1, 1)]}), AREA)


def test_shrunk_to_nothing_says_so(pipeline: Pipeline) -> None:
    with pytest.raises(EmptySelection, match="Shrinking leaves nothing"):
        pipeline.preview(edit_of(pipeline, click(50, 50), refine={"grow": -30, "feather": 0}), AREA)


def test_grow_and_feather_keep_clear_of_an_object_that_was_inverted(pipeline: Pipeline) -> None:
    small = {"kind": "lasso", "points": [[100, 100], [120, 100], [120, 120], [100, 120]]}
    edit = edit_of(pipeline, small, {"kind": "invert"}, refine={"grow": 8, "feather": 8})
    shown = pipeline.preview(edit, AREA)
    blend = shown.blend.full()
    assert not blend[100:120, 100:120].any(), "the object is kept"
    assert not blend[110, 93:127].any() and 0 < blend[110, 88] < 255 and blend[110, 83] == 255
    assert (shown.grown.full() == 255 * (blend == 255)).all()
    (job,) = pipeline.prepare(edit, AREA)
    painted = finish(job, np.zeros_like(job.source)).rgb
    assert (painted[100:120, 100:120] == PHOTO[100:120, 100:120]).all()


def test_two_inversions_or_a_replaced_selection_are_not_inverted(pipeline: Pipeline) -> None:
    image = pipeline.store.add(encoded(expected((40, 40, 60, 60))))
    plain = pipeline.preview(edit_of(pipeline, {"kind": "mask", "image": image}), AREA)
    invert = {"kind": "invert"}
    for steps in (
        [{"kind": "mask", "image": image}, invert, invert],
        [invert, {"kind": "mask", "image": image, "mode": "replace"}],
    ):
        assert pipeline.preview(edit_of(pipeline, *steps), AREA).blend == plain.blend


def test_an_object_that_grows_over_the_whole_picture_leaves_nothing_to_paint(pipeline: Pipeline) -> None:
    with pytest.raises(EmptySelection, match="What is kept grows over the whole picture"):
        pipeline.preview(edit_of(pipeline, click(50, 50), {"kind": "invert"}, refine={"grow": 900}), AREA)


def test_a_large_selection_gets_advice(pipeline: Pipeline) -> None:
    edit = edit_of(pipeline, {"kind": "invert"})
    assert "of its size" in str(pipeline.preview(edit, Size(64, 64)).advice[0])
    assert pipeline.preview(edit_of(pipeline, click(50, 50)), AREA).advice == ()


def test_a_second_pass_works_on_the_picture_it_is_given(pipeline: Pipeline) -> None:
    edit = edit_of(pipeline, click(50, 50))
    other = Picture(np.bitwise_not(PHOTO))
    assert pipeline.prepare(edit, AREA, other)[0].picture is other
    with pytest.raises(BadPicture, match="The picture is 10×20"):
        pipeline.prepare(edit, AREA, Picture(np.zeros((20, 10, 3), np.uint8)))


@given(
    st.floats(0, 299),
    st.floats(0, 199),
    st.sampled_from([-3, 0, 4, 20]),
    st.sampled_from([0, 1, 7, 30]),
    st.sampled_from(["masked", "whole"]),
    st.sampled_from(sorted(FILLS)),
    st.sampled_from([Size(64, 64), Size(256, 256), Size(512, 320)]),
    st.booleans(),
    st.sampled_from(["auto", "on", "off"]),
    st.sampled_from(["linear", "smooth"]),
)
def test_a_job_changes_nothing_outside_the_blend(
    x: float, y: float, grow: int, feather: int, mode: str, fill: str, area: Size, alpha: bool, match: str, ramp: str
) -> None:
    pipeline = Pipeline(Store(), OnlySquares())
    picture = np.dstack([PHOTO, PHOTO[..., 0]]) if alpha else PHOTO
    more = {
        "refine": {"grow": grow, "feather": feather, "ramp": ramp},
        "area": {"mode": mode, "padding": 16},
        "fill": fill,
        "blend": {"match": match},
    }
    (job,) = pipeline.prepare(edit_of(pipeline, click(x, y), picture=picture, **more), area)
    assert job.init.shape == (job.working.height, job.working.width, 3)
    assert job.model_mask.shape == job.init.shape[:2] and set(np.unique(job.model_mask)) <= {0, 255}
    assert job.crop.contains(mask.trimmed(job.blend).box)
    result = finish(job, np.bitwise_not(job.init))
    outside = job.blend.full() == 0
    assert (result.rgb[outside] == picture[..., :3][outside]).all()
    if alpha:
        assert result.alpha is not None and (result.alpha[outside] == picture[..., 3][outside]).all()
    assert (result.rgb[~outside] != picture[..., :3][~outside]).any()


@pytest.mark.parametrize("match", ["auto", "on", "off"])
def test_a_drift_is_undone_where_the_edit_says_so(pipeline: Pipeline, match: str) -> None:
    smooth = np.asarray(Image.fromarray(PHOTO[::20, ::20]).resize((300, 200), Image.Resampling.BICUBIC))
    (matched,) = pipeline.prepare(
        edit_of(
            pipeline,
            click(150, 100),
            picture=smooth,
            refine={"grow": 4, "feather": 12},
            blend={"match": match},
        ),
        AREA,
    )
    assert matched.band.any() and not matched.band[matched.model_mask == 0].any()
    brighter = np.clip(matched.source.astype(int) + 18, 0, 255).astype(np.uint8)
    off = finish(matched, brighter).rgb.astype(int) - smooth
    inside = matched.blend.full() == 255
    assert (np.abs(off[inside]).mean() < 4) == (match != "off")


def test_what_is_painted_is_what_was_previewed(pipeline: Pipeline) -> None:
    edit = edit_of(pipeline, click(50, 50), refine={"grow": 4, "feather": 6})
    shown = pipeline.preview(edit, AREA)
    (job,) = pipeline.prepare(edit, AREA)
    assert job.blend.digest == shown.digest and job.crop == shown.plans[0].crop
    moved = pipeline.preview(edit_of(pipeline, click(51, 50), refine={"grow": 4, "feather": 6}), AREA)
    assert moved.digest != shown.digest


class Two(OnlySquares):
    """“squares” and “others”."""

    def __init__(self) -> None:
        super().__init__()
        self.best = Squares("others")


@pytest.mark.parametrize("encode", [True, False])
def test_embeddings_that_do_not_fit_together_do_not_drive_each_other_out_for_ever(
    monkeypatch: pytest.MonkeyPatch, encode: bool
) -> None:
    monkeypatch.setattr(pipelines, "PREDICTION_BYTES", 1)
    store, both = Store(), Two()
    pipeline = Pipeline(store, both, Embeddings(store, 1))
    steps = [click(50 * k, 50, new_object=True, segmenter=("squares", "others")[k % 2]) for k in range(1, 5)]
    edit = edit_of(pipeline, *steps)
    for _ in range(9):
        try:
            shown = pipeline.preview(edit, AREA, encode)
            break
        except NotEmbedded as missing:  # as the service goes about it, or another page comes in between
            pipeline.embeddings.get(missing.segmenter, missing.image_id)
    assert len(shown.objects) == 4 and (both.squares.embeds, both.best.embeds) == (1, 1)
    assert pipeline.embeddings.nbytes == EMBEDDING_BYTES, "the other one is let go"


def test_nothing_is_kept_for_an_edit_that_came_to_nothing(pipeline: Pipeline) -> None:
    both = Two()
    pipeline = Pipeline(pipeline.store, both, Embeddings(pipeline.store, 1))
    steps = [click(50, 50, segmenter="squares"), click(50, 50, new_object=True, include=False, segmenter="others")]
    steps.append({"kind": "stroke", "points": [[50, 50]], "radius": 90, "mode": "eraser"})
    with pytest.raises(EmptySelection):
        pipeline.preview(edit_of(pipeline, *steps), AREA)
    assert both.best.embeds == 1 and pipeline.embeddings.nbytes == EMBEDDING_BYTES
