"""One run of GrabCut, from labels or from a region that may grow; the sure discs under clicks; and the
pieces to keep.
"""

from __future__ import annotations

import cv2
import numpy as np

from click_inpaint.geometry import Point
from click_inpaint.mask import U8
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut import bounded
from click_inpaint.segment.grabcut.colour import unlike
from click_inpaint.segment.grabcut.views import (
    Bool,
    Bounds,
    Mixtures,
    Pyramid,
    Region,
    View,
    lab_patch,
    moved,
    view,
)

SURE_SHARE = 0.15  # pixels this near to a click are sure, in radii of the object
MARGIN_SHARE = 0.3  # how much the view shows beyond where the object may grow, in its radii
MIN_SEEDS = 8  # GrabCut's mixtures need so many pixels of either kind
MIN_PART = 0.1  # pieces in a box that are smaller than this part of the largest one are specks


def recut(
    whole: Pyramid,
    region: Region,
    prompt: Prompt,
    side_px: int,
    grow: float,
    bounds: Bounds | None = None,
    seek: bool = False,
) -> Region:
    """GrabCut from `region`, which may grow by `grow` times its radius inside `bounds`, in a view of `side_px`.

    With `seek`, it also starts from pixels that are unlike the surroundings: a click at an object of several colours
    meets only one of them.
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
    """The pieces to keep of a GrabCut (Rother, Kolmogorov & Blake 2004) of `lab` (uint8 HxWx3), started from OpenCV's
    GC_* labels (uint8 HxW). In a view of one colour nothing stands out: there it is what the labels call sure.

    It is repeatable. Mixtures of colours in `start` save the search for them; they then only follow the labels.
    """
    likely = (labels & 1).astype(bool)
    if min(int(likely.sum()), int((~likely).sum())) < MIN_SEEDS:
        return Region(seen, connected(likely, seen, prompt.include))
    if bounded.is_flat(lab):
        return Region(seen, np.asarray(labels == cv2.GC_FGD))
    out, mixtures = bounded.grabcut(lab, labels, rounds, start)
    return Region(seen, connected((out & 1).astype(bool), seen, prompt.include), mixtures)


def mark(labels: U8, seen: View, prompt: Prompt, radius_px: float) -> None:
    """Write sure discs around the clicks into `labels`. Pixels that lie nearer to an exclude click than to an include
    click start as background.
    """
    to_include, to_exclude = seen.distance(prompt.include), seen.distance(prompt.exclude)
    if prompt.exclude and prompt.include:
        labels[(to_exclude < to_include) & (labels == cv2.GC_PR_FGD)] = cv2.GC_PR_BGD
    radius_px = max(radius_px, 0.75)  # at least one pixel
    labels[(to_include <= radius_px) & (to_include <= to_exclude)] = cv2.GC_FGD
    labels[(to_exclude <= radius_px) & (to_exclude < to_include)] = cv2.GC_BGD


def connected(pixels: Bool, seen: View, include: tuple[Point, ...]) -> Bool:
    """The pieces under the include clicks, or the large ones where there is no click, with their holes filled."""
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
    """The pixels with holes closed: an unset one becomes set if no path of unset 4-neighbours leads outside."""
    padded = np.pad(pixels.astype(np.uint8), 1)
    cv2.floodFill(padded, None, (0, 0), 2)  # type: ignore[call-overload]
    return np.asarray(padded[1:-1, 1:-1] != 2)


def within(seen: View, bounds: Bounds) -> Bool:
    """The view pixels whose centre lies in `bounds` (picture px), at least one; bool HxW."""
    out = np.zeros((seen.size.height, seen.size.width), bool)
    x0, y0 = round((bounds[0] - seen.x0) * seen.scale), round((bounds[1] - seen.y0) * seen.scale)
    x1, y1 = round((bounds[2] - seen.x0) * seen.scale), round((bounds[3] - seen.y0) * seen.scale)
    out[max(0, y0) : max(y1, y0 + 1), max(0, x0) : max(x1, x0 + 1)] = True
    return out
