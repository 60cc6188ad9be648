"""Masks that are drawn along a path: the stroke of a brush, the polygon of a lasso."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Box, Point, Size
from click_inpaint.mask.base import Mask, nothing, trimmed

F64 = NDArray[np.float64]
Ints = NDArray[np.intp]

_STROKE_SHIFT = 4  # fractional bits of a stroke's coordinates: 1/16 px


def stroke(frame: Size, points: Sequence[Point], radius: float) -> Mask:
    """What a round brush of `radius` px covers along `points`, to within a pixel at the rim."""
    reach = math.ceil(radius) + 1
    xs, ys = [point.x for point in points], [point.y for point in points]
    outer = Box(math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)) + 1, math.ceil(max(ys)) + 1)
    box = outer.padded(reach).intersection(frame.box)
    pixels = np.zeros((box.height, box.width), np.uint8)
    # OpenCV's coordinates count from pixel centres, ours from pixel corners: they lie half a pixel apart
    scaled = [[(x - box.x0 - 0.5) * 2**_STROKE_SHIFT, (y - box.y0 - 0.5) * 2**_STROKE_SHIFT] for x, y in zip(xs, ys)]
    path = np.rint(np.array(scaled)).astype(np.int32).reshape(-1, 1, 2)
    if pixels.size:
        path = np.concatenate([path, path[-1:]])  # OpenCV gives a line from a point to itself round ends
        cv2.polylines(pixels, [path], False, (255,), max(1, round(2 * radius)), cv2.LINE_8, _STROKE_SHIFT)
    return trimmed(Mask(frame, box, pixels))


def polygon(frame: Size, points: Sequence[Point]) -> Mask:
    """The pixels whose centre lies inside the closed path along `points`, by the even-odd rule.

    Points may lie outside the frame. A centre exactly on the path counts as inside if the inside is to its right or
    below it, so that polygons which share an edge neither overlap nor leave a gap.
    """
    if not points:
        return nothing(frame)
    xs, ys = [point.x for point in points], [point.y for point in points]
    outer = Box(math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys)))
    box = outer.intersection(frame.box)
    rows, columns = _crossings(np.array([xs, ys], np.float64), box)
    # Each crossing inverts its row from its column on. The last column takes up crossings to the right of the box.
    turns = np.zeros((box.height, box.width + 1), np.uint8)
    np.bitwise_xor.at(turns, (rows, columns), 255)
    inside = np.bitwise_xor.accumulate(turns, axis=1, out=turns)[:, :-1]
    return trimmed(Mask(frame, box, np.ascontiguousarray(inside)))


def _crossings(path: F64, box: Box) -> tuple[Ints, Ints]:
    """Where a closed path (2xN, x and y) crosses the lines through pixel centres of `box`: the row, and the first
    column whose centre is not left of the crossing (clipped to 0..width), both counted from the box's corner.
    """
    (ax, ay), (bx, by) = path, np.roll(path, -1, axis=1)
    first, end = (np.ceil(edge(ay, by) - 0.5).clip(box.y0, box.y1).astype(np.intp) for edge in (np.minimum, np.maximum))
    counts = end - first
    edges = np.repeat(np.arange(len(counts)), counts)
    rows = np.arange(len(edges)) - np.repeat(counts.cumsum() - counts, counts) + first[edges]
    along = (rows + 0.5 - ay[edges]) * (bx - ax)[edges] / (by - ay)[edges]
    columns = np.ceil(ax[edges] + along - 0.5).clip(box.x0, box.x1).astype(np.intp)
    return rows - box.y0, columns - box.x0
