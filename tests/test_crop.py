import math
import tracemalloc

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from click_inpaint import crop, mask
from click_inpaint.crop import CELL, MAX_AREA, MAX_ZOOM, MIN_SIDE, Plan
from click_inpaint.geometry import Box, Size
from click_inpaint.mask import Mask
from tests.arrays import F64, U8
from tests.strategies import arrays, boxes

frames = st.builds(Size, st.integers(16, 5000), st.integers(16, 5000))
areas = st.sampled_from([Size(512, 512), Size(768, 512), Size(256, 256), Size(1024, 1024), Size(520, 456)])


@st.composite
def plans(draw: st.DrawFn) -> tuple[Box, Size, Size, int, Plan]:
    frame, area, padding = draw(frames), draw(areas), draw(st.sampled_from([0, 32, 200]))
    box = draw(boxes(frame))
    return box, frame, area, padding, crop.plan(box, frame, area, padding)


@given(plans())
def test_the_crop_holds_mask_and_padding_inside_the_picture(case: tuple[Box, Size, Size, int, Plan]) -> None:
    box, frame, _, padding, planned = case
    assert planned.crop.contains(box.padded(padding).intersection(frame.box))
    assert frame.box.contains(planned.crop)


@given(st.integers(1, 40), st.integers(2000, 90_000), st.booleans(), areas, st.data())
def test_a_strip_is_squeezed_rather_than_painted_at_an_absurd_size(
    short: int, long: int, lies: bool, area: Size, data: st.DataObject
) -> None:
    frame = Size(long, short) if lies else Size(short, long)
    box = data.draw(boxes(frame))
    for planned in (crop.plan(box, frame, area, 32), crop.plan(frame.box, frame, area, 0), crop.whole(frame, area)):
        width, height = planned.working.width, planned.working.height
        assert width % CELL == 0 == height % CELL and min(width, height) >= MIN_SIDE
        assert planned.working.area <= MAX_AREA * area.area
        assert planned.crop.contains(box) and frame.box.contains(planned.crop)
    assert planned.zoom == min(width / frame.width, height / frame.height)


@given(plans())
def test_the_working_size_suits_the_sampler(case: tuple[Box, Size, Size, int, Plan]) -> None:
    _, _, area, _, planned = case
    assert planned.working.width % CELL == 0 == planned.working.height % CELL
    if 0.4 < planned.crop.size.aspect < 2.5:
        assert 0.7 < planned.working.area / area.area < 1.4


@given(plans())
def test_the_aspect_is_exact_where_the_picture_has_room(case: tuple[Box, Size, Size, int, Plan]) -> None:
    _, frame, _, _, planned = case
    size, working = planned.crop.size, planned.working
    if size.width < frame.width and size.height < frame.height:
        assert size.width * working.height == size.height * working.width
        assert size.width * MAX_ZOOM >= working.width and size.height * MAX_ZOOM >= working.height
        assert 0.45 < size.aspect < 2.2
    else:
        assume(1 / 8 < size.aspect < 8 and size.width >= 64 and size.height >= 64)
        assert abs(math.log(size.aspect / working.aspect)) < 0.08


def test_plans_by_hand() -> None:
    frame = Size(1072, 603)
    assert crop.plan(Box(500, 200, 600, 300), frame, Size(512, 512), 28) == Plan(
        Box(472, 172, 628, 328), Size(512, 512)
    )
    # a small object is not enlarged beyond four times
    assert crop.plan(Box(500, 200, 509, 209), frame, Size(512, 512), 0).crop.size == Size(128, 128)
    # at a corner the crop is shifted, not cut
    assert crop.plan(Box(0, 0, 100, 100), frame, Size(512, 512), 50) == Plan(Box(0, 0, 150, 150), Size(512, 512))
    # a long object gets a long crop, 1:2 at most
    long = crop.plan(Box(100, 290, 900, 310), frame, Size(512, 512), 0)
    assert long.crop.width == 2 * long.crop.height or abs(long.working.aspect - 2) < 0.1
    assert str(Plan(Box(0, 0, 812, 640), Size(576, 448))) == "crop 812×640 → paint 576×448 → back"


@pytest.mark.parametrize("aspect", [0.5, 0.62, 0.75, 1, 1.33, 1.7, 2])
def test_multiples_of_64_where_they_keep_the_aspect(aspect: float) -> None:
    size = crop.working_size(aspect, Size(512, 512))
    assert abs(size.aspect / aspect - 1) <= 0.05
    assert size.width % 64 == 0 == size.height % 64 or abs(size.aspect / aspect - 1) < 0.02


