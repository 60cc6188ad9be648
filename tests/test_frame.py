"""The picture extended on its sides: what stays, what is new, and what of it is painted."""

from dataclasses import astuple, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint import edit as edits
from click_inpaint import frame, mask
from click_inpaint.edit import Area, Frame
from click_inpaint.errors import BadEdit, EmptySelection
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.images import Picture
from click_inpaint.pieces import area_in
from click_inpaint.pipeline import Pipeline, finish
from click_inpaint.steps import Click, Paint
from click_inpaint.store import Store
from tests.arrays import U8
from tests.squares import AREA, PHOTO, OnlySquares, click, edit_of

SIDES: dict[str, int] = {"left": 40, "top": 0, "right": 7, "bottom": 25}
PLACE = Box(40, 0, 340, 200)
"""Where PHOTO (300×200) lies in the picture that SIDES extend."""
frames = st.builds(Frame, *[st.integers(0, 12)] * 4)


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), OnlySquares())


def extended_edit(pipeline: Pipeline, *steps: dict[str, Any], feather: int = 0, **more: Any) -> edits.Edit:
    refine = {"grow": 0, "feather": feather}
    return edit_of(pipeline, *steps, **{"frame": SIDES, "refine": refine, **more})


def new_in(size: Size, place: Box) -> U8:
    new = np.full((size.height, size.width), 255, np.uint8)
    new[place.slices] = 0
    return new


@given(frames, st.booleans())
def test_the_old_pixels_stay_and_new_ones_have_the_alpha_of_the_nearest(by: Frame, has_alpha: bool) -> None:
    pixels = np.arange(3 * 5 * 4, dtype=np.uint8).reshape(3, 5, 4)
    picture = Picture(pixels[..., :3], pixels[..., 3] if has_alpha else None)
    result = frame.extended(picture, by)
    rows = np.clip(np.arange(3 + by.top + by.bottom) - by.top, 0, 2)
    columns = np.clip(np.arange(5 + by.left + by.right) - by.left, 0, 4)
    assert result.size == frame.size_in(picture.size, by)
    assert (result.alpha is None) != has_alpha
    assert result.alpha is None or (result.alpha == pixels[..., 3][rows][:, columns]).all()
    assert (result.rgb[frame.place_of(picture.size, by).slices] == picture.rgb).all()


@given(
    frames,
    st.just(0) | st.floats(0.01, 20),
    st.sampled_from(["linear", "smooth"]),
    st.integers(1, 20),
    st.integers(1, 20),
)
def test_the_mask_of_new_pixels_is_what_feathering_them_gives(
    by: Frame, feather: float, ramp: str, width: int, height: int
) -> None:
    picture = Size(width, height)
    size, place = frame.size_in(picture, by), frame.place_of(picture, by)
    new = mask.from_array(new_in(size, place))
    assert frame.new_pixels(picture, by) == new
    assert frame.new_pixels(picture, by, feather, ramp) == mask.grown_and_feathered(new, 0, feather, ramp)[1]


def test_without_a_selection_all_that_is_new_is_painted_with_an_overlap(pipeline: Pipeline) -> None:
    shown = pipeline.preview(extended_edit(pipeline, feather=10), AREA)
    blend, inside = shown.blend.full(), shown.blend.full()[PLACE.slices]
    assert shown.grown.full().tolist() == new_in(Size(347, 225), PLACE).tolist()
    assert (blend[new_in(Size(347, 225), PLACE) > 0] == 255).all()
    assert (inside[:190, 10:290] == 0).all(), "beyond the feather nothing is painted"
    assert (np.diff(inside[50, :10].astype(int)) < 0).all() and inside[50, 0] > 200
    assert (inside[0, 20:280] == 0).all(), "the top is not extended"


def test_the_selection_is_painted_with_it_where_it_lies_in_the_picture(pipeline: Pipeline) -> None:
    alone = pipeline.preview(edit_of(pipeline, click(100, 60)), AREA).grown.full()
    both = pipeline.preview(extended_edit(pipeline, click(100, 60)), AREA)
    assert (both.grown.full()[PLACE.slices] == alone).all() and alone.any()
    assert both.objects and both.blend.frame == Size(347, 225)


def test_a_selection_that_is_erased_again_does_not_keep_a_picture_from_being_extended(pipeline: Pipeline) -> None:
    brush = {"kind": "stroke", "points": [[50, 50]], "radius": 9}
    steps = brush, {**brush, "radius": 30, "mode": "eraser"}
    assert (pipeline.preview(extended_edit(pipeline, *steps), AREA).grown.full() == new_in(Size(347, 225), PLACE)).all()
    with pytest.raises(EmptySelection):
        pipeline.preview(edit_of(pipeline, *steps), AREA)


