"""What refines a selection: specks and holes, a smoother edge, grow and feather. The costs depend on the box alone."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import EMPTY, Box
from click_inpaint.mask.base import U8, Mask, binary, compared, invert, trimmed, union
from click_inpaint.mask.spread import F32, Level, Levels, spread

SHARP_PX = 0.01  # a feather below this is none: a ramp that float32 cannot follow
NOISE = 15
"""So many levels a lossy file may add to what is unset, and take from what is set."""
_WITHIN = 0x100  # added to a level, this says that a pixel lies within the grown selection


def grow(mask: Mask, radius: float) -> Mask:
    """The binary mask of all pixels within `radius` px of a set one, by exact distances; a negative radius shrinks.

    Beyond the edge of the picture there is no background: a mask that touches the edge does not shrink away from it.
    """
    if radius < 0:
        return _shrunk(mask, -radius)
    box, grown = _outside(mask, math.floor(radius), lambda distance: compared(distance, radius, cv2.CMP_LE))
    return Mask(mask.frame, box, grown)


def smooth(mask: Mask, radius: float) -> Mask:
    """The mask opened and then closed by a disc of `radius` px: specks and hairs go, notches and gaps are filled."""
    opened = grow(grow(mask, -radius), radius)
    return union(opened, grow(grow(opened, radius), -radius))


def fill_holes(mask: Mask, max_area: float = math.inf) -> Mask:
    """The binary mask with its holes of at most `max_area` px filled. A hole is a piece of unset pixels (4-connected)
    that is not joined to the outside of the mask's box.
    """
    mask = trimmed(mask)
    if mask.box.empty:
        return mask
    unset = np.pad(compared(mask.pixels, 0, cv2.CMP_EQ), 1, constant_values=255)
    labels, areas = _pieces(unset, connectivity=4)
    filled = np.where(areas <= max_area, np.uint8(255), np.uint8(0))
    filled[0] = 255  # what was set before
    filled[labels[0, 0]] = 0  # the outside
    return Mask(mask.frame, mask.box, filled[labels[1:-1, 1:-1]])


def drop_specks(mask: Mask, min_area: float) -> Mask:
    """The binary mask without its pieces (8-connected) of fewer than `min_area` px."""
    mask = trimmed(mask)
    if mask.box.empty:
        return mask
    labels, areas = _pieces(binary(mask.pixels), connectivity=8)
    kept = np.where(areas >= min_area, np.uint8(255), np.uint8(0))
    kept[0] = 0  # the background
    return trimmed(Mask(mask.frame, mask.box, kept[labels]))


def has_soft_edge(mask: Mask) -> bool:
    """Whether greys lie in it side by side, three deep: more than drawing smoothly leaves along an edge."""
    if mask.box.empty:
        return False
    grey = np.minimum(compared(mask.pixels, NOISE, cv2.CMP_GT), compared(mask.pixels, 255 - NOISE, cv2.CMP_LE))
    return bool(cv2.erode(grey, np.ones((3, 3), np.uint8)).any())


def grown_and_feathered(selection: Mask, grow_px: float, feather_px: float, ramp: str = "linear") -> tuple[Mask, Mask]:
    """The grown selection (binary) and its blend mask (0..255).

    The blend mask is 255 on the grown selection and falls to 0 over `feather_px` outside it: "linear" with the
    distance, or "smooth" (3t² - 2t³), which has no crease at either end.
    """
    if feather_px < SHARP_PX:
        grown = grow(selection, grow_px)
        return grown, grown
    if grow_px < 0:
        grown = grow(selection, grow_px)
        box, levels = _outside(grown, math.ceil(feather_px), lambda distance: _ramp(distance, 0, feather_px, ramp))
        return grown, trimmed(Mask(selection.frame, box, levels))

    def codes(distance: F32) -> NDArray[np.uint16]:
        levels = _ramp(distance, grow_px, feather_px, ramp).astype(np.uint16)
        levels[distance <= grow_px] = _WITHIN | 255
        return levels

    box, levels = _outside(selection, math.ceil(grow_px + feather_px), codes)  # one pass serves both
    grown = trimmed(Mask(selection.frame, box, compared(levels, 255, cv2.CMP_GT)))
    return grown, trimmed(Mask(selection.frame, box, levels.astype(np.uint8)))


def receded_and_feathered(
    selection: Mask, grow_px: float, feather_px: float, ramp: str = "linear"
) -> tuple[Mask, Mask]:
    """What grow and feather leave of a selection that lies around an object: the complement of what
    `grown_and_feathered` makes of the complement. Both move the edge, and the ramp, away from the object.

    The first mask (binary) is set where the second, the blend mask (0..255), is 255.
    """
    _, kept = grown_and_feathered(invert(selection), grow_px, feather_px, ramp)
    blend = trimmed(invert(kept))
    return Mask(blend.frame, blend.box, compared(blend.pixels, 255, cv2.CMP_EQ)), blend


def _ramp(distance: F32, start: float, width: float, kind: str) -> U8:
    """Levels that are 255 up to a distance of `start` px and fall to 0 at `start + width`; uint8 of `distance`'s shape.

    It takes few passes over the pixels, since after the distance itself it is the slowest step of a preview.
    """
    if not distance.size:
        return np.zeros(distance.shape, np.uint8)
    near = cv2.threshold(distance, start + width, 0, cv2.THRESH_TRUNC)[1]  # so that no scaled value is negative below
    if kind == "linear":
        return np.asarray(cv2.convertScaleAbs(near, None, -255 / width, 255 * (1 + start / width)), np.uint8)
    t = np.minimum(1 + (start - near) / np.float32(width), 1)
    return np.asarray(cv2.convertScaleAbs(t * t * (3 - 2 * t), None, 255), np.uint8)


def _outside(mask: Mask, reach: int, level: Level) -> tuple[Box, Levels]:
    """The mask's box padded by `reach` px, and for each of its pixels (HxW) the level of the distance to the nearest
    set one.
    """
    mask = trimmed(mask)
    if mask.box.empty:
        return EMPTY, np.zeros((0, 0), np.uint8)
    box = mask.box.padded(reach).intersection(mask.frame.box)
    return box, spread(mask.pixels, mask.box, box, reach, level)


def _shrunk(mask: Mask, radius: float) -> Mask:
    mask = trimmed(mask)
    if mask.box.empty:
        return mask
    box = mask.box.padded(1).intersection(mask.frame.box)
    window = binary(mask.window(box))
    near = spread(np.bitwise_not(window), box, box, math.floor(radius), lambda d: compared(d, radius, cv2.CMP_LE))
    return trimmed(Mask(mask.frame, box, np.minimum(window, np.bitwise_not(near))))


def _pieces(pixels: U8, connectivity: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The connected pieces of set pixels: the label of each pixel (HxW, 0 where unset), and each label's area in px."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=connectivity)
    return np.asarray(labels, np.int32), np.asarray(stats[:, cv2.CC_STAT_AREA], np.int32)
