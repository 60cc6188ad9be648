"""A picture as a pyramid of Lab colours, and views: small windows, in which a cut costs the same at any size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Point, Size
from click_inpaint.mask import F32, U8

Bool = NDArray[np.bool_]
Bounds = tuple[float, float, float, float]  # x0, y0, x1 and y1 in picture px

WORK_SIDE_PX = 1024  # the longer side of the finest level; finer edges are seen only when the outline is refined
COARSEST_SIDE_PX = 48


@dataclass(frozen=True, eq=False)
class Level:
    """The picture at one size: its Lab colours (uint8 HxWx3). The scales are level px per picture px."""

    lab: U8
    scale_x: float
    scale_y: float


@dataclass(frozen=True, eq=False)
class Pyramid:
    """GrabCut's embedding of a picture: the picture itself (uint8 HxWx3 RGB), and its levels, finest first."""

    image: U8
    levels: tuple[Level, ...]

    @cached_property
    def size(self) -> Size:
        """The picture's width and height."""
        return Size(self.image.shape[1], self.image.shape[0])

    @property
    def extent(self) -> float:
        """The side in px of a square with the picture's area, which relative radii refer to."""
        return math.sqrt(self.size.area)

    def level(self, scale: float) -> Level:
        """The coarsest level that has at least `scale` level px per picture px, or nearly so many."""
        fitting = [level for level in self.levels if level.scale_x >= 0.9 * scale]
        return fitting[-1] if fitting else self.levels[0]


@dataclass(frozen=True)
class View:
    """A window onto the picture. Its corner (x0, y0) is in picture px; it shows `scale` view px per picture px."""

    x0: float
    y0: float
    scale: float
    size: Size

    def at(self, point: Point) -> tuple[int, int]:
        """The column and row of a point of the picture, clamped into the view."""
        column = math.floor((point.x - self.x0) * self.scale)
        row = math.floor((point.y - self.y0) * self.scale)
        return min(max(column, 0), self.size.width - 1), min(max(row, 0), self.size.height - 1)

    def distance(self, points: tuple[Point, ...]) -> F32:
        """The distance in view px from each pixel's centre to the nearest of `points`, infinite where there are none;
        float32 HxW.
        """
        out = np.full((self.size.height, self.size.width), np.inf, np.float32)
        rows, columns = np.ogrid[: self.size.height, : self.size.width]
        for point in points:
            dx = columns + (0.5 - (point.x - self.x0) * self.scale)
            dy = rows + (0.5 - (point.y - self.y0) * self.scale)
            np.minimum(out, np.hypot(dx, dy).astype(np.float32), out=out)
        return out


@dataclass(frozen=True, eq=False)
class Region:
    """What was cut out: a set of pixels (bool HxW) of a view."""

    view: View
    pixels: Bool

    @cached_property
    def area(self) -> int:
        """The number of view pixels that are set."""
        return int(self.pixels.sum())

    @cached_property
    def radius(self) -> float:
        """The radius in picture px of a disc with the region's area."""
        return math.sqrt(self.area / math.pi) / self.view.scale

    @cached_property
    def bounds(self) -> Bounds:
        """The region's box in picture px; (0, 0, 0, 0) where no pixel is set."""
        x, y, width, height = cv2.boundingRect(self.pixels.astype(np.uint8))
        if not width:
            return 0.0, 0.0, 0.0, 0.0
        x0, y0 = self.view.x0 + x / self.view.scale, self.view.y0 + y / self.view.scale
        return x0, y0, x0 + width / self.view.scale, y0 + height / self.view.scale


def pyramid(image: U8) -> Pyramid:
    """The pyramid of a picture (uint8 HxWx3 RGB) of any size from 1x1 on."""
    height, width = image.shape[:2]
    shrink = min(1.0, WORK_SIDE_PX / max(height, width))
    current = _resized(image, shrink) if shrink < 1 else image
    levels = []
    while True:
        lab = np.asarray(cv2.cvtColor(current, cv2.COLOR_RGB2LAB), np.uint8)
        levels.append(Level(lab, current.shape[1] / width, current.shape[0] / height))
        if max(current.shape[:2]) <= COARSEST_SIDE_PX:
            return Pyramid(image, tuple(levels))
        current = _resized(current, 0.5)


