"""Closed contours around a click: the shortest paths in log-polar space over the picture's edges.

This follows Mishra, Aloimonos & Cheong, "Active segmentation with fixation" (2009). In polar coordinates about a point
inside the object, its outline is a path from 0 to 2π, and a long outline costs no more than a short one. Dynamic
programming takes the place of their graph cut.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Point
from click_inpaint.mask import F32
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut.views import Pyramid

ANGLES = 64
RADII = 60
RADIUS_RANGE = (0.03, 0.45)  # as shares of the picture's extent
BANDS = 4  # so many ranges of radius, which overlap
BAND_RATIO = 3.0  # the outer over the inner radius of a band
MAX_STEP = 3  # the most cells by which the radius changes from one angle to the next
STEP_COST = 0.12  # for each of those cells; a cell with an edge costs near 0, one without 1
SOFT, HARD = 3.0, 8.0  # an edge of so many Lab units per px costs 1/e: any edge counts, or only strong ones do
CONTOURS = ((SOFT, 0), (SOFT, 1), (SOFT, 2), (SOFT, 3), (HARD, 1), (HARD, 2))  # the softness and the band of each
FRAME_COST = 0.35  # outside the picture: an object may end at its edge, but a real edge is better
EXCLUDED_COST = 5.0
EXCLUDED_HALF_ANGLE = 0.2  # radians

F64 = NDArray[np.float64]


def closed_contours(whole: Pyramid, prompt: Prompt) -> list[list[F64]]:
    """For each entry of CONTOURS, a polygon (ANGLESx2, x and y in picture px) around each include click."""
    per_click = [_contours(whole, click, prompt.exclude) for click in prompt.include]
    return [list(polygons) for polygons in zip(*per_click)]


def _contours(whole: Pyramid, click: Point, exclude: tuple[Point, ...]) -> list[F64]:
    angles = np.arange(ANGLES) * (2 * np.pi / ANGLES)
    radii = np.geomspace(*RADIUS_RANGE, RADII) * whole.extent
    cost = _cost(whole, click, angles, radii)
    for point in exclude:
        distance, angle = (
            math.hypot(point.x - click.x, point.y - click.y),
            math.atan2(point.y - click.y, point.x - click.x),
        )
        beside = np.abs((angles - angle + np.pi) % (2 * np.pi) - np.pi) < EXCLUDED_HALF_ANGLE
        cost[:, beside[:, None] & (radii >= 0.95 * distance)] += EXCLUDED_COST
    chosen = radii[_paths(cost, _bands(radii)[[band for _, band in CONTOURS]])]
    return [
        np.stack([click.x + radius * np.cos(angles), click.y + radius * np.sin(angles)], axis=1) for radius in chosen
    ]


def _cost(whole: Pyramid, click: Point, angles: F64, radii: F64) -> F32:
    """The cost of each cell, float32 CONTOURSxANGLESxRADII: near 0 on strong edges, 1 where there is no edge."""
    x = click.x + np.outer(np.cos(angles), radii)
    y = click.y + np.outer(np.sin(angles), radii)
    edges = np.empty((ANGLES, RADII), np.float32)
    cell_px = radii * (radii[1] / radii[0] - 1)
    levels = [whole.level(0.8 / size) for size in cell_px]  # each radius is read where its cell is about a pixel
    for level in whole.levels:
        here = np.array([chosen is level for chosen in levels])
        if here.any():
            columns = (x[:, here] * level.scale_x - 0.5).astype(np.float32)
            rows = (y[:, here] * level.scale_y - 0.5).astype(np.float32)
            edges[:, here] = cv2.remap(level.edges, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cost = np.stack([np.exp(-edges / softness) for softness, _ in CONTOURS])
    cost[:, (x < 0) | (y < 0) | (x >= whole.size.width) | (y >= whole.size.height)] = FRAME_COST
    return np.asarray(cost, np.float32)


def _bands(radii: F64) -> NDArray[np.bool_]:
    """The radii that each band allows; bool BANDSxRADII."""
    inner = np.geomspace(radii[0], radii[-1] / BAND_RATIO, BANDS)[:, None]
    return np.asarray((radii >= 0.999 * inner) & (radii <= 1.001 * BAND_RATIO * inner))


def _paths(cost: F32, bands: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The cheapest path through costs NxANGLESxRADII within bands NxRADII, as indices of radii; int NxANGLES."""
    # the path makes two turns, of which the middle one is taken, so that it closes
    barred = np.where(bands, 0, 1e3).astype(np.float32)
    steps = np.arange(-MAX_STEP, MAX_STEP + 1)
    step_cost = (STEP_COST * np.abs(steps)).astype(np.float32)
    total = cost[:, 0] + barred
    back = np.zeros((2 * ANGLES, *bands.shape), np.int8)
    for index in range(1, 2 * ANGLES):
        padded = np.pad(total, ((0, 0), (MAX_STEP, MAX_STEP)), constant_values=1e6)
        options = np.lib.stride_tricks.sliding_window_view(padded, len(steps), axis=1) + step_cost
        best = options.argmin(axis=2)
        back[index] = best - MAX_STEP
        total = np.take_along_axis(options, best[..., None], axis=2)[..., 0] + cost[:, index % ANGLES] + barred
    path = np.empty((len(bands), 2 * ANGLES), np.intp)
    path[:, -1] = total.argmin(axis=1)
    each = np.arange(len(bands))
    for index in range(2 * ANGLES - 1, 0, -1):
        path[:, index - 1] = path[:, index] + back[index, each, path[:, index]]
    middle = path[:, ANGLES // 2 : ANGLES // 2 + ANGLES]
    return np.roll(middle, ANGLES // 2, axis=1)  # the slice starts at angle pi; angle 0 comes first again
