"""How well and how fast the built-in segmenter answers clicks and boxes: `python -m bench.segmenter --json`.

With `--cases`, on real photographs with masks made by hand, beside OpenCV's GrabCut and a random walker in the same
run. Without, on glyphs that are pasted into photographs here: those figures say little about real ones.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import command, rivals
from bench.cases import Case, generate, read
from bench.clicking import DOT, MOST_CLICKS, Clicked, boxed, clicked, loose, overlap
from click_inpaint.segment.base import Candidate, Prompt
from click_inpaint.segment.grabcut.segmenter import GrabCut

HELD_OUT_SEED = 2026  # never tuned on
TIMED_AREA_PX = 1_000_000
ENOUGH = 0.9  # clicking ends here: NoC asks for no more
CURVE_CLICKS = 5
LOOSE_SHARE = 0.1
BOX_CLICKS = 3


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """The figures of `measured`; with `--cases`, also those of `beside`, and of each set by itself, before its name."""
    given = _arguments(argv)
    if not given.cases:
        return summary([measured(case, given.clicks) for case in generate(given.count, given.seed)])
    cases = list(read(given.cases))
    rows = [measured(case, given.clicks) for case in cases]
    others = [beside(case) for case in cases]
    figures = summary(rows) | compared(rows, others)
    names = [case.name.split("-")[0] for case in cases]
    for name in sorted(set(names)) if len(set(names)) > 1 else []:
        own = [index for index, other in enumerate(names) if other == name]
        part = summary([rows[i] for i in own]) | compared([rows[i] for i in own], [others[i] for i in own])
        figures |= {f"{name}_{key}": value for key, value in part.items() if key not in ("click_ms", "count")}
    return figures


@dataclass(frozen=True)
class Row:
    """What was measured on one case: overlaps after each click, with the box and clicks after it, with a box that is
    drawn loosely, of the first click's best candidate; and the time of a click in ms.
    """

    run: Clicked
    boxes: list[float]
    loose: float
    best: float
    click_ms: float


def measured(case: Case, most_clicks: int = MOST_CLICKS) -> Row:
    """The row of one case."""
    segmenter = GrabCut()
    embedding = segmenter.embed(case.image)

    def predict(prompt: Prompt) -> tuple[Candidate, ...]:
        return segmenter.predict(embedding, prompt)

    return Row(
        clicked(predict, case, most_clicks, ENOUGH),
        boxed(predict, case, BOX_CLICKS),
        overlap(predict(Prompt(box=loose(case.box, LOOSE_SHARE, case)))[0].mask.full(), case),
        max(overlap(one.mask.full(), case) for one in predict(Prompt((case.click,)))),
        _click_ms(segmenter, case.resized(TIMED_AREA_PX)),
    )


def summary(rows: Sequence[Row]) -> dict[str, float]:
    """Means over cases: intersection over union after one click, with the box and with a box that is drawn loosely.

    Keys: iou_click, iou_click_p10, iou_clicks_N after N clicks, worst_click (the most that the mean falls by a further
    click, of the first five; 0 where it never does), dots_pct, noc85, noc90, iou_box, iou_box_loose, iou_box_N with
    N clicks after it, iou_best (the best candidate of the first click), click_ms (predict alone, pictures of
    TIMED_AREA_PX, median), count.
    """
    first = np.array([row.run.overlaps[0] for row in rows])
    curve = [float(np.mean([row.run.after(clicks) for row in rows])) for clicks in range(1, CURVE_CLICKS + 1)]
    result = {"iou_click": curve[0], "iou_click_p10": float(np.quantile(first, 0.1))}
    result |= {f"iou_clicks_{clicks}": curve[clicks - 1] for clicks in (2, 3, 5)}
    result["worst_click"] = min(0.0, *np.diff(curve).tolist())
    result["dots_pct"] = 100 * float((first < DOT).mean())
    for share in (85, 90):
        result[f"noc{share}"] = float(np.mean([row.run.clicks_to(share / 100) for row in rows]))
    with_box = np.mean(np.array([row.boxes for row in rows]), axis=0)
    result["iou_box"] = float(with_box[0])
    result |= {f"iou_box_{clicks}": float(with_box[clicks]) for clicks in range(1, BOX_CLICKS + 1)}
    return result | {
        "iou_box_loose": float(np.mean([row.loose for row in rows])),
        "iou_best": float(np.mean([row.best for row in rows])),
        "click_ms": float(np.median([row.click_ms for row in rows])),
        "count": float(len(rows)),
    }


def beside(case: Case) -> tuple[float, float, float]:
    """The same case by others: OpenCV's GrabCut with a click and with the box, and a random walker with the click."""
    return (
        overlap(rivals.grabcut_click(case.image, case.click), case),
        overlap(rivals.grabcut_box(case.image, case.box), case),
        overlap(rivals.walker_click(case.image, case.click), case),
    )


def compared(rows: Sequence[Row], others: Sequence[tuple[float, float, float]]) -> dict[str, float]:
    """The means of `beside`, and ours over OpenCV's: opencv_click, opencv_box, walker_click, click_over_opencv,
    box_over_opencv.
    """
    click, box, walker = (float(value) for value in np.mean(np.array(others), axis=0))
    return {
        "opencv_click": click,
        "opencv_box": box,
        "walker_click": walker,
        "click_over_opencv": float(np.mean([row.run.overlaps[0] for row in rows])) / click,
        "box_over_opencv": float(np.mean([row.boxes[0] for row in rows])) / box,
    }


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
    parser.add_argument("--clicks", type=int, default=MOST_CLICKS, help="clicks at an object before it is given up")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
