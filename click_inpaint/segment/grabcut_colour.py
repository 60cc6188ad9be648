"""Colour histograms in Lab: what a set of pixels looks like, as a density."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.mask import F32, U8
from click_inpaint.segment.grabcut_views import Bool


def colour_bins(lab: U8) -> NDArray[np.int32]:
    """int32 HxW: the cell of each pixel in a grid of 16x16x16 Lab colours."""
    cells = (lab >> 4).astype(np.int32)
    return np.asarray((cells[..., 0] * 16 + cells[..., 1]) * 16 + cells[..., 2], np.int32)


def colour_density(bins: NDArray[np.int32], where: Bool) -> F32:
    """float32 of 4096 cells: the share of `where` pixels in each, smoothed by (1 2 1)/4 along every colour axis."""
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
