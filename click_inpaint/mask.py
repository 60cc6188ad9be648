"""Masks as a value type that stores only its box, and the operations on them. Every cost follows the box, not the
frame.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import EMPTY, Box, Point, Size

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

_NUMPY_COMPARE: dict[int, Any] = {
    cv2.CMP_EQ: np.equal,
    cv2.CMP_NE: np.not_equal,
    cv2.CMP_LE: np.less_equal,
    cv2.CMP_GT: np.greater,
}
_STROKE_SHIFT = 4  # fractional bits of a stroke's coordinates: 1/16 px


@dataclass(frozen=True, eq=False)
class Mask:
    """A frame, a box inside it and that box's pixels (uint8 HxW, 0..255); everything outside the box is 0.

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
        """Equal when every pixel of the frame is, whatever the boxes."""
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
        """Hash of every pixel of the frame, equal for equal masks."""
        mask = trimmed(self)
        head = f"{mask.frame.width} {mask.frame.height} {mask.box.x0} {mask.box.y0} {mask.box.x1} {mask.box.y1} "
        return hashlib.sha256(head.encode() + mask.pixels.tobytes()).hexdigest()[:32]

    def window(self, box: Box) -> U8:
        """The pixels of `box` (inside the frame), uint8 HxW; a view where it lies within this mask's box."""
        if self.box.contains(box) and not box.empty:
            inside: U8 = self.pixels[box.within(self.box)]
            return inside
        out = np.zeros((box.height, box.width), np.uint8)
        common = self.box.intersection(box)
        out[common.within(box)] = self.pixels[common.within(self.box)]
        return out

    def full(self) -> U8:
        """The whole frame, uint8 HxW. Costs what the frame costs: for export only."""
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
    """A mask from uint8 HxW pixels of the whole frame, or of the box `at` within `frame`; the box is trimmed."""
    whole = Size(pixels.shape[1], pixels.shape[0])
    return trimmed(Mask(frame or whole, at or whole.box, pixels))


def binary(pixels: NDArray[np.bool_] | U8) -> U8:
    """0/255 from anything that is zero or not."""
    return _compared(pixels.view(np.uint8), 0, cv2.CMP_NE)


def trimmed(mask: Mask) -> Mask:
    """The same mask in the smallest box."""
    x, y, width, height = cv2.boundingRect(mask.pixels) if mask.pixels.size else (0, 0, 0, 0)
    if not width:
        return nothing(mask.frame)
    box = Box(x, y, x + width, y + height).moved(mask.box.x0, mask.box.y0)
    return mask if box == mask.box else Mask(mask.frame, box, mask.pixels[box.within(mask.box)])


def union(a: Mask, b: Mask) -> Mask:
    """The larger of both, pixel by pixel."""
    _same_frame(a, b)
    box = a.box.union(b.box)
    return Mask(a.frame, box, np.maximum(a.window(box), b.window(box)))


def intersect(a: Mask, b: Mask) -> Mask:
    """The smaller of both, pixel by pixel."""
    _same_frame(a, b)
    box = a.box.intersection(b.box)
    return Mask(a.frame, box, np.minimum(a.window(box), b.window(box)))


def subtract(a: Mask, b: Mask) -> Mask:
    """`a` where `b` is not: min(a, 255 - b)."""
    _same_frame(a, b)
    return Mask(a.frame, a.box, np.minimum(a.pixels, np.bitwise_not(b.window(a.box))))


def invert(mask: Mask) -> Mask:
    """255 - mask over the whole frame: the one operation whose cost follows the frame."""
    return Mask(mask.frame, mask.frame.box, np.bitwise_not(mask.full()))


def stroke(frame: Size, points: Sequence[Point], radius: float) -> Mask:
    """What a round brush of `radius` px covers along `points`, to within a pixel at the rim."""
    reach = math.ceil(radius) + 1
    xs, ys = [point.x for point in points], [point.y for point in points]
    outer = Box(math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)) + 1, math.ceil(max(ys)) + 1)
    box = outer.padded(reach).intersection(frame.box)
    pixels = np.zeros((box.height, box.width), np.uint8)
    # OpenCV's coordinates name pixel centres, ours pixel corners: half a pixel apart.
    scaled = [[(x - box.x0 - 0.5) * 2**_STROKE_SHIFT, (y - box.y0 - 0.5) * 2**_STROKE_SHIFT] for x, y in zip(xs, ys)]
    path = np.rint(np.array(scaled)).astype(np.int32).reshape(-1, 1, 2)
    if pixels.size:
        path = np.concatenate([path, path[-1:]])  # a lone point is a line to itself: OpenCV caps it round
        cv2.polylines(pixels, [path], False, (255,), max(1, round(2 * radius)), cv2.LINE_8, _STROKE_SHIFT)
    return trimmed(Mask(frame, box, pixels))


def distance_outside(mask: Mask, reach: int) -> tuple[Box, F32]:
    """Exact Euclidean distance in px to the nearest set pixel's centre, 0 on it.

    float32 HxW of the mask's box padded by `reach` px (cut at the frame). Felzenszwalb & Huttenlocher 2012, by OpenCV.
    """
    mask = trimmed(mask)
    box = mask.box.padded(reach).intersection(mask.frame.box)
    if mask.box.empty:
        return EMPTY, np.zeros((0, 0), np.float32)
    return box, _distance_to_zero(_compared(mask.window(box), 0, cv2.CMP_EQ))