@pytest.mark.parametrize("fill", ["original", "border", "neutral"])
def test_a_job_paints_every_new_pixel_and_keeps_the_old_ones(pipeline: Pipeline, fill: str) -> None:
    edit = extended_edit(pipeline, feather=10, fill=fill, area={"mode": "whole"})
    (job,) = pipeline.prepare(edit, AREA)
    at_size = np.asarray(job.model_mask)
    scale = job.working.width / 347, job.working.height / 225
    for y, x in ((0, 0), (224, 0), (224, 346), (0, 346), (100, 20)):
        assert at_size[int(y * scale[1]), int(x * scale[0])] == 255
    result = finish(job, np.full((job.working.height, job.working.width, 3), 9, np.uint8))
    kept = pipeline.preview(edit, AREA).blend.full() == 0
    assert result.size == Size(347, 225)
    assert (result.rgb[PLACE.slices][kept[PLACE.slices]] == PHOTO[kept[PLACE.slices]]).all() and kept.sum() > 50_000


def test_what_is_painted_on_the_picture_stays_where_it_is(pipeline: Pipeline) -> None:
    paint = Paint((Point(10, 20),), 5, "#ff0000")
    moved, other = frame.steps_in([paint, Click(3, 4)], Frame(**SIDES))
    assert moved == replace(paint, points=(Point(50, 20),)) and other == Click(3, 4)
    steps = {"kind": "paint", "points": [[150, 100]], "radius": 12, "colour": "#ff0000"}
    (job,) = pipeline.prepare(extended_edit(pipeline, steps, area={"mode": "whole"}), AREA)
    y, x = np.nonzero((job.init == (255, 0, 0)).all(axis=-1))
    assert abs(x.mean() / job.working.width * 347 - 190) < 2 and abs(y.mean() / job.working.height * 225 - 100) < 2


def test_the_context_box_stays_where_it_is_and_in_the_picture() -> None:
    area = Area(context=(10, 20, 30.5, 40))
    assert area_in(Size(300, 200), area, Frame(**SIDES)).context == (50, 20, 70.5, 40)
    assert area_in(Size(300, 200), Area(), Frame(**SIDES)) == Area()
    with pytest.raises(BadEdit, match=r"area.context \[290, 20, 310, 40\] lies outside the picture \(300×200\)"):
        area_in(Size(300, 200), Area(context=(290, 20, 310, 40)), Frame(**SIDES))


@given(st.builds(Frame, *[st.integers(0, 8192)] * 4), st.integers(1, 3000), st.integers(1, 3000), st.floats(9, 30))
def test_too_large_an_extension_is_refused_with_the_largest_that_fits(
    by: Frame, width: int, height: int, megapixels: float
) -> None:
    picture, longest = Size(width, height), max(astuple(by))
    if frame.size_in(picture, by).area <= megapixels * 1e6:
        frame.check(picture, by, megapixels)
        return
    with pytest.raises(BadEdit) as refused:
        frame.check(picture, by, megapixels)
    most = frame.largest(picture, by, megapixels)
    assert str(refused.value).endswith(
        f"{most.left} px left, {most.top} px at the top, {most.right} px right and {most.bottom} px at the bottom."
    )
    frame.check(picture, most, megapixels)
    steps = next(n for n in range(longest + 1) if tuple(side * n // longest for side in astuple(by)) == astuple(most))
    larger = [Frame(*(side * n // longest for side in astuple(by))) for n in range(steps, longest + 1)]
    next_one = next(one for one in larger if one != most)
    assert frame.size_in(picture, next_one).area > megapixels * 1e6


def test_a_side_has_a_limit_too() -> None:
    assert frame.largest(Size(60_000, 10), Frame(left=4000, right=8000), 100) == Frame(left=1845, right=3690)


def test_the_pipeline_refuses_it_before_anything_is_painted() -> None:
    pipeline = Pipeline(Store(max_megapixels=lambda: 0.07), OnlySquares())
    edit = extended_edit(pipeline)
    for ask in (lambda: pipeline.preview(edit, AREA), lambda: pipeline.picture(edit)):
        with pytest.raises(BadEdit, match=r"would be 347×225, and the limit is 0\.07 megapixels"):
            ask()
