"""Erasing without a model: what is selected is filled with patches of its surroundings, at the picture's full size."""

from __future__ import annotations

from dataclasses import dataclass

from click_inpaint.edit import Edit
from click_inpaint.errors import BadEdit, EmptySelection
from click_inpaint.geometry import Box
from click_inpaint.images import WHITE, Colour, Picture, flattened
from click_inpaint.mask import Mask, trimmed
from click_inpaint.patches import patched, surroundings_of
from click_inpaint.stitch import blend_into


@dataclass(frozen=True, eq=False)
class Erased:
    """A picture that was filled without a sampler, within `box`, and its Edit, which names the segmenters."""

    edit: Edit
    picture: Picture
    box: Box


def erased(picture: Picture, blend: Mask, backdrop: Colour = WHITE) -> Picture:
    """A new picture in which all that the blend mask touches is filled and mixed in by it; the rest is not changed by a
    bit. Where the picture is transparent its surroundings are seen over `backdrop`, and what is new is opaque.

    Raises EmptySelection where the mask is empty, and BadEdit where it leaves nothing to fill with.
    """
    blend = trimmed(blend)
    if blend.box.empty:
        raise EmptySelection("The selection is empty; click the object again or undo the last step.")
    if blend.box == picture.size.box and blend.pixels.all():
        raise BadEdit("All of the picture is selected; leave something of it that the rest can be filled with.")
    crop = surroundings_of(blend.box, picture.size)
    filled = patched(flattened(picture.cut(crop), backdrop), blend.window(crop))
    return blend_into(picture, filled, crop, blend)
