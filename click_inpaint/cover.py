"""How much of what the sampler sees is masked, and how far its middle lies from all that stays: past some point a
checkpoint has too little to go by. docs/TASKS.md argues where that is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]


@dataclass(frozen=True)
class Cover:
    """`share` is the masked part of the working pixels, 0 to 1. `reach` is the largest distance from the middle of a
    masked working pixel to that of the nearest one that is not, in working pixels; where all are masked, the longer
    side.
    """

    share: float
    reach: float


def measured(model_mask: U8) -> Cover:
    """Of a model mask, HxW uint8 (0/255) of the working size. What lies beyond the crop is nothing to go by."""
    share = cv2.countNonZero(model_mask) / model_mask.size
    if share == 1:
        return Cover(1.0, float(max(model_mask.shape)))
    return Cover(share, float(cv2.distanceTransform(model_mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).max()))
