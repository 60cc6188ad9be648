"""Fits the weights of click_inpaint/segment/grabcut/rank.py and prints them: `python -m bench.fit_ranking`.

Every region gets its cues and, as truth, its overlap with the object. There are two fits: of the first guesses, and of
the second cuts of those that the shipped first weights put on the shortlist. The weights make the expected overlap
largest when a region is drawn with softmax(merit): that asks for the right order, not right numbers. They start from
what is shipped and are pulled back to it, so that earlier seeds are not forgotten. A scale and an offset then turn
merit into an estimate of the overlap. Cases cropped around their object show the weights objects of every size.

What is shipped was fitted on the seeds below and, of make_click_cases.py, on 1001 to 1006 (--cases) and 1009 (--crop);
before that, on seeds 1 to 10 of both.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.cases import Case, generate, read
from click_inpaint.geometry import Point, Size
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut.cues import cues
from click_inpaint.segment.grabcut.rank import FIRST, SECOND, agreement, merit
from click_inpaint.segment.grabcut.seeds import click_guesses
from click_inpaint.segment.grabcut.segmenter import SHORTLIST, distinct, second_cuts
from click_inpaint.segment.grabcut.views import Pyramid, Region, View, moved, pyramid

F64 = NDArray[np.float64]
Cues = dict[str, float] | None
Group = tuple[F64, F64]  # one case: cues NxC and overlaps N
SEEDS, CROPPED_SEEDS = (1001, 1002), (1007,)
COUNT = 48
CROP_MARGIN = (0.15, 1.2)  # of the object's longer side
STEPS, RATE, DECAY = 250, 0.02, 3e-3  # of Adam, and of the pull of the weights (per standard deviation) to their start
SHARPNESS = 1.5  # of the softmax, over that of calibrated merits


def main() -> None:
    """Gather, fit, print."""
    parser = argparse.ArgumentParser(prog="bench.fit_ranking")
    for name, what in (("--cases", "more cases, as make_click_cases.py writes them"), ("--crop", "the same, to crop")):
        parser.add_argument(name, type=Path, nargs="*", default=[], help=what)
    given = parser.parse_args()
    whole = [generate(COUNT, seed) for seed in SEEDS] + [read(folder) for folder in given.cases]
    close = [generate(COUNT, seed) for seed in CROPPED_SEEDS] + [read(folder) for folder in given.crop]
    rng = random.Random(0)
    cases = chain(chain(*whole), (cropped(case, rng) for case in chain(*close)))
    first, second = zip(*(_judged(case) for case in cases))
    _report("FIRST", FIRST, [group for group in first if len(group[1])])
    _report("SECOND", SECOND, [group for group in second if len(group[1])])


def _report(title: str, shipped: dict[str, float], groups: list[Group]) -> None:
    weights = _fitted(groups, np.array(list(shipped.values())))
    scale, offset = _calibrated(groups, weights)
    print(f"{title} = {{")
    for name, weight in zip(shipped, weights):
        print(f'    "{name}": {weight * scale:.3f},')
    print(f"}}  # OFFSET = {offset:.2f}")


def cropped(case: Case, rng: random.Random) -> Case:
    """A window around the object."""
    height, width = case.mask.shape
    margin = rng.uniform(*CROP_MARGIN) * max(case.box.width, case.box.height)
    pads = [int(margin * rng.uniform(0.4, 1.6)) for _ in range(4)]
    x0, y0 = max(0, case.box.x0 - pads[0]), max(0, case.box.y0 - pads[1])
    x1, y1 = min(width, case.box.x1 + pads[2]), min(height, case.box.y1 + pads[3])
    image = np.ascontiguousarray(case.image[y0:y1, x0:x1])
    click = Point(case.click.x - x0, case.click.y - y0)
    return Case(image, np.ascontiguousarray(case.mask[y0:y1, x0:x1]), click, case.box.moved(-x0, -y0))


def _judged(case: Case) -> tuple[Group, Group]:
    """The first guesses and the second cuts of one case."""
    whole, prompt = pyramid(case.image), Prompt((case.click,))
    guesses = [guess() for guess in click_guesses(whole, prompt)]
    found = _found(whole, guesses, prompt)
    merits = [merit(row, FIRST) for row in found]
    second, before = [], []
    for index in distinct(guesses, merits, SHORTLIST):
        cuts = [cut() for cut in second_cuts(whole, guesses[index], prompt)]
        second += cuts
        before += [{"before": merits[index]}] * len(cuts)
    later = [row and row | earlier for row, earlier in zip(_found(whole, second, prompt), before)]
    return _group(case, guesses, found, list(FIRST)), _group(case, second, later, list(SECOND))


def _found(whole: Pyramid, regions: Sequence[Region], prompt: Prompt) -> list[Cues]:
    own = [cues(whole, region, prompt.include) for region in regions]
    return [alone and alone | among for alone, among in zip(own, agreement(whole, regions))]


def _group(case: Case, regions: Sequence[Region], found: Sequence[Cues], names: list[str]) -> Group:
    kept = [(row, region) for row, region in zip(found, regions) if row]
    table = np.array([[row[name] for name in names] for row, _ in kept]).reshape(len(kept), len(names))
    return table, np.array([_overlap(region, case) for _, region in kept])


def _overlap(region: Region, case: Case) -> float:
    size = Size(case.mask.shape[1], case.mask.shape[0])
    found, true = moved(region, View(0, 0, 1, size)), case.mask > 0
    return float((found & true).sum() / max(1, (found | true).sum()))


def _fitted(groups: list[Group], shipped: F64) -> F64:
    """Weights near `shipped` that make the mean over groups of sum(softmax(cues @ weights) * overlap) large."""
    cues_of, overlap = np.vstack([x for x, _ in groups]), np.concatenate([y for _, y in groups])
    sizes = [len(y) for _, y in groups]
    group, first_of = np.repeat(np.arange(len(groups)), sizes), np.cumsum([0, *sizes[:-1]])
    spread = np.maximum(cues_of.std(axis=0), 1e-3)
    scaled = (cues_of - cues_of.mean(axis=0)) / spread
    start = SHARPNESS * shipped * spread
    weights, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        merits = scaled @ weights
        share = np.exp(merits - np.maximum.reduceat(merits, first_of)[group])
        share /= np.add.reduceat(share, first_of)[group]
        expected = np.add.reduceat(share * overlap, first_of)[group]
        slope = scaled.T @ (share * (overlap - expected)) / len(groups) - DECAY * (weights - start)
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        weights = weights + RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return np.asarray(weights / spread)


def _calibrated(groups: list[Group], weights: F64) -> tuple[float, float]:
    """Scale and offset for which 1 / (1 + exp(-(scale * merit + offset))) comes closest to the overlap."""
    merits, overlap = np.concatenate([x @ weights for x, _ in groups]), np.concatenate([y for _, y in groups])
    middle = float(np.median(merits))
    tried = [
        (float(((1 / (1 + np.exp(-(a * (merits - middle) + b))) - overlap) ** 2).mean()), float(a), float(b))
        for a in np.linspace(0.05, 2, 60)
        for b in np.linspace(-4, 4, 81)
    ]
    _, scale, shift = min(tried)
    return scale, shift - scale * middle


if __name__ == "__main__":
    main()
