"""Colours drawn outward from the edges of a picture: what stands in the place of new pixels before they are painted."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

BLUR_PER_PX = 0.5
"""By how many pixels (sigma) more what is one pixel further out is blurred. Less draws the edge outward in streaks,
more forgets it too soon: chosen by `bench tasks` on the photographs that it still measures on.
"""


def drawn_outward(image: U8, left: int, top: int, right: int, bottom: int) -> U8:
    """`image` (HxWx3 uint8) with so many pixels on each side. Beside the picture they repeat its edge; further out they
    are ever more blurred averages of what lies behind the edge, as wide and as deep as they are far. So each lies
    between the picture's colours, and none has an edge that leads out of the picture for ever.

    Sides come before top and bottom, whose corners go on from them. It costs what is added, whatever the picture has.
    """
    height, width, _ = image.shape
    whole = np.empty((top + height + bottom, left + width + right, 3), np.uint8)
    middle = whole[top : top + height]
    middle[:, left : left + width] = image
    middle[:, :left] = _beyond(image[:, ::-1], left)[:, ::-1]
    middle[:, left + width :] = _beyond(image, right)
    upright = middle.transpose(1, 0, 2)
    whole[:top] = _beyond(upright[:, ::-1], top)[:, ::-1].transpose(1, 0, 2)
    whole[top + height :] = _beyond(upright, bottom).transpose(1, 0, 2)
    return whole


def _beyond(image: U8, count: int) -> U8:
    """`count` columns right of an image (HxWx3): Hxcountx3."""
    out = np.empty((image.shape[0], count, 3), np.uint8)
    if not count:
        return out
    sigmas = _sigmas(image, count)
    edges = [_edge(image, sigma) for sigma in sigmas]
    for column in range(count):
        sigma = min(BLUR_PER_PX * (column + 1), sigmas[-1])
        upper = min(int(np.searchsorted(sigmas, sigma)), len(sigmas) - 1)
        lower = max(0, upper - 1)
        part = (sigma - sigmas[lower]) / max(sigmas[upper] - sigmas[lower], 1)
        out[:, column] = np.rint(edges[lower] + np.float32(part) * (edges[upper] - edges[lower]))
    return out


def _sigmas(image: U8, count: int) -> list[int]:
    """The blurs that are computed, between which the columns lie: each twice the one before, as long as it is needed
    and leaves something to see.
    """
    longest = max(1, min(round(BLUR_PER_PX * count), max(image.shape[:2])))
    return [0, *(1 << power for power in range((longest - 1).bit_length() + 1))]


def _edge(image: U8, sigma: int) -> F32:
    """The image's last columns as one, Hx3: the mean of `sigma` of them, blurred along the edge."""
    edge: F32 = image[:, -max(1, min(sigma, image.shape[1])) :].mean(axis=1, dtype=np.float32)
    if not sigma:
        return edge
    blurred = cv2.GaussianBlur(edge[:, None], (1, 6 * sigma + 1), 0, sigmaY=sigma, borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred[:, 0], np.float32)
