"""The separate pieces of a blend mask, each of which can be painted in a crop of its own."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import cv2
import numpy as np

from click_inpaint import crop
from click_inpaint.crop import Plan
from click_inpaint.edit import MAX_OBJECTS, Area, Frame
from click_inpaint.errors import BadEdit
from click_inpaint.geometry import EMPTY, Box, Size
from click_inpaint.mask import Mask, binary, trimmed


def planned(blend: Mask, area: Size, wanted: Area) -> tuple[tuple[Box, Plan], ...]:
    """What is painted one after the other: boxes of the blend mask, each with the plan of its crop. `area` is the size
    that the sliders are set to, `wanted` what the Edit says. Raises BadEdit for a context box that leaves the picture.
    """
    context, frame = context_of(wanted, blend.frame), blend.frame
    if wanted.mode == "each":
        return plan_each(blend, area, wanted.padding, context)
    if wanted.mode == "whole":
        return ((blend.box, crop.whole(frame, area)),)
    masked = blend.box, crop.plan(blend.box, frame, area, wanted.padding, context)
    return ((blend.box, crop.whole(frame, area)), masked) if wanted.mode == "twice" else (masked,)


def context_of(wanted: Area, frame: Size) -> Box:
    """The pixels that the Edit's context box touches, EMPTY where it has none. Raises BadEdit where some of them lie
    outside the picture.
    """
    if wanted.context is None:
        return EMPTY
    x0, y0, x1, y1 = wanted.context
    box = Box(math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1))
    if not frame.box.contains(box):
        raise BadEdit(
            "area.context {box} lies outside the picture ({size}); draw it on the picture, or remove it.",
            box=f"[{x0:g}, {y0:g}, {x1:g}, {y1:g}]",
            size=str(frame),
        )
    return box


def area_in(picture: Size, area: Area, frame: Frame) -> Area:
    """The Edit's area with its context box where that lies in the extended picture. Raises BadEdit for a box that
    leaves the picture.
    """
    if area.context is None or frame.empty:
        return area
    context_of(area, picture)
    x0, y0, x1, y1 = area.context
    return replace(area, context=(x0 + frame.left, y0 + frame.top, x1 + frame.left, y1 + frame.top))


def plan_each(blend: Mask, area: Size, padding: int, context: Box = EMPTY) -> tuple[tuple[Box, Plan], ...]:
    """A box and a plan for each separate piece of a blend mask, by rows from the top.

    Pieces whose crops, with `padding` px of context, overlap or touch share one box and one plan. So no crop holds a
    pixel of another piece, and the order in which they are painted does not matter. Where there are more than
    MAX_OBJECTS, there is one box and one plan for all: as many jobs, one after the other, would be of no use. There is
    one, too, where each crop must hold the same `context`.
    """
    whole = trimmed(blend).box
    boxes = [] if context != EMPTY else _merged(_boxes(blend), blend.frame, area, padding)
    ordered = sorted(boxes or [whole], key=lambda box: (box.y0, box.x0))
    return tuple((box, crop.plan(box, blend.frame, area, padding, context)) for box in ordered)


def prompts(wanted: Area, count: int) -> tuple[str, ...]:
    """The prompt of each of `count` objects, "" for the job's own. Raises BadEdit for another number of prompts."""
    if wanted.mode != "each" or not wanted.prompts:
        return ("",) * count
    if len(wanted.prompts) != count:
        raise BadEdit(
            "{where} has {prompts} of {count} prompts; give one for each object, or none.",
            where="area.prompts",
            prompts=len(wanted.prompts),
            count=count,
        )
    return wanted.prompts


def only(mask: Mask, box: Box) -> Mask:
    """The mask's pixels in `box` alone."""
    box = box.intersection(mask.box)
    return Mask(mask.frame, box, mask.pixels[box.within(mask.box)])


def _boxes(blend: Mask) -> list[Box]:
    """The boxes of the pieces; pixels that touch at a corner are one piece."""
    outlines, _ = cv2.findContours(binary(blend.pixels), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = np.array([cv2.boundingRect(outline) for outline in outlines]).reshape(-1, 4).tolist()
    return [Box(x, y, x + width, y + height).moved(blend.box.x0, blend.box.y0) for x, y, width, height in found]


def _merged(boxes: list[Box], frame: Size, area: Size, padding: int) -> list[Box]:
    """The boxes, united where their crops overlap or touch; none where more than MAX_OBJECTS are left."""

    @cache
    def reach(box: Box) -> Box:
        return crop.plan(box, frame, area, padding).crop.padded(1)

    groups: list[Box] = []
    for box in boxes:
        while near := [group for group in groups if not reach(group).intersection(reach(box).padded(-1)).empty]:
            groups = [group for group in groups if group not in near]
            for group in near:
                box = box.union(group)
        groups.append(box)
        if len(groups) > MAX_OBJECTS:
            return []
    return groups
