"""The cues of one region by itself: its outline, contrast, colours near and far, and shape. rank.py has
their weights.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Point
from click_inpaint.mask import F32, U8
from click_inpaint.segment.grabcut.colour import Bins, colour_bins, colour_density, far_colours, rare
from click_inpaint.segment.grabcut.views import Bool, Pyramid, Region, View, edge_patch, lab_patch, moved, view

SIDE_PX = 72  # each region is judged in a view of this side, so that cues mean the same at every size
PAD = 0.6  # how much of the surroundings the view shows, in radii of the region
RING = 0.35  # how wide the surroundings are that it is compared with, in radii of the region
MIN_PIXELS = 12
WEAK_EDGE = 4.0  # Lab units per px
WEAK_CONTRAST = 8.0  # Lab units


def cues(whole: Pyramid, region: Region, points: Sequence[Point]) -> dict[str, float] | None:
    """The cues that a region has by itself, by name; None where it is too small to judge."""
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
    edges, bins = edge_patch(whole, seen), colour_bins(lab)
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = np.asarray(max(outlines, key=len)[:, 0], np.int32)
    found = _edge_cues(edges, rim, depth > 2.5 if (depth > 2.5).any() else inside, ring)
    found["gap"] = _gap(edges, outline)
    found |= _contrast_cues(lab, inside, ring, rim, radius)
    found |= _colour_cues(bins, inside, ring)
    found |= _far_cues(whole, Region(seen, inside | ring), bins, inside, ring)
    found |= _shape_cues(whole, seen, inside, outline)
    found["variety"] = math.log1p(math.sqrt(float(lab[inside].astype(np.float32).var(axis=0).sum())))
    places = [seen.at(point) for point in points]
    found["centred"] = float(np.mean([depth[row, column] for column, row in places]) / depth.max()) if places else 1.0
    found["size"] = math.log(region.radius / whole.extent)
    return found


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
        "edge_over_inside": float((edges[inner] < np.median(along)).mean()),
        "edge_over_outside": float((edges[ring] < np.median(along)).mean()),
    }


def _gap(edges: F32, outline: NDArray[np.int32]) -> float:
    """The longest stretch without an edge of a closed outline (Nx2, x and y), as a share of that outline."""
    near = cv2.dilate(edges, np.ones((3, 3), np.uint8))[outline[:, 1], outline[:, 0]]
    strong = np.flatnonzero(near >= WEAK_EDGE)
    if not strong.size:
        return 1.0
    return float(np.diff(np.append(strong, strong[0] + len(outline))).max() - 1) / len(outline)


def _contrast_cues(lab: U8, inside: Bool, ring: Bool, rim: Bool, radius: float) -> dict[str, float]:
    """How far apart, in Lab, the colours on the two sides of the outline are near each of its pixels."""
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


def _colour_cues(bins: Bins, inside: Bool, ring: Bool) -> dict[str, float]:
    own, other = colour_density(bins, inside), colour_density(bins, ring)
    likeness = own[bins] / (own[bins] + other[bins] + 1e-9)
    return {
        "overlap": float(np.sqrt(own * other).sum()),  # Bhattacharyya coefficient
        "fits_inside": float(likeness[inside].mean()),
        "fits_outside": 1 - float(likeness[ring].mean()),
    }


def _far_cues(whole: Pyramid, near: Region, bins: Bins, inside: Bool, ring: Bool) -> dict[str, float]:
    """How unlike the rest of the picture the region and the ring are: if the ring is, the object may go on there."""
    far, limit = far_colours(whole, near)
    own, new = colour_density(bins, inside), rare(bins, far, limit)
    return {
        "far_overlap": float(np.sqrt(own * far).sum()),
        "far_fits_inside": float((own[bins] / (own[bins] + far[bins] + 1e-9))[inside].mean()),
        "new_inside": float(new[inside].mean()),
        "new_outside": float(new[ring].mean()),
    }


def _shape_cues(whole: Pyramid, seen: View, inside: Bool, outline: NDArray[np.int32]) -> dict[str, float]:
    area, hull = cv2.contourArea(outline), cv2.contourArea(cv2.convexHull(outline))
    _, _, width, height = cv2.boundingRect(outline)
    x, y = outline[:, 0] / seen.scale + seen.x0, outline[:, 1] / seen.scale + seen.y0
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
    """The distance in view px to the nearest pixel outside. Beyond the view's edge, which is the frame's, a region goes
    on as it is at that edge.
    """
    padded = np.pad(inside.astype(np.uint8), 1, mode="edge")
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3), np.float32)[1:-1, 1:-1]
