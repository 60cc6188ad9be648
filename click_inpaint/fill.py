"""What is put under the mask before sampling: the less is left of the old object, the freer the sampler is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.colour import rgb_of
from click_inpaint.patches import patched

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

TELEA_RADIUS_PX = 5.0
NO_SURROUNDINGS = "#7f7f7f"
"""The grey that stands for the surroundings where the mask leaves none."""


@dataclass(frozen=True)
class Fill:
    """`surroundings(image, mask)` draws the colours around the mask into it (HxWx3 uint8). Without it the picture stays
    as it is, or gets one colour where `is_colour`. `latent` is what the host puts under the mask of the latent instead
    of the encoded colours: "noise", "nothing", or "" to keep them.
    """

    surroundings: Callable[[U8, U8], U8] | None = None
    is_colour: bool = False
    latent: str = ""


def telea(image: U8, mask: U8) -> U8:
    """The picture with colours drawn inward from the mask's rim (Telea 2004, "An Image Inpainting Technique Based on
    the Fast Marching Method").
    """
    return np.asarray(cv2.inpaint(image, mask, TELEA_RADIUS_PX, cv2.INPAINT_TELEA), np.uint8)


def neutral(image: U8, mask: U8) -> U8:
    """The picture with its surroundings blurred into the mask: finely at the rim, so that edges which meet it go on,
    and ever more coarsely towards the middle (pull-push, Gortler et al. 1996, "The Lumigraph", section 3.5).

    Every colour under the mask lies between those of the surroundings.
    """
    known: F32 = (mask == 0).astype(np.float32)
    blurred = _pulled_and_pushed(image.astype(np.float32) * known[..., None], known)
    return _under(mask, np.clip(np.rint(blurred), 0, 255).astype(np.uint8), image)


def border(image: U8, mask: U8) -> U8:
    """The picture with the nearest pixel outside the mask repeated inward."""
    hole: U8 = (mask > 0).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(hole, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    rows, columns = np.nonzero(hole == 0)
    pixel_of = np.zeros(int(labels.max()) + 1, np.int64)
    pixel_of[labels[rows, columns]] = rows * image.shape[1] + columns
    nearest = image.reshape(-1, image.shape[2])[pixel_of[labels]]
    return _under(mask, nearest, image)


FILLS: dict[str, Fill] = {
    "original": Fill(),
    "neutral": Fill(neutral),
    "border": Fill(border),
    "telea": Fill(telea),
    "patches": Fill(patched),
    "colour": Fill(is_colour=True),
    "noise": Fill(latent="noise"),
    "nothing": Fill(latent="nothing"),
}


def fill(kind: str, image: U8, mask: U8, colour: str) -> U8:
    """`image` (HxWx3 uint8) with what `kind` puts where `mask` (HxW, 0/255) is set; the rest is unchanged. `colour` is
    a "#rrggbb", for the fill that takes one.
    """
    chosen = FILLS[kind]
    if chosen.surroundings and not mask.all():
        return chosen.surroundings(image, mask)
    if chosen.surroundings:
        colour = NO_SURROUNDINGS
    elif not chosen.is_colour:
        return image
    return _under(mask, np.broadcast_to(rgb_of(colour), image.shape), image)


def _under(mask: U8, new: U8, image: U8) -> U8:
    return np.where(mask[..., None] > 0, new, image)


def _pulled_and_pushed(weighted: F32, weights: F32) -> F32:
    """Colours where `weights` (HxW, 0…1) are 0, out of ever coarser averages; `weighted` are colours times weights."""
    height, width = weights.shape
    here: F32 = weighted / np.maximum(weights, np.float32(1e-6))[..., None]
    if weights.min() >= 1 or max(height, width) == 1:
        return here
    size = (width + 1) // 2, (height + 1) // 2
    less = cv2.resize(weights, size, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    full = np.minimum(less * 4, 1)  # one known pixel of four is enough to trust their average
    coarse = _pulled_and_pushed(sums * (full / np.maximum(less, 1e-6))[..., None], full)
    beyond = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(here * weights[..., None] + beyond * (1 - weights[..., None]), np.float32)
