"""First guesses at the object: GrabCut from discs, from what the rest of the picture is unlike, from contours, or in a
box.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.mask import F32
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut.colour import colour_bins, far_colours, rare, unlike
from click_inpaint.segment.grabcut.contour import closed_contours
from click_inpaint.segment.grabcut.cut import cut, mark, recut, within
from click_inpaint.segment.grabcut.views import Bool, Bounds, Pyramid, Region, View, lab_patch, view

GUESS_SIDE_PX = 64  # the side of the view of a first guess
DISC_RADII = tuple(0.058 * 1.45**step for step in range(1, 6))  # as shares of the picture's extent
FAR_RADII = DISC_RADII[1:]
NEAR_RADII = DISC_RADII[2:3]
SURE_SHARE = 0.3  # pixels this near to a click are the object, in radii of the disc
REACH_SHARE = 1.84  # pixels beyond this are background, in radii of the disc
VIEW_SHARE = 2.0  # the view ends here, in radii of the disc
SURROUNDINGS_SHARE = 1.3  # pixels beyond this tell what the object is unlike, in radii of the disc
CONTOUR_GROWTH = 0.4  # how far the object may reach beyond a closed contour, in radii of that
BOX_SIDE_PX = 240  # the side of the view for a box: thin parts need pixels
BOX_PAD = 0.3  # how much background the view shows, in longer sides of the box
BOX_SURE_SHARE = 0.15  # pixels this near to a click are the object, in halves of the box's shorter side
BOX_ROUNDS = 3  # so many rounds of GrabCut's alternation

Guess = Callable[[], Region]  # makes one guess, in any thread
Likely = Callable[[Pyramid, View, F32], Bool]
"""Chooses the pixels that a disc's cut starts from, given how many radii each of them lies from the nearest click."""


def click_guesses(whole: Pyramid, prompt: Prompt) -> list[Guess]:
    """Guesses around the include clicks, of four kinds, each from small to large, in views of side GUESS_SIDE_PX."""
    kinds = ((DISC_RADII, _near_click), (FAR_RADII, _unlike_picture), (NEAR_RADII, _unlike_surroundings))
    discs = [partial(_from_disc, whole, prompt, share * whole.extent, kind) for radii, kind in kinds for share in radii]
    contours = [partial(_from_contour, whole, prompt, contour) for contour in closed_contours(whole, prompt)]
    return [*discs, *contours]


def box_guesses(whole: Pyramid, prompt: Prompt, bounds: Bounds) -> list[Guess]:
    """Two guesses inside `bounds`, in views of side BOX_SIDE_PX: one starts from all of it, one from its
    inner ellipse.
    """
    return [partial(_from_box, whole, prompt, bounds, rounded=rounded) for rounded in (False, True)]


def _from_disc(whole: Pyramid, prompt: Prompt, radius: float, likely: Likely) -> Region:
    xs, ys = [point.x for point in prompt.include], [point.y for point in prompt.include]
    seen = view(whole, (min(xs), min(ys), max(xs), max(ys)), VIEW_SHARE * radius, GUESS_SIDE_PX)
    share = seen.distance(prompt.include) / np.float32(radius * seen.scale)
    labels = np.where(likely(whole, seen, share), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[share > REACH_SHARE] = cv2.GC_BGD
    labels[share < SURE_SHARE] = cv2.GC_FGD
    mark(labels, seen, prompt, SURE_SHARE * radius * seen.scale)
    return cut(lab_patch(whole, seen), labels, seen, prompt)


def _near_click(whole: Pyramid, seen: View, share: F32) -> Bool:
    return np.asarray(share < 1)


def _unlike_picture(whole: Pyramid, seen: View, share: F32) -> Bool:
    far = far_colours(whole, Region(seen, np.asarray(share <= SURROUNDINGS_SHARE)))
    return rare(colour_bins(lab_patch(whole, seen)), *far)


def _unlike_surroundings(whole: Pyramid, seen: View, share: F32) -> Bool:
    return unlike(lab_patch(whole, seen), np.asarray(share > SURROUNDINGS_SHARE))


def _from_contour(whole: Pyramid, prompt: Prompt, polygons: list[NDArray[np.float64]]) -> Region:
    return recut(whole, _filled(whole, polygons), prompt, GUESS_SIDE_PX, CONTOUR_GROWTH)


def _from_box(whole: Pyramid, prompt: Prompt, bounds: Bounds, rounded: bool) -> Region:
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    seen = view(whole, bounds, BOX_PAD * max(width, height), BOX_SIDE_PX)
    inside = within(seen, bounds)
    labels = np.where(inside, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    if rounded:
        rows, columns = np.ogrid[: seen.size.height, : seen.size.width]
        x = ((columns + 0.5) / seen.scale + seen.x0 - bounds[0]) / width
        y = ((rows + 0.5) / seen.scale + seen.y0 - bounds[1]) / height
        labels[inside & (np.hypot(2 * x - 1, 2 * y - 1) >= 1)] = cv2.GC_PR_BGD
    mark(labels, seen, prompt, BOX_SURE_SHARE * min(width, height) * seen.scale / 2)
    found = cut(lab_patch(whole, seen), labels, seen, prompt, BOX_ROUNDS)
    return found if found.area else Region(seen, inside)  # where nothing stands out, the box as it was drawn


def _filled(whole: Pyramid, polygons: list[NDArray[np.float64]]) -> Region:
    """The region that closed polygons (Nx2, picture px) cover together."""
    points = np.concatenate(polygons)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    seen = view(whole, (x0, y0, x1, y1), 0.25 * max(x1 - x0, y1 - y0), GUESS_SIDE_PX)
    pixels = np.zeros((seen.size.height, seen.size.width), np.uint8)
    for polygon in polygons:
        placed = (polygon - (seen.x0, seen.y0)) * seen.scale - 0.5
        cv2.fillPoly(pixels, [np.rint(placed * 16).astype(np.int32)], (1,), cv2.LINE_8, 4)
    return Region(seen, pixels.astype(bool))
