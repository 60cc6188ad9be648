"""How well and how fast the built-in segmenter answers one click, and one box: `python -m bench.segmenter --json`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from bench import command
from bench.cases import Case, generate, read
from click_inpaint.segment.base import Candidate, Prompt
from click_inpaint.segment.grabcut.segmenter import GrabCut

HELD_OUT_SEED = 2026  # never tuned on; bench/fit_ranking.py uses small seeds
TIMED_AREA_PX = 1_000_000


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """Means over the cases: intersection over union with one click and with the box, and the median time of a click.

    Keys: iou_click, iou_click_p10, iou_box, click_ms (predict alone, pictures of TIMED_AREA_PX), count.
    """
    given = _arguments(argv)
    return measured(read(given.cases) if given.cases else generate(given.count, given.seed))


def measured(cases: Iterable[Case]) -> dict[str, float]:
    """The keys of `run` for any cases."""
    segmenter = GrabCut()
    clicked, boxed, took_ms = [], [], []
    for case in cases:
        embedding = segmenter.embed(case.image)
        clicked.append(overlap(segmenter.predict(embedding, Prompt((case.click,)))[0], case))
        boxed.append(overlap(segmenter.predict(embedding, Prompt(box=case.box))[0], case))
        took_ms.append(_click_ms(segmenter, case.resized(TIMED_AREA_PX)))
    return {
        "iou_click": float(np.mean(clicked)),
        "iou_click_p10": float(np.quantile(clicked, 0.1)),
        "iou_box": float(np.mean(boxed)),
        "click_ms": float(np.median(took_ms)),
        "count": float(len(clicked)),
    }


def overlap(candidate: Candidate, case: Case) -> float:
    """Intersection over union with the case's mask."""
    found, true = candidate.mask.full() > 0, case.mask > 0
    return float((found & true).sum() / (found | true).sum())


def _click_ms(segmenter: GrabCut, case: Case) -> float:
    embedding = segmenter.embed(case.image)
    start = time.perf_counter()
    segmenter.predict(embedding, Prompt((case.click,)))
    return 1e3 * (time.perf_counter() - start)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = command.parser("segmenter", "Quality and speed of the built-in segmenter.")
    parser.add_argument("--cases", type=Path, help="a folder with cases.json, as make_click_cases.py writes it")
    parser.add_argument("--count", type=int, default=48, help="cases to generate")
    parser.add_argument("--seed", type=int, default=HELD_OUT_SEED, help="of the generated cases")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
