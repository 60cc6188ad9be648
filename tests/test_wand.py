"""What the colour wand selects, against CIELAB in double precision and a plain search for paths."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from click_inpaint import edit as edits
from click_inpaint import mask, wand
from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Box, Size
from click_inpaint.pipeline import Pipeline
from click_inpaint.segment.registry import Registry
from click_inpaint.steps import Wand
from click_inpaint.store import Store
from click_inpaint.wand import Wands, alike
from tests.arrays import F64, U8
from tests.squares import encoded

UNDECIDED = 2e-3
"""So near to the tolerance, single precision may decide otherwise."""
SIDE = 12

near = hnp.arrays(np.uint8, (SIDE, SIDE, 3), elements=st.integers(96, 128))
any_colour = hnp.arrays(np.uint8, (SIDE, SIDE, 3), elements=st.integers(0, 255), fill=st.nothing())
dark = hnp.arrays(np.uint8, (SIDE, SIDE, 3), elements=st.integers(0, 24))
places = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
tolerances = st.floats(0, 100) | st.sampled_from([0, 3, 12, 100])


def lab(rgb: U8) -> F64:
    """CIELAB under D65 by its definition, from sRGB by its."""
    levels = rgb / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    part = light @ np.array(rows).T / np.array(rows).sum(axis=1)
    f = np.where(part > 216 / 24389, np.cbrt(part), (24389 / 27 * part + 16) / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.asarray(np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1), np.float64)


def distances(rgb: U8, x: int, y: int) -> F64:
    return np.asarray(np.linalg.norm(lab(rgb) - lab(rgb)[y, x], axis=-1))


def joined(found: U8, x: int, y: int) -> U8:
    """What a search by the four neighbours reaches from (x, y)."""
    reached, ahead = np.zeros_like(found), [(y, x)]
    while ahead:
        y, x = ahead.pop()
        if 0 <= y < found.shape[0] and 0 <= x < found.shape[1] and found[y, x] and not reached[y, x]:
            reached[y, x] = 255
            ahead += [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
    return reached


@given(near | any_colour | dark, places, tolerances)
def test_everywhere_is_what_lies_within_the_tolerance(rgb: U8, place: tuple[int, int], tolerance: float) -> None:
    found, apart = alike(rgb, *place, tolerance, contiguous=False).full(), distances(rgb, *place)
    assert set(np.unique(found)) <= {0, 255}
    assert (found[apart < tolerance - UNDECIDED] == 255).all()
    assert (found[apart > tolerance + UNDECIDED] == 0).all()
    assert found[place[1], place[0]] == 255


@given(near, places, st.floats(0, 12))
def test_contiguous_is_what_paths_reach_of_everywhere(rgb: U8, place: tuple[int, int], tolerance: float) -> None:
    everywhere = alike(rgb, *place, tolerance, contiguous=False)
    contiguous = alike(rgb, *place, tolerance, contiguous=True)
    assert mask.intersect(contiguous, everywhere) == contiguous
    assert (contiguous.full() == joined(everywhere.full(), *place)).all()


@given(near, places, st.floats(0, 50), st.floats(0, 50))
def test_more_tolerance_never_selects_less(rgb: U8, place: tuple[int, int], one: float, other: float) -> None:
    less, more = (alike(rgb, *place, tolerance, contiguous=False) for tolerance in sorted((one, other)))
    assert mask.union(less, more) == more


def test_a_cell_reaches_as_far_as_every_one_of_its_colours() -> None:
    """So no colour is decided by its cell that would be decided otherwise by itself: all 16.8 million of them."""
    middles, reaches = wand._middles_and_reaches()
    green_and_blue = np.indices((256, 256), np.uint8)
    for red in range(256):
        rgb = np.stack([np.full_like(green_and_blue[0], red), *green_and_blue], -1)
        cells = wand._cells_of(rgb)
        apart = np.linalg.norm(wand._lab(rgb) - middles[cells][..., 0, :], axis=-1)
        assert (apart <= reaches[cells]).all()


def test_black_and_white_are_a_hundred_apart() -> None:
    rgb = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    assert alike(rgb, 0, 0, 99.9, contiguous=False).box == Box(0, 0, 1, 1)
    assert alike(rgb, 0, 0, 100, contiguous=False).box == Box(0, 0, 2, 1)


def test_a_mask_holds_the_pixels_of_its_box_alone() -> None:
    rgb = np.zeros((300, 400, 3), np.uint8)
    rgb[20:30, 40:60] = (200, 30, 40)
    found = alike(rgb, 45, 25, 5, contiguous=True)
    assert found == mask.rectangle(Size(400, 300), Box(40, 20, 60, 30))
    assert found.pixels.base is None and found.pixels.nbytes == 200


def test_a_large_picture_takes_little_memory_beside_its_own() -> None:
    """Of each pixel a verdict, and where paths reach; of all else a strip. Here no cell decides by itself."""
    side = 3000
    rgb = np.full((side, side, 3), (120, 124, 120), np.uint8)
    rgb[::2, :, 1] = 126
    alike(rgb[:9, :9], 0, 0, 1, contiguous=True)  # what is computed once
    tracemalloc.start()
    try:
        found = alike(rgb, 5, 5, 1, contiguous=True)
        assert tracemalloc.get_traced_memory()[1] < 8 * side * side
    finally:
        tracemalloc.stop()
    assert found.box == Box(0, 5, side, 6)


FIELD = np.full((60, 90, 3), (40, 120, 60), np.uint8)
FIELD[10:20, 10:30] = FIELD[40:50, 60:80] = (200, 30, 40)


def preview(*steps: dict[str, object], picture: U8 = FIELD) -> U8:
    pipeline = Pipeline(Store(), Registry())
    image = pipeline.store.add(encoded(picture))
    edit = edits.parse({"image": image, "selection": list(steps), "refine": {"grow": 0, "feather": 0}})
    return pipeline.preview(edit, Size(256, 256)).blend.full()


def step(x: float, y: float, **how: object) -> dict[str, object]:
    return {"kind": "wand", "x": x, "y": y, **how}


def areas(*boxes: tuple[int, int, int, int]) -> U8:
    found = np.zeros(FIELD.shape[:2], np.uint8)
    for x0, y0, x1, y1 in boxes:
        found[y0:y1, x0:x1] = 255
    return found


def test_the_wand_is_a_step_like_others() -> None:
    one, other = (10, 10, 30, 20), (60, 40, 80, 50)
    brush: dict[str, object] = {"kind": "lasso", "points": [[0, 0], [90, 0], [90, 30], [0, 30]]}
    assert (preview(step(29.9, 10)) == areas(one)).all()
    assert (preview(step(29.9, 10, contiguous=False)) == areas(one, other)).all()
    within = preview(brush, step(70, 45, contiguous=False, mode="intersect"))
    assert (within == areas(one)).all()
    assert (preview(brush, step(70, 45, contiguous=False, mode="subtract")) == areas((0, 0, 90, 30)) - within).all()


def test_what_is_transparent_counts_as_white() -> None:
    picture = np.dstack([FIELD, np.full(FIELD.shape[:2], 255, np.uint8)])
    picture[10:20, 10:30, 3] = 0
    picture[40:50, 60:80, :3] = 255
    assert (preview(step(12, 12, contiguous=False), picture=picture) == areas((10, 10, 30, 20), (60, 40, 80, 50))).all()


@pytest.mark.parametrize(("x", "y"), [(90, 5), (-0.5, 5), (5, 60)])
def test_a_wand_beside_the_picture_is_refused(x: float, y: float) -> None:
    with pytest.raises(BadEdit, match=r"The wand at \(.*\) lies outside the picture \(90×60\)"):
        preview(step(x, y))


def test_what_was_computed_is_kept_and_can_be_forgotten() -> None:
    store = Store()
    wands, image = Wands(store), store.add(encoded(FIELD))
    found = wands.mask(image, Wand(12, 12))
    assert wands.mask(image, Wand(12.9, 12.2, mode="subtract")) is found, "the same pixel, whatever becomes of it"
    assert wands.mask(image, Wand(12, 12, tolerance=13)) is not found
    assert wands.nbytes == 2 * found.pixels.nbytes
    wands.clear()
    assert wands.nbytes == 0 and wands.mask(image, Wand(12, 12)) == found
