"""The built-in segmenter: a small network says where the object is, and GrabCut draws its outline.

A click is answered in four steps. The network looks at the whole picture and, closer and closer, at what is around the
click (look.py). The looks are ranked (choice.py), wholes before parts. The best is looked at once more, in a window
around its object, and GrabCut decides by colours where the network is not sure (cut.py). Then all outlines follow the
full picture (outline.py). A box tells the window at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Point, Size
from click_inpaint.mask import nothing
from click_inpaint.segment.base import Candidate, HoverMask, Prompt, hover_mask_of
from click_inpaint.segment.grabcut import network
from click_inpaint.segment.grabcut.choice import around, distinct, merit, sureness, windows, worth_it
from click_inpaint.segment.grabcut.cut import SIDE_PX, cut
from click_inpaint.segment.grabcut.flat import flat_answer
from click_inpaint.segment.grabcut.look import Look, look, whole_box
from click_inpaint.segment.grabcut.outline import outlined
from click_inpaint.segment.grabcut.views import Bounds, Pyramid, holding, pyramid

CANDIDATES = 3
THREADS = 2
FIRST_SIDE_PX = 320  # of what the first looks see
MIN_BOX_SHARE = 0.02  # of a box: where less is found in it, colours decide alone
OTHER_CUT_PX = 224  # the side of the cuts of all candidates but the best


class GrabCut:
    """A segmenter that needs numpy and OpenCV alone. The same picture and prompt always give the same masks."""

    name = "grabcut"
    note = None

    @property
    def weights_digest(self) -> str:
        """sha256 of the network that ships with it."""
        return network.digest()

    def embed(self, image: NDArray[np.uint8]) -> Pyramid:
        """The Lab colours of a picture (uint8 HxWx3 RGB) at several sizes, with the picture itself."""
        return pyramid(image)

    def predict(self, embedding: Pyramid, prompt: Prompt) -> tuple[Candidate, ...]:
        """Up to CANDIDATES answers, best first. Points outside the frame are ignored; a mask may be empty."""
        return _answered(embedding, _inside(prompt, embedding.size), CANDIDATES)

    def hover(self, embedding: Pyramid, point: Point) -> HoverMask:
        """The best answer to a single click, made small."""
        return hover_mask_of(_answered(embedding, _inside(Prompt((point,)), embedding.size), 1)[0])

    def nbytes(self, embedding: Pyramid) -> int:
        """Bytes of the picture and of its levels."""
        return embedding.image.nbytes + sum(level.lab.nbytes for level in embedding.levels)

    def release(self, everything: bool = False) -> None:
        """Do nothing: the network takes a few megabytes and no GPU."""


def _answered(whole: Pyramid, asked: Prompt, count: int) -> tuple[Candidate, ...]:
    """Up to `count` candidates for a prompt all of which lies in the frame."""
    bounds = _bounds(asked)
    if bounds is None and not asked.include:
        return (Candidate(nothing(whole.size), 0.0),)
    flat = flat_answer(whole, asked, bounds)
    if flat:
        return flat
    looks = [_in_box(whole, asked, bounds)] if bounds else _at_clicks(whole, asked, count)
    sides = [SIDE_PX, *[OTHER_CUT_PX] * (len(looks) - 1)]
    with ThreadPoolExecutor(THREADS) as pool:
        regions = list(pool.map(lambda one, side: cut(whole, one[0], asked, side), looks, sides))
    return tuple(Candidate(outlined(whole, region, asked), score) for region, (_, score) in zip(regions, looks))


def _in_box(whole: Pyramid, asked: Prompt, bounds: Bounds) -> tuple[Look, float]:
    """The look at a box, mirrored, and its score."""
    window = around(bounds, whole.size)
    found = look(whole, window, asked, network.SIDE_PX, mirrored=True)
    if asked.box and found.area < MIN_BOX_SHARE * asked.box.size.area:
        return whole_box(window, asked.box), 0.0
    return found, sureness(found)


def _at_clicks(whole: Pyramid, asked: Prompt, count: int) -> list[tuple[Look, float]]:
    """The best looks at the clicks, best first, with their scores."""
    places = windows(whole.size, asked.include)
    looks = [replace(look(whole, place, asked, FIRST_SIDE_PX), depth=depth) for depth, place in enumerate(places)]
    merits = [merit(one, asked.include, whole.size) for one in looks]
    ranked = [looks[index] for index in sorted(range(len(looks)), key=lambda index: -merits[index])]
    best, *others = chosen = distinct(ranked, whole.size, count)
    return list(zip([_closer(whole, best, asked), *others], _scores(chosen)))


def _scores(looks: Sequence[Look]) -> list[float]:
    """How sure each look is; none surer than the one before it, since they are ranked."""
    out: list[float] = []
    for one in looks:
        out.append(min([sureness(one), *out[-1:]]))
    return out


def _closer(whole: Pyramid, found: Look, asked: Prompt) -> Look:
    """A second look at what was found, closer where that shows more than the first did."""
    if found.bounds is None:
        return found
    window = around(holding(found.bounds, asked.include), whole.size)
    window = window if worth_it(window, found.window) else found.window
    return look(whole, window, asked, network.SIDE_PX, before=found, mirrored=True)


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
