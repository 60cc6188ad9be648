"""From a region in a small view to a mask, whose outline follows the full picture, and which obeys the clicks."""

from __future__ import annotations

import math

import cv2
import numpy as np

from click_inpaint.geometry import Box, Point, Size
from click_inpaint.mask import F32, U8, Mask, binary, from_array
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut.views import Bool, Pyramid, Region, View, lab_patch, moved

BAND_PX = 2.0  # within so many view px of the region's outline, the full picture decides
GUIDE_RADIUS_PX = 2  # view px
GUIDE_NOISE = 4.0**2  # the variance in Lab units below which colour says nothing about the outline
CLICK_SHARE = 0.06  # the radius that a click adds or takes where the cut disagrees with it, in radii of the object


def outlined(whole: Pyramid, region: Region, prompt: Prompt) -> Mask:
    """The binary mask of a region, its outline drawn by the full picture, which obeys the clicks."""
    box = _box(whole.size, region, prompt.include)
    seen = View(box.x0, box.y0, 1.0, box.size)
    pixels = _followed(whole, region, seen) if region.area else np.zeros((box.height, box.width), bool)
    return from_array(binary(obeying(pixels, seen, prompt, CLICK_SHARE * region.radius)), whole.size, box)


def _box(frame: Size, region: Region, include: tuple[Point, ...]) -> Box:
    """The box of whole pixels that holds the region, the band around it, and every click."""
    x0, y0, x1, y1 = region.bounds
    margin = math.ceil((BAND_PX + 1) / region.view.scale)
    box = Box(math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1)) if region.area else Box(0, 0, 0, 0)
    for point in include:
        x, y = math.floor(point.x), math.floor(point.y)
        box = box.union(Box(x, y, x + 1, y + 1))
    return box.padded(margin).intersection(frame.box)


def _followed(whole: Pyramid, region: Region, seen: View) -> Bool:
    """The region in `seen`, which has full size, as bool HxW. A fast guided filter (He & Sun 2015) takes its
    coefficients from the small view.
    """
    if region.view.scale >= 1:
        return moved(region, seen)
    distance = _signed_distance(region.pixels)
    band = np.abs(distance) <= BAND_PX + 2 * GUIDE_RADIUS_PX
    gain, offset = _coefficients(lab_patch(whole, region.view), region.pixels, band)
    rows, columns = Box(
        int(seen.x0), int(seen.y0), int(seen.x0) + seen.size.width, int(seen.y0) + seen.size.height
    ).slices
    guide = np.asarray(cv2.cvtColor(whole.image[rows, columns], cv2.COLOR_RGB2LAB)).astype(np.float32)
    cover = (_enlarged(gain, region.view, seen) * guide).sum(axis=2) + _enlarged(offset, region.view, seen)
    depth = _enlarged(distance, region.view, seen)
    return np.asarray(np.where(np.abs(depth) <= BAND_PX, cover > 0.5, depth > 0))


def _coefficients(lab: U8, inside: Bool, band: Bool) -> tuple[F32, F32]:
    """The gain HxWx3 and the offset HxW of inside = gain · colour + offset, fitted around each pixel of `band`."""
    colour, cover = lab.astype(np.float32), inside.astype(np.float32)
    mean, mean_cover = _mean(colour), _mean(cover[..., None])[..., 0]
    covariance = _mean(colour * cover[..., None]) - mean * mean_cover[..., None]
    squares = _mean((colour[..., :, None] * colour[..., None, :]).reshape(*cover.shape, 9))
    spread = squares[band].reshape(-1, 3, 3) - mean[band][:, :, None] * mean[band][:, None, :]
    gain = np.zeros_like(colour)
    gain[band] = np.linalg.solve(spread + GUIDE_NOISE * np.eye(3, dtype=np.float32), covariance[band][..., None])[
        ..., 0
    ]
    offset = mean_cover - (gain * mean).sum(axis=2)
    return _mean(gain), _mean(offset[..., None])[..., 0]


def _mean(planes: F32) -> F32:
    """HxWxC, averaged over squares of GUIDE_RADIUS_PX around each pixel."""
    side = 2 * GUIDE_RADIUS_PX + 1
    return np.asarray(cv2.blur(planes, (side, side)), np.float32).reshape(planes.shape)


def _signed_distance(inside: Bool) -> F32:
    """The distance in view px to the outline: positive inside, zero on it, negative outside."""
    padded = np.pad(inside, 1, mode="edge").astype(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - padded, cv2.DIST_L2, 5)
    signed = np.asarray(depth, np.float32)[1:-1, 1:-1]
    return np.asarray(signed - 0.5 * np.sign(signed), np.float32)


def _enlarged(values: F32, old: View, seen: View) -> F32:
    step = old.scale / seen.scale
    matrix = np.array(
        [
            [step, 0, 0.5 * step + (seen.x0 - old.x0) * old.scale - 0.5],
            [0, step, 0.5 * step + (seen.y0 - old.y0) * old.scale - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (seen.size.width, seen.size.height)
    return np.asarray(cv2.warpAffine(values, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)


def obeying(pixels: Bool, seen: View, prompt: Prompt, radius_px: float) -> Bool:
    """The pixels with the include clicks set and the exclude clicks unset: in a small disc where the cut disagrees with
    a click, else just under it. Exclude clicks win.
    """
    to_include, to_exclude = seen.distance(prompt.include), seen.distance(prompt.exclude)
    reach = max(radius_px, 0.75)  # one pixel at least
    out = pixels.copy()
    for point in prompt.include:
        column, row = seen.at(point)
        if not out[row, column]:
            out |= (seen.distance((point,)) <= reach) & (to_include <= to_exclude)
    for point in prompt.exclude:
        inside = seen.x0 <= point.x < seen.x0 + seen.size.width and seen.y0 <= point.y < seen.y0 + seen.size.height
        if inside and out[seen.at(point)[::-1]]:
            out &= ~((seen.distance((point,)) <= reach) & (to_exclude < to_include))
    for point in prompt.include:
        out[seen.at(point)[::-1]] = True
    for point in prompt.exclude:
        if seen.x0 <= point.x < seen.x0 + seen.size.width and seen.y0 <= point.y < seen.y0 + seen.size.height:
            out[seen.at(point)[::-1]] = False
    return out
