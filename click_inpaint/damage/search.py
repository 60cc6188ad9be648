"""Finds damage in a picture of any size: level by level, each half the size of the one before it, and tile by tile."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.damage.spots import LEAST, disc, lightness, relief, spots_in
from click_inpaint.damage.traits import traits
from click_inpaint.damage.verdict import Tables, levels, log_odds
from click_inpaint.geometry import Box, Size
from click_inpaint.mask import U8

Found = NDArray[np.bool_]

FINEST_PIXELS = 24_000_000
"""Larger pictures are looked at in half the size: what is so fine in them is grain. It bounds the time."""
COARSE_SIDE_PX = 1600
"""Pictures of which the longer side is at least this get one level more."""
TILE_PX, MARGIN_PX = 2048, 128
SENSITIVITY = 0.5
ODDS_PER_SENSITIVITY = 8.0
"""From the lowest to the highest sensitivity, the logarithm of the odds that are asked for falls by this."""
ODDS_AT_DEFAULT = -0.5


def find(rgb: U8, sensitivity: float = SENSITIVITY, smallest_px2: int = 0) -> Found:
    """Which pixels of HxWx3 uint8 RGB are damaged: bool HxW. `sensitivity` is in [0, 1]; what covers less than
    `smallest_px2` pixels is left out. The same picture gives the same answer.
    """
    asked = ODDS_AT_DEFAULT + (SENSITIVITY - sensitivity) * ODDS_PER_SENSITIVITY
    found = np.zeros(rgb.shape[:2], np.uint8)
    for light in (True, False):
        fine = lightness(rgb, light)
        for picture, tables in _levels(rgb):
            cv2.bitwise_or(found, _outlined(fine, _in_tiles(picture, light, tables, asked)), dst=found)
    return _without_specks(found, smallest_px2)


def _levels(rgb: U8) -> Iterator[tuple[U8, Tables]]:
    finest, coarser = levels()
    while rgb.shape[0] * rgb.shape[1] > FINEST_PIXELS:
        rgb = halved(rgb)
    yield rgb, finest
    for _ in range(2 if max(rgb.shape[:2]) >= COARSE_SIDE_PX else 1):
        rgb = halved(rgb)
        yield rgb, coarser


def halved(rgb: U8) -> U8:
    """The picture at half its size, rounded down, but never nothing."""
    height, width = rgb.shape[:2]
    size = max(1, width // 2), max(1, height // 2)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _outlined(fine: U8, seen: U8) -> U8:
    """What is damaged in a level, in the picture's own pixels: uint8 HxW, 0/1. `seen` is what `_in_tile` answers. The
    outline is drawn where the fine lightness rises from the coarse ground by as much as edges do.
    """
    damaged, ground, edge = cv2.split(seen)
    size = fine.shape[1::-1]
    if damaged.shape == fine.shape or not damaged.any():
        return np.asarray(cv2.resize(damaged, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    near = cv2.resize(cv2.dilate(damaged, disc(1)), size, interpolation=cv2.INTER_NEAREST)
    ground, edge = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (ground, edge))
    rises = np.asarray(cv2.compare(cv2.subtract(fine, ground), edge, cv2.CMP_GT), np.uint8)
    return np.asarray(cv2.bitwise_and(near, rises), np.uint8)


def _in_tiles(rgb: U8, light: bool, tables: Tables, asked: float) -> U8:
    """What `_in_tile` answers, of each tile with a margin: that bounds the memory."""
    height, width = rgb.shape[:2]
    frame, found = Size(width, height).box, np.empty((height, width, 3), np.uint8)
    for y in range(0, height, TILE_PX):
        for x in range(0, width, TILE_PX):
            tile = Box(x, y, min(x + TILE_PX, width), min(y + TILE_PX, height))
            seen = tile.padded(MARGIN_PX).intersection(frame)
            answer = _in_tile(rgb[seen.slices], light, tables, asked)
            found[tile.slices] = answer[tile.moved(-seen.x0, -seen.y0).slices]
    return found


def _in_tile(rgb: U8, light: bool, tables: Tables, asked: float) -> U8:
    """Three planes, uint8 HxWx3: what is damaged (0/1), the lightness below the spots, and by how much their edges
    stand out from it.
    """
    found, damaged = relief(rgb, light), np.zeros(rgb.shape[:2], np.bool_)
    for least in LEAST:
        spots = spots_in(found, least)
        likely = log_odds(traits(rgb, light, found, spots), tables) > asked
        likely[0] = False
        damaged |= likely[spots.labels]
    return np.asarray(cv2.merge([damaged.astype(np.float32), found.level - found.above, found.edge]), np.uint8)


def _without_specks(found: U8, smallest_px2: int) -> Found:
    if smallest_px2 <= 1:
        return found > 0
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    large = boxes[:, cv2.CC_STAT_AREA] >= smallest_px2
    large[0] = False
    return np.asarray(large[labels], np.bool_)
