import math
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
import skimage.measure
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint import mask
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.mask import Mask
from tests.strategies import masks, naive_distance, pairs


@given(pairs())
def test_algebra_agrees_with_full_frames(pair: tuple[Mask, Mask]) -> None:
    a, b = pair
    assert (mask.union(a, b).full() == (a.full() | b.full())).all()
    assert (mask.intersect(a, b).full() == (a.full() & b.full())).all()
    assert (mask.subtract(a, b).full() == (a.full() & ~b.full())).all()
    assert (mask.invert(a).full() == 255 - a.full()).all()


@given(pairs())
def test_algebra_laws(pair: tuple[Mask, Mask]) -> None:
    a, b = pair
    assert mask.union(a, b) == mask.union(b, a)
    assert mask.union(mask.subtract(a, b), mask.intersect(a, b)) == a
    assert mask.invert(mask.invert(a)) == a
    assert mask.union(a, mask.nothing(a.frame)) == a
    assert mask.invert(mask.union(a, b)) == mask.intersect(mask.invert(a), mask.invert(b))
    assert mask.subtract(a, b) == mask.intersect(a, mask.invert(b))
    assert mask.subtract(a, a).empty and mask.intersect(a, a) == a


@given(masks(), st.floats(0, 9))
def test_grow_is_the_exact_disc(selection: Mask, radius: float) -> None:
    assert (mask.grow(selection, radius).full() == mask.binary(naive_distance(selection.full()) <= radius)).all()


@given(masks(), st.floats(0.5, 9))
def test_shrink_leaves_what_is_farther_than_the_radius_from_the_rest(selection: Mask, radius: float) -> None:
    distance = naive_distance(255 - selection.full())
    assert (mask.grow(selection, -radius).full() == mask.binary(distance > radius)).all()


@given(masks(), st.floats(0, 5))
def test_shrunk_then_grown_lies_in_the_selection(selection: Mask, radius: float) -> None:
    opened = mask.grow(mask.grow(selection, -radius), math.floor(radius))
    assert (opened.full() <= selection.full()).all()


@given(masks(), st.floats(0, 5))
def test_grown_then_shrunk_holds_the_selection(selection: Mask, radius: float) -> None:
    closed = mask.grow(mask.grow(selection, radius), -radius)
    assert (closed.full() >= selection.full()).all()


@given(masks(), st.sampled_from([-2, 0, 1, 3.5]), st.sampled_from([0, 1, 2.5, 6]))
def test_the_blend_is_a_ramp_outside_the_grown_selection(selection: Mask, grow: float, feather: float) -> None:
    grown, blend = mask.grown_and_feathered(selection, grow, feather)
    assert grown == mask.grow(selection, grow)
    full = blend.full().astype(int)
    assert (full[grown.full() != 0] == 255).all()
    distance = naive_distance(selection.full()) - grow if grow >= 0 else naive_distance(grown.full())
    ramp = np.clip(1 - np.maximum(distance, 0) / feather, 0, 1) if feather else distance <= 0
    if not grown.empty:
        assert abs(full - 255 * ramp)[grown.full() == 0].max(initial=0) <= 0.51
    assert (full[distance >= max(feather, 1e-9)] == 0).all()


@given(masks(), st.sampled_from([-2, 0, 3]), st.sampled_from([1, 4, 9]))
def test_a_smooth_ramp_is_the_smooth_step_of_the_linear_one(selection: Mask, grow: float, feather: float) -> None:
    grown, linear = mask.grown_and_feathered(selection, grow, feather)
    same, smooth = mask.grown_and_feathered(selection, grow, feather, "smooth")
    t = linear.full() / 255
    assert grown == same
    assert np.abs(smooth.full() / 255 - t * t * (3 - 2 * t)).max(initial=0) <= 0.006


@given(masks(), st.integers(1, 9))
def test_drop_specks_keeps_whole_pieces_of_the_area(selection: Mask, area: int) -> None:
    kept, full = mask.drop_specks(selection, area).full(), selection.full()
    pieces = skimage.measure.label(full != 0, connectivity=2)
    sizes = np.bincount(pieces.ravel())
    assert (kept == mask.binary((full != 0) & (sizes[pieces] >= area))).all()


