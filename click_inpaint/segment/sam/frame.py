"""Between a picture's frame and the square that SAM sees: pictures are brought into it, the logits of masks
out of it.
"""

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
"""A logit that lies further than this many cells from every positive one cannot make a pixel positive: there are two
enlargements, each of which reaches one cell.
"""
LOGITS_BYTES = 3 * 256 * 256 * 4
"""Bytes of the float32 logits of three masks."""
ALIGNING_PX = 128
"""How far a part may be widened, in pixels of the square, until its edge falls on an edge between the
picture's pixels.
"""
ALIGNED_PX = 0.01
"""An edge that is as near as this to one between pixels counts as lying on it."""


def fitted_size(size: Size, side: int) -> Size:
    """`size` scaled so that its longer side is `side` px, rounded as by segment-anything's ResizeLongestSide."""
    scale = side / max(size.width, size.height)
    return Size(max(1, int(size.width * scale + 0.5)), max(1, int(size.height * scale + 0.5)))


def fit(image: U8, side: int) -> U8:
    """The picture (HxWx3 uint8) resized to `fitted_size`: bilinearly where it grows; where it shrinks by the area
    filter, which does nearly the same as the antialiased bilinear filter of SAM's own resize.
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
    """The binary mask of a picture of `size`, from float32 SxS logits of the padded square of `side` px.

    This follows segment_anything's Sam.postprocess_masks: the logits are enlarged to the square, cropped to `fitted`,
    resized to the picture (both times bilinearly), and compared with 0. Here only the part is computed in which a logit
    is positive.
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
    """The mask of `enlarged` without enlarging it: the box of the positive logits in a picture of `size`, and the cells
    in that box, uint8 HxW of 0 and 255.
    """
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
    """The pixels of `part` of the enlarged square. A margin of one cell is enlarged with it, since values at a cut edge
    would differ.
    """
    rows, columns = logits.shape
    x0, y0 = max(0, part.x0 // cell - 1), max(0, part.y0 // cell - 1)
    x1, y1 = min(columns, -(-part.x1 // cell) + 1), min(rows, -(-part.y1 // cell) + 1)
    cells = logits[y0:y1, x0:x1]
    whole = cv2.resize(cells, ((x1 - x0) * cell, (y1 - y0) * cell), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[part.within(Box(x0 * cell, y0 * cell, x1 * cell, y1 * cell))], np.float32)


def _span(low: int, high: int, length: int, target: int) -> tuple[int, int, int, int] | None:
    """The span [low, high) of an axis of `length` px, widened; and the span of pixels that it becomes on an axis of
    `target` px. None where the span is empty.

    A part that is resized by itself has the pixels of the whole if its edges fall on edges between the target's pixels.
    Those at 0 and `length` do. Elsewhere the next edge is taken that nearly does, or the best one in reach.
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
    """The first of the edges which is a whole number when it is scaled, else the one that comes nearest to that."""

    def off(edge: int) -> float:
        return abs(edge * scale - round(edge * scale))

    near = next((edge for edge in edges if off(edge) < ALIGNED_PX), None)
    return min(edges, key=off) if near is None else near
