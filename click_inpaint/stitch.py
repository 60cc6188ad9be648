"""New pixels blended into a copy of the picture; where the blend mask is 0 not a bit changes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.colour import applied
from click_inpaint.geometry import Box
from click_inpaint.images import Picture
from click_inpaint.mask import Mask, trimmed

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]


def blend_into(picture: Picture, painted: U8, crop: Box, blend: Mask, table: F32 | None = None) -> Picture:
    """A new picture with `painted` (HxWx3 uint8 of the crop box) mixed in by the blend mask (0..255), which lies in the
    crop; new pixels go through `table` (a correction of `colour`) first.

    float32, rounded once. Alpha becomes opaque where new pixels are, by the same blend.
    """
    if painted.shape != (crop.height, crop.width, 3):
        raise ValueError(f"painted {painted.shape} does not fill {crop}")
    blend = trimmed(blend)
    if not crop.contains(blend.box):
        raise ValueError(f"blend {blend.box} leaves the crop {crop}")
    rgb = picture.rgb.copy()
    alpha = None if picture.alpha is None else picture.alpha.copy()
    if blend.box.empty:
        return Picture(rgb, alpha, picture.notes)
    here = blend.box.slices
    weight: F32 = np.asarray(blend.pixels * np.float32(1 / 255), np.float32)
    new = painted[blend.box.within(crop)]
    matched: F32 = new.astype(np.float32) if table is None else applied(table, new)
    rgb[here] = _mixed(rgb[here], matched, np.asarray(cv2.merge([weight] * 3), np.float32))
    if alpha is not None:
        alpha[here] = _mixed(alpha[here], np.full(weight.shape, 255, np.float32), weight)
    return Picture(rgb, alpha, picture.notes)


def _mixed(old: U8, new: F32, weight: F32) -> U8:
    """`old` and `new` (0..255) by `weight` (0..1); overwrites `new`, which spares most of the memory and the time."""
    base = old.astype(np.float32)  # once, not in each of the steps
    new -= base
    new *= weight
    new += base
    return np.asarray(np.rint(new, out=new), np.uint8)
