"""What a removal leaves of the old object, by grow and by fill: `python -m bench.emptying --json`. docs/TASKS.md argues
from it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from bench import command
from bench.cases import BACKGROUNDS, Case, generate
from bench.segmenter import HELD_OUT_SEED
from click_inpaint.colour import delta_e, lab_from_linear, to_linear
from click_inpaint.fill import fill
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.grabcut.segmenter import GrabCut

U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]

GROWS_PX = (0, 4, 8, 12, 16)
FOUND = 0.5
"""Intersection over union from which on the clicked object was found; others say nothing about edges."""
FILLS = ("neutral", "border", "telea")
PICTURE_PX, HOLE_PX = 256, 90
COARSE_PX = 6.0
"""Sigma of the blur that leaves of a picture what a fill may know: its colours and no texture."""


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """The figures of `leftovers` and of `fills`."""
    return leftovers(generate(_arguments(argv).count, HELD_OUT_SEED)) | fills()


def _arguments(argv: list[str]) -> argparse.Namespace:
    arguments = command.parser("emptying", "What a removal leaves of the old object, by grow and by fill.")
    arguments.add_argument("--count", type=int, default=40, help="pictures with an object")
    return arguments.parse_args(argv)


def leftovers(cases: Iterable[Case]) -> dict[str, float]:
    """By grow, the share of clicked objects of which anything is left outside the mask (`objects_left_N`), and the mean
    share of an object's pixels (`pixels_left_N`); `count` objects were found.
    """
    segmenter = GrabCut()
    kept: list[list[float]] = []
    for case in cases:
        found = segmenter.predict(segmenter.embed(case.image), Prompt((case.click,)))[0].mask.full() > 0
        true = case.mask > 0
        if (found & true).sum() >= FOUND * (found | true).sum():
            kept.append([_left(found, true, grow) for grow in GROWS_PX])
    shares = np.asarray(kept)
    result = {"count": float(len(kept))}
    for at, grow in enumerate(GROWS_PX):
        result[f"objects_left_{grow}"] = float((shares[:, at] > 0).mean())
        result[f"pixels_left_{grow}"] = float(shares[:, at].mean())
    return result


def _left(found: NDArray[np.bool_], true: NDArray[np.bool_], grow: int) -> float:
    """The share of the object that lies further than `grow` px outside the mask."""
    away = cv2.distanceTransform((~found).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float((true & (away > grow)).sum() / true.sum())


def fills() -> dict[str, float]:
    """By fill, means over photographs with a hole in each quarter: ΔE00 to what was there, both without their texture
    (`error_NAME`), and the strength of the edges inside that the fill makes up, over that of the photograph without its
    texture (`edges_NAME`).
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in FILLS}
    for name in BACKGROUNDS:
        photograph = getattr(skimage.data, name)()[..., :3]
        size = (PICTURE_PX, PICTURE_PX)
        picture = np.asarray(cv2.resize(photograph, size, interpolation=cv2.INTER_AREA), np.uint8)
        coarse = _coarse(picture)
        for hole in _holes():
            for kind in FILLS:
                found[kind].append(_compared(fill(kind, picture, hole, ""), coarse, hole > 0))
    means = {kind: np.mean(both, axis=0) for kind, both in found.items()}
    figures = tuple(enumerate(("error", "edges")))
    return {f"{figure}_{kind}": float(mean[at]) for kind, mean in means.items() for at, figure in figures}


def _holes() -> Iterable[U8]:
    """A disc in the middle of each quarter, HxW, 0/255."""
    quarter = PICTURE_PX // 4
    for y in (quarter, 3 * quarter):
        for x in (quarter, 3 * quarter):
            down, across = np.ogrid[:PICTURE_PX, :PICTURE_PX]
            yield np.where(np.hypot(down - y, across - x) < HOLE_PX / 2, 255, 0).astype(np.uint8)


def _compared(filled: U8, coarse: U8, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """The error and the edges of a fill, see `fills`."""
    error = delta_e(_lab(_coarse(filled)), _lab(coarse))[inside].mean()
    return float(error), float(_slopes(filled)[inside].mean() / _slopes(coarse)[inside].mean())


def _coarse(pixels: U8) -> U8:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), COARSE_PX), np.uint8)


def _lab(pixels: U8) -> F64:
    return np.asarray(lab_from_linear(to_linear(pixels / 255)), np.float64)


def _slopes(pixels: U8) -> F64:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float64)
    down, across = np.gradient(grey)
    return np.asarray(np.hypot(down, across), np.float64)


if __name__ == "__main__":
    main(sys.argv[1:])