@st.composite
def blends(draw: st.DrawFn) -> tuple[Mask, Plan]:
    strips = st.tuples(st.integers(1, 6), st.integers(400, 700))
    sides = draw(st.tuples(st.integers(20, 70), st.integers(20, 70)) | strips | strips.map(lambda pair: pair[::-1]))
    frame = Size(*sides)
    box = draw(boxes(frame))
    levels = draw(st.sampled_from([1, 100, 255]))  # the faintest part of a blend counts as much as its core
    blend = mask.trimmed(Mask(frame, box, np.minimum(draw(arrays(box.size)), np.uint8(levels))))
    assume(not blend.empty)
    return blend, crop.plan(blend.box, frame, Size(128, 128), draw(st.integers(0, 9)))


@given(blends())
def test_every_cell_that_the_blend_touches_is_painted_and_no_other(case: tuple[Mask, Plan]) -> None:
    blend, planned = case
    model = crop.model_mask(blend, planned)
    assert model.shape == (planned.working.height, planned.working.width)
    rows, columns = planned.working.height // CELL, planned.working.width // CELL
    cells = model.reshape(rows, CELL, columns, CELL)
    assert (cells == cells[:, :1, :, :1]).all()
    window = blend.window(planned.crop)
    height, width = window.shape
    for row in range(rows):
        for column in range(columns):
            y0, y1 = math.floor(row * height / rows + 1e-9), math.ceil((row + 1) * height / rows - 1e-9)
            x0, x1 = math.floor(column * width / columns + 1e-9), math.ceil((column + 1) * width / columns - 1e-9)
            assert (cells[row, 0, column, 0] == 255) == window[y0:y1, x0:x1].any()


@given(blends())
def test_the_model_mask_survives_the_hosts_resizes_and_rounding(case: tuple[Mask, Plan]) -> None:
    blend, planned = case
    model = crop.model_mask(blend, planned)
    cells = model[::CELL, ::CELL] != 0
    kept = Image.fromarray(model).resize((model.shape[1], model.shape[0]), Image.Resampling.LANCZOS)
    assert (np.asarray(kept) == model).all()  # to the working size, which it has
    latent = Image.fromarray(model).convert("RGB").resize((cells.shape[1], cells.shape[0]))
    assert (np.around(np.asarray(latent, np.float32)[..., 0] / 255) == cells).all()
    nearest = Image.fromarray(model).resize((cells.shape[1], cells.shape[0]), Image.Resampling.NEAREST)
    assert (np.asarray(nearest) != 0).tolist() == cells.tolist()  # the conditioning mask


@given(blends())
def test_the_crop_holds_all_that_is_blended(case: tuple[Mask, Plan]) -> None:
    blend, planned = case
    assert planned.crop.contains(blend.box)
    model = crop.model_mask(blend, planned)
    rows, columns = np.nonzero(blend.window(planned.crop))
    height, width = planned.crop.height, planned.crop.width
    for y, x in ((rows, columns), (rows + 0.999, columns + 0.999)):  # both corners of every pixel that is blended
        where = (y * model.shape[0] / height).astype(int), (x * model.shape[1] / width).astype(int)
        assert (model[where] == 255).all()


@given(frames, areas, st.sampled_from([0, 32, 200]), st.data())
def test_the_crop_holds_the_context_that_was_drawn(frame: Size, area: Size, padding: int, data: st.DataObject) -> None:
    box, context = data.draw(boxes(frame)), data.draw(boxes(frame))
    planned = crop.plan(box, frame, area, padding, context)
    assert planned.crop.contains(context) and planned.crop.contains(box.padded(padding).intersection(frame.box))
    assert frame.box.contains(planned.crop)
    within = box.padded(padding).intersection(frame.box).intersection(context)
    without = crop.plan(box, frame, area, padding)
    assert crop.plan(box, frame, area, padding, within) == without, "it is held already"


def test_objects_far_apart_share_one_crop_and_lose_zoom() -> None:
    frame = Size(4000, 3000)
    one, other = mask.rectangle(frame, Box(100, 100, 160, 160)), mask.rectangle(frame, Box(3800, 2800, 3860, 2860))
    near, both = (crop.plan(part.box, frame, Size(512, 512), 32) for part in (one, mask.union(one, other)))
    assert both.crop.contains(one.box) and both.crop.contains(other.box)
    assert near.zoom > 1 > 0.2 > both.zoom  # what advice is given about
    assert crop.model_mask(mask.union(one, other), both).mean() < 10  # the space between is not painted


