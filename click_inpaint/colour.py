"""Matching colours. Where background was repainted it should look as before: what differs there is the sampler's drift.

The drift is described by a gain and an offset for each channel in linear light. They are fitted on the band, which is
the background that was repainted, and undone in all new pixels. The ring around it was not repainted. It shows what
encoding and decoding alone lose, and so how good a fit on the band can be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Box

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Bools = NDArray[np.bool_]

JUST_NOTICEABLE = 1.0
"""The ΔE00 below which nobody sees a difference."""
MAX_GAIN = 1.6
"""The largest gain that is taken for drift; the smallest one is 1 / MAX_GAIN."""
MAX_OFFSET = 0.1
"""The largest offset in linear light (0..1) that is taken for drift."""
MIN_SAMPLES = 24
"""A fit needs at least so many blocks."""
RING_PX = 24
"""The width of the ring in working pixels."""
BLOCK_PX = 4
"""What is compared are averages over squares of this side, since detail may have been repainted or blurred away."""
MIN_FILLED = 0.5
"""The part of a block that must lie in the band."""
MAX_SAMPLES = 500
"""Of more blocks than this, some are passed over evenly: they would make the fit slower, but no better."""
MIN_SHARE = 0.6
"""The part of the band's samples that must agree with the fit."""
MIN_GAINED = 0.3
"""The part of the difference that a fit must remove, or it is not believed."""
NOISE = 1.0 / 255
"""The residual that quantisation alone leaves, in sRGB units of 0..1."""
_LEAST_TRIMMED = 0.7
_ROUNDS = 6
_CLIPPED = (3, 252)
_LEVELS = np.arange(256) / 255
_MAX_SLOPE = 6.0  # the slope of the sRGB curve is cut here: in deep shadows it would make noise count most
_TO_XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
) / np.array([[0.95047], [1.0], [1.08883]])
_GAIN_SPREAD = 0.15  # gains are expected to be this near to 1; this matters only where the band has a single colour


def correction(painted: U8, source: U8, band: Bools, ring: Bools, match: str = "auto") -> F32 | None:
    """What each painted value should have been, for each channel: float32 256x3 in 0..255; None to change nothing.

    `painted` and `source` are HxWx3 uint8 sRGB of one size, `band` and `ring` are HxW bool. With `match` "auto" nothing
    is changed when there are few samples, when the fit is poor, or when the drift cannot be seen; with "on" only when
    there is nothing to fit; with "off" nothing ever is.
    """
    if match == "off":
        return None
    seen = _samples(source, painted, band)
    if len(seen.old) < MIN_SAMPLES:
        return None
    gain, offset, share = _fitted(seen, _noise(_samples(source, painted, ring)))
    if match == "auto" and not _believed(seen, gain, offset, share):
        return None
    return _with_clipped(_table(gain, offset), painted[band], source[band])


def _believed(seen: _Samples, gain: F64, offset: F64, share: float) -> bool:
    """Whether the fit undoes a drift that can be seen, and removes enough of the difference."""
    fixed = np.clip(seen.new * gain + offset, 0, 1)
    lab_old, lab_new, lab_fixed = (lab_from_linear(values) for values in (seen.old, seen.new, fixed))
    if np.median(delta_e(lab_new, lab_fixed)) < JUST_NOTICEABLE:
        return False
    before, after = np.median(delta_e(lab_old, lab_new)), np.median(delta_e(lab_old, lab_fixed))
    return share >= MIN_SHARE and bool(after <= (1 - MIN_GAINED) * before)


def applied(table: F32, pixels: U8) -> F32:
    """`pixels` (HxWx3 uint8), each channel mapped by its column of a table (float32 256x3); float32 HxWx3,
    not rounded.
    """
    return np.asarray(cv2.LUT(pixels, table.reshape(1, 256, 3)), np.float32)


def ring_around(repainted: U8) -> Bools:
    """The pixels up to RING_PX outside the model mask (HxW uint8), without those next to it; HxW bool."""
    kernel = np.ones((3, 3), np.uint8)
    near = cv2.dilate(repainted, kernel, iterations=3)
    return np.asarray((cv2.dilate(near, kernel, iterations=RING_PX) != 0) & (near == 0), np.bool_)


def to_linear(srgb: NDArray[np.generic]) -> F64:
    """Linear light 0..1 of sRGB values 0..1 (IEC 61966-2-1), of any shape."""
    value = np.asarray(srgb, np.float64)
    return np.where(value <= 0.04045, value / 12.92, ((np.maximum(value, 0) + 0.055) / 1.055) ** 2.4)


