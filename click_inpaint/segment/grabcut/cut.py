"""One GrabCut: from labels, or from a region that may grow; sure discs under the clicks; the pieces that count."""

from __future__ import annotations

import cv2
import numpy as np

from click_inpaint.geometry import Point
from click_inpaint.mask import U8
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut.colour import unlike
from click_inpaint.segment.grabcut.views import (
    Bool,
    Bounds,
    Mixtures,
    Picture,
    Region,
    View,
    lab_patch,
    moved,
    view,
)

SURE_SHARE = 0.15  # of an object's radius: pixels this near a click are sure
MARGIN_SHARE = 0.3  # of an object's radius: the view shows this much beyond where it may grow
MIN_SEEDS = 8  # pixels of either kind that GrabCut's mixtures need
MIN_PART = 0.1  # of the largest piece: smaller pieces in a box are specks


def recut(
    whole: Picture,
    region: Region,
    prompt: Prompt,
    side_px: int,
    grow: float,
    bounds: Bounds | None = None,
    seek: bool = False,
) -> Region:
    """GrabCut that starts from `region`, may grow by `grow` of its radius, in a view of `side_px`, inside `bounds`.

    With `seek` it starts from what is unlike the surroundings, too: an object of several colours is met in one of them.
    """
    if region.area < MIN_SEEDS:
        return region
    seen = view(whole, region.bounds, (grow + MARGIN_SHARE) * region.radius, side_px)
    shape, radius, lab = moved(region, seen), region.radius * seen.scale, lab_patch(whole, seen)
    away = cv2.distanceTransform((~shape).astype(np.uint8), cv2.DIST_L2, 5)
    beyond = np.asarray(away > grow * radius + 1)
    likely = shape | unlike(lab, beyond) if seek and beyond.any() else shape
    labels = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[beyond] = cv2.GC_BGD
    if bounds:
        labels[~within(seen, bounds)] = cv2.GC_BGD
    mark(labels, seen, prompt, SURE_SHARE * radius)
    return cut(lab, labels, seen, prompt, start=None if seek else region.mixtures)


def cut(lab: U8, labels: U8, seen: View, prompt: Prompt, rounds: int = 1, start: Mixtures | None = None) -> Region:
    """GrabCut (Rother, Kolmogorov & Blake 2004) of uint8 HxWx3 from OpenCV's GC_* labels: the pieces that count.

    Repeatable. `start` saves the search for the mixtures of colours, which then only follow the labels.
    """
    likely = (labels & 1).astype(bool)
    if min(int(likely.sum()), int((~likely).sum())) < MIN_SEEDS:
        return Region(seen, connected(likely, seen, prompt.include))
    cv2.setRNGSeed(0)  # k-means draws its first centres
    mode = cv2.GC_EVAL if start else cv2.GC_INIT_WITH_MASK
    background, foreground = (start[0].copy(), start[1].copy()) if start else (np.zeros((1, 65)), np.zeros((1, 65)))
    out = labels.copy()
    cv2.grabCut(lab, out, None, background, foreground, rounds, mode)  # type: ignore[call-overload]
    return Region(seen, connected((out & 1).astype(bool), seen, prompt.include), (background, foreground))


def mark(labels: U8, seen: View, prompt: Prompt, radius_px: float) -> None:
    """Write sure discs around the clicks; what lies nearer to an exclude than to an include starts as background."""
    to_include, to_exclude = seen.distance(prompt.include), seen.distance(prompt.exclude)
    if prompt.exclude and prompt.include:
        labels[(to_exclude < to_include) & (labels == cv2.GC_PR_FGD)] = cv2.GC_PR_BGD
    radius_px = max(radius_px, 0.75)  # one pixel at least
    labels[(to_include <= radius_px) & (to_include <= to_exclude)] = cv2.GC_FGD
    labels[(to_exclude <= radius_px) & (to_exclude < to_include)] = cv2.GC_BGD


def connected(pixels: Bool, seen: View, include: tuple[Point, ...]) -> Bool:
    """The pieces under the include clicks (the large ones when there is no click), holes filled."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pixels.astype(np.uint8), connectivity=4)
    if count == 1:
        return pixels
    if include:
        places = [seen.at(point) for point in include]
        wanted = {int(labels[row, column]) for column, row in places} - {0}
    else:
        areas = stats[1:, cv2.CC_STAT_AREA]
        wanted = set((np.nonzero(areas >= MIN_PART * areas.max())[0] + 1).tolist())
    return filled(np.isin(np.arange(count), list(wanted))[labels])


def filled(pixels: Bool) -> Bool:
    """Holes closed: every unset pixel that no path of unset 4-neighbours joins to the outside becomes set."""
    padded = np.pad(pixels.astype(np.uint8), 1)
    cv2.floodFill(padded, None, (0, 0), 2)  # type: ignore[call-overload]
    return np.asarray(padded[1:-1, 1:-1] != 2)


def within(seen: View, bounds: Bounds) -> Bool:
    """Bool HxW: view pixels whose centre lies in `bounds` (picture px); at least one."""
    out = np.zeros((seen.size.height, seen.size.width), bool)
    x0, y0 = round((bounds[0] - seen.x0) * seen.scale), round((bounds[1] - seen.y0) * seen.scale)
    x1, y1 = round((bounds[2] - seen.x0) * seen.scale), round((bounds[3] - seen.y0) * seen.scale)
    out[max(0, y0) : max(y1, y0 + 1), max(0, x0) : max(x1, x0 + 1)] = True
    return out