@given(blends(), st.integers(0, 6))
def test_the_band_is_repainted_background(case: tuple[Mask, Plan], feather: int) -> None:
    selection, _ = case
    grown, blend = mask.grown_and_feathered(selection, 0, feather)
    planned = crop.plan(blend.box, blend.frame, Size(128, 128), 4)
    model = crop.model_mask(blend, planned)
    band = crop.band(grown, model, planned)
    assert band.shape == model.shape and not band[model == 0].any()
    # no part of a grown pixel lies in it
    height, width = band.shape
    centres = (np.indices(band.shape) + 0.5).reshape(2, -1)
    rows = (centres[0] * planned.crop.height / height).astype(int)
    columns = (centres[1] * planned.crop.width / width).astype(int)
    assert not grown.window(planned.crop)[rows, columns].reshape(band.shape)[band].any()


def centroid(picture: U8) -> F64:
    """Centre of what is brighter than the background, in pixels."""
    weight = np.maximum(picture[..., 0].astype(float) - 22, 0)
    return np.asarray((np.indices(weight.shape) * weight).sum(axis=(1, 2)) / weight.sum(), np.float64)


@pytest.mark.parametrize("side", [300, 512, 684, 700, 900, 1500])
def test_there_and_back_does_not_shift(side: int) -> None:
    y, x = np.indices((side, side))
    blob = np.exp(-((x - 150.0) ** 2 + (y - 130.0) ** 2) / (2 * 14**2)) * 200 + 20
    picture = np.repeat(np.rint(blob).astype(np.uint8)[..., None], 3, axis=2)
    back = crop.resize(crop.resize(picture, Size(512, 512)), Size(side, side))
    assert np.abs(centroid(back) - centroid(picture)).max() < 0.05
    assert np.abs(picture.astype(int) - back).mean() < 1


@given(st.integers(280, 900), st.integers(280, 900), st.sampled_from([Size(512, 512), Size(384, 640)]))
@settings(max_examples=25)
def test_there_and_back_does_not_shift_at_any_size(width: int, height: int, working: Size) -> None:
    y, x = np.indices((height, width))
    blob = np.exp(-((x - 150.0) ** 2 + (y - 130.0) ** 2) / (2 * 14**2)) * 200 + 20
    picture = np.repeat(np.rint(blob).astype(np.uint8)[..., None], 3, axis=2)
    back = crop.resize(crop.resize(picture, working), Size(width, height))
    assert np.abs(centroid(back) - centroid(picture)).max() < 0.05


@given(st.integers(8, 60), st.integers(8, 60), st.integers(8, 60), st.integers(8, 60))
def test_a_flat_picture_stays_flat_at_every_size(width: int, height: int, to_width: int, to_height: int) -> None:
    flat = np.full((height, width, 3), (10, 128, 250), np.uint8)
    resized = crop.resize(flat, Size(to_width, to_height))
    assert resized.shape == (to_height, to_width, 3) and (resized == (10, 128, 250)).all()


@st.composite
def parts(draw: st.DrawFn) -> tuple[U8, Size, Box]:
    """A noisy picture, the size it is to have, and a part of that."""
    side, new = st.integers(1, 90), st.integers(1, 260)
    height, width, channels = draw(side), draw(side), draw(st.sampled_from([(), (3,)]))
    size = Size(draw(new), draw(new))
    noise = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 256, (height, width, *channels), np.uint8)
    return noise, size, draw(boxes(size))


@given(parts())
@settings(max_examples=300)
def test_a_part_is_the_same_to_the_bit_as_in_the_whole(case: tuple[U8, Size, Box]) -> None:
    image, size, part = case
    whole = crop.resize(image, size)
    assert whole.shape == (size.height, size.width, *image.shape[2:])
    assert (crop.resize(image, size, part) == whole[part.slices]).all()


def test_enlarging_is_opencvs_lanczos() -> None:
    image = np.random.default_rng(2).integers(0, 256, (50, 60, 3), np.uint8)
    both = cv2.resize(image.astype(np.float32), (170, 90), interpolation=cv2.INTER_LANCZOS4)
    enlarged = crop.resize(image, Size(170, 90))
    assert np.abs(enlarged - np.clip(both, 0, 255)).max() < 0.51
    assert (crop.resize(image, Size(60, 50)) == image).all()


def test_a_part_of_a_huge_picture_costs_what_the_part_costs() -> None:
    painted = np.random.default_rng(2).integers(0, 256, (512, 512, 3), np.uint8)
    tracemalloc.start()
    part = crop.resize(painted, Size(65_000, 65_000), Box(30_000, 30_000, 30_040, 30_030))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert part.shape == (30, 40, 3) and peak < 80e6  # 13 GB as a whole


def test_the_whole_picture_is_one_crop() -> None:
    planned = crop.whole(Size(1500, 1000), Size(768, 512))
    assert planned.crop == Box(0, 0, 1500, 1000) and planned.working == Size(768, 512)
