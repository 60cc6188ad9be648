"""A hole in pieces, each of which is filled by itself: what lies far apart need not share one reduced size."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Box, Size

U8 = NDArray[np.uint8]
Piece = tuple[Box, NDArray[np.bool_]]
"""A box, and which of its pixels belong to the piece."""

CELL_PX = 512
"""Components whose middles lie in one cell of this side are one piece."""
THIN_PX = 16
"""A hole that is nowhere deeper, of scratches and specks, is cut along the cells: its surroundings are always near."""


def pieces(hole: U8) -> Iterator[Piece]:
    """The pieces of a hole (HxW, nonzero inside), by rows of cells; together they are the hole, and none overlap."""
    x, y, width, height = cv2.boundingRect(hole)
    if not width:
        return
    inside = (hole[y : y + height, x : x + width] > 0).astype(np.uint8)
    if max(width, height) <= CELL_PX:
        yield Box(x, y, x + width, y + height), inside > 0
        return
    is_thin = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, cv2.DIST_MASK_3).max() <= THIN_PX
    for box, part in _by_cell(inside) if is_thin else _by_component(inside):
        yield box.moved(x, y), part


def _by_cell(inside: U8) -> Iterator[Piece]:
    frame = Size(inside.shape[1], inside.shape[0]).box
    for top in range(0, frame.height, CELL_PX):
        for left in range(0, frame.width, CELL_PX):
            cell = Box(left, top, left + CELL_PX, top + CELL_PX).intersection(frame)
            x, y, width, height = cv2.boundingRect(inside[cell.slices])
            if width:
                box = Box(x, y, x + width, y + height).moved(left, top)
                yield box, inside[box.slices] > 0


def _by_component(inside: U8) -> Iterator[Piece]:
    count, labels, stats, middles = cv2.connectedComponentsWithStats(inside, connectivity=8)
    cells: dict[tuple[int, int], list[int]] = {}
    for label in range(1, count):
        across, down = middles[label] // CELL_PX
        cells.setdefault((int(down), int(across)), []).append(label)
    for _, members in sorted(cells.items()):
        boxes = [Box(x, y, x + width, y + height) for x, y, width, height, _ in stats[members].tolist()]
        box = boxes[0]
        for other in boxes[1:]:
            box = box.union(other)
        yield box, np.isin(labels[box.slices], members)
