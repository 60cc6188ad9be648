"""Levels that fall with the exact Euclidean distance from set pixels.

An object of a few hundred pixels has far fewer corners than a distance transform visits pixels. So each of its
outermost pixels stamps the levels around it, but only where it can be the nearest one. Let q be the set pixel that is
nearest to the pixel p:

- If q lies straight above, below or beside p, then q has no set neighbour on p's side.
- Otherwise q has no set neighbour on either side that faces p. It is a corner, and p lies in its quadrant.
- Of two corners that face the same way, each is the nearer one on its side of their bisector, which bounds both stamps.

Every stamp holds true distances, and one of them is that of the nearest pixel: so the greatest level is the exact one.
Where the edge is so rough that stamps would cost more, OpenCV's exact transform takes their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Box
from click_inpaint.mask.base import U8, compared

F32 = NDArray[np.float32]
Ints = NDArray[np.intp]
Levels = NDArray[Any]
Level = Callable[[F32], Levels]

STAMP_COST = 100
"""The cost of a stamp without its pixels. The unit is the cost of one pixel of a transform."""
STAMPED_COST = 0.02
"""The cost of one stamped pixel, in the same unit."""
_ROUNDING = 1e-6  # pixels exactly on a bisector belong to both sides
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def spread(sources: U8, inner: Box, outer: Box, reach: int, level: Level) -> Levels:
    """The level of each pixel's distance in px to the nearest source: HxW of `outer`, of the dtype that `level`
    returns.

    `sources` (HxW of `inner`, which lies in `outer`) is zero where there is none. `level` maps float32 distances to
    unsigned integers; it never rises with the distance, and is 0 beyond `reach`.
    """
    if not sources.any():
        return np.zeros((outer.height, outer.width), level(np.zeros((1, 1), np.float32)).dtype)
    stamps = list(_stamps(sources, inner.x0 - outer.x0, inner.y0 - outer.y0, reach))
    if _cost(stamps, reach) > outer.size.area:
        window = np.full((outer.height, outer.width), 255, np.uint8)
        window[inner.within(outer)] = compared(sources, 0, cv2.CMP_EQ)
        return level(distance_to_zero(window))
    table = level(_distances(reach))
    out = np.zeros((outer.height, outer.width), table.dtype)
    np.copyto(out[inner.within(outer)], table[0, 0], where=sources != 0)
    for group in stamps:
        group.press(out, table)
    return out


def distance_to_zero(pixels: U8) -> F32:
    """The exact Euclidean distance in px from each pixel's centre to that of the nearest 0; float32 HxW.

    OpenCV computes it, after Felzenszwalb & Huttenlocher 2012.
    """
    distance = np.asarray(cv2.distanceTransform(pixels, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)
    # The last bit of OpenCV's result depends on where the pixels lie in memory, and may tip a level of a ramp. Squares
    # of distances between pixels are whole numbers, so that rounding those always gives equal distances.
    np.multiply(distance, distance, out=distance)
    np.rint(distance, out=distance)
    return np.sqrt(distance, out=distance)


@dataclass(frozen=True, eq=False)
class _Stamps:
    """Stamps that all face one way (`dx`, `dy`: -1, 0 or 1). Each is made by a run of pixels from `first` to `last`
    (Nx2 of x and y; both are the same for a corner), and is as large as `size` (Nx2) says.
    """

    dx: int
    dy: int
    first: Ints
    last: Ints
    size: Ints

    def press(self, out: Levels, table: Levels) -> None:
        """Raise `out` (HxW) to the levels of `table`, which holds those of a quadrant by rows and columns from its
        corner.
        """
        reach = len(table) - 1
        longest = int((self.last - self.first).max(initial=0)) + 1
        turned = np.ascontiguousarray(_turned(_turned(table, self.dy, longest).T, self.dx, longest).T)
        end = np.array(out.shape[::-1])
        low = np.maximum(np.minimum(self.first, self.first + self.size * (self.dx, self.dy)), 0)
        high = np.minimum(np.maximum(self.last, self.last + self.size * (self.dx, self.dy)) + 1, end)
        begin = low - self.first + (reach * (self.dx < 0), reach * (self.dy < 0))
        for x0, y0, x1, y1, u, v in np.hstack([low, high, begin]).tolist():
            part = out[y0:y1, x0:x1]
            cv2.max(part, turned[v : v + y1 - y0, u : u + x1 - x0], part)


def _stamps(sources: U8, left: int, above: int, reach: int) -> Iterator[_Stamps]:
    """The stamps of the outermost pixels of `sources` (HxW). Its corner lies `left` and `above` px from the corner of
    the array that is stamped on.
    """
    inside = cv2.erode(sources, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
    y, x = np.divmod(np.flatnonzero(sources != inside), sources.shape[1])
    padded = np.pad(sources, 1)
    free = {(dx, dy): padded[y + 1 + dy, x + 1 + dx] == 0 for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1))}
    at = np.stack([x + left, y + above], axis=1)
    for dx in (-1, 1):
        for dy in (-1, 1):
            yield _corners(at[free[dx, 0] & free[0, dy]], dx, dy, reach)
    for dx, dy in free:
        cornered = free[dy, dx] | free[-dy, -dx]
        yield _edges(at[free[dx, dy] & ~cornered], dx, dy, reach)


def _corners(at: Ints, dx: int, dy: int, reach: int) -> _Stamps:
    """The stamps of corners (Nx2, by rows), each bounded by the bisectors with its neighbours in the list."""
    at = at[::-dy]  # what lies farthest out in y comes first
    across, down = np.diff(at[:, 0]) * dx, np.diff(at[:, 1]) * -dy
    bounded = np.flatnonzero((across > 0) & (down > 0))
    across, down = across[bounded], down[bounded]
    square = across**2 + down**2
    # along each axis, the farthest pixels that lie within `reach` of the corner and on its side of the bisector
    on_circle = reach / np.sqrt(square)
    size = np.full(at.shape, reach)
    size[bounded, 0] = np.minimum(square / (2 * across) + down * on_circle + _ROUNDING, reach)
    size[bounded + 1, 1] = np.minimum(square / (2 * down) + across * on_circle + _ROUNDING, reach)
    return _Stamps(dx, dy, at, at, size)


def _edges(at: Ints, dx: int, dy: int, reach: int) -> _Stamps:
    """The stamps of straight runs of pixels (Nx2, in any order) that face one side."""
    line, along = (at[:, 0], at[:, 1]) if dx else (at[:, 1], at[:, 0])
    at = at[np.lexsort((along, line))]
    starts = np.abs(np.diff(at, axis=0, prepend=-2)).sum(axis=1) != 1
    ends = np.append(starts[1:], True)[: len(at)]
    return _Stamps(dx, dy, at[starts], at[ends], np.full((int(starts.sum()), 2), reach))


def _turned(table: Levels, step: int, longest: int) -> Levels:
    """The rows of `table` in the order of a stamp that faces `step`. Where that is 0, the first row is repeated as
    often as the `longest` run needs.
    """
    return table[::step] if step else np.repeat(table[:1], longest, axis=0)


def _cost(stamps: list[_Stamps], reach: int) -> float:
    """What pressing all stamps costs, in the unit of STAMP_COST."""
    pixels = sum(float(((group.last - group.first + 1 + group.size).prod(axis=1)).sum()) for group in stamps)
    return STAMP_COST * sum(len(group.first) for group in stamps) + STAMPED_COST * pixels + (reach + 1) ** 2


def _distances(reach: int) -> F32:
    """The distance in px of each pixel of a quadrant from its corner: float32, reach + 1 rows and columns."""
    squares = np.arange(reach + 1, dtype=np.float32) ** 2
    return np.asarray(np.sqrt(squares[:, None] + squares), np.float32)
