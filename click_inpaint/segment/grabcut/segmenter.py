"""The built-in segmenter: GrabCut makes guesses of many sizes, they are ranked as objects, and the best are refined.

A click is answered in four steps. Many small guesses are made (seeds.py) and ranked by cues (rank.py). The best few of
them that differ are cut again in two ways, and ranked again. The winner is cut once more. Then all outlines follow the
full picture (outline.py). A box tells the size of the object, so there are only two guesses, which start fine. An
object that turns out to be small in a large picture is looked at once more, in a window around it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Box, Point, Size
from click_inpaint.mask import Mask, nothing, trimmed
from click_inpaint.segment.base import Candidate, HoverMask, Prompt, hover_mask_of
from click_inpaint.segment.grabcut.cues import cues
from click_inpaint.segment.grabcut.cut import recut
from click_inpaint.segment.grabcut.flat import flat_answer
from click_inpaint.segment.grabcut.outline import outlined
from click_inpaint.segment.grabcut.rank import (
    FIRST,
    SECOND,
    agreement,
    box_points,
    intersection_over_union,
    merit,
    score,
)
from click_inpaint.segment.grabcut.seeds import box_guesses, click_guesses
from click_inpaint.segment.grabcut.views import Bounds, Pyramid, Region, pyramid

CANDIDATES = 3
SHORTLIST = 4  # so many first guesses are cut again
SAME = 0.85  # the intersection over union from which two guesses count as one
SECOND_SIDE_PX = 96  # the side of the view of the second cuts
SECOND_GROWTH = 0.6  # how far they may grow, in radii of the guess
SEEK_GROWTH = 0.8  # the same for the cut that looks for more colours of the object
LAST_SIDE_PX = 256
LAST_GROWTH = 0.4
SMALL_PX = 24  # in pixels of the finest level: a smaller object is looked at again, more closely
CLOSER = 8  # how much the closer look shows around the object: so many of its sides, in all
CLOSEST_PX = 128  # the same in picture px, at least
THREADS = 2

T = TypeVar("T")
Ranked = tuple[float, Region]  # a region with its merit


class GrabCut:
    """A segmenter that needs numpy and OpenCV alone. The same picture and prompt always give the same masks."""

    name = "grabcut"
    weights_digest = ""
    note = None

    def embed(self, image: NDArray[np.uint8]) -> Pyramid:
        """The Lab colours and the edges of a picture (uint8 HxWx3 RGB) at several sizes, with the picture itself."""
        return pyramid(image)

    def predict(self, embedding: Pyramid, prompt: Prompt) -> tuple[Candidate, ...]:
        """Up to CANDIDATES answers, best first. Points outside the frame are ignored; a mask may be empty."""
        asked = _inside(prompt, embedding.size)
        found = flat_answer(embedding, asked, _bounds(asked))
        if found:
            return found
        found = _answered(embedding, asked)
        window = _window(embedding, found[0].mask)
        return (window and _closer(embedding, asked, window)) or found

    def hover(self, embedding: Pyramid, point: Point) -> HoverMask:
        """The best answer to a single click, made small."""
        return hover_mask_of(self.predict(embedding, Prompt((point,)))[0])

    def nbytes(self, embedding: Pyramid) -> int:
        """Bytes of the picture and of its levels."""
        return embedding.image.nbytes + sum(level.lab.nbytes + level.edges.nbytes for level in embedding.levels)

    def release(self, everything: bool = False) -> None:
        """Do nothing: there is no model whose memory could be given back."""


def second_cuts(whole: Pyramid, guess: Region, prompt: Prompt) -> list[Callable[[], Region]]:
    """Two ways to cut a guess again: from the guess alone, and together with what else stands out around it."""
    again = partial(recut, whole, guess, prompt, SECOND_SIDE_PX)
    return [partial(again, SECOND_GROWTH), partial(again, SEEK_GROWTH, seek=True)]


def distinct(regions: Sequence[Region], merits: Sequence[float], count: int) -> list[int]:
    """The indices of up to `count` regions, best first, of which no two are alike."""
    chosen: list[int] = []
    for index in sorted(range(len(regions)), key=lambda index: -merits[index]):
        if all(intersection_over_union(regions[index], regions[other]) < SAME for other in chosen):
            chosen.append(index)
        if len(chosen) == count:
            break
    return chosen


def _answered(whole: Pyramid, asked: Prompt) -> tuple[Candidate, ...]:
    """The candidates for a prompt all of which lies in the frame."""
    bounds = _bounds(asked)
    if bounds is None and not asked.include:
        return (Candidate(nothing(whole.size), 0.0),)
    ranked = _by_box(whole, asked, bounds) if bounds else _by_clicks(whole, asked)
    best = recut(whole, ranked[0][1], asked, LAST_SIDE_PX, LAST_GROWTH, bounds)
    regions = [best, *(region for _, region in ranked[1:])]
    masks = _each([partial(outlined, whole, region, asked) for region in regions])
    return tuple(Candidate(mask, score(points)) for mask, (points, _) in zip(masks, ranked))


def _window(whole: Pyramid, found: Mask) -> Box | None:
    """The window to look at more closely, around an object that is small in a picture which was reduced; else None."""
    box, scale = trimmed(found).box, whole.levels[0].scale_x
    side = max(box.width, box.height)
    if box.empty or scale >= 1 or side * scale >= SMALL_PX:
        return None
    return box.padded(max(CLOSER * side, CLOSEST_PX) // 2).intersection(whole.size.box)


def _closer(whole: Pyramid, asked: Prompt, window: Box) -> tuple[Candidate, ...]:
    """The candidates that the window alone gives; none where the best one reaches beyond the window."""
    near = _answered(pyramid(whole.image[window.slices]), _seen_from(asked, window))
    best = trimmed(near[0].mask).box.moved(window.x0, window.y0)
    if best.empty or best.padded(1).intersection(whole.size.box) != best.padded(1).intersection(window):
        return ()
    placed = (replace(one, mask=_placed(one.mask, whole.size, window)) for one in near)
    return tuple(placed)


def _seen_from(asked: Prompt, window: Box) -> Prompt:
    def moved(points: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple(Point(point.x - window.x0, point.y - window.y0) for point in points)

    box = asked.box and asked.box.moved(-window.x0, -window.y0)
    return _inside(Prompt(moved(asked.include), moved(asked.exclude), box), window.size)


def _placed(mask: Mask, frame: Size, window: Box) -> Mask:
    return Mask(frame, mask.box.moved(window.x0, window.y0), mask.pixels)


def _inside(prompt: Prompt, frame: Size) -> Prompt:
    """The part of the prompt that lies in the frame."""
    box = prompt.box.intersection(frame.box) if prompt.box else None
    return Prompt(
        tuple(point for point in prompt.include if frame.contains(point)),
        tuple(point for point in prompt.exclude if frame.contains(point)),
        None if box is None or box.empty else box,
    )


def _bounds(prompt: Prompt) -> Bounds | None:
    """The box of a prompt, widened to hold every include click; None where it has no box."""
    if prompt.box is None:
        return None
    xs, ys = [math.floor(point.x) for point in prompt.include], [math.floor(point.y) for point in prompt.include]
    x0, y0 = min([prompt.box.x0, *xs]), min([prompt.box.y0, *ys])
    x1, y1 = max([prompt.box.x1, *(x + 1 for x in xs)]), max([prompt.box.y1, *(y + 1 for y in ys)])
    return float(x0), float(y0), float(x1), float(y1)


def _by_clicks(whole: Pyramid, prompt: Prompt) -> list[Ranked]:
    guesses = _each(click_guesses(whole, prompt))
    first = _merits(whole, guesses, prompt, FIRST)
    chosen = distinct(guesses, first, SHORTLIST)
    jobs = [(first[i], job) for i in chosen for job in second_cuts(whole, guesses[i], prompt)]
    second = _each([job for _, job in jobs])
    merits = _merits(whole, second, prompt, SECOND, [points for points, _ in jobs])
    best = distinct(second, merits, CANDIDATES)
    return [(merits[i], second[i]) for i in best]


def _by_box(whole: Pyramid, prompt: Prompt, bounds: Bounds) -> list[Ranked]:
    guesses = _each(box_guesses(whole, prompt, bounds))
    plain = _merits(whole, guesses, prompt, SECOND, _merits(whole, guesses, prompt, FIRST))
    merits = [points + box_points(guess, bounds) for points, guess in zip(plain, guesses)]
    return [(merits[i], guesses[i]) for i in distinct(guesses, merits, CANDIDATES)]


def _merits(
    whole: Pyramid, regions: list[Region], prompt: Prompt, weights: Mapping[str, float], before: Sequence[float] = ()
) -> list[float]:
    """The merit of each region: from its own cues, from those that it has among the others, and from the merit that it
    had `before` it was cut again.
    """
    own = _each([partial(cues, whole, region, prompt.include) for region in regions])
    among = agreement(whole, regions)
    if before:
        among = [shared | {"before": points} for shared, points in zip(among, before)]
    return [merit(alone and alone | shared, weights) for alone, shared in zip(own, among)]


def _each(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """The results of all jobs, in order. They are repeatable: OpenCV has a random generator for each thread, and every
    cut seeds it.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]