@given(masks())
def test_a_mask_is_its_pixels_whatever_its_box(selection: Mask) -> None:
    assert mask.trimmed(selection) == selection
    assert mask.from_array(selection.full()).digest == selection.digest
    tight = mask.trimmed(selection)
    assert tight.empty or (tight.pixels[0].any() and tight.pixels[-1].any() and tight.pixels[:, 0].any())


def test_the_digest_sees_a_shift() -> None:
    frame = Size(9, 9)
    assert mask.rectangle(frame, Box(1, 1, 3, 3)).digest != mask.rectangle(frame, Box(2, 1, 4, 3)).digest


@given(masks(), st.sampled_from([0, 1, 2, 5, math.inf]))
def test_fill_holes_sets_what_cannot_reach_the_outside(selection: Mask, max_area: float) -> None:
    full = selection.full()
    pieces = skimage.measure.label(np.pad(full == 0, 1, constant_values=True), connectivity=1)
    holes = (pieces != 0) & (pieces != pieces[0, 0]) & (np.bincount(pieces.ravel())[pieces] <= max_area)
    assert (mask.fill_holes(selection, max_area).full() == (full | mask.binary(holes[1:-1, 1:-1]))).all()


def test_a_hole_is_filled_whole_or_not_at_all() -> None:
    ring = mask.subtract(mask.rectangle(Size(9, 9), Box(1, 1, 8, 8)), mask.rectangle(Size(9, 9), Box(3, 3, 6, 6)))
    assert mask.fill_holes(ring, 8) == ring
    assert mask.fill_holes(ring, 9) == mask.fill_holes(ring) == mask.rectangle(Size(9, 9), Box(1, 1, 8, 8))


def test_smooth_takes_specks_and_closes_gaps() -> None:
    frame = Size(60, 60)
    body = mask.rectangle(frame, Box(10, 10, 40, 40))
    speck = mask.rectangle(frame, Box(50, 50, 52, 52))
    gap = mask.rectangle(frame, Box(24, 24, 26, 26))
    rough = mask.union(mask.subtract(body, gap), speck)
    smoothed = mask.smooth(rough, 3)
    assert not smoothed.covers(Point(51, 51)) and smoothed.covers(Point(25, 25)) and smoothed.covers(Point(11, 25))


@given(
    st.lists(st.tuples(st.floats(-5, 45), st.floats(-5, 35)), min_size=1, max_size=4),
    st.floats(1, 12),
)
def test_a_stroke_is_within_a_pixel_of_its_discs(path: list[tuple[float, float]], radius: float) -> None:
    frame = Size(40, 30)
    drawn = mask.stroke(frame, [Point(*pair) for pair in path], radius).full() != 0
    rows, columns = np.indices(drawn.shape) + 0.5
    distance = np.full(drawn.shape, np.inf)
    for (ax, ay), (bx, by) in zip([path[0], *path], path):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        along = np.clip(((columns - ax) * (bx - ax) + (rows - ay) * (by - ay)) / length, 0, 1) if length else 0
        distance = np.minimum(distance, np.hypot(columns - ax - along * (bx - ax), rows - ay - along * (by - ay)))
    assert drawn[distance <= radius - 1.5].all() and not drawn[distance > radius + 1.5].any()


def even_odd(path: list[tuple[float, float]], x: float, y: float) -> bool:
    """Whether a ray from (x, y) to the right crosses the closed path an odd number of times; in exact arithmetic."""
    inside = False
    for (ax, ay), (bx, by) in zip(path, path[1:] + path[:1]):
        if (ay <= y) != (by <= y):
            crossing = Fraction(ax) + (Fraction(y) - Fraction(ay)) * (Fraction(bx) - Fraction(ax)) / (
                Fraction(by) - Fraction(ay)
            )
            inside ^= crossing > x
    return inside


quarters = st.integers(-40, 120).map(lambda quarter: quarter / 4)


@given(st.lists(st.tuples(quarters, quarters), max_size=9))
def test_a_polygon_holds_the_pixels_whose_centre_is_inside(path: list[tuple[float, float]]) -> None:
    frame = Size(18, 15)
    drawn = mask.polygon(frame, [Point(*pair) for pair in path])
    expected = [[even_odd(path, column + 0.5, row + 0.5) for column in range(18)] for row in range(15)]
    assert (drawn.full() == mask.binary(np.array(expected))).all()
    assert drawn.box == mask.trimmed(drawn).box


