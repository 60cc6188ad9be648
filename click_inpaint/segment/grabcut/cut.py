"""One run of GrabCut where the network leaves the outline open; the sure discs under clicks; and the pieces to keep."""

from __future__ import annotations

import math

import cv2
import numpy as np

from click_inpaint.geometry import Box, Point
from click_inpaint.mask import F32, U8
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut import bounded
from click_inpaint.segment.grabcut.look import Look
from click_inpaint.segment.grabcut.views import Bool, Pyramid, Region, View, holding, lab_patch, view

SIDE_PX = 384  # the longer side of the view of a cut, at most
PAD = 0.12  # how much of the surroundings it shows, in longer sides of the object
OPEN_LOGIT = 1.735  # of 0.85: between this and its negative, colours decide
SURE_SHARE = 0.04  # pixels this near to a click are sure, in radii of the object
MIN_SEEDS = 8  # GrabCut's mixtures need so many pixels of either kind
MIN_LEFT = 0.2  # of what the network found: a cut that leaves less is not believed
MIN_PART = 0.1  # pieces without a click that are smaller than this part of the largest one are specks
MAX_HOLE = 0.005  # of the object's area: smaller holes are closed


def cut(whole: Pyramid, found: Look, prompt: Prompt, side_px: int = SIDE_PX) -> Region:
    """What a look found, its outline cut along the colours: GrabCut (Rother, Kolmogorov & Blake 2004) in a band where
    the network is not sure, in a view of `side_px` at most. It is repeatable.
    """
    seen = _view(whole, found, prompt, side_px)
    labels = _labels(found.onto(seen))
    likely = (labels & 1).astype(bool)
    radius = float(np.sqrt(max(1, likely.sum()) / np.pi))
    mark(labels, seen, prompt, SURE_SHARE * radius)
    likely = (labels & 1).astype(bool)
    lab = lab_patch(whole, seen)
    if min(int(likely.sum()), int((~likely).sum())) >= MIN_SEEDS and not bounded.is_flat(lab):
        found_by_colours = (bounded.grabcut(lab, labels, 1) & 1).astype(bool)
        # next to nothing is no outline but a colour that the surroundings have too
        likely = found_by_colours if found_by_colours.sum() >= MIN_LEFT * likely.sum() else likely
    return Region(seen, kept(likely, seen, prompt.include))


def _view(whole: Pyramid, found: Look, prompt: Prompt, side_px: int) -> View:
    """The view of the object and of every include click: of them alone, where nothing was found."""
    bounds = found.bounds or (math.inf, math.inf, -math.inf, -math.inf)
    x0, y0, x1, y1 = holding(bounds, prompt.include)
    # whole px, so that a view that is not reduced shows the picture's own
    x0, y0, x1, y1 = math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1)
    pad = math.ceil(PAD * max(x1 - x0, y1 - y0)) + 2
    box = Box(x0, y0, x1, y1).padded(pad).intersection(whole.size.box)
    return view(whole, (box.x0, box.y0, box.x1, box.y1), 0, min(side_px, max(box.width, box.height)))


def _labels(logits: F32) -> U8:
    """OpenCV's GC_* labels, uint8 HxW."""
    out = np.where(logits > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    out[logits > OPEN_LOGIT] = cv2.GC_FGD
    out[logits < -OPEN_LOGIT] = cv2.GC_BGD
    return out


def mark(labels: U8, seen: View, prompt: Prompt, radius_px: float) -> None:
    """Write sure discs around the clicks into `labels`."""
    to_include, to_exclude = seen.distance(prompt.include), seen.distance(prompt.exclude)
    radius_px = max(radius_px, 0.75)  # at least one pixel
    labels[(to_include <= radius_px) & (to_include <= to_exclude)] = cv2.GC_FGD
    labels[(to_exclude <= radius_px) & (to_exclude < to_include)] = cv2.GC_BGD


def kept(pixels: Bool, seen: View, include: tuple[Point, ...]) -> Bool:
    """The pieces under the include clicks and the large ones, with small holes closed."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pixels.astype(np.uint8), connectivity=4)
    if count == 1:
        return pixels
    areas = stats[1:, cv2.CC_STAT_AREA]
    places = [seen.at(point) for point in include]
    wanted = {int(labels[row, column]) for column, row in places} - {0}
    wanted |= set((np.nonzero(areas >= MIN_PART * areas.max())[0] + 1).tolist())
    out = np.isin(np.arange(count), list(wanted))[labels]
    holes, labels, stats, _ = cv2.connectedComponentsWithStats((~out).astype(np.uint8), connectivity=4)
    small = np.nonzero(stats[:, cv2.CC_STAT_AREA] <= MAX_HOLE * int(out.sum()))[0]
    return np.asarray(out | np.isin(np.arange(holes), small[small > 0])[labels])
