"""Fits the weights of click_inpaint/segment/grabcut_rank.py and prints them: `python -m bench.fit_ranking`.

For each case every guess gets its cues and, as truth, the overlap of its second cut with the object. The weights
make the expected overlap largest when a guess is drawn with softmax(merit): that asks for the right order, not right
numbers. A scale and an offset then turn merit into an estimate of the overlap. Half of the cases are cropped around
their object, so that the weights know objects of every size. What is shipped was fitted on the seeds below, here and of
make_click_cases.py (--cases).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.cases import Case, generate, read
from click_inpaint.geometry import Point, Size
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut import SECOND_GROWTH, SECOND_SIDE_PX
from click_inpaint.segment.grabcut_cut import recut
from click_inpaint.segment.grabcut_rank import WEIGHTS, agreement, cues
from click_inpaint.segment.grabcut_seeds import click_guesses
from click_inpaint.segment.grabcut_views import Region, View, moved, picture

F64 = NDArray[np.float64]
NAMES = [name for name in WEIGHTS if name != "box_miss"]
SEEDS = tuple(range(1, 11))
COUNT = 48
CROP_MARGIN = (0.15, 1.2)  # of the object's longer side
STEPS, RATE, DECAY = 800, 0.02, 3e-4  # of Adam, and of the pull of the weights (per standard deviation) towards 0


def main() -> None:
    """Gather, fit, print."""
    parser = argparse.ArgumentParser(prog="bench.fit_ranking")
    parser.add_argument(
        "--cases", type=Path, nargs="*", default=[], help="more cases, as make_click_cases.py writes them"
    )
    folders = parser.parse_args().cases
    groups = [group for seed in SEEDS for group in _groups(generate(COUNT, seed), seed)]
    groups += [group for seed, folder in enumerate(folders) for group in _groups(read(folder), seed)]
    weights = _fitted(groups)
    scale, offset = _calibrated(groups, weights)
    for name, weight in zip(NAMES, weights):
        print(f'    "{name}": {weight * scale:.3f},')
    print(f"OFFSET = {offset:.2f}")


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


def _groups(cases: Iterable[Case], seed: int) -> Iterator[tuple[F64, F64]]:
    """Per case and cut: cues NxNAMES and overlaps N."""
    rng = random.Random(seed)
    for index, case in enumerate(cases):
        yield from _judged(cropped(case, rng) if index % 2 else case)


def _judged(case: Case) -> Iterator[tuple[F64, F64]]:
    whole, prompt = picture(case.image), Prompt((case.click,))
    guesses = [guess() for guess in click_guesses(whole, prompt)]
    among = agreement(guesses)
    second = [recut(whole, guess, prompt, SECOND_SIDE_PX, SECOND_GROWTH) for guess in guesses]
    overlaps = [_overlap(region, case) for region in second]
    for regions in (guesses, second):
        found = [cues(whole, region, prompt.include) for region in regions]
        kept = [i for i, own in enumerate(found) if own is not None]
        if kept:
            rows = [(found[i] or {}) | among[i] for i in kept]
            yield np.array([[row[name] for name in NAMES] for row in rows]), np.array([overlaps[i] for i in kept])


def _overlap(region: Region, case: Case) -> float:
    size = Size(case.mask.shape[1], case.mask.shape[0])
    found, true = moved(region, View(0, 0, 1, size)), case.mask > 0
    return float((found & true).sum() / max(1, (found | true).sum()))


def _fitted(groups: list[tuple[F64, F64]]) -> F64:
    """Weights that make the mean over groups of sum(softmax(cues @ weights) * overlap) largest."""
    cues_of, overlap = np.vstack([x for x, _ in groups]), np.concatenate([y for _, y in groups])
    group = np.repeat(np.arange(len(groups)), [len(y) for _, y in groups])
    spread = np.maximum(cues_of.std(axis=0), 1e-3)
    scaled = (cues_of - cues_of.mean(axis=0)) / spread
    weights = np.zeros(len(NAMES))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        merits = scaled @ weights
        top = np.full(len(groups), -np.inf)
        np.maximum.at(top, group, merits)
        share = np.exp(merits - top[group])
        share /= np.bincount(group, share)[group]
        expected = np.bincount(group, share * overlap)[group]
        slope = scaled.T @ (share * (overlap - expected)) / len(groups) - DECAY * weights
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        weights = weights + RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return np.asarray(weights / spread)


def _calibrated(groups: list[tuple[F64, F64]], weights: F64) -> tuple[float, float]:
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
