"""GrabCut whose work is bounded, whatever the picture shows.

Where colours do not tell object from background, the cut's flow creeps from pixel to pixel over the whole view, and one
view took half a minute. So a view of one colour is not cut at all, and a large view that is nearly all even is cut at
a small size first and then only in a band around that outline (Lombaert et al. 2005, "A multilevel banded graph cuts
method for fast image segmentation"): no way through the band is long.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.mask import F32, U8
from click_inpaint.segment.grabcut.views import Bool

Mixtures = tuple[NDArray[np.float64], NDArray[np.float64]]
"""GrabCut's Gaussians of the background and of the object, 1x65 each."""

FLAT = 3  # levels of Lab between the extremes of a view that counts as one colour
EVEN_SHARE = 0.9  # of the pairs of neighbours that are equal: below it no cut took half a second
COARSE_SIDE_PX = 96  # longer side of a view that is cut in one go; of a larger one that is mostly even, the first cut
MOST_OPEN = 0.15
"""Of the pixels of such a view: where a band holds more, a narrower one is taken, and in the end none."""
BANDS_PX = (3, 2, 1)  # px of the first cut either side of its outline that the second one decides about


def is_flat(lab: U8) -> bool:
    """Whether uint8 HxWx3 shows one colour only, so that there is nothing to cut by."""
    return bool((np.ptp(lab.reshape(-1, 3), axis=0) <= FLAT).all())


def grabcut(lab: U8, labels: U8, rounds: int) -> U8:
    """OpenCV's GC_* labels (uint8 HxW) after `rounds` of GrabCut in uint8 HxWx3, from labels that have pixels of both
    kinds. Repeatable.
    """
    scale = COARSE_SIDE_PX / max(labels.shape)
    if scale >= 1 or not _nearly_all_even(lab):
        return _cut(lab, labels, rounds)[0]
    # nothing is left to decide in this one: the colours are learnt, no more
    _, mixtures = _cut(lab, np.asarray(labels & 1, np.uint8), 1)
    coarse = _reduced(labels, scale)
    small = cv2.resize(lab, (coarse.shape[1], coarse.shape[0]), interpolation=cv2.INTER_AREA)
    found, _ = _cut(np.asarray(small, np.uint8), coarse, 1, mixtures, cv2.GC_EVAL_FREEZE_MODEL)
    band = _band(labels, found, scale)
    if not _both_kinds(found) or (band >= cv2.GC_PR_BGD).mean() > MOST_OPEN:
        return band
    out, mixtures = _cut(lab, band, 1, mixtures, cv2.GC_EVAL_FREEZE_MODEL)
    return _cut(lab, out, rounds - 1, mixtures)[0] if rounds > 1 and _both_kinds(out) else out


def _cut(
    lab: U8, labels: U8, rounds: int, start: Mixtures | None = None, mode: int = cv2.GC_EVAL
) -> tuple[U8, Mixtures]:
    """The labels after a cut, and its mixtures. `start` saves the search for those."""
    cv2.setRNGSeed(0)  # k-means draws its first centres at random
    background, foreground = (start[0].copy(), start[1].copy()) if start else (np.zeros((1, 65)), np.zeros((1, 65)))
    out = labels.copy()
    mode = mode if start else cv2.GC_INIT_WITH_MASK
    cv2.grabCut(lab, out, None, background, foreground, rounds, mode)  # type: ignore[call-overload]
    return out, (background, foreground)


def _nearly_all_even(lab: U8) -> bool:
    equal = [(lab[1:] == lab[:-1]).all(axis=2), (lab[:, 1:] == lab[:, :-1]).all(axis=2)]
    return bool(sum(int(pairs.sum()) for pairs in equal) > EVEN_SHARE * sum(pairs.size for pairs in equal))


def _reduced(labels: U8, scale: float) -> U8:
    """Labels of a smaller view; what is surely the object stays so, however small."""
    height, width = labels.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    out = np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    out[_share(labels == cv2.GC_BGD, size) > 0.5] = cv2.GC_BGD
    out[_share(labels == cv2.GC_FGD, size) > 0] = cv2.GC_FGD
    return out


def _share(where: Bool, size: tuple[int, int]) -> F32:
    return np.asarray(cv2.resize(where.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)


def _both_kinds(labels: U8) -> bool:
    likely = (labels & 1).astype(bool)
    return bool(likely.any() and not likely.all())


def _band(labels: U8, coarse: U8, scale: float) -> U8:
    """The labels, what was free in them settled as in the coarse cut, of `scale` px per px, but for a band around its
    outline: the widest of BANDS_PX that leaves no more than MOST_OPEN free, else the narrowest.
    """
    height, width = labels.shape
    cover = cv2.resize((coarse & 1).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    inside = np.asarray(cover > 0.5)
    distance, free = _to_outline(inside), labels >= cv2.GC_PR_BGD
    reaches = [reach / scale for reach in BANDS_PX]
    reach_px = next((reach for reach in reaches if (free & (distance <= reach)).mean() <= MOST_OPEN), reaches[-1])
    near = distance <= reach_px
    settled = np.where(inside, np.where(near, cv2.GC_PR_FGD, cv2.GC_FGD), np.where(near, cv2.GC_PR_BGD, cv2.GC_BGD))
    return np.where(free, settled, labels).astype(np.uint8)


def _to_outline(inside: Bool) -> F32:
    """View px from each pixel to the nearest one on the other side; 0 everywhere where there is no other side."""
    if inside.all() or not inside.any():
        return np.zeros(inside.shape, np.float32)
    sides = [cv2.distanceTransform(side.astype(np.uint8), cv2.DIST_L2, 5) for side in (inside, ~inside)]
    return np.asarray(np.maximum(*sides), np.float32)
