"""The picture extended on its sides: its pixels stay what they are, and all new ones belong to the mask."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import astuple, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint import mask
from click_inpaint.edit import Frame, Refine
from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.images import MAX_SIDE_PX, Picture
from click_inpaint.mask import Mask
from click_inpaint.outward import drawn_outward
from click_inpaint.steps import Paint, Step

U8 = NDArray[np.uint8]


def size_in(picture: Size, frame: Frame) -> Size:
    """The size of a picture that is extended by `frame`."""
    return Size(picture.width + frame.left + frame.right, picture.height + frame.top + frame.bottom)


def place_of(picture: Size, frame: Frame) -> Box:
    """Where the picture's own pixels lie when it is extended."""
    return picture.box.moved(frame.left, frame.top)


def check(picture: Size, frame: Frame, max_megapixels: float) -> None:
    """Raise BadEdit for an extension past the limits on pictures, which names the largest of its shape within them."""
    if _fits(size_in(picture, frame), max_megapixels) or frame.empty:
        return
    most = largest(picture, frame, max_megapixels)
    raise BadEdit(
        "Extended, the picture would be {size}, and the limit is {megapixels} megapixels. The largest extension of "
        "this shape that fits is {left} px left, {top} px at the top, {right} px right and {bottom} px at the bottom.",
        size=str(size_in(picture, frame)),
        megapixels=f"{max_megapixels:g}",
        left=most.left,
        top=most.top,
        right=most.right,
        bottom=most.bottom,
    )


def largest(picture: Size, frame: Frame, max_megapixels: float) -> Frame:
    """The largest extension within the limits whose sides have the proportions of `frame`, each rounded down."""
    longest = max(astuple(frame))

    def shrunk(length: int) -> Frame:
        return Frame(*(side * length // longest for side in astuple(frame)))

    low, high = 0, longest  # `low` fits; nothing above `high` does
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(size_in(picture, shrunk(middle)), max_megapixels) else (low, middle - 1)
    return shrunk(low)


def extended(picture: Picture, frame: Frame) -> Picture:
    """The picture with new pixels on its sides: its colours drawn outward, each with the alpha of the nearest pixel.
    The picture's own pixels are what they were; its notes stay.
    """
    if frame.empty:
        return picture
    alpha = None if picture.alpha is None else _repeated(picture.alpha, frame)
    rgb = drawn_outward(picture.rgb, frame.left, frame.top, frame.right, frame.bottom)
    return Picture(rgb, alpha, picture.notes)


def with_new_pixels(grown: Mask, blend: Mask, frame: Frame, refine: Refine) -> tuple[Mask, Mask]:
    """The grown selection and the blend mask of a picture, in the frame of the extended picture: all new pixels belong
    to both, and beside them the blend mask falls to 0 over `refine.feather` px of the picture.
    """
    if frame.empty:
        return grown, blend
    new, blended = new_pixels(grown.frame, frame), new_pixels(grown.frame, frame, refine.feather, refine.ramp)
    return mask.union(_moved(grown, frame), new), mask.trimmed(mask.union(_moved(blend, frame), blended))


def new_pixels(picture: Size, frame: Frame, feather_px: float = 0, ramp: str = "linear") -> Mask:
    """The mask (0..255) of the pixels that `frame` adds to a picture, which fades out over `feather_px` of its own.

    It equals `mask.grown_and_feathered` of the new pixels: of all of them, the nearest to a pixel of the picture is one
    straight beside it. So rows and columns are computed by themselves, and cost next to nothing in a large picture.
    """
    fading = _levels_from_edge(feather_px, ramp)
    rows = _along(frame.top, picture.height, frame.bottom, fading)
    columns = _along(frame.left, picture.width, frame.right, fading)
    return mask.from_array(np.maximum(rows[:, None], columns[None, :]))


def steps_in(steps: Iterable[Step], frame: Frame) -> list[Step]:
    """The steps, with what is painted where it lies in the extended picture."""
    return [_painted_in(step, frame) if isinstance(step, Paint) else step for step in steps]


def _painted_in(step: Paint, frame: Frame) -> Paint:
    return replace(step, points=tuple(Point(point.x + frame.left, point.y + frame.top) for point in step.points))


def _fits(size: Size, max_megapixels: float) -> bool:
    return size.area <= max_megapixels * 1e6 and max(size.width, size.height) <= MAX_SIDE_PX


def _repeated(pixels: U8, frame: Frame) -> U8:
    sides = frame.top, frame.bottom, frame.left, frame.right
    return np.asarray(cv2.copyMakeBorder(pixels, *sides, cv2.BORDER_REPLICATE), np.uint8)


def _moved(one: Mask, frame: Frame) -> Mask:
    box = one.box if one.box.empty else one.box.moved(frame.left, frame.top)
    return Mask(size_in(one.frame, frame), box, one.pixels)


def _levels_from_edge(feather_px: float, ramp: str) -> U8:
    """The blend mask at 1, 2, 3, … px from the last new pixel, as far as it is not 0."""
    reach = math.ceil(feather_px)
    edge = mask.rectangle(Size(1 + reach, 1), Box(0, 0, 1, 1))
    return mask.grown_and_feathered(edge, 0, feather_px, ramp)[1].full()[0, 1:]


def _along(before: int, length: int, after: int, fading: U8) -> U8:
    """The mask along one axis: new pixels `before` and `after` the picture's own `length`, into which both fade."""
    levels = np.zeros(length, np.uint8)
    reach = min(length, len(fading))
    if before:
        levels[:reach] = fading[:reach]
    if after:
        levels[::-1][:reach] = np.maximum(levels[::-1][:reach], fading[:reach])
    return np.concatenate([np.full(before, 255, np.uint8), levels, np.full(after, 255, np.uint8)])