def holding(bounds: Bounds, points: Sequence[Point]) -> Bounds:
    """The bounds, widened to hold the points."""
    xs, ys = [point.x for point in points], [point.y for point in points]
    return min([bounds[0], *xs]), min([bounds[1], *ys]), max([bounds[2], *xs]), max([bounds[3], *ys])


def view(whole: Pyramid, bounds: Bounds, pad: float, side_px: int) -> View:
    """The view of `bounds`, padded by `pad` (picture px) and cut at the frame. Its longer side has
    `side_px` view px.
    """
    width, height = whole.size.width, whole.size.height
    x0, y0 = min(max(0.0, bounds[0] - pad), width - 1.0), min(max(0.0, bounds[1] - pad), height - 1.0)
    x1, y1 = max(min(float(width), bounds[2] + pad), x0 + 1), max(min(float(height), bounds[3] + pad), y0 + 1)
    scale = side_px / max(x1 - x0, y1 - y0)
    return View(x0, y0, scale, Size(max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale))))


def lab_patch(whole: Pyramid, seen: View) -> U8:
    """The Lab colours that a view shows (uint8 HxWx3), taken bilinearly from what fits (see `lab_around`)."""
    x1, y1 = seen.x0 + seen.size.width / seen.scale, seen.y0 + seen.size.height / seen.scale
    lab, x0, y0, sx, sy = lab_around(whole, (seen.x0, seen.y0, x1, y1), seen.scale)
    ax, ay = sx / seen.scale, sy / seen.scale
    # OpenCV's indices name pixel centres
    matrix = np.array([[ax, 0, 0.5 * ax + (seen.x0 - x0) * sx - 0.5], [0, ay, 0.5 * ay + (seen.y0 - y0) * sy - 0.5]])
    return np.asarray(_warped(lab, matrix, seen.size, cv2.BORDER_REPLICATE), np.uint8)


def lab_around(whole: Pyramid, bounds: Bounds, scale: float) -> tuple[U8, float, float, float, float]:
    """Lab colours (uint8 HxWx3) that hold `bounds` at `scale` px per picture px or more, the picture px at their corner
    (x and y), and their own px per picture px (x and y).

    They are a level's, or, where none is fine enough and few pixels are asked for, the picture's own.
    """
    level = whole.level(scale)
    wide = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    if level.scale_x >= 0.9 * min(1.0, scale) or wide > WORK_SIDE_PX:
        return level.lab, 0.0, 0.0, level.scale_x, level.scale_y
    x0, y0 = max(0, math.floor(bounds[0]) - 1), max(0, math.floor(bounds[1]) - 1)
    part = whole.image[y0 : math.ceil(bounds[3]) + 1, x0 : math.ceil(bounds[2]) + 1]
    return np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2LAB), np.uint8), float(x0), float(y0), 1.0, 1.0


def moved(region: Region, seen: View) -> Bool:
    """The region's pixels as another view shows them, bool HxW. Beyond the region's own view none are set."""
    old = region.view
    step = old.scale / seen.scale
    matrix = np.array(
        [
            [step, 0, 0.5 * step + (seen.x0 - old.x0) * old.scale - 0.5],
            [0, step, 0.5 * step + (seen.y0 - old.y0) * old.scale - 0.5],
        ]
    )
    cover = region.pixels.astype(np.float32)
    if step > 1.5:  # where it shrinks, averages come first, so that thin parts fade instead of flickering
        cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.4 * step), np.float32)
    # the frame's edge is no edge of the region: a region that touches it goes on beyond
    cover = np.pad(cover, 1, mode="edge")
    matrix[:, 2] += 1
    return np.asarray(_warped(cover, matrix, seen.size, cv2.BORDER_CONSTANT) > 0.5)


def _warped(source: U8 | F32, matrix: NDArray[np.float64], size: Size, border: int) -> NDArray[Any]:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(source, matrix, (size.width, size.height), flags=flags, borderMode=border)
    return np.asarray(out)


def _resized(image: U8, factor: float) -> U8:
    height, width = image.shape[:2]
    size = max(1, math.ceil(width * factor)), max(1, math.ceil(height * factor))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
