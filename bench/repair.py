"""How well damage is found, and what a repair brings: a part of `python -m bench.tasks --json`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.damage import PHOTOGRAPHS, U8, Damaged, Overlays, damaged, pictures
from click_inpaint.damage import find
from click_inpaint.fill import fill

Found = NDArray[np.bool_]

SEED = 1234
"""Not that of `bench.fit_damage`."""
EACH = 2
"""So often is each picture damaged."""
GROW_PX = 3
TOP_HAT_RADII_PX, TOP_HAT_LEVELS = (2, 5), 50


def photographs(count: int) -> list[U8]:
    """So many of scikit-image's photographs, on which `bench.fit_damage` has fitted the search too."""
    return list(pictures(PHOTOGRAPHS[:count]))


def figures(originals: Iterable[U8], overlays: Path | None = None) -> dict[str, float]:
    """Means over pictures and their damage. repair_f1, _precision and _recall are those of the pixels found at the
    default sensitivity; repair_clean_pct is the share of clean pictures that is marked, in %; repair_psnr_gain_db is by
    how much the picture is nearer to the clean one after Telea's fill than before it. top_hat_f1 and top_hat_clean_pct
    are those of a plain top-hat of both polarities at two scales. repair_foreign is 1 where the damage is that of the
    folder `overlays`, and 0 where it is drawn by the code that drew it for `bench.fit_damage`, too.
    """
    rows: list[dict[str, float]] = []
    for case in _cases(originals, Overlays(overlays) if overlays else None):
        found = find(case.picture)
        found_by_top_hat = top_hat(case.picture)
        rows.append(
            {
                "repair_f1": f1(found, case.mask),
                "repair_precision": _share(found & case.mask, found),
                "repair_recall": _share(found & case.mask, case.mask),
                "repair_clean_pct": 100 * float(find(case.clean).mean()),
                "repair_psnr_gain_db": psnr(repaired(case.picture, found), case.clean) - psnr(case.picture, case.clean),
                "top_hat_f1": f1(found_by_top_hat, case.mask),
                "top_hat_clean_pct": 100 * float(top_hat(case.clean).mean()),
            }
        )
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return {**means, "repair_foreign": float(overlays is not None)}


def _cases(originals: Iterable[U8], overlays: Overlays | None) -> Iterator[Damaged]:
    for at, picture in enumerate(originals):
        for again in range(EACH):
            yield damaged(picture, np.random.default_rng([SEED, at, again]), overlays)


def f1(found: Found, true: Found) -> float:
    """The harmonic mean of precision and recall."""
    return float(2 * (found & true).sum() / max(1, found.sum() + true.sum()))


def _share(part: Found, whole: Found) -> float:
    return float(part.sum() / max(1, whole.sum()))


def psnr(picture: U8, clean: U8) -> float:
    """The peak signal over the noise in dB, of 255."""
    error = np.mean((picture.astype(np.float64) - clean) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def repaired(picture: U8, found: Found) -> U8:
    """The picture with Telea's fill where damage was found, and GROW_PX around it."""
    side = 2 * GROW_PX + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    hole = np.asarray(cv2.dilate(found.astype(np.uint8) * np.uint8(255), kernel), np.uint8)
    return fill("telea", picture, hole, "") if hole.any() else picture


def top_hat(picture: U8) -> Found:
    """What a plain top-hat marks, for comparison."""
    grey, found = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.zeros(picture.shape[:2], np.bool_)
    for radius in TOP_HAT_RADII_PX:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
        for way in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT):
            found |= cv2.morphologyEx(grey, way, kernel) > TOP_HAT_LEVELS
    return found
