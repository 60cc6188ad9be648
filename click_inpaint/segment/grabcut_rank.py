"""How good a region looks as an object: cues of outline, colour and shape, weighed as bench/fit_ranking.py found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from click_inpaint.geometry import Point
from click_inpaint.mask import F32, U8
from click_inpaint.segment.grabcut_colour import colour_bins, colour_density
from click_inpaint.segment.grabcut_views import Bool, Bounds, Picture, Region, View, edge_patch, lab_patch, moved, view

SIDE_PX = 72  # a region is judged in a view of this side, so cues mean the same at every size
PAD = 0.6  # of the region's radius: how much surroundings the view shows
RING = 0.35  # of the region's radius: width of the surroundings compared with
MIN_PIXELS = 12
WEAK_EDGE = 4.0  # Lab units per px
WEAK_CONTRAST = 8.0  # Lab units
NO_MERIT = -30.0

# Fitted so that the chosen guess overlaps the object most; the sum, through a logistic, estimates that overlap.
WEIGHTS = {
    "edge": -0.144,
    "edge_low": -0.257,
    "edge_inside": 0.792,
    "edge_outside": -0.355,
    "edge_share": -2.531,
    "edge_weak": -1.976,
    "contrast": -0.229,
    "contrast_low": -0.196,
    "contrast_median": -0.279,
    "contrast_weak": -1.540,
    "overlap": -1.194,
    "fits_inside": 2.842,
    "fits_outside": 2.002,
    "variety": -0.123,
    "solidity": 1.839,
    "roundness": -1.999,
    "slimness": -1.554,
    "fullness": 0.454,
    "centred": 1.719,
    "on_frame": -5.891,
    "size": 1.048,
    "agreement": 0.863,
    "agreement_near": 0.565,
    "box_miss": -6.0,  # only where a box was given
}
OFFSET = 2.40


def cues(whole: Picture, region: Region, points: Sequence[Point]) -> dict[str, float] | None:
    """The cues that one region has by itself, by name; None where it is too small to judge."""
    if region.area < MIN_PIXELS:
        return None
    seen = view(whole, region.bounds, PAD * region.radius, SIDE_PX)
    inside = moved(region, seen)
    if min(int(inside.sum()), int((~inside).sum())) < MIN_PIXELS:
        return None
    lab, radius = lab_patch(whole, seen), region.radius * seen.scale
    depth = _distance(inside)
    away = np.asarray(cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 3), np.float32)
    rim = (depth > 0) & (depth <= 1.5)
    ring = (away > 1.5) & (away < max(2.5, RING * radius) + 2)
    ring = ring if ring.any() else ~inside
    found = _edge_cues(edge_patch(whole, seen), rim, depth > 2.5 if (depth > 2.5).any() else inside, ring)
    found |= _contrast_cues(lab, inside, ring, rim, radius)
    found |= _colour_cues(lab, inside, ring)
    found |= _shape_cues(whole, seen, inside)
    places = [seen.at(point) for point in points]
    found["centred"] = float(np.mean([depth[row, column] for column, row in places]) / depth.max()) if places else 1.0
    found["size"] = math.log(region.radius / whole.extent)
    return found


def merit(found: Mapping[str, float] | None) -> float:
    """Weighted sum of the cues; NO_MERIT for a region that is too small to judge."""
    return NO_MERIT if found is None else sum(WEIGHTS[name] * value for name, value in found.items())


def score(points: float) -> float:
    """The estimate, in [0, 1], of the overlap with the object that a region of this merit has."""
    return 1 / (1 + math.exp(-max(-30.0, points + OFFSET)))


def agreement(regions: Sequence[Region]) -> list[dict[str, float]]:
    """Cues of each region among others: its mean intersection over union with all, and with its three nearest."""
    count = len(regions)
    overlap = np.ones((count, count))
    for i, first in enumerate(regions):
        for j, second in enumerate(regions[:i]):
            overlap[i, j] = overlap[j, i] = intersection_over_union(first, second)
    if count == 1:
        return [{"agreement": 1.0, "agreement_near": 1.0}]
    others = np.sort(overlap, axis=1)[:, ::-1][:, 1:]
    return [{"agreement": float(row.mean()), "agreement_near": float(row[:3].mean())} for row in others]


def intersection_over_union(a: Region, b: Region) -> float:
    """Of two regions in any views, counted in the one that shows more of the picture."""
    coarse, fine = (a, b) if a.view.scale < b.view.scale else (b, a)
    other = moved(fine, coarse.view)
    both, either = int((other & coarse.pixels).sum()), int((other | coarse.pixels).sum())
    return both / either if either else 1.0


def box_miss(region: Region, bounds: Bounds) -> float:
    """1 - intersection over union of the region's box and the box asked for: a tight prior (Lempitsky et al. 2009)."""
    x0, y0, x1, y1 = region.bounds
    common = max(0.0, min(x1, bounds[2]) - max(x0, bounds[0])) * max(0.0, min(y1, bounds[3]) - max(y0, bounds[1]))
    either = (x1 - x0) * (y1 - y0) + (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]) - common
    return 1 - common / either if either > 0 else 1.0


