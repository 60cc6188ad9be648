"""Colour histograms in Lab: the density of the colours of a set of pixels, and which pixels are unlike them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Size
from click_inpaint.mask import F32, U8
from click_inpaint.segment.grabcut.views import Bool, Pyramid, Region, View, moved

RARE = 0.2  # the share of the surroundings that itself counts as unlike them
FAR_SIDE_PX = 128  # the longer side of the level that gives the colours of the whole picture

Bins = NDArray[np.int32]


def colour_bins(lab: U8) -> Bins:
    """The cell of each pixel in a grid of 16x16x16 Lab colours; int32 HxW."""
    cells = (lab >> 4).astype(np.int32)
    return np.asarray((cells[..., 0] * 16 + cells[..., 1]) * 16 + cells[..., 2], np.int32)


def colour_density(bins: Bins, where: Bool) -> F32:
    """The share of the pixels `where` that each of the 4096 cells has (float32), smoothed by (1 2 1)/4
    along each axis.
    """
    grid = np.bincount(bins[where], minlength=4096).astype(np.float32).reshape(16, 256)
    kernel = np.array([0.25, 0.5, 0.25], np.float32)
    one = np.ones(1, np.float32)
    grid = np.asarray(cv2.sepFilter2D(grid, -1, one, kernel, borderType=cv2.BORDER_REPLICATE))
    planes = grid.reshape(256, 16)
    planes = np.asarray(cv2.sepFilter2D(planes, -1, kernel, one, borderType=cv2.BORDER_REPLICATE))
    stacked = np.ascontiguousarray(planes.reshape(16, 16, 16).transpose(1, 0, 2)).reshape(16, 256)
    stacked = np.asarray(cv2.sepFilter2D(stacked, -1, one, kernel, borderType=cv2.BORDER_REPLICATE))
    density = stacked.reshape(16, 16, 16).transpose(1, 0, 2).ravel() / max(1, int(where.sum()))
    return np.asarray(density, np.float32)


def far_colours(whole: Pyramid, near: Region) -> tuple[F32, float]:
    """The density of the picture's colours outside `near`, and the density below which the share RARE of those pixels
    lies.
    """
    level = whole.level(FAR_SIDE_PX / max(whole.size.width, whole.size.height))
    bins = colour_bins(level.lab)
    out = ~moved(near, View(0, 0, level.scale_x, Size(bins.shape[1], bins.shape[0])))
    return _with_rarity(bins, out)


def unlike(lab: U8, surroundings: Bool) -> Bool:
    """The pixels of `lab` (uint8 HxWx3) whose colour hardly occurs in the `surroundings`; both bool HxW."""
    bins = colour_bins(lab)
    return rare(bins, *_with_rarity(bins, surroundings))


def rare(bins: Bins, density: F32, limit: float) -> Bool:
    """The pixels around which the density of their colours is below `limit`; bool HxW."""
    return np.asarray(cv2.GaussianBlur(density[bins], (0, 0), 1.0) < limit)


def _with_rarity(bins: Bins, where: Bool) -> tuple[F32, float]:
    if not where.any():
        return np.zeros(4096, np.float32), 1.0  # there is nothing that a pixel could be like
    density = colour_density(bins, where)
    return density, float(np.quantile(density[bins][where], RARE))
