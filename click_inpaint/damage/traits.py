"""What tells damage from what a photograph shows: traits of each spot, measured for all spots at once."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.damage.spots import Labels, Relief, Spots, disc, local_quantile
from click_inpaint.mask import F32, U8

F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]

AROUND_PX = 65
"""Side of the square around a pixel that counts as its surroundings."""
HUE_AROUND_PX = 21
RING_PX, GAP_PX = 4, 1
"""The ring beside a spot is so wide, and so far off."""
NAMES = (
    "contrast",
    "over_opposite",
    "over_texture",
    "opacity",
    "area",
    "width",
    "length",
    "sharpness",
    "unevenness",
    "chroma",
    "chroma_off",
    "ring_unrest",
    "company",
    "over_noise",
    "level",
    "box_share",
    "slope_below",
    "surroundings_unrest",
    "opacity_by_channel",
    "opposite_spots",
    "over_usual_opposite",
    "over_lightest",
    "level_below",
)


class _Regions:
    """Means over regions: of the pixels where `inside` is set, each by its label."""

    def __init__(self, labels: Labels, inside: Flags, count: int) -> None:
        self._inside, self._labels, self._count = inside, labels[inside], count
        self.sizes = np.bincount(self._labels, minlength=count).astype(np.float64)

    def mean(self, values: NDArray[np.generic]) -> F64:
        """The mean of HxW values in each region, 0 in an empty one."""
        sums = np.bincount(self._labels, values[self._inside], self._count)
        return np.asarray(sums / np.maximum(self.sizes, 1), np.float64)


def traits(rgb: U8, light: bool, found: Relief, spots: Spots) -> F32:
    """The traits of each spot in the relief of HxWx3 uint8 RGB: float32, a row for each spot (that of 0 means nothing)
    and a column for each of NAMES.
    """
    inside = spots.labels > 0
    own = _Regions(spots.labels, inside, spots.count)
    ring = _ring(spots.labels, inside, spots.count)
    below = found.level - found.above
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    edge = _Regions(spots.labels, inside & (depth < 1.5), spots.count)

    contrast, area, ground = own.mean(found.above), np.maximum(own.sizes, 1), own.mean(below)
    over, per = np.maximum(contrast, 1), own.mean
    width = 4 * per(depth)  # across a bar, the mean distance to its edges is a quarter of its width
    channels = [np.asarray(channel if light else cv2.bitwise_not(channel), np.uint8) for channel in cv2.split(rgb)]
    chroma = np.asarray(np.ptp(rgb, axis=2), np.float32)
    columns = {
        "contrast": _log(contrast),
        "over_opposite": _log(contrast / (2 + per(found.opposite))),
        "over_texture": _log(contrast / (2 + per(found.texture))),
        "opacity": contrast / np.maximum(10, 255 - ground),
        "area": _log(area),
        "width": _log(width),
        "length": _log(area / np.maximum(width, 1) ** 2),
        "sharpness": edge.mean(_slopes(rgb, light)) / over,
        "unevenness": np.sqrt(np.maximum(0, per(found.above**2) - contrast**2)) / over,
        "chroma": per(chroma) / 64,
        "chroma_off": per(chroma - _box_mean(chroma, HUE_AROUND_PX)) / 64,
        "ring_unrest": _log((1 + _spread(ring, found.level)) / over),
        "company": _log(per(_box_mean(inside.astype(np.float32), AROUND_PX)) * AROUND_PX**2 / area),
        "over_noise": _log(contrast / (1 + per(_noise(found.level)))),
        "level": per(found.level) / 255,
        "box_share": area / np.maximum(1, spots.boxes[:, cv2.CC_STAT_WIDTH] * spots.boxes[:, cv2.CC_STAT_HEIGHT]),
        "slope_below": _log(1 + _spread(own, below)),
        "surroundings_unrest": _log(1 + per(_unrest(rgb))),
        "opacity_by_channel": _range_of_opacities(own, ring, channels),
        "opposite_spots": _log(0.01 + per(_box_mean(found.sunk.astype(np.float32), AROUND_PX))),
        "over_usual_opposite": _log(contrast / (2 + np.median(found.opposite))),
        "over_lightest": (per(found.level) - np.percentile(found.level, 99)) / 64,
        "level_below": ground / 255,
    }
    return np.asarray(np.stack([columns[name] for name in NAMES], axis=1), np.float32)


def _log(values: F64) -> F64:
    return np.asarray(np.log(np.maximum(values, 1e-3)), np.float64)


def _box_mean(values: F32, side_px: int) -> F32:
    return np.asarray(cv2.blur(values, (side_px, side_px)), np.float32)


def _ring(labels: Labels, inside: Flags, count: int) -> _Regions:
    """What lies beside each spot; between two that are near, it counts for one of them."""
    grown = cv2.dilate(labels.astype(np.float32), disc(RING_PX)).astype(np.int32)
    near = cv2.dilate(inside.astype(np.uint8), disc(GAP_PX)) > 0
    return _Regions(grown, (grown > 0) & ~near, count)


def _spread(regions: _Regions, values: U8 | F32) -> F64:
    """The standard deviation of HxW values in each region."""
    wide = values.astype(np.float32)
    return np.asarray(np.sqrt(np.maximum(0, regions.mean(wide**2) - regions.mean(wide) ** 2)), np.float64)


def _slopes(rgb: U8, light: bool) -> F32:
    """How steep the lightness is that spots are looked for in: levels per px, float32 HxW."""
    level = rgb.min(axis=2) if light else rgb.max(axis=2)
    across = cv2.Sobel(level, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(level, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _noise(level: U8) -> F32:
    return local_quantile(np.asarray(cv2.absdiff(level, cv2.medianBlur(level, 3)), np.uint8), 0.5)


def _unrest(rgb: U8) -> F32:
    """The standard deviation of the grey levels around each pixel, float32 HxW."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    variance = _box_mean(grey * grey, AROUND_PX) - _box_mean(grey, AROUND_PX) ** 2
    return np.asarray(np.sqrt(np.maximum(0, variance)), np.float32)


def _range_of_opacities(own: _Regions, ring: _Regions, channels: Iterable[U8]) -> F64:
    """How differently opaque each spot is by channel, if it is white (or black) over what lies beside it; damage is
    about the same in all.
    """
    opacities = []
    for channel in channels:
        beside = ring.mean(channel)
        opacities.append((own.mean(channel) - beside) / np.maximum(15, 255 - beside))
    found = np.stack(opacities)
    return np.asarray(np.ptp(found, axis=0) / np.maximum(0.1, np.abs(found).max(axis=0)), np.float64)
