"""Frozen value types in picture pixels. Pixel (i, j) covers [i, i+1) x [j, j+1); its centre is (i + ½, j + ½)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Width and height in whole pixels."""

    width: int
    height: int

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    @property
    def box(self) -> Box:
        """The box that covers the whole frame."""
        return Box(0, 0, self.width, self.height)

    def contains(self, point: Point) -> bool:
        """Whether `point` lies on a pixel of this frame."""
        return 0 <= point.x < self.width and 0 <= point.y < self.height

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


@dataclass(frozen=True)
class Point:
    """A place in the picture, in pixels and fractions of them."""

    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """Pixels with x0 <= x < x1 and y0 <= y < y1. Empty when either side is 0."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Columns covered, 0 when empty."""
        return max(0, self.x1 - self.x0)

    @property
    def height(self) -> int:
        """Rows covered, 0 when empty."""
        return max(0, self.y1 - self.y0)

    @property
    def size(self) -> Size:
        """Width and height of the box."""
        return Size(self.width, self.height)

    @property
    def empty(self) -> bool:
        """Whether the box covers no pixel."""
        return self.width == 0 or self.height == 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an HxW array of the whole frame with."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def within(self, outer: Box) -> tuple[slice, slice]:
        """Rows and columns of this box in an array that holds only `outer`."""
        return self.moved(-outer.x0, -outer.y0).slices

    def moved(self, dx: int, dy: int) -> Box:
        """The same box, `dx` to the right and `dy` down."""
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def padded(self, px: int) -> Box:
        """Grown by `px` on all four sides."""
        return Box(self.x0 - px, self.y0 - px, self.x1 + px, self.y1 + px)

    def intersection(self, other: Box) -> Box:
        """The pixels that both boxes cover; EMPTY when there are none."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        x1, y1 = min(self.x1, other.x1), min(self.y1, other.y1)
        return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else EMPTY

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        if self.empty or other.empty:
            return self if other.empty else other
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def contains(self, other: Box) -> bool:
        """Whether this box covers every pixel of `other`."""
        return other.empty or self.intersection(other) == other


EMPTY = Box(0, 0, 0, 0)
