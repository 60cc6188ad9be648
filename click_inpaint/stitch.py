"""New pixels are blended into a copy of the picture. Where the blend mask is 0, not a bit changes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.colour import applied
from click_inpaint.geometry import Box
from click_inpaint.images import STRIP_ROWS, Picture
from click_inpaint.mask import Mask, trimmed

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]


def blend_into(picture: Picture, painted: U8, crop: Box, blend: Mask, table: F32 | None = None) -> Picture:
    """A new picture with `painted` (HxWx3 uint8 of the crop box) mixed in by the blend mask (0..255), which must lie in
    the crop. `table` is a correction of `colour` that the new pixels go through first.

    The mix is computed in float32 and rounded once. New pixels are opaque, so alpha rises to 255 by the same blend, and
    the picture's own colours weigh as much as they are opaque: over any background the result lies between the old
    picture and the new pixels.
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
    uncorrected = painted[blend.box.within(crop)]
    new = uncorrected if table is None else applied(table, uncorrected)
    if alpha is None:
        rgb[here] = _mixed(rgb[here], new, cv2.merge([blend.pixels] * 3))
    else:
        _mix_layers(rgb[here], alpha[here], new, blend.pixels)
    return Picture(rgb, alpha, picture.notes)


def _mix_layers(rgb: U8, alpha: U8, new: U8 | F32, blend: U8) -> None:
    """Mix opaque pixels into a transparent picture, in place: `rgb` and `new` are HxWx3, `alpha` and `blend` HxW.

    Colours are not premultiplied, and what is hidden under full transparency may be any colour, often black. Their
    weights are what each layer covers: alpha × (1 − blend) for the old, blend for the new (Porter and Duff 1984,
    "Compositing Digital Images"). Done in strips, because it takes some forty bytes a pixel.
    """
    for top in range(0, len(blend), STRIP_ROWS):
        strip = slice(top, top + STRIP_ROWS)
        share = blend[strip].astype(np.float32)[..., None]
        old_weight = alpha[strip].astype(np.float32)[..., None] * (255 - share) / 255
        weight = old_weight + share
        mixed = (rgb[strip] * old_weight + new[strip] * share) / np.maximum(weight, np.float32(1e-6))
        changed = blend[strip] != 0
        rgb[strip][changed] = np.rint(np.clip(mixed[changed], 0, 255)).astype(np.uint8)
        alpha[strip][changed] = np.rint(weight[..., 0][changed]).astype(np.uint8)


def _mixed(old: U8, new: U8 | F32, blend: NDArray[Any]) -> U8:
    """`old` and `new` (0..255) by `blend` of 255, all of one shape. OpenCV takes their types as they are, which spares
    most of the memory and the time.
    """
    change = cv2.subtract(new, old, dtype=cv2.CV_32F)
    change = cv2.multiply(change, blend, scale=1 / 255, dtype=cv2.CV_32F)
    return np.asarray(cv2.add(change, old, dtype=cv2.CV_8U), np.uint8)
