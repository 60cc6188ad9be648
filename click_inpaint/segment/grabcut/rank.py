"""How good a region looks as an object: its cues (cues.py) with the weights that bench/fit_ranking.py has found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from click_inpaint.segment.grabcut.views import Bounds, Pyramid, Region, moved, view

NO_MERIT = -30.0
COMMON_SIDE_PX = 96  # the side of the one view in which regions are compared with each other
COMMON_PAD = 3.0  # how much that view shows around the middle region, in radii of it

# Weights of the cues for first guesses and for second cuts, fitted so that the chosen one overlaps the object most.
FIRST = {
    "edge": -0.127,
    "edge_low": -0.104,
    "edge_inside": 0.602,
    "edge_outside": -0.172,
    "edge_share": -2.126,
    "edge_weak": -1.539,
    "edge_over_inside": -0.396,
    "edge_over_outside": -0.089,
    "gap": -0.587,
    "contrast": -0.221,
    "contrast_low": -0.102,
    "contrast_median": -0.247,
    "contrast_weak": -1.366,
    "overlap": -0.699,
    "fits_inside": 2.304,
    "fits_outside": 1.282,
    "far_overlap": -0.368,
    "far_fits_inside": 1.931,
    "new_inside": 0.013,
    "new_outside": -0.716,
    "solidity": 1.548,
    "roundness": -1.469,
    "slimness": -1.232,
    "fullness": -1.228,
    "on_frame": -3.869,
    "variety": -0.149,
    "centred": 0.553,
    "size": 0.759,
    "agreement": 1.055,
    "agreement_near": 0.674,
}
SECOND = {
    "edge": -0.088,
    "edge_low": -0.196,
    "edge_inside": 0.492,
    "edge_outside": -0.180,
    "edge_share": -1.470,
    "edge_weak": -1.068,
    "edge_over_inside": -0.144,
    "edge_over_outside": 0.049,
    "gap": -0.257,
    "contrast": -0.127,
    "contrast_low": -0.150,
    "contrast_median": -0.178,
    "contrast_weak": -0.859,
    "overlap": -0.531,
    "fits_inside": 1.728,
    "fits_outside": 0.787,
    "far_overlap": -0.413,
    "far_fits_inside": 1.809,
    "new_inside": -0.079,
    "new_outside": -0.270,
    "solidity": 1.366,
    "roundness": -0.820,
    "slimness": -1.635,
    "fullness": -0.245,
    "on_frame": -3.437,
    "variety": -0.031,
    "centred": 1.077,
    "size": 0.553,
    "agreement": 0.634,
    "agreement_near": 0.678,
    "before": 0.352,
}
BOX_MISS = -6.0  # for a region whose own box shares nothing with the asked one
OFFSET = 0.60  # the offset of a logistic function that estimates the overlap from the merit of a second cut


def merit(found: Mapping[str, float] | None, weights: Mapping[str, float]) -> float:
    """The weighted sum of the cues; NO_MERIT for a region that was too small to judge."""
    return NO_MERIT if found is None else sum(weight * found[name] for name, weight in weights.items())


def score(points: float) -> float:
    """An estimate, in [0, 1], of how much a region of this merit overlaps the object."""
    return 1 / (1 + math.exp(-max(-30.0, points + OFFSET)))


def agreement(whole: Pyramid, regions: Sequence[Region]) -> list[dict[str, float]]:
    """The cues that each region has among the others: its mean intersection over union with all of them, and with the
    three that it shares most with.
    """
    middle = sorted(regions, key=lambda region: region.radius)[len(regions) // 2]
    seen = view(whole, middle.bounds, COMMON_PAD * middle.radius, COMMON_SIDE_PX)
    shown = np.stack([moved(region, seen).ravel() for region in regions]).astype(np.float32)
    both = shown @ shown.T
    area = np.diag(both)
    overlap = both / np.maximum(area[:, None] + area - both, 1)
    if len(regions) == 1:
        return [{"agreement": 1.0, "agreement_near": 1.0}]
    np.fill_diagonal(overlap, 2.0)  # each region itself comes first
    others = np.sort(overlap, axis=1)[:, -2::-1]
    return [{"agreement": float(row.mean()), "agreement_near": float(row[:3].mean())} for row in others]


def intersection_over_union(a: Region, b: Region) -> float:
    """The intersection over union of two regions, counted in the coarser of their views."""
    coarse, fine = (a, b) if a.view.scale < b.view.scale else (b, a)
    other = moved(fine, coarse.view)
    both, either = int((other & coarse.pixels).sum()), int((other | coarse.pixels).sum())
    return both / either if either else 1.0


def box_points(region: Region, bounds: Bounds) -> float:
    """The merit, 0 or less, that a region loses as far as its box misses the asked one: a tight prior (Lempitsky et al.
    2009).
    """
    x0, y0, x1, y1 = region.bounds
    common = max(0.0, min(x1, bounds[2]) - max(x0, bounds[0])) * max(0.0, min(y1, bounds[3]) - max(y0, bounds[1]))
    either = (x1 - x0) * (y1 - y0) + (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]) - common
    return BOX_MISS * (1 - common / either if either > 0 else 1.0)
