"""Which part of the picture is painted and at what size; and pixels and masks brought to that size and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import EMPTY, Box, Size
from click_inpaint.mask import Mask, binary

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

CELL = 8
"""The side of one latent pixel in working pixels."""
BAND_MARGIN = 1
COARSE = 64
"""Working sides that are multiples of this suit every checkpoint best."""
MAX_ASPECT = 2.0
ASPECT_TOLERANCE = 0.05
MAX_ZOOM = 4
"""The most working pixels per picture pixel. To enlarge a crop even more would show no more detail."""
MIN_SIDE = 64
"""The shortest working side in pixels."""
MAX_AREA = 2
"""A working size has at most so many times the sliders' area. A longer strip is squeezed, since no GPU
could hold it.
"""
MAX_WHOLE = 4
"""Up to so many times its pixels a picture is enlarged as a whole, even where only a part of it is needed."""
_SUPPORT = 4  # Lanczos reads so many pixels on either side
_VECTOR = 16  # pixels of a row that OpenCV computes at once, at most


@dataclass(frozen=True)
class Plan:
    """The part of the picture that is painted, and the size it is painted at."""

    crop: Box
    working: Size

    @property
    def zoom(self) -> float:
        """Working pixels per picture pixel, along the side where they are fewer. Above 1, the crop is enlarged."""
        return min(self.working.width / self.crop.width, self.working.height / self.crop.height)

    def __str__(self) -> str:
        return f"crop {self.crop.size} → paint {self.working} → back"


def plan(box: Box, frame: Size, area: Size, padding: int, context: Box = EMPTY) -> Plan:
    """Plan the crop around `box` (of the blend mask) with `padding` px of context, painted with `area`'s pixel count.
    The crop also holds the box `context`, which lies in the frame.

    The crop has exactly the aspect of the working size, and its sides are at least a quarter of the working ones,
    unless the picture is too small for that.
    """
    wanted = box.padded(padding).intersection(frame.box).union(context)
    working = working_size(clamp(wanted.size.aspect, 1 / MAX_ASPECT, MAX_ASPECT), area)
    size = _smallest_of_aspect(wanted.size, working)
    if size.width > frame.width or size.height > frame.height:
        size = Size(min(size.width, frame.width), min(size.height, frame.height))
        working = _multiples(size.aspect, area, CELL)
    return Plan(_around(wanted, size, frame), working)


def whole(frame: Size, area: Size) -> Plan:
    """The plan that paints the whole picture."""
    return Plan(frame.box, working_size(frame.aspect, area))


def working_size(aspect: float, area: Size) -> Size:
    """A width and height of about `area`'s pixel count: multiples of 64 where those keep `aspect` to 5 %, else of 8.

    Where the short side would fall below MIN_SIDE, the size has up to MAX_AREA times that count. Where even that is too
    little, it does not keep `aspect`.
    """
    coarse = _multiples(aspect, area, COARSE)
    return coarse if abs(coarse.aspect / aspect - 1) <= ASPECT_TOLERANCE else _multiples(aspect, area, CELL)


def resize(image: U8, size: Size, part: Box | None = None) -> U8:
    """HxW[x3] uint8 at `size`: an axis that shrinks goes through the area filter, one that grows through Lanczos.

    With `part`, only the pixels of that box of the resized picture: to the bit those that the whole has there. Where
    the picture grows to more than MAX_WHOLE times its pixels, only the rows and columns that `part` needs are computed.
    """
    part = size.box if part is None else part
    height, width = image.shape[:2]
    shrunk = Size(min(size.width, width), min(size.height, height))
    if shrunk != Size(width, height):
        image = np.asarray(cv2.resize(image, (shrunk.width, shrunk.height), interpolation=cv2.INTER_AREA), np.uint8)
    if part.empty or shrunk == size:
        return image[part.slices]
    return _enlarged(image, size, part)


def model_mask(blend: Mask, planned: Plan) -> U8:
    """What the sampler may repaint: uint8 HxW (0/255) of the working size, made of whole 8×8 cells.

    A cell is set when any picture pixel that it touches has blend > 0, so that the mask loses no pixel.
    """
    inside = binary(blend.window(planned.crop))
    rows = _cover(inside, planned.working.height // CELL)
    cells = _cover(rows.T, planned.working.width // CELL).T
    return np.asarray(cells.repeat(CELL, axis=0).repeat(CELL, axis=1), np.uint8)


def band(grown: Mask, model: U8, planned: Plan) -> NDArray[np.bool_]:
    """The background that is repainted: pixels that the model mask sets and the grown selection does not touch; HxW
    bool of the working size.

    Within BAND_MARGIN working pixels of either edge none are set: resampling mixes those with what lies beyond.
    """
    kernel = np.ones((2 * BAND_MARGIN + 1, 2 * BAND_MARGIN + 1), np.uint8)
    return np.asarray((cv2.erode(model, kernel) != 0) & (cv2.dilate(cover(grown, planned), kernel) == 0), np.bool_)


def cover(mask: Mask, planned: Plan) -> U8:
    """How much of each working pixel a mask covers: HxW uint8 of the working size."""
    size = (planned.working.width, planned.working.height)
    return np.asarray(cv2.resize(mask.window(planned.crop), size, interpolation=cv2.INTER_AREA), np.uint8)


def clamp(value: float, low: float, high: float) -> float:
    """`value`, or the nearer end of the range where it lies outside."""
    return min(max(value, low), high)


def _cover(pixels: U8, bins: int) -> U8:
    """The maximum over the rows that each of `bins` equal parts touches: bins x W, by exact integer arithmetic."""
    length = pixels.shape[0]
    covered = np.empty((bins, pixels.shape[1]), np.uint8)
    for bin_ in range(bins):  # over a large picture, much quicker than one call of reduceat for all
        pixels[bin_ * length // bins : -(-(bin_ + 1) * length // bins)].max(axis=0, out=covered[bin_])
    return covered


def _multiples(aspect: float, area: Size, unit: int) -> Size:
    """The size of multiples of `unit` that comes nearest to the aspect and the area; the aspect counts more."""
    ideal = math.sqrt(area.area * aspect)
    low = max(unit, MIN_SIDE)
    high = max(low, MAX_AREA * area.area // low // unit * unit)

    def side(length: float) -> list[int]:
        return [int(clamp((math.floor(length / unit) + step) * unit, low, high)) for step in (0, 1)]

    sizes = [Size(width, height) for width in side(ideal) for height in side(width / aspect)]
    return min(sizes, key=lambda size: abs(math.log(size.aspect / aspect)) + 0.1 * abs(math.log(size.area / area.area)))


def _smallest_of_aspect(wanted: Size, working: Size) -> Size:
    """The smallest size of exactly the working aspect that holds `wanted`, at least a quarter of the working size."""
    unit = math.gcd(working.width, working.height)
    across, down = working.width // unit, working.height // unit
    count = max(-(-wanted.width // across), -(-wanted.height // down), -(-unit // MAX_ZOOM))
    return Size(across * count, down * count)


def _around(wanted: Box, size: Size, frame: Size) -> Box:
    """A box of `size` centred on `wanted`, shifted into the frame."""
    x0 = wanted.x0 - (size.width - wanted.width) // 2
    y0 = wanted.y0 - (size.height - wanted.height) // 2
    x0 = min(max(x0, 0), frame.width - size.width)
    y0 = min(max(y0, 0), frame.height - size.height)
    return Box(x0, y0, x0 + size.width, y0 + size.height)


def _enlarged(image: U8, size: Size, part: Box) -> U8:
    """`part` of `image` (HxW[x3]) at `size`, which is no smaller. It is computed in float32 by Lanczos over 8 pixels,
    and rounded once.
    """
    height, width = image.shape[:2]
    if size.area <= MAX_WHOLE * width * height:
        enlarged = _lanczos(image.astype(np.float32), size)[part.slices]
    else:  # one axis after the other: an axis that was cut before it is resized would be out of phase
        columns = _needed(part.x0, part.x1, width, size.width)
        tall = _lanczos(image[:, columns].astype(np.float32), Size(columns.stop - columns.start, size.height))
        rows = np.zeros((part.height, *image.shape[1:]), np.float32)
        rows[:, columns] = tall[part.y0 : part.y1]
        enlarged = _lanczos(rows, Size(size.width, part.height))[:, part.x0 : part.x1]
    return np.asarray(cv2.convertScaleAbs(np.maximum(enlarged, 0)), np.uint8)


def _needed(start: int, stop: int, length: int, new: int) -> slice:
    """The pixels of a side that Lanczos reads for those from `start` to `stop`, when it resizes the side from `length`
    to `new`.
    """
    first, last = start * length // new - _SUPPORT, -(-stop * length // new) + _SUPPORT
    # OpenCV rounds differently in its vector code and in its loop for the end of a row, so that both must meet the same
    # pixels as in the whole picture.
    return slice(max(0, (first // _VECTOR - 1) * _VECTOR), min(length, (-(-last // _VECTOR) + 1) * _VECTOR))


def _lanczos(image: F32, size: Size) -> F32:
    return np.asarray(cv2.resize(image, (size.width, size.height), interpolation=cv2.INTER_LANCZOS4), np.float32)
