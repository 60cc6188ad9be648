"""Colours that a person has painted: they lie on what the sampler starts from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from click_inpaint import crop, mask
from click_inpaint.colour import rgb_of
from click_inpaint.crop import Plan
from click_inpaint.mask import Mask
from click_inpaint.steps import Paint, Step

U8 = NDArray[np.uint8]


def with_paint(image: U8, steps: Iterable[Step], grown: Mask, planned: Plan) -> U8:
    """`image` (HxWx3 uint8, the crop at working size), on which the paint steps among `steps` lie in their order, each
    as opaque as it says. Where the grown selection covers nothing, nothing changes.
    """
    strokes = [step for step in steps if isinstance(step, Paint)]
    if not strokes:
        return image
    result, under = image.astype(np.float32), crop.cover(grown, planned)
    for step in strokes:
        stroke = crop.cover(mask.stroke(grown.frame, step.points, step.radius), planned)
        share = np.minimum(stroke, under)[..., None] * np.float32(step.opacity / 255)
        result += share * (rgb_of(step.colour) - result)
    return np.asarray(np.rint(result), np.uint8)
