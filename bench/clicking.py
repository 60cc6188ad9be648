"""The protocol by which papers measure click-to-mask: each further click goes where the mask is most wrong.

The first click lies at the deepest point of the object, each next one at the deepest point of the largest piece that
was missed or taken by mistake (Xu et al. 2016; Sofiiuk et al. 2022). `NoC@85` and `NoC@90` are the mean numbers of
clicks until the intersection over union reaches that share, MOST_CLICKS at most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.cases import U8, Case
from click_inpaint.geometry import Box, Point
from click_inpaint.segment.base import Candidate, Prompt

MOST_CLICKS = 20
DOT = 0.05  # below this intersection over union, a first answer counts as a dot

Predict = Callable[[Prompt], tuple[Candidate, ...]]


@dataclass
class Clicked:
    """The intersection over union after each click; after click k at index k - 1."""

    overlaps: list[float] = field(default_factory=list)

    def clicks_to(self, share: float) -> int:
        """The number of clicks until `share` is reached; MOST_CLICKS where it never is."""
        return next((k + 1 for k, found in enumerate(self.overlaps) if found >= share), MOST_CLICKS)

    def after(self, clicks: int) -> float:
        """The overlap after so many clicks; where clicking ended before because all was right, that of the last."""
        return self.overlaps[min(clicks, len(self.overlaps)) - 1]


def clicked(predict: Predict, case: Case, most: int = MOST_CLICKS, enough: float = 1.0) -> Clicked:
    """Click at a case's object until `enough` is reached or `most` clicks are made."""
    out, prompt, point, wanted = Clicked(), Prompt(), case.click, True
    while len(out.overlaps) < most:
        prompt = further(prompt, point, wanted)
        found = predict(prompt)[0].mask.full() > 0
        out.overlaps.append(overlap(found, case))
        if out.overlaps[-1] >= enough or (found == (case.mask > 0)).all():
            break
        point, wanted = worst(found, case.mask > 0)
    return out


def boxed(predict: Predict, case: Case, clicks: int) -> list[float]:
    """The overlap with the case's box alone, and with each of so many clicks after it."""
    prompt, out = Prompt(box=case.box), []
    for _ in range(clicks + 1):
        found = predict(prompt)[0].mask.full() > 0
        out.append(overlap(found, case))
        if (found == (case.mask > 0)).all():
            break
        prompt = further(prompt, *worst(found, case.mask > 0))
    return out + [out[-1]] * (clicks + 1 - len(out))


def further(prompt: Prompt, point: Point, wanted: bool) -> Prompt:
    """The prompt with one more click, as the page sends it: it knows what was asked and chosen before."""
    before = (prompt, 0) if prompt.include or prompt.exclude or prompt.box else None
    include = (*prompt.include, point) if wanted else prompt.include
    exclude = prompt.exclude if wanted else (*prompt.exclude, point)
    return Prompt(include, exclude, prompt.box, before)


def worst(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> tuple[Point, bool]:
    """The deepest point of the largest piece that is wrong, and whether it was missed (else taken by mistake)."""
    pieces = [(*_largest(true & ~found), True), (*_largest(found & ~true), False)]
    piece, _, missed = max(pieces, key=lambda item: item[1])
    return deepest(piece), missed


def deepest(where: NDArray[np.bool_]) -> Point:
    """The centre of the pixel that is farthest from all that is not `where`; the frame's edge counts as such."""
    distance = cv2.distanceTransform(np.pad(where.astype(np.uint8), 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    row, column = np.unravel_index(int(distance.argmax()), distance.shape)
    return Point(float(column) + 0.5, float(row) + 0.5)


def overlap(found: NDArray[np.bool_] | U8, case: Case) -> float:
    """Intersection over union with the case's mask."""
    found, true = found > 0, case.mask > 0
    return float((found & true).sum() / max(1, (found | true).sum()))


def loose(box: Box, share: float, case: Case) -> Box:
    """The box with a margin of so much of its sides, as a hand draws it."""
    height, width = case.mask.shape
    dx, dy = round(box.width * share), round(box.height * share)
    return Box(max(0, box.x0 - dx), max(0, box.y0 - dy), min(width, box.x1 + dx), min(height, box.y1 + dy))


def _largest(where: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], int]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(where.astype(np.uint8))
    if count < 2:
        return where, 0
    index = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return labels == index, int(stats[index, cv2.CC_STAT_AREA])