def to_srgb(linear: NDArray[np.generic]) -> F64:
    """Encoded sRGB 0..1 of linear light 0..1 (IEC 61966-2-1), of any shape."""
    value = np.clip(np.asarray(linear, np.float64), 0, 1)
    return np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)


def lab_from_linear(linear: F64) -> F64:
    """CIE L*a*b* (D65) of linear sRGB in 0..1, of shape (..., 3)."""
    xyz = linear @ _TO_XYZ.T
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def linear_from_lab(lab: F64) -> F64:
    """Linear sRGB of CIE L*a*b* (D65), of shape (..., 3); outside 0..1 where sRGB cannot show a colour."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    return np.asarray(xyz @ np.linalg.inv(_TO_XYZ).T, np.float64)


def rgb_of(colour: str) -> U8:
    """The three values 0..255 of a colour "#rrggbb"."""
    return np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8)


def delta_e(a: F64, b: F64) -> F64:
    """CIEDE2000 between L*a*b* colours of shape (..., 3). It follows Sharma, Wu & Dalal 2005, also where hues wrap
    around.
    """
    chroma_mean = (np.hypot(a[..., 1], a[..., 2]) + np.hypot(b[..., 1], b[..., 2])) / 2
    stretch = 1.5 - 0.5 * np.sqrt(chroma_mean**7 / (chroma_mean**7 + 25.0**7))
    chroma_a, chroma_b = (np.hypot(c[..., 1] * stretch, c[..., 2]) for c in (a, b))
    hue_a, hue_b = (np.arctan2(c[..., 2], c[..., 1] * stretch) % (2 * math.pi) for c in (a, b))
    turn = hue_b - hue_a
    turn = np.where(np.abs(turn) > math.pi, turn - np.sign(turn) * 2 * math.pi, turn)
    turn = np.where(chroma_a * chroma_b == 0, 0, turn)
    hue = hue_a + turn / 2
    hue = np.where(chroma_a * chroma_b == 0, hue_a + hue_b, hue)
    lightness, chroma = (a[..., 0] + b[..., 0]) / 2, (chroma_a + chroma_b) / 2
    t = 1 - 0.17 * np.cos(hue - math.radians(30)) + 0.24 * np.cos(2 * hue)
    t += 0.32 * np.cos(3 * hue + math.radians(6)) - 0.20 * np.cos(4 * hue - math.radians(63))
    off = (lightness - 50) ** 2
    light = (b[..., 0] - a[..., 0]) / (1 + 0.015 * off / np.sqrt(20 + off))
    colour = (chroma_b - chroma_a) / (1 + 0.045 * chroma)
    tint = 2 * np.sqrt(chroma_a * chroma_b) * np.sin(turn / 2) / (1 + 0.015 * chroma * t)
    from_blue = (np.degrees(hue) % 360 - 275) / 25
    turned = np.sin(np.radians(60) * np.exp(-(from_blue**2)))
    twist = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * turned
    squared = light**2 + colour**2 + tint**2 + twist * colour * tint
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float64)


@dataclass(frozen=True, eq=False)
class _Samples:
    """The linear colours of the same places before and after painting, and the slope of the sRGB curve there; each is
    n x 3.
    """

    old: F64
    new: F64
    slope: F64

    def residuals(self, gain: F64, offset: F64) -> F64:
        """The distance of each sample from a fit. It is in sRGB units of 0..1, in which quantisation is even."""
        off = (self.new * gain + offset - self.old) * self.slope
        return np.asarray(np.sqrt((off**2).sum(axis=1)), np.float64)


def _samples(source: U8, painted: U8, where: Bools) -> _Samples:
    """Colours averaged over blocks of BLOCK_PX within `where`, without pixels that are clipped in either picture."""
    x, y, width, height = cv2.boundingRect(where.view(np.uint8))
    box = Box(x, y, x + width // BLOCK_PX * BLOCK_PX, y + height // BLOCK_PX * BLOCK_PX)
    if box.empty:
        return _Samples(*np.zeros((3, 0, 3)))
    inside = where[box.slices]
    size = (box.width // BLOCK_PX, box.height // BLOCK_PX)
    filled = cv2.resize(inside.astype(np.float32), size, interpolation=cv2.INTER_AREA) >= MIN_FILLED
    stride = -(-int(filled.sum()) // MAX_SAMPLES) or 1
    rows, columns = (at[::stride] for at in np.nonzero(filled))
    pair = [_blocks(image[box.slices])[rows, :, columns] for image in (source, painted)]
    usable = _blocks(inside)[rows, :, columns]
    for blocks in pair:
        usable = usable & ((blocks >= _CLIPPED[0]) & (blocks <= _CLIPPED[1])).all(axis=-1)
    weight = usable.mean(axis=(1, 2))
    kept = weight >= MIN_FILLED
    share = (usable[kept] / (weight[kept] * BLOCK_PX**2)[:, None, None])[..., None]
    old, new = ((to_linear(_LEVELS)[blocks[kept]] * share).sum(axis=(1, 2)) for blocks in pair)
    slope = 1.055 / 2.4 * np.maximum(old, 1e-6) ** (1 / 2.4 - 1)
    return _Samples(old, new, np.minimum(slope, _MAX_SLOPE))


def _blocks(values: NDArray[Any]) -> NDArray[Any]:
    """A view of HxW[...] as rows x BLOCK_PX x columns x BLOCK_PX[...]."""
    height, width = values.shape[:2]
    return values.reshape(height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX, *values.shape[2:])


def _noise(seen: _Samples) -> float:
    """How far samples lie from a fit where nothing was repainted: the ring's median residual, in sRGB units of 0..1."""
    if len(seen.old) < MIN_SAMPLES:
        return 2 * NOISE
    return max(NOISE, float(np.median(seen.residuals(*_trimmed_fit(seen, 2 * NOISE, rounds=2)))))


