"""Fits the tables by which damage is told from what a photograph shows: `python -m bench.fit_damage OUT.npy`.

On pictures that scikit-image carries, the photograph of the demo, and damage that `bench/damage.py` draws; minutes on a
CPU. The measures of `bench.tasks` use other pictures where they are given some.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.damage import U8, Damaged, Random, damaged, pattern, pictures, toned
from click_inpaint.damage.search import halved
from click_inpaint.damage.spots import LEAST, relief, spots_in
from click_inpaint.damage.traits import traits
from click_inpaint.damage.verdict import DEPTH, Tables, packed

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

DOGS = Path(__file__).resolve().parents[1] / "workbench" / "photos" / "dogs.jpg"
ROUNDS, PATTERNS = 8, 6
"""So often is each picture varied, and so many patterns are drawn each time."""
SEED, SIDE_PX = 11, 640
TABLES, RATE, BINS = 120, 0.15, 32
RIDGE, SHARE = 20.0, 0.1
LARGEST_PX2, POWER = 400, 0.7
"""How much more a large spot counts than a small one."""


class Spots(NamedTuple):
    """The traits of all spots (a row each), which of them are damage, and how much each counts."""

    traits: F32
    damage: F64
    counts: F64


def main(argv: list[str]) -> None:
    """Fit, and write the file."""
    (out,) = argv
    rows = [packed(fitted(measured(level))) for level in (0, 1)]
    np.save(out, np.stack(rows), allow_pickle=False)


def measured(level: int) -> Spots:
    """The spots of all cases, at their own size or halved."""
    found: list[tuple[F32, F64, F64]] = []
    for case in cases():
        picture, mask = case.picture, case.mask.astype(np.float32)
        if level:
            picture = halved(picture)
            mask = np.asarray(cv2.resize(mask, picture.shape[1::-1], interpolation=cv2.INTER_AREA), np.float32)
        for light, least in product((True, False), LEAST):
            relieved = relief(picture, light)
            spots = spots_in(relieved, least)
            areas = np.bincount(spots.labels.ravel(), minlength=spots.count).astype(np.float64)
            hits = np.bincount(spots.labels.ravel(), (mask > 0.5).ravel(), spots.count)
            counts = np.minimum(areas, LARGEST_PX2) ** POWER
            damage = (hits > areas / 2).astype(np.float64)
            found.append((traits(picture, light, relieved, spots)[1:], damage[1:], counts[1:]))
    columns = [np.concatenate(column) for column in zip(*found)]
    return Spots(columns[0].astype(np.float32), columns[1], columns[2] / columns[2].mean())


def cases() -> Iterator[Damaged]:
    """Each picture damaged and, a third as often, not; patterns that are clean, and plain grounds that are damaged."""
    random = np.random.default_rng(SEED)
    originals = [*pictures(), np.asarray(Image.open(DOGS).convert("RGB"))]
    for at in range(ROUNDS):
        for original in originals:
            varied = _varied(original, random)
            yield damaged(varied, random)
            if at % 3 == 0:
                yield _undamaged(toned(varied, random))
        for _ in range(PATTERNS):
            yield _undamaged(pattern(random))
            yield damaged(_plain(random), random)


def _undamaged(clean: U8) -> Damaged:
    return Damaged(clean, clean, np.zeros(clean.shape[:2], np.bool_))


def _plain(random: Random) -> U8:
    """A slope of one colour with some grain."""
    down, across = np.mgrid[:360, :480] / 480
    slope = random.uniform(20, 235) + random.normal(0, 40) * across + random.normal(0, 40) * down
    grain = random.normal(0, random.uniform(0, 6), slope.shape)
    soft = cv2.GaussianBlur(grain, (0, 0), random.uniform(0.3, 1)) if random.random() < 0.5 else grain
    tint = random.uniform(0.8, 1, 3)
    return np.asarray(np.clip((slope + soft)[..., None] * tint, 0, 255), np.uint8)


def _varied(rgb: U8, random: Random) -> U8:
    """A part of a picture in another size and lightness."""
    scale = (0.7, 1.0, 1.0, 1.5)[random.integers(4)]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=how)
    top, left = (int(random.integers(max(0, side - SIDE_PX) + 1)) for side in sized.shape[:2])
    part = sized[top : top + SIDE_PX, left : left + SIDE_PX]
    return np.asarray(np.rint(255 * (part / 255) ** random.uniform(0.7, 1.4)), np.uint8)


def fitted(spots: Spots) -> Tables:
    """Gradient boosting of the logistic loss (Friedman 2001), each table on a share of the spots."""
    random = np.random.default_rng(SEED)
    limits = np.quantile(spots.traits, np.linspace(0, 1, BINS + 1)[1:-1], axis=0).astype(np.float32)
    bins = np.stack([np.searchsorted(limits[:, at], column) for at, column in enumerate(spots.traits.T)])
    odds = np.zeros(len(spots.damage))
    asked, at_limits, values = [], [], []
    for _ in range(TABLES):
        likely = 1 / (1 + np.exp(-odds))
        slopes, bends = spots.counts * (spots.damage - likely), spots.counts * likely * (1 - likely)
        some = random.random(len(odds)) < SHARE
        questions = _questions(bins[:, some], slopes[some], bends[some])
        answers = _answers(bins, questions)
        slope, bend = (np.bincount(answers, sums, 1 << DEPTH) for sums in (slopes, bends))
        steps = RATE * slope / (bend + RIDGE)
        odds += steps[answers]
        asked.append([trait for trait, _ in questions])
        at_limits.append([limits[limit, trait] for trait, limit in questions])
        values.append(steps)
    return Tables(np.asarray(asked), np.asarray(at_limits, np.float32), np.asarray(values, np.float32))


def _questions(bins: NDArray[np.int64], slopes: F64, bends: F64) -> list[tuple[int, int]]:
    """The DEPTH questions that part the spots best, one after the other: trait and limit of each."""
    groups, found = np.zeros(bins.shape[1], np.int64), list[tuple[int, int]]()
    for depth in range(DEPTH):
        best = max((_best_limit(groups, 1 << depth, column, slopes, bends), at) for at, column in enumerate(bins))
        (_, limit), trait = best
        found.append((trait, limit))
        groups |= (bins[trait] > limit).astype(np.int64) << depth
    return found


def _best_limit(
    groups: NDArray[np.int64], count: int, bins: NDArray[np.int64], slopes: F64, bends: F64
) -> tuple[float, int]:
    """What is gained by the best limit on one trait, in all groups at once, and that limit."""
    cells = groups * BINS + bins
    lower_slope, lower_bend = (
        np.bincount(cells, sums, count * BINS).reshape(count, BINS).cumsum(axis=1) for sums in (slopes, bends)
    )
    upper_slope, upper_bend = lower_slope[:, -1:] - lower_slope, lower_bend[:, -1:] - lower_bend
    gains = lower_slope**2 / (lower_bend + RIDGE) + upper_slope**2 / (upper_bend + RIDGE)
    total = gains.sum(axis=0)[:-1]
    return float(total.max()), int(total.argmax())


def _answers(bins: NDArray[np.int64], questions: list[tuple[int, int]]) -> NDArray[np.int64]:
    answers = np.zeros(bins.shape[1], np.int64)
    for bit, (trait, limit) in enumerate(questions):
        answers |= (bins[trait] > limit).astype(np.int64) << bit
    return answers


if __name__ == "__main__":
    main(sys.argv[1:])
