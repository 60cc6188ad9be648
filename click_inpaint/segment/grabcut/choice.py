"""Which windows to look at for a prompt, and which of the looks to believe."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from click_inpaint.geometry import Box, Point, Size
from click_inpaint.segment.grabcut.look import Look
from click_inpaint.segment.grabcut.views import Bool, Bounds, View

CLOSER = 3.0  # each further look at clicks shows so many times less
SMALLEST_PX = 64  # the longer side of the smallest window, in picture px
MOST_LOOKS = 5
HOLD = 1.5  # a window is so many times as large as what it must hold
MARGIN = 0.35  # around an object or a box, in sides; a short side counts as SLIM of the long one
SLIM = 0.6
NEARLY_ALL = 0.7  # of a window: a closer look at so much of it would show nothing new
CUT_OFF = 2.0  # how much a look loses for an object whose outline runs all along its window's edge
ALL_AROUND = 1.5  # how much it loses for what fills most of the frame's edge: more likely what lies behind the object
EDGE_SHARE = 0.6
DEEPER = 0.3  # how much it loses for each step closer: wholes come before parts
SAME = 0.85  # the intersection over union from which two looks count as one
COMMON_SIDE_PX = 192  # of the view in which they are compared
NO_MERIT = -9.0


def windows(frame: Size, points: Sequence[Point]) -> list[Box]:
    """The whole frame, and ever closer windows around the include clicks, all of which they hold."""
    out = [frame.box]
    x0, x1 = min(point.x for point in points), max(point.x for point in points)
    y0, y1 = min(point.y for point in points), max(point.y for point in points)
    for step in range(1, MOST_LOOKS):
        width, height = frame.width / CLOSER**step, frame.height / CLOSER**step
        if max(width, height) < SMALLEST_PX or width < HOLD * (x1 - x0) or height < HOLD * (y1 - y0):
            break
        left = min(max(0.0, (x0 + x1 - width) / 2), frame.width - width)
        top = min(max(0.0, (y0 + y1 - height) / 2), frame.height - height)
        box = Box(math.floor(left), math.floor(top), math.ceil(left + width), math.ceil(top + height))
        out.append(box.intersection(frame.box))
    return out


def around(bounds: Bounds, frame: Size) -> Box:
    """The window in which an object, or a box, is seen well: it with a margin."""
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    dx, dy = MARGIN * max(width, SLIM * height), MARGIN * max(height, SLIM * width)
    box = Box(
        math.floor(bounds[0] - dx), math.floor(bounds[1] - dy), math.ceil(bounds[2] + dx), math.ceil(bounds[3] + dy)
    )
    return box.intersection(frame.box)


def worth_it(window: Box, seen: Box) -> bool:
    """Whether a look at `window` shows more than the look at `seen` did."""
    return window.size.area < NEARLY_ALL * seen.size.area


def merit(found: Look, points: Sequence[Point], frame: Size) -> float:
    """How much a look is to be believed: how sure it is of its object, less what speaks against that. NO_MERIT where
    it finds nothing under the clicks.
    """
    if not any(found.finds(point) for point in points):
        return NO_MERIT
    behind = ALL_AROUND * (found.depth == 0 and _edge_share(found.inside) > EDGE_SHARE)
    return sureness(found) - CUT_OFF * _cut_off(found, frame) - behind - DEEPER * found.depth


def sureness(found: Look) -> float:
    """The mean of 2 · probability − 1 over the object, in [0, 1]."""
    if not found.inside.any():
        return 0.0
    return float(np.tanh(found.logits[found.inside] / 2).mean())


def _edge_share(inside: Bool) -> float:
    """The share of a window's edge that is set."""
    return float(np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]]).mean())


def _cut_off(found: Look, frame: Size) -> float:
    """The share of the object's outline that lies on the window's edge and not on the frame's."""
    inside, window = found.inside, found.window
    edges = (
        inside[:, 0].sum() * (window.x0 > 0),
        inside[0].sum() * (window.y0 > 0),
        inside[:, -1].sum() * (window.x1 < frame.width),
        inside[-1].sum() * (window.y1 < frame.height),
    )
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return float(sum(edges)) / (1 + max(cv2.arcLength(outline, True) for outline in outlines))


def distinct(looks: Sequence[Look], frame: Size, count: int) -> list[Look]:
    """Up to `count` of the looks, in the order given, of which no two show the same object."""
    chosen: list[Look] = []
    for one in looks:
        if len(chosen) < count and all(_overlap(one, other, frame) < SAME for other in chosen):
            chosen.append(one)
    return chosen


def _overlap(a: Look, b: Look, frame: Size) -> float:
    """The intersection over union of what two looks found, counted in the smaller of their windows' view, to which
    what lies outside it is added.
    """
    window = min(a.window, b.window, key=lambda box: box.size.area)
    scale = COMMON_SIDE_PX / max(window.width, window.height)
    size = Size(max(1, round(window.width * scale)), max(1, round(window.height * scale)))
    seen = View(window.x0, window.y0, scale, size)
    first, second = (one.onto(seen) > 0 for one in (a, b))
    areas = [_area(one, frame) * scale * scale for one in (a, b)]
    both = float((first & second).sum())
    return both / max(1.0, sum(areas) - both)


def _area(found: Look, frame: Size) -> float:
    """The object's area in picture px."""
    return float(found.inside.sum()) * found.window.size.area / found.inside.size
