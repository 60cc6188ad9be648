"""Clicks and boxes on an area of one colour, where no cut can find anything: the answer to a click is the area, as far
as its colour goes, and the answer to a box is the box.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from click_inpaint.geometry import Box, Point
from click_inpaint.mask import binary, from_array
from click_inpaint.segment.base import Candidate, Prompt
from click_inpaint.segment.grabcut.bounded import FLAT, is_flat
from click_inpaint.segment.grabcut.outline import obeying
from click_inpaint.segment.grabcut.views import Bool, Bounds, Pyramid, View

REACH = 0.17
"""How far around a click all must have one colour, in extents of the picture."""
SCORE = 0.5
"""Of the area: nothing tells how likely it is that it was meant as an object."""


def flat_answer(whole: Pyramid, prompt: Prompt, bounds: Bounds | None) -> tuple[Candidate, ...]:
    """One candidate where `bounds` (the prompt's box), or what is near every include click, has one colour; else none.

    Near is as far as REACH says.
    """
    reach = REACH * whole.extent
    looked_at = [bounds] if bounds else [_around(point, reach) for point in prompt.include]
    if not looked_at or not all(_is_flat(whole, place) for place in looked_at):
        return ()
    areas = [_filled(whole, bounds)] if bounds else [_area(whole, point) for point in prompt.include]
    box = areas[0][1]
    for _, other in areas[1:]:
        box = box.union(other)
    pixels = np.logical_or.reduce([area[box.slices] for area, _ in areas])
    if prompt.exclude:
        pixels = _without(pixels, View(box.x0, box.y0, 1.0, box.size), prompt)
    return (Candidate(from_array(binary(pixels), whole.size, box), SCORE),)


def _around(point: Point, reach: float) -> Bounds:
    return point.x - reach, point.y - reach, point.x + reach, point.y + reach


def _is_flat(whole: Pyramid, place: Bounds) -> bool:
    level = whole.levels[0]
    height, width = level.lab.shape[:2]
    x0, x1 = max(0, math.floor(place[0] * level.scale_x)), min(width, math.ceil(place[2] * level.scale_x))
    y0, y1 = max(0, math.floor(place[1] * level.scale_y)), min(height, math.ceil(place[3] * level.scale_y))
    return is_flat(level.lab[y0:y1, x0:x1])


def _filled(whole: Pyramid, bounds: Bounds) -> tuple[Bool, Box]:
    """Bool HxW of the frame: all of `bounds`; and its box."""
    box = Box(*map(round, bounds)).intersection(whole.size.box)
    marked = np.zeros(whole.image.shape[:2], bool)
    marked[box.slices] = True
    return marked, box


def _area(whole: Pyramid, point: Point) -> tuple[Bool, Box]:
    """Bool HxW of the frame: what is joined to the pixel under `point` by pixels of its colour; and the box of it."""
    height, width = whole.image.shape[:2]
    marked = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | (1 << 8) | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE
    seed, reach = (math.floor(point.x), math.floor(point.y)), (FLAT,) * 3
    image = np.require(whole.image, requirements="W")  # OpenCV asks for it, although it writes into the mask alone
    _, _, _, (x, y, columns, rows) = cv2.floodFill(image, marked, seed, (0, 0, 0), reach, reach, flags)
    return marked[1:-1, 1:-1].astype(bool), Box(x, y, x + columns, y + rows)


def _without(pixels: Bool, seen: View, prompt: Prompt) -> Bool:
    """Where one colour holds clicks of both kinds, each pixel goes by the nearest."""
    inside = Box(int(seen.x0), int(seen.y0), int(seen.x0) + seen.size.width, int(seen.y0) + seen.size.height)
    met = tuple(point for point in prompt.exclude if _covered(pixels, inside, point))
    if met:
        pixels = pixels & (seen.distance(prompt.include) <= seen.distance(met))
    return obeying(pixels, seen, prompt, 0)


def _covered(pixels: Bool, box: Box, point: Point) -> bool:
    column, row = math.floor(point.x) - box.x0, math.floor(point.y) - box.y0
    return 0 <= row < box.height and 0 <= column < box.width and bool(pixels[row, column])