def _edge_cues(edges: F32, rim: Bool, inner: Bool, ring: Bool) -> dict[str, float]:
    along = np.asarray(cv2.dilate(edges, np.ones((3, 3), np.uint8)))[rim]
    mean, inside, outside = float(along.mean()), float(edges[inner].mean()), float(edges[ring].mean())
    return {
        "edge": math.log1p(mean),
        "edge_low": math.log1p(float(np.quantile(along, 0.2))),
        "edge_inside": math.log1p(inside),
        "edge_outside": math.log1p(outside),
        "edge_share": mean / (mean + inside + outside + 2),
        "edge_weak": float((along < WEAK_EDGE).mean()),
    }


def _contrast_cues(lab: U8, inside: Bool, ring: Bool, rim: Bool, radius: float) -> dict[str, float]:
    """How far apart, in Lab, the two sides of the outline are in the neighbourhood of each of its pixels."""
    width = max(3, 2 * round(radius / 4) + 1)
    within, _ = _local_mean(lab, inside, width)
    beyond, known = _local_mean(lab, ring, width)
    apart = np.sqrt(((within - beyond) ** 2).sum(axis=2))[rim & known]
    if not apart.size:
        apart = np.zeros(1, np.float32)
    return {
        "contrast": math.log1p(float(apart.mean())),
        "contrast_low": math.log1p(float(np.quantile(apart, 0.2))),
        "contrast_median": math.log1p(float(np.median(apart))),
        "contrast_weak": float((apart < WEAK_CONTRAST).mean()),
    }


def _local_mean(lab: U8, where: Bool, width: int) -> tuple[F32, Bool]:
    weight = where.astype(np.float32)
    total = cv2.boxFilter(lab * weight[..., None], -1, (width, width), normalize=False)
    count = cv2.boxFilter(weight, -1, (width, width), normalize=False)
    return np.asarray(total / np.maximum(count, 1e-3)[..., None], np.float32), np.asarray(count > 0.5)


def _colour_cues(lab: U8, inside: Bool, ring: Bool) -> dict[str, float]:
    bins = colour_bins(lab)
    own, other = colour_density(bins, inside), colour_density(bins, ring)
    likeness = own[bins] / (own[bins] + other[bins] + 1e-9)
    return {
        "overlap": float(np.sqrt(own * other).sum()),  # Bhattacharyya coefficient
        "fits_inside": float(likeness[inside].mean()),
        "fits_outside": 1 - float(likeness[ring].mean()),
        "variety": math.log1p(math.sqrt(float(lab[inside].astype(np.float32).var(axis=0).sum()))),
    }


def _shape_cues(whole: Picture, seen: View, inside: Bool) -> dict[str, float]:
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len)
    area, hull = cv2.contourArea(outline), cv2.contourArea(cv2.convexHull(outline))
    _, _, width, height = cv2.boundingRect(outline)
    x, y = outline[:, 0, 0] / seen.scale + seen.x0, outline[:, 0, 1] / seen.scale + seen.y0
    near = 2 / seen.scale
    on_frame = (x < near) | (y < near) | (x > whole.size.width - near) | (y > whole.size.height - near)
    return {
        "solidity": min(1.0, area / (hull + 1)),
        "roundness": min(1.0, 4 * math.pi * area / (cv2.arcLength(outline, True) ** 2 + 1)),
        "slimness": 1 - min(width, height) / max(width, height),
        "fullness": float(inside.sum()) / (width * height),
        "on_frame": float(on_frame.mean()),
    }


def _distance(inside: Bool) -> F32:
    """View px to the nearest pixel outside; beyond the view's edge (the frame's) a region goes on as there."""
    padded = np.pad(inside.astype(np.uint8), 1, mode="edge")
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3), np.float32)[1:-1, 1:-1]
