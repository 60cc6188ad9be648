"""Pictures with known scratches and dust, drawn here alone: neither the library nor the benchmarks are asked."""

from __future__ import annotations

import cv2
import numpy as np
import skimage.data

from tests.arrays import U8, Bools

DUST = ((60, 40), (200, 90), (330, 45), (90, 210), (260, 250), (390, 160), (400, 270), (150, 130), (310, 190))
TONES = ("colour", "grey", "sepia")


def photograph(tone: str = "colour") -> U8:
    """A cat, 451x300."""
    rgb = np.asarray(skimage.data.chelsea(), np.uint8)
    if tone == "colour":
        return rgb
    grey = np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    return np.asarray(grey if tone == "grey" else np.rint(grey * np.array([0.9, 0.8, 0.65]) + 15), np.uint8)


def plain(shape: tuple[int, int] = (300, 451)) -> U8:
    """A soft slope of grey with some grain."""
    slope = np.linspace(70, 150, shape[1])[None, :] + np.linspace(0, 30, shape[0])[:, None]
    grain = np.random.default_rng(3).normal(0, 3, shape)
    return np.repeat(np.clip(slope + grain, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def damage(shape: tuple[int, ...] = (300, 451)) -> Bools:
    """Two scratches and nine specks of dust."""
    canvas = np.zeros(shape[:2], np.uint8)
    cv2.line(canvas, (30, 20), (420, 230), (255,), 2)
    cv2.line(canvas, (250, 10), (235, 280), (255,), 3)
    for x, y in DUST:
        cv2.circle(canvas, (x, y), 3, (255,), -1)
    return canvas > 0


def damaged(rgb: U8, where: Bools, level: int) -> U8:
    """The picture with that damage in one lightness."""
    found = rgb.copy()
    found[where] = level
    return found