def _fitted(seen: _Samples, noise: float) -> tuple[F64, F64, float]:
    """The gain and offset (3 each) that bring the new colours to the old ones, within limits, and the share of samples
    that agree.
    """
    gain, offset = _trimmed_fit(seen, noise)
    for _ in range(_ROUNDS):
        residuals = seen.residuals(gain, offset)
        cut = 4.7 * max(noise, 1.48 * float(np.median(residuals)) / math.sqrt(3))
        weight = np.square(np.maximum(1 - (residuals / cut) ** 2, 0.0))  # Tukey's biweight
        gain, offset = _weighted_fit(seen, weight, noise)
    # what VAEs lose varies from place to place: up to five times the ring's median residual counts as agreement
    share = float((seen.residuals(gain, offset) <= 5 * noise).mean())
    return gain, offset, share


def _trimmed_fit(seen: _Samples, noise: float, rounds: int = _ROUNDS) -> tuple[F64, F64]:
    """Least trimmed squares by concentration steps (Rousseeuw & Van Driessen 2006), starting from the median shift."""
    gain, offset = np.ones(3), np.median(seen.old - seen.new, axis=0)
    last = int(_LEAST_TRIMMED * len(seen.old))
    for _ in range(rounds):
        residuals = seen.residuals(gain, offset)
        kept = residuals <= np.partition(residuals, last)[last]
        gain, offset = _weighted_fit(seen, np.where(kept, 1.0, 0.0), noise)
    return gain, offset


def _weighted_fit(seen: _Samples, weight: F64, noise: float) -> tuple[F64, F64]:
    """Weighted least squares, for each channel by itself."""
    weights = weight[:, None] * seen.slope**2
    total = weights.sum(axis=0) + 1e-12
    mean_new, mean_old = (weights * seen.new).sum(axis=0) / total, (weights * seen.old).sum(axis=0) / total
    spread = (weights * (seen.new - mean_new) ** 2).sum(axis=0)
    shared = (weights * (seen.new - mean_new) * (seen.old - mean_old)).sum(axis=0)
    prior = (noise / _GAIN_SPREAD) ** 2
    gain = np.clip((shared + prior) / (spread + prior), 1 / MAX_GAIN, MAX_GAIN)
    return gain, np.clip(mean_old - gain * mean_new, -MAX_OFFSET, MAX_OFFSET)


def _table(gain: F64, offset: F64) -> F32:
    return np.asarray(255 * to_srgb(to_linear(_LEVELS)[:, None] * gain + offset), np.float32)


def _with_clipped(table: F32, painted: U8, source: U8) -> F32:
    """`table` with its ends bent, for values that the drift has driven out of 0..255.

    Of such a value the fit tells only the limit of what it may have been. `painted` and `source` (n x 3) are the
    band's pixels: they tell what it was.
    """
    table = table.copy()
    for level, inner, bound in ((0, _CLIPPED[0], np.minimum), (255, _CLIPPED[1], np.maximum)):
        reach = slice(level, inner + 1) if level < inner else slice(inner, level + 1)
        for channel in range(3):
            stood = source[painted[:, channel] == level, channel]
            if len(stood) >= MIN_SAMPLES * BLOCK_PX**2:
                end = bound(table[level, channel], np.median(stood))
                share = (np.arange(256)[reach] - inner) / (level - inner)
                table[reach, channel] = table[inner, channel] + share * (end - table[inner, channel])
    return table
