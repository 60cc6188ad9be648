"""Recolouring before sampling: what is selected gets the hue and chroma of a colour, and keeps its light and shade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from click_inpaint.colour import delta_e, lab_from_linear, linear_from_lab, rgb_of, to_linear, to_srgb

U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]

MOST_MISSED = 4.0
"""The mean ΔE00 by which hue and chroma may miss the asked colour. Where sRGB has less of it at most pixels' lightness,
contrast gives way.
"""
MOST_OFF = 15.0
"""How far (in L*) the mean lightness may stay from the asked colour's, before contrast gives way."""
CONTRASTS = np.linspace(1.0, 0.2, 17)
"""What may be left of the differences in lightness."""
MOST_CUT = 0.1
"""How much of the lightness (in L*, a mean) may be cut off at black and white."""
_OFFSETS = MOST_OFF * np.array(sorted(np.linspace(-1, 1, 31), key=abs))
_LEVELS = np.linspace(0.0, 100.0, 401)
_LINEAR = to_linear(np.arange(256) / 255)
_STILL_SHOWN = 1e-4  # what the colour conversions round, in linear light


def tinted(image: U8, cover: U8, colour: str, amount: float) -> U8:
    """`image` (HxWx3 uint8 sRGB), in which `colour` ("#rrggbb", or "" for none) tints what `cover` (HxW, 0..255)
    covers. All else is unchanged; `amount` 0..1 and the cover say how far each pixel goes, along a line in CIE L*a*b*.

    The asked colour is understood as a* and b*: a pixel gets them at its own lightness, or as much of them as sRGB can
    show there, in the same hue. The lightness of all that is tinted is moved together, so that its mean becomes the
    asked colour's: a black dog asked for in yellow is not brown. Light and shade stay, in proportion: L* is an affine
    function of what it was. Its contrast is kept whole unless too little of the asked colour could then be shown
    (MOST_MISSED), or the mean would stay too far from it (MOST_OFF).
    """
    if not colour or not amount:
        return image
    covered = cover > 0
    lab = lab_from_linear(_LINEAR[image[covered]])
    share = cover[covered].astype(np.float64) / 255
    if not share.any():
        return image
    asked = _Asked.of(colour)
    aim = asked.at(asked.moved(lab[:, 0], share))
    lab += amount * share[:, None] * (aim - lab)
    result = image.copy()
    result[covered] = np.rint(255 * to_srgb(linear_from_lab(lab)))
    return result


@dataclass(frozen=True, eq=False)
class _Asked:
    """A colour in L*a*b*. At each of _LEVELS, `shown` is the part of its chroma that sRGB has, and `missed` is the ΔE00
    from the whole of it.
    """

    lab: F64
    shown: F64
    missed: F64

    @classmethod
    def of(cls, colour: str) -> _Asked:
        """The colour "#rrggbb"."""
        lab = lab_from_linear(_LINEAR[rgb_of(colour)])
        whole = _with_lightness(_LEVELS, np.ones_like(_LEVELS), lab)
        low, high = np.zeros_like(_LEVELS), np.ones_like(_LEVELS)
        for _ in range(16):
            middle = (low + high) / 2
            fits = _is_shown(_with_lightness(_LEVELS, middle, lab))
            low, high = np.where(fits, middle, low), np.where(fits, high, middle)
        shown = np.where(_is_shown(whole), 1.0, low)
        return cls(lab, shown, delta_e(_with_lightness(_LEVELS, shown, lab), whole))

    def at(self, lightness: F64) -> F64:
        """The colour at each of n lightnesses, n x 3."""
        return _with_lightness(lightness, np.interp(lightness, _LEVELS, self.shown), self.lab)

    def moved(self, lightness: F64, share: F64) -> F64:
        """`lightness` (n), of pixels that count by their `share`, where the colour can be shown best."""
        mean = float(np.average(lightness, weights=share))
        counts, edges = np.histogram(lightness - mean, 256, weights=share)
        apart = (edges[:-1] + edges[1:]) / 2
        contrast, middle = self._placed(apart, counts / counts.sum())
        return np.clip(middle + contrast * (lightness - mean), 0, 100)

    def _placed(self, apart: F64, counts: F64) -> tuple[float, float]:
        """How much contrast is left, and where the mean goes, for a histogram of distances from the mean."""
        least = (np.inf, 0.0, 0.0)
        for contrast in CONTRASTS:
            levels = self.lab[0] + _OFFSETS[:, None] + contrast * apart
            missed = np.interp(levels, _LEVELS, self.missed) @ counts
            cut = (np.maximum(-levels, 0) + np.maximum(levels - 100, 0)) @ counts
            over = np.maximum(missed - MOST_MISSED, 0) + np.maximum(cut - MOST_CUT, 0)  # what is beyond the bounds
            best = int(over.argmin())  # of several, the first: the nearest to the asked lightness
            least = min(least, (float(over[best]), float(contrast), float(self.lab[0] + _OFFSETS[best])))
            if not over[best]:
                break
        return least[1:]


def _with_lightness(lightness: F64, part: F64, lab: F64) -> F64:
    """`part` (n) of a colour's chroma at each of n lightnesses: L*a*b*, n x 3."""
    return np.stack([lightness, part * lab[1], part * lab[2]], axis=-1)


def _is_shown(lab: F64) -> NDArray[np.bool_]:
    """Which of n colours sRGB can show."""
    linear = linear_from_lab(lab)
    return np.asarray(((linear >= -_STILL_SHOWN) & (linear <= 1 + _STILL_SHOWN)).all(axis=-1), np.bool_)
