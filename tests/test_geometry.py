from hypothesis import given
from hypothesis import strategies as st

from click_inpaint.geometry import EMPTY, Box, Point, Size

numbers = st.integers(-20, 20)
any_boxes = st.builds(Box, numbers, numbers, numbers, numbers)


def pixels(box: Box) -> set[tuple[int, int]]:
    return {(x, y) for x in range(box.x0, box.x1) for y in range(box.y0, box.y1)}


@given(any_boxes, any_boxes)
def test_intersection_is_the_common_pixels(a: Box, b: Box) -> None:
    assert pixels(a.intersection(b)) == pixels(a) & pixels(b)


@given(any_boxes, any_boxes)
def test_union_holds_both(a: Box, b: Box) -> None:
    both = a.union(b)
    assert both.contains(a) and both.contains(b)
    assert a.empty or b.empty or both.x0 == min(a.x0, b.x0)


@given(any_boxes, any_boxes)
def test_contains_is_subset(a: Box, b: Box) -> None:
    assert a.contains(b) == (pixels(b) <= pixels(a))


def test_padding_moving_and_sizes() -> None:
    box = Box(2, 3, 7, 5)
    assert box.size == Size(5, 2)
    assert box.padded(2) == Box(0, 1, 9, 7)
    assert box.moved(1, -1) == Box(3, 2, 8, 4)
    assert box.slices == (slice(3, 5), slice(2, 7))
    assert box.within(Box(1, 1, 9, 9)) == (slice(2, 4), slice(1, 6))
    assert Box(5, 5, 2, 9).empty and EMPTY.size.area == 0
    assert str(Size(812, 640)) == "812×640"


def test_a_frame_contains_its_pixels_only() -> None:
    frame = Size(10, 5)
    assert frame.contains(Point(0, 0)) and frame.contains(Point(9.99, 4.99))
    assert not frame.contains(Point(10, 0)) and not frame.contains(Point(0, -0.01))
    assert not frame.contains(Point(float("nan"), 0))
