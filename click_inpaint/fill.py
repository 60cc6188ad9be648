"""What is put under the mask before sampling: the less is left of the old object, the freer the sampler is."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]

TELEA_RADIUS_PX = 5.0


def original(image: U8, mask: U8) -> U8:
    """The picture as it is, `image` itself."""
    return image


def telea(image: U8, mask: U8) -> U8:
    """The picture with colours drawn inward from the mask's rim (Telea 2004, "An Image Inpainting Technique Based on
    the Fast Marching Method").
    """
    if mask.all():  # there is no rim to draw from
        return np.full_like(image, 127)
    return np.asarray(cv2.inpaint(image, mask, TELEA_RADIUS_PX, cv2.INPAINT_TELEA), np.uint8)


FILLS: dict[str, Callable[[U8, U8], U8]] = {"original": original, "telea": telea}


def fill(kind: str, image: U8, mask: U8) -> U8:
    """`image` (HxWx3 uint8) with what `kind` puts where `mask` (HxW, 0/255) is set; the rest is unchanged."""
    return FILLS[kind](image, mask)
