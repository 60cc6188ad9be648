"""Closed contours around a click: shortest paths in log-polar space over the picture's edges.

After Mishra, Aloimonos & Cheong, "Active segmentation with fixation" (2009): in polar coordinates about a point inside
the object its outline is a path from 0 to 2π, and a long outline costs no more than a short one. Dynamic programming
in place of their graph cut.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Point
from click_inpaint.mask import F32
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut.views import Picture

ANGLES = 64
RADII = 60
RADIUS_RANGE = (0.03, 0.45)  # of the picture's extent
BANDS = 4  # overlapping ranges of radius
BAND_RATIO = 3.0  # outer over inner radius of a band
MAX_STEP = 3  # cells of radius between neighbouring angles
STEP_COST = 0.12  # per cell of radius, against 0..1 for an edge that is there or not
SOFT, HARD = 3.0, 8.0  # Lab units per px: an edge this strong costs 1/e, where any edge counts, or strong ones do
CONTOURS = ((SOFT, 0), (SOFT, 1), (SOFT, 2), (SOFT, 3), (HARD, 1), (HARD, 2))  # softness of edges and band, each
FRAME_COST = 0.35  # outside the picture: an object may end there, a real edge is better
EXCLUDED_COST = 5.0
EXCLUDED_HALF_ANGLE = 0.2  # radians

F64 = NDArray[np.float64]


def closed_contours(whole: Picture, prompt: Prompt) -> list[list[F64]]:
    """Per entry of CONTOURS: a polygon (ANGLESx2, x and y in picture px) for each include click."""
    per_click = [_contours(whole, click, prompt.exclude) for click in prompt.include]
    return [list(polygons) for polygons in zip(*per_click)]


def _contours(whole: Picture, click: Point, exclude: tuple[Point, ...]) -> list[F64]:
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


def _cost(whole: Picture, click: Point, angles: F64, radii: F64) -> F32:
    """float32 CONTOURSxANGLESxRADII: near 0 on strong edges, 1 where there is none."""
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
    """Bool BANDSxRADII: the radii that each band allows."""
    inner = np.geomspace(radii[0], radii[-1] / BAND_RATIO, BANDS)[:, None]
    return np.asarray((radii >= 0.999 * inner) & (radii <= 1.001 * BAND_RATIO * inner))


def _paths(cost: F32, bands: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Int NxANGLES, indices into the radii: the cheapest path through NxANGLESxRADII costs, in NxRADII bands."""
    # Two turns, of which the middle one counts: so the path closes.
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