def grow(mask: Mask, radius: float) -> Mask:
    """Every pixel within `radius` px of a set one; a negative radius shrinks. Binary, exact discs.

    The picture's edge is no background: what touches it does not shrink away from it.
    """
    if radius < 0:
        return _shrunk(mask, -radius)
    box, distance = distance_outside(mask, math.floor(radius))
    return Mask(mask.frame, box, _compared(distance, radius, cv2.CMP_LE))


def smooth(mask: Mask, radius: float) -> Mask:
    """Opened, then closed, by a disc of `radius` px: specks and hair off, notches and gaps closed."""
    opened = grow(grow(mask, -radius), radius)
    return union(opened, grow(grow(opened, radius), -radius))


def fill_holes(mask: Mask) -> Mask:
    """Set every unset pixel that no path of unset 4-neighbours joins to the outside of the mask's box. Binary."""
    mask = trimmed(mask)
    if mask.box.empty:
        return mask
    padded = np.pad(binary(mask.pixels), 1)
    cv2.floodFill(padded, None, (0, 0), (1,))
    return Mask(mask.frame, mask.box, binary(padded[1:-1, 1:-1] != 1))


def drop_specks(mask: Mask, min_area: int) -> Mask:
    """Without the pieces (8-connected) of fewer than `min_area` px. Binary."""
    mask = trimmed(mask)
    if mask.box.empty:
        return mask
    _, labels, stats, _ = cv2.connectedComponentsWithStats(binary(mask.pixels), connectivity=8)
    kept = np.where(stats[:, cv2.CC_STAT_AREA] >= min_area, np.uint8(255), np.uint8(0))
    kept[0] = 0  # the background
    return trimmed(Mask(mask.frame, mask.box, kept[labels]))


def grown_and_feathered(selection: Mask, grow_px: float, feather_px: float, ramp: str = "linear") -> tuple[Mask, Mask]:
    """The grown selection (binary) and its blend mask (0..255).

    The blend mask is 255 on the grown selection and falls to 0 over `feather_px` outside it: "linear" with the
    distance, or "smooth" (3t² - 2t³), which has no crease at either end.
    """
    if not feather_px:
        grown = grow(selection, grow_px)
        return grown, grown
    if grow_px < 0:
        grown = grow(selection, grow_px)
        box, distance = distance_outside(grown, math.ceil(feather_px))
        return grown, trimmed(Mask(selection.frame, box, _ramp(distance, 0, feather_px, ramp)))
    # one distance transform serves both
    box, distance = distance_outside(selection, math.ceil(grow_px + feather_px))
    grown = trimmed(Mask(selection.frame, box, _compared(distance, grow_px, cv2.CMP_LE)))
    return grown, trimmed(Mask(selection.frame, box, _ramp(distance, grow_px, feather_px, ramp)))


def _ramp(distance: F32, start: float, width: float, kind: str) -> U8:
    """255 up to `start` px, falling to 0 at `start + width`; uint8 of `distance`'s shape. Few passes: it is the
    dearest step of a preview after the distance itself.
    """
    if not distance.size:
        return np.zeros(distance.shape, np.uint8)
    near = cv2.threshold(distance, start + width, 0, cv2.THRESH_TRUNC)[1]  # below, the scaled value is not negative
    if kind == "linear":
        return np.asarray(cv2.convertScaleAbs(near, None, -255 / width, 255 * (1 + start / width)), np.uint8)
    t = np.minimum(1 + (start - near) / np.float32(width), 1)
    return np.asarray(cv2.convertScaleAbs(t * t * (3 - 2 * t), None, 255), np.uint8)


def _compared(pixels: NDArray[Any], value: float, how: int) -> U8:
    """0/255 uint8 HxW of a comparison with one number; OpenCV's, which writes no array of truth values in between."""
    if pixels.size <= 4:  # OpenCV takes these for colours
        return np.asarray(255 * _NUMPY_COMPARE[how](pixels, value), np.uint8)
    return np.asarray(cv2.compare(pixels, value, how), np.uint8)  # type: ignore[call-overload]


def _shrunk(mask: Mask, radius: float) -> Mask:
    mask = trimmed(mask)
    if mask.box.empty:
        return mask
    box = mask.box.padded(1).intersection(mask.frame.box)
    window = binary(mask.window(box))
    if window.all():
        return Mask(mask.frame, box, window)
    return trimmed(Mask(mask.frame, box, _compared(_distance_to_zero(window), radius, cv2.CMP_GT)))


def _distance_to_zero(pixels: U8) -> F32:
    distance = np.asarray(cv2.distanceTransform(pixels, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)
    # OpenCV's last bit changes with where the pixels lie in memory, and half levels of a ramp tip with it. Squares of
    # distances between pixels are whole numbers: from those the same mask always gives the same distances.
    np.multiply(distance, distance, out=distance)
    np.rint(distance, out=distance)
    return np.sqrt(distance, out=distance)


def _same_frame(a: Mask, b: Mask) -> None:
    if a.frame != b.frame:
        raise ValueError(f"masks of different frames: {a.frame} and {b.frame}")
