"""Masks as a value type that stores only the pixels of a box, and their algebra. What an operation costs depends on the
box, not on the frame.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import EMPTY, Box, Point, Size

U8 = NDArray[np.uint8]

_NUMPY_COMPARE: dict[int, Any] = {
    cv2.CMP_EQ: np.equal,
    cv2.CMP_NE: np.not_equal,
    cv2.CMP_LE: np.less_equal,
    cv2.CMP_GT: np.greater,
}


@dataclass(frozen=True, eq=False)
class Mask:
    """A frame, a box inside it, and the pixels of that box (uint8 HxW, 0..255). Everything outside the box is 0.

    Binary masks hold 0 and 255 only; a blend mask holds every level. `pixels` is never written to.
    """

    frame: Size
    box: Box
    pixels: U8

    def __post_init__(self) -> None:
        if self.pixels.shape != (self.box.height, self.box.width) or self.pixels.dtype != np.uint8:
            raise ValueError(f"pixels {self.pixels.dtype}{self.pixels.shape} do not fill {self.box}")
        if not self.frame.box.contains(self.box):
            raise ValueError(f"{self.box} leaves the frame {self.frame}")

    def __eq__(self, other: object) -> bool:
        """Masks are equal when all pixels of their frames are, whatever their boxes."""
        if not isinstance(other, Mask):
            return NotImplemented
        mine, theirs = trimmed(self), trimmed(other)
        return self.frame == other.frame and mine.box == theirs.box and np.array_equal(mine.pixels, theirs.pixels)

    __hash__ = None  # type: ignore[assignment]

    @property
    def empty(self) -> bool:
        """Whether no pixel is set."""
        return not self.pixels.any()

    @property
    def digest(self) -> str:
        """A hash of all pixels of the frame, which is equal for equal masks."""
        mask = trimmed(self)
        head = f"{mask.frame.width} {mask.frame.height} {mask.box.x0} {mask.box.y0} {mask.box.x1} {mask.box.y1} "
        hashed = hashlib.sha256(head.encode())
        hashed.update(np.ascontiguousarray(mask.pixels).data)  # no copy where the pixels lie in one piece
        return hashed.hexdigest()[:32]

    def window(self, box: Box) -> U8:
        """The pixels of `box` (which lies inside the frame), uint8 HxW; a view if it lies within this mask's box."""
        if self.box.contains(box) and not box.empty:
            inside: U8 = self.pixels[box.within(self.box)]
            return inside
        out = np.zeros((box.height, box.width), np.uint8)
        common = self.box.intersection(box)
        out[common.within(box)] = self.pixels[common.within(self.box)]
        return out

    def full(self) -> U8:
        """The pixels of the whole frame, uint8 HxW. The cost depends on the frame, so this is for export only."""
        return self.window(self.frame.box)

    def covers(self, point: Point) -> bool:
        """Whether the pixel under `point` is set."""
        x, y = math.floor(point.x), math.floor(point.y)
        return bool(self.window(Box(x, y, x + 1, y + 1).intersection(self.frame.box)).any())


def nothing(frame: Size) -> Mask:
    """The mask with no pixel set."""
    return Mask(frame, EMPTY, np.zeros((0, 0), np.uint8))


def rectangle(frame: Size, box: Box) -> Mask:
    """Every pixel of `box` that lies in the frame."""
    inside = box.intersection(frame.box)
    return Mask(frame, inside, np.full((inside.height, inside.width), 255, np.uint8))


def from_array(pixels: U8, frame: Size | None = None, at: Box | None = None) -> Mask:
    """A mask from pixels (uint8 HxW) of the whole frame, or of the box `at` within `frame`. Its box is trimmed."""
    whole = Size(pixels.shape[1], pixels.shape[0])
    return trimmed(Mask(frame or whole, at or whole.box, pixels))


def binary(pixels: NDArray[np.bool_] | U8) -> U8:
    """uint8 HxW: 255 where `pixels` are not zero, else 0."""
    return compared(pixels.view(np.uint8), 0, cv2.CMP_NE)


def trimmed(mask: Mask) -> Mask:
    """The same mask with the smallest box."""
    x, y, width, height = cv2.boundingRect(mask.pixels) if mask.pixels.size else (0, 0, 0, 0)
    if not width:
        return nothing(mask.frame)
    box = Box(x, y, x + width, y + height).moved(mask.box.x0, mask.box.y0)
    return mask if box == mask.box else Mask(mask.frame, box, mask.pixels[box.within(mask.box)])


def union(a: Mask, b: Mask) -> Mask:
    """The maximum of both masks, pixel by pixel."""
    _same_frame(a, b)
    box = a.box.union(b.box)
    return Mask(a.frame, box, np.maximum(a.window(box), b.window(box)))


def intersect(a: Mask, b: Mask) -> Mask:
    """The minimum of both masks, pixel by pixel."""
    _same_frame(a, b)
    box = a.box.intersection(b.box)
    return Mask(a.frame, box, np.minimum(a.window(box), b.window(box)))


def subtract(a: Mask, b: Mask) -> Mask:
    """`a` without `b`: min(a, 255 - b), pixel by pixel."""
    _same_frame(a, b)
    return Mask(a.frame, a.box, np.minimum(a.pixels, np.bitwise_not(b.window(a.box))))


def invert(mask: Mask) -> Mask:
    """255 - mask over the whole frame. This is the one operation whose cost depends on the frame."""
    return Mask(mask.frame, mask.frame.box, np.bitwise_not(mask.full()))


def compared(pixels: NDArray[Any], value: float, how: int) -> U8:
    """A comparison of all pixels with one number, as uint8 HxW of 0 and 255. OpenCV does it, without an array of truth
    values in between.
    """
    if pixels.size <= 4:  # OpenCV would take so few numbers for one colour
        return np.asarray(255 * _NUMPY_COMPARE[how](pixels, value), np.uint8)
    return np.asarray(cv2.compare(pixels, value, how), np.uint8)  # type: ignore[call-overload]


def _same_frame(a: Mask, b: Mask) -> None:
    if a.frame != b.frame:
        raise ValueError(f"masks of different frames: {a.frame} and {b.frame}")
