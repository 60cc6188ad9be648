"""A look at one window of the picture: what the network says about it, in the picture's own px."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from click_inpaint.geometry import Box, Point, Size
from click_inpaint.mask import F32
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut import network
from click_inpaint.segment.grabcut.views import Bool, Bounds, Pyramid, View, lab_around

NOTHING = -8.0
LIKELY = 1.0  # short of cut.OPEN_LOGIT
"""The logit of what lies outside a look's window."""


@dataclass(frozen=True, eq=False)
class Look:
    """Logits (float32 HxW) that stretch over a window of the picture, and how many steps closer it is than the first
    look, which shows the whole frame.
    """

    window: Box
    logits: F32
    depth: int = 0

    @cached_property
    def inside(self) -> Bool:
        """Where the object is more likely than not; bool HxW."""
        return np.asarray(self.logits > 0)

    @cached_property
    def bounds(self) -> Bounds | None:
        """The object's box in picture px; None where there is nothing."""
        x, y, width, height = cv2.boundingRect(self.inside.astype(np.uint8))
        if not width:
            return None
        sx, sy = self._px_per_cell
        x0, y0 = self.window.x0 + x * sx, self.window.y0 + y * sy
        return x0, y0, x0 + width * sx, y0 + height * sy

    @property
    def area(self) -> float:
        """The object's area in px² of the picture."""
        sx, sy = self._px_per_cell
        return float(self.inside.sum()) * sx * sy

    def finds(self, point: Point) -> bool:
        """Whether a point of the picture lies on the object."""
        sx, sy = self._px_per_cell
        column, row = math.floor((point.x - self.window.x0) / sx), math.floor((point.y - self.window.y0) / sy)
        height, width = self.logits.shape
        return 0 <= row < height and 0 <= column < width and bool(self.inside[row, column])

    def onto(self, seen: View) -> F32:
        """The logits as a view shows them; NOTHING outside the window. float32 HxW."""
        sx, sy = self._px_per_cell
        ax, ay = 1 / (seen.scale * sx), 1 / (seen.scale * sy)
        matrix = np.array(
            [
                [ax, 0, 0.5 * ax + (seen.x0 - self.window.x0) / sx - 0.5],
                [0, ay, 0.5 * ay + (seen.y0 - self.window.y0) / sy - 0.5],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        # what is at the window's edge goes on for a cell: the centre of the last one lies half a cell inside
        padded = np.pad(self.logits, 1, mode="edge")
        matrix[:, 2] += 1
        out = cv2.warpAffine(
            padded, matrix, (seen.size.width, seen.size.height), flags=flags, borderValue=(NOTHING,) * 4
        )
        return np.asarray(out, np.float32)

    @property
    def _px_per_cell(self) -> tuple[float, float]:
        height, width = self.logits.shape
        return self.window.width / width, self.window.height / height


def look(
    whole: Pyramid, window: Box, prompt: Prompt, side_px: int, before: Look | None = None, mirrored: bool = False
) -> Look:
    """What the network says about a window (not empty, within the frame), seen at about `side_px`, a multiple of
    network.STEP_PX. It starts from what an earlier look `before` has found; `mirrored`, it sees the mirror image too.
    """
    size = _size_seen(window.size, side_px)
    rgb = _rgb(whole, window, size)
    asked = network.Asked(
        _discs(prompt.include, window, size),
        _discs(prompt.exclude, window, size),
        _box(prompt.box, window, size),
        np.zeros((size.height, size.width), np.float32) if before is None else _likely(before, window, size),
    )
    see = network.mirrored_logits if mirrored else network.logits
    return Look(window, see(rgb, asked))


def whole_box(window: Box, box: Box) -> Look:
    """A look at a window that takes all of a box for likely and nothing else, as OpenCV's own start from a rectangle
    does: for colours to decide where the network sees nothing.
    """
    logits = np.full((window.height, window.width), NOTHING, np.float32)
    logits[box.y0 - window.y0 : box.y1 - window.y0, box.x0 - window.x0 : box.x1 - window.x0] = LIKELY
    return Look(window, logits)


def _size_seen(window: Size, side_px: int) -> Size:
    scale = side_px / max(window.width, window.height) / network.STEP_PX
    width, height = (network.STEP_PX * max(1, round(side * scale)) for side in (window.width, window.height))
    return Size(width, height)


def _rgb(whole: Pyramid, window: Box, size: Size) -> F32:
    """The window, taken from what fits; float32 HxWx3 in [0, 1]."""
    scale = max(size.width / window.width, size.height / window.height)
    lab, left, top, sx, sy = lab_around(whole, (window.x0, window.y0, window.x1, window.y1), scale)
    x0, y0 = math.floor((window.x0 - left) * sx), math.floor((window.y0 - top) * sy)
    x1, y1 = math.ceil((window.x1 - left) * sx), math.ceil((window.y1 - top) * sy)
    part = lab[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    kind = cv2.INTER_AREA if part.shape[1] > size.width else cv2.INTER_LINEAR
    seen = cv2.cvtColor(cv2.resize(part, (size.width, size.height), interpolation=kind), cv2.COLOR_LAB2RGB)
    return np.asarray(seen, np.float32) / np.float32(255)


def _discs(points: tuple[Point, ...], window: Box, size: Size) -> F32:
    out = np.zeros((size.height, size.width), np.float32)
    rows, columns = np.ogrid[: size.height, : size.width]
    for point in points:
        x = (point.x - window.x0) * size.width / window.width
        y = (point.y - window.y0) * size.height / window.height
        out[np.hypot(columns - x, rows - y) <= network.CLICK_RADIUS_PX] = 1
    return out


def _box(box: Box | None, window: Box, size: Size) -> F32:
    out = np.zeros((size.height, size.width), np.float32)
    if box is not None:
        fx, fy = size.width / window.width, size.height / window.height
        x0, x1 = round((box.x0 - window.x0) * fx), round((box.x1 - window.x0) * fx)
        y0, y1 = round((box.y0 - window.y0) * fy), round((box.y1 - window.y0) * fy)
        out[max(0, y0) : max(y1, y0 + 1), max(0, x0) : max(x1, x0 + 1)] = 1
    return out


def _likely(before: Look, window: Box, size: Size) -> F32:
    """How likely the earlier look found each pixel of a window; float32 HxW in [0, 1]."""
    scale = size.width / window.width
    seen = View(window.x0, window.y0, scale, Size(size.width, max(1, round(window.height * scale))))
    chance = 1 / (1 + np.exp(-before.onto(seen)))
    return np.asarray(cv2.resize(chance, (size.width, size.height), interpolation=cv2.INTER_AREA), np.float32)
