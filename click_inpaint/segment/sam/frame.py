"""Between a picture's frame and the square that SAM sees: the picture into it, a mask's logits out of it."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import EMPTY, Box, Size
from click_inpaint.mask import Mask, binary, from_array, nothing

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

NEIGHBOURS = 2
"""Logits further than this many cells from a positive one cannot make a pixel positive: two enlargements, a cell
each."""
LOGITS_BYTES = 3 * 256 * 256 * 4
"""Of the float32 logits of three masks."""
ALIGNING_PX = 128
"""How far, in pixels of the square, a part may be widened until its edge falls on a pixel's edge of the picture."""
ALIGNED_PX = 0.01
"""How far from it is near enough."""


def fitted_size(size: Size, side: int) -> Size:
    """`size` with its longer side brought to `side` px, rounded as segment-anything's ResizeLongestSide rounds."""
    scale = side / max(size.width, size.height)
    return Size(max(1, int(size.width * scale + 0.5)), max(1, int(size.height * scale + 0.5)))


def fit(image: U8, side: int) -> U8:
    """HxWx3 uint8 brought to `fitted_size`: by area where it shrinks, as the antialiased bilinear filter of SAM's own
    resize does nearly, by bilinear where it grows.
    """
    size = Size(image.shape[1], image.shape[0])
    fitted = fitted_size(size, side)
    if fitted == size:
        return image
    shrinks = fitted.width < size.width
    filtered = cv2.resize(
        image, (fitted.width, fitted.height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    return np.asarray(filtered, np.uint8)


def enlarged(logits: F32, size: Size, fitted: Size, side: int) -> Mask:
    """Binary mask of a picture of `size` from float32 SxS logits of the padded square of `side` px.

    As segment_anything's Sam.postprocess_masks: enlarged to the square, cut to `fitted`, brought to the picture, cut at
    0, both times bilinear; but only where a logit is positive.
    """
    cell = side // logits.shape[0]
    inside = logits[: -(-fitted.height // cell) + 1, : -(-fitted.width // cell) + 1]
    x, y, width, height = cv2.boundingRect((inside > 0).view(np.uint8))
    across = _span((x - NEIGHBOURS) * cell, (x + width + NEIGHBOURS) * cell, fitted.width, size.width)
    down = _span((y - NEIGHBOURS) * cell, (y + height + NEIGHBOURS) * cell, fitted.height, size.height)
    if not width or not across or not down:
        return nothing(size)
    (x0, x1, to_x0, to_x1), (y0, y1, to_y0, to_y1) = across, down
    square = _enlarged_part(logits, Box(x0, y0, x1, y1), cell)
    if (to_x1 - to_x0, to_y1 - to_y0) != (x1 - x0, y1 - y0):
        square = np.asarray(
            cv2.resize(square, (to_x1 - to_x0, to_y1 - to_y0), interpolation=cv2.INTER_LINEAR), np.float32
        )
    return from_array(binary(square > 0), size, Box(to_x0, to_y0, to_x1, to_y1))


def coarse(logits: F32, size: Size, fitted: Size, side: int) -> tuple[Box, U8]:
    """The positive logits of `enlarged` as they are: their box in a picture of `size`, and its cells, uint8 0/255."""
    cell = side // logits.shape[0]
    cells = Size(-(-fitted.width // cell), -(-fitted.height // cell))
    positive = binary(logits[: cells.height, : cells.width] > 0)
    x, y, width, height = cv2.boundingRect(positive)
    if not width:
        return EMPTY, positive[:0, :0]
    across, down = cell * size.width / fitted.width, cell * size.height / fitted.height
    x0, y0 = min(int(x * across), size.width - 1), min(int(y * down), size.height - 1)
    x1, y1 = math.ceil((x + width) * across), math.ceil((y + height) * down)
    return Box(x0, y0, x1, y1).intersection(size.box), positive[y : y + height, x : x + width]


def _enlarged_part(logits: F32, part: Box, cell: int) -> F32:
    """The pixels of `part` of the enlarged square; a margin of one cell keeps the cut edges out of it."""
    rows, columns = logits.shape
    x0, y0 = max(0, part.x0 // cell - 1), max(0, part.y0 // cell - 1)
    x1, y1 = min(columns, -(-part.x1 // cell) + 1), min(rows, -(-part.y1 // cell) + 1)
    cells = logits[y0:y1, x0:x1]
    whole = cv2.resize(cells, ((x1 - x0) * cell, (y1 - y0) * cell), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[part.within(Box(x0 * cell, y0 * cell, x1 * cell, y1 * cell))], np.float32)


def _span(low: int, high: int, length: int, target: int) -> tuple[int, int, int, int] | None:
    """[low, high) of an axis of `length` px, widened, and the pixels that it becomes on one of `target` px.

    Resizing a part gives the whole's pixels where the part's edges fall on edges between the target's pixels. They do
    at 0 and `length`; elsewhere the next edge that nearly does is taken, or the best in reach.
    """
    low, high = max(0, low), min(length, high)
    if low >= high:
        return None
    scale = target / length
    reach = max(ALIGNING_PX, math.ceil(ALIGNING_PX / scale))
    start = _aligned(range(low, max(-1, low - reach), -1), scale)
    end = _aligned(range(high, min(length, high + reach) + 1), scale)
    return start, end, round(start * scale), round(end * scale)


def _aligned(edges: range, scale: float) -> int:
    """The first of the edges that, scaled, is a whole number, or the nearest to one."""

    def off(edge: int) -> float:
        return abs(edge * scale - round(edge * scale))

    near = next((edge for edge in edges if off(edge) < ALIGNED_PX), None)
    return min(edges, key=off) if near is None else near