def test_polygons_by_hand() -> None:
    frame = Size(12, 10)

    def drawn(*path: tuple[float, float]) -> Mask:
        return mask.polygon(frame, [Point(*pair) for pair in path])

    assert drawn((2, 1), (7, 1), (7, 5), (2, 5)) == mask.rectangle(frame, Box(2, 1, 7, 5))
    assert drawn((2, 5), (7, 5), (7, 1), (2, 1)) == mask.rectangle(frame, Box(2, 1, 7, 5))  # either way round
    assert drawn((-1e6, -1e6), (1e6, -1e6), (1e6, 1e6), (-1e6, 1e6)) == mask.rectangle(frame, frame.box)
    assert drawn((20, 2), (30, 2), (30, 8)).empty and drawn((3, 3), (8, 8)).empty and drawn((3, 3)).empty
    # what is wound round twice is outside
    twice = drawn((0, 0), (8, 0), (8, 8), (0, 8), (0, 0), (8, 0), (8, 8), (0, 8))
    assert twice.empty
    bow_tie = drawn((0, 0), (10, 10), (10, 0), (0, 10))
    assert bow_tie.covers(Point(1.5, 5)) and bow_tie.covers(Point(8.5, 5)) and not bow_tie.covers(Point(5, 1.5))


def test_costs_follow_the_box_not_the_frame() -> None:
    frame = Size(65_000, 65_000)  # 4 GB as a full frame
    tracemalloc.start()
    lasso = [Point(60_000, 59_900), Point(60_300, 60_000), Point(60_280, 60_200), Point(59_990, 60_150)]
    selection = mask.union(
        mask.stroke(frame, [Point(60_000, 60_000), Point(60_300, 60_100)], 40), mask.polygon(frame, lasso)
    )
    refined = mask.smooth(mask.fill_holes(mask.drop_specks(selection, 9), 100), 2)
    for grow in (20, -3):
        grown, blend = mask.grown_and_feathered(refined, grow, 20)
    together = mask.subtract(mask.union(grown, selection), mask.rectangle(frame, Box(60_000, 60_000, 60_010, 60_010)))
    together = mask.intersect(together, mask.rectangle(frame, frame.box.intersection(Box(59_000, 0, 60_200, 60_200))))
    assert together.digest and blend == mask.trimmed(blend) and not blend.empty
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 90e6  # the rectangle above counts for 72


def test_masks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fill"):
        Mask(Size(4, 4), Box(0, 0, 2, 2), np.zeros((3, 2), np.uint8))
    with pytest.raises(ValueError, match="leaves the frame"):
        Mask(Size(4, 4), Box(3, 3, 5, 5), np.zeros((2, 2), np.uint8))
    with pytest.raises(ValueError, match="different frames"):
        mask.union(mask.nothing(Size(4, 4)), mask.nothing(Size(4, 5)))


@given(masks(), st.integers(-3, 6), st.integers(0, 6))
def test_receding_is_growing_seen_from_the_other_side(kept: Mask, grow_px: int, feather_px: int) -> None:
    grown, blend = mask.receded_and_feathered(mask.invert(kept), grow_px, feather_px)
    assert blend == mask.invert(mask.grown_and_feathered(kept, grow_px, feather_px)[1])
    assert ((grown.full() == 255) == (blend.full() == 255)).all() and set(np.unique(grown.full())) <= {0, 255}
    if grow_px >= 0:
        assert not blend.full()[kept.full() > 0].any(), "the object is not touched"


@pytest.mark.parametrize("ramp", ["linear", "smooth"])
@pytest.mark.parametrize("feather", [5e-324, 1e-9, 0.009])
def test_a_feather_thinner_than_any_distance_is_none(ramp: str, feather: float) -> None:
    square = mask.from_array(np.pad(np.full((9, 9), 255, np.uint8), 20))
    with np.errstate(all="raise"):
        assert mask.grown_and_feathered(square, 3.3, feather, ramp) == mask.grown_and_feathered(square, 3.3, 0, ramp)
