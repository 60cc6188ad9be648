"""Masks: the value type and its algebra (`base`), drawing (`draw`), refining (`refine`) and exact distances
(`spread`).
"""

from click_inpaint.mask.base import (
    U8,
    Mask,
    binary,
    compared,
    from_array,
    intersect,
    invert,
    nothing,
    rectangle,
    subtract,
    trimmed,
    union,
)
from click_inpaint.mask.draw import polygon, stroke
from click_inpaint.mask.refine import (
    drop_specks,
    fill_holes,
    grow,
    grown_and_feathered,
    has_soft_edge,
    receded_and_feathered,
    smooth,
)
from click_inpaint.mask.spread import F32

__all__ = [
    "F32",
    "U8",
    "Mask",
    "binary",
    "compared",
    "drop_specks",
    "fill_holes",
    "from_array",
    "grow",
    "grown_and_feathered",
    "has_soft_edge",
    "intersect",
    "invert",
    "nothing",
    "polygon",
    "receded_and_feathered",
    "rectangle",
    "smooth",
    "stroke",
    "subtract",
    "trimmed",
    "union",
]
