"""What a patch looks like, in few numbers: where these are near each other, the patches are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

REACH_PX = 3
"""A patch has 2 × REACH_PX + 1 pixels a side."""
SIDE_PX = 2 * REACH_PX + 1
FINEST_WAVE = 4
"""Waves whose orders, across and down, sum up to more are left out: they are grain, which no two patches share."""
OPPONENT = np.array([[0.57, 0.57, 0.57], [0.7, -0.7, 0.0], [0.4, 0.4, -0.8]], np.float32)
"""Lightness, red against green, yellow against blue: rows of about equal length for R, G and B."""


def looks(image: F32) -> F32:
    """One row for the patch around each pixel of `image` (HxWx3 RGB, 0…255), (H × W) x 21: the first waves of the
    cosine transform, fifteen of the lightness and three of each colour. Patches over the rim see the picture mirrored.
    """
    opponent = image @ OPPONENT.T
    seen = [
        cv2.filter2D(opponent[..., channel], cv2.CV_32F, wave, borderType=cv2.BORDER_REFLECT_101)
        for channel, wave in WAVES
    ]
    return np.asarray(np.dstack(seen).reshape(-1, len(WAVES)), np.float32)


def _waves() -> list[tuple[int, F32]]:
    """Pairs of a channel and the pattern (SIDE_PX x SIDE_PX) that is looked for in it; the patterns are orthonormal."""
    places = (np.arange(SIDE_PX) + 0.5) * np.pi / SIDE_PX
    lines = [np.cos(places * order) * np.sqrt((2 if order else 1) / SIDE_PX) for order in range(FINEST_WAVE + 1)]
    orders = [(down, across) for down in range(FINEST_WAVE + 1) for across in range(FINEST_WAVE + 1 - down)]
    coarse = [(channel, down, across) for channel in (1, 2) for down, across in ((0, 0), (0, 1), (1, 0))]
    wanted = [(0, *order) for order in orders] + coarse
    return [(channel, np.outer(lines[down], lines[across]).astype(np.float32)) for channel, down, across in wanted]


WAVES = _waves()
