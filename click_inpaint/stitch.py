"""New pixels blended into a copy of the picture; where the blend mask is 0 not a bit changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Box
from click_inpaint.images import Picture
from click_inpaint.mask import Mask, trimmed

U8 = NDArray[np.uint8]


def blend_into(picture: Picture, painted: U8, crop: Box, blend: Mask) -> Picture:
    """A new picture with `painted` (HxWx3 uint8 of the crop box) mixed in by the blend mask (0..255), which lies in the
    crop.

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
    weight = blend.pixels.astype(np.float32) / np.float32(255)
    rgb[here] = _mixed(rgb[here], painted[blend.box.within(crop)], weight[..., None])
    if alpha is not None:
        alpha[here] = _mixed(alpha[here], np.uint8(255), weight)
    return Picture(rgb, alpha, picture.notes)


def _mixed(old: U8, new: U8 | np.uint8, weight: NDArray[np.float32]) -> U8:
    mixed = old + (np.asarray(new, np.float32) - old) * weight
    return np.asarray(np.rint(np.clip(mixed, 0, 255)), np.uint8)
