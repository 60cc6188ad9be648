"""Spots: what is small or thin and lighter (or darker) than what lies on all sides of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.mask import F32, U8

Labels = NDArray[np.int32]

REACH_PX = 6
"""What is wider than twice this stands out from nothing."""
LEAST = (8, 30, 75)
"""Levels of 255 by which spots stand out at least: all, the clear ones, and the strong ones."""
PEAK_PX, PEAK_SHARE = 3, 0.45
"""The edge of a spot is where it stands out by this share of what it does so near by."""
BLOCK_PX, BLOCKS = 16, 5
"""The texture around a pixel is that of so many squares of such a side, each way."""
TEXTURE_SHARE = 0.25
"""Less than this share of what the texture itself stands out by is not looked at."""
SOFTNESS_PX = 0.6
"""Sigma of the blur that takes the grain off."""


@dataclass(frozen=True, eq=False)
class Relief:
    """What stands out in a picture one way, light or dark. `level` is the lightness that was looked at (uint8 HxW,
    inverted for what is dark). In float32 HxW: `above` is by how much a pixel stands out, `edge` by how much the edge
    of a spot here does, `texture` by how much pixels here do so usually, and `opposite` the same of what stands out the
    other way, which spots do not touch. `sunk` (bool HxW) is set where something stands out the other way.
    """

    level: U8
    above: F32
    edge: F32
    texture: F32
    opposite: F32
    sunk: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Spots:
    """Spots by number: `labels` is int32 HxW, 0 beside them; there are `count` with 0. `boxes` is OpenCV's int32
    `count`x5 of left, top, width, height and area in px.
    """

    labels: Labels
    count: int
    boxes: Labels


def lightness(rgb: U8, light: bool) -> U8:
    """The lightness in which damage stands out, uint8 HxW, of HxWx3 uint8 RGB: the lowest channel, or the highest one
    inverted. Light damage lifts the one most and dark damage lowers the other, and what is coloured does neither.
    """
    first, second, third = cv2.split(rgb)
    if light:
        level = cv2.min(cv2.min(first, second), third)
    else:
        level = cv2.bitwise_not(cv2.max(cv2.max(first, second), third))
    return np.asarray(cv2.GaussianBlur(level, (0, 0), SOFTNESS_PX), np.uint8)


def relief(rgb: U8, light: bool) -> Relief:
    """What is lighter, or darker, than all that is around it in HxWx3 uint8 RGB."""
    level = lightness(rgb, light)
    risen = np.asarray(cv2.morphologyEx(level, cv2.MORPH_TOPHAT, disc(REACH_PX)), np.uint8)
    sunk = np.asarray(cv2.morphologyEx(level, cv2.MORPH_BLACKHAT, disc(REACH_PX)), np.uint8)
    texture, opposite = local_quantile(risen, 0.5), local_quantile(sunk, 0.9)
    edge = PEAK_SHARE * np.asarray(cv2.dilate(risen, disc(PEAK_PX)), np.float32)
    usual = _usual(texture, opposite)
    return Relief(level, risen.astype(np.float32), edge, texture, opposite, (sunk >= LEAST[0]) & (sunk > usual))


def spots_in(found: Relief, least: float) -> Spots:
    """The spots that stand out by `least` levels: strong ones are found apart from the faint ones that touch them."""
    usual = _usual(found.texture, found.opposite)
    chosen = (found.above > usual) & (found.above >= least) & (found.above > found.edge)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(chosen.astype(np.uint8), connectivity=8)
    return Spots(np.asarray(labels, np.int32), count, np.asarray(boxes, np.int32))


def _usual(texture: F32, opposite: F32) -> F32:
    return 2 + TEXTURE_SHARE * np.maximum(0.5 * opposite, texture)


def local_quantile(values: U8, share: float) -> F32:
    """The `share` quantile of uint8 HxW in squares of BLOCK_PX, as a smooth field: float32 HxW."""
    height, width = values.shape
    down, across = -(-height // BLOCK_PX), -(-width // BLOCK_PX)
    whole = cv2.copyMakeBorder(values, 0, down * BLOCK_PX - height, 0, across * BLOCK_PX - width, cv2.BORDER_REPLICATE)
    blocks = whole.reshape(down, BLOCK_PX, across, BLOCK_PX).swapaxes(1, 2).reshape(down, across, -1)
    at = int(share * (BLOCK_PX**2 - 1))
    quantiles = np.partition(blocks, at, axis=2)[..., at].astype(np.float32)
    smooth = cv2.blur(quantiles, (BLOCKS, BLOCKS), borderType=cv2.BORDER_REPLICATE)
    field = cv2.resize(smooth, (across * BLOCK_PX, down * BLOCK_PX), interpolation=cv2.INTER_LINEAR)
    return np.asarray(field[:height, :width], np.float32)


@cache
def disc(radius_px: int) -> U8:
    """A disc as the kernel of a morphological operation: uint8, 0/1."""
    side = 2 * radius_px + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
