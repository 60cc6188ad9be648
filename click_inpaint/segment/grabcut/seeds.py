"""First guesses at the object: GrabCut from discs, from what the picture is not, from contours, in a box."""

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
from click_inpaint.segment.grabcut.views import Bool, Bounds, Picture, Region, View, lab_patch, view

GUESS_SIDE_PX = 64  # view side of a first guess
DISC_RADII = tuple(0.058 * 1.45**step for step in range(1, 6))  # of the picture's extent
FAR_RADII = DISC_RADII[1:]
NEAR_RADII = DISC_RADII[2:3]
SURE_SHARE = 0.3  # of a disc's radius: pixels this near a click are the object
REACH_SHARE = 1.84  # of a disc's radius: pixels beyond are background
VIEW_SHARE = 2.0  # of a disc's radius: the view ends here
SURROUNDINGS_SHARE = 1.3  # of a disc's radius: what lies beyond tells what the object is unlike
CONTOUR_GROWTH = 0.4  # of its radius: how far the object may reach beyond a closed contour
BOX_SIDE_PX = 240  # view side for a box: thin parts need pixels
BOX_PAD = 0.3  # of the box's longer side, for the background to show
BOX_SURE_SHARE = 0.15  # of the box's shorter side
BOX_ROUNDS = 3  # of GrabCut's alternation

Guess = Callable[[], Region]  # the work of one guess, to be done in any thread
Likely = Callable[[Picture, View, F32], Bool]  # what a disc's cut starts from, by the distance in radii from a click


def click_guesses(whole: Picture, prompt: Prompt) -> list[Guess]:
    """Guesses (view side GUESS_SIDE_PX) around the include clicks, of four kinds, each from small to large."""
    kinds = ((DISC_RADII, _near_click), (FAR_RADII, _unlike_picture), (NEAR_RADII, _unlike_surroundings))
    discs = [partial(_from_disc, whole, prompt, share * whole.extent, kind) for radii, kind in kinds for share in radii]
    contours = [partial(_from_contour, whole, prompt, contour) for contour in closed_contours(whole, prompt)]
    return [*discs, *contours]


def box_guesses(whole: Picture, prompt: Prompt, bounds: Bounds) -> list[Guess]:
    """Guesses (view side BOX_SIDE_PX) inside `bounds`: at first all of it is the object, or its inner ellipse."""
    return [partial(_from_box, whole, prompt, bounds, rounded=rounded) for rounded in (False, True)]


def _from_disc(whole: Picture, prompt: Prompt, radius: float, likely: Likely) -> Region:
    xs, ys = [point.x for point in prompt.include], [point.y for point in prompt.include]
    seen = view(whole, (min(xs), min(ys), max(xs), max(ys)), VIEW_SHARE * radius, GUESS_SIDE_PX)
    share = seen.distance(prompt.include) / np.float32(radius * seen.scale)
    labels = np.where(likely(whole, seen, share), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[share > REACH_SHARE] = cv2.GC_BGD
    labels[share < SURE_SHARE] = cv2.GC_FGD
    mark(labels, seen, prompt, SURE_SHARE * radius * seen.scale)
    return cut(lab_patch(whole, seen), labels, seen, prompt)


def _near_click(whole: Picture, seen: View, share: F32) -> Bool:
    return np.asarray(share < 1)


def _unlike_picture(whole: Picture, seen: View, share: F32) -> Bool:
    far = far_colours(whole, Region(seen, np.asarray(share <= SURROUNDINGS_SHARE)))
    return rare(colour_bins(lab_patch(whole, seen)), *far)


def _unlike_surroundings(whole: Picture, seen: View, share: F32) -> Bool:
    return unlike(lab_patch(whole, seen), np.asarray(share > SURROUNDINGS_SHARE))


def _from_contour(whole: Picture, prompt: Prompt, polygons: list[NDArray[np.float64]]) -> Region:
    return recut(whole, _filled(whole, polygons), prompt, GUESS_SIDE_PX, CONTOUR_GROWTH)


def _from_box(whole: Picture, prompt: Prompt, bounds: Bounds, rounded: bool) -> Region:
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
    return found if found.area else Region(seen, inside)  # nothing stands out: the box as it was drawn


def _filled(whole: Picture, polygons: list[NDArray[np.float64]]) -> Region:
    """The union of closed polygons (Nx2, picture px)."""
    points = np.concatenate(polygons)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    seen = view(whole, (x0, y0, x1, y1), 0.25 * max(x1 - x0, y1 - y0), GUESS_SIDE_PX)
    pixels = np.zeros((seen.size.height, seen.size.width), np.uint8)
    for polygon in polygons:
        placed = (polygon - (seen.x0, seen.y0)) * seen.scale - 0.5
        cv2.fillPoly(pixels, [np.rint(placed * 16).astype(np.int32)], 1, cv2.LINE_8, 4)  # type: ignore[call-overload]
    return Region(seen, pixels.astype(bool))
