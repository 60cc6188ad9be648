"""The papers' way to click, on masks whose errors are known."""

import numpy as np
import pytest

from bench import rivals
from bench.cases import Case
from bench.clicking import MOST_CLICKS, Clicked, boxed, clicked, deepest, loose, overlap, worst
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.mask import Mask, binary, from_array
from click_inpaint.segment.base import Candidate, Prompt
from tests.arrays import Bools

FRAME = Size(60, 40)


def rectangle(x0: int, y0: int, x1: int, y1: int) -> Bools:
    out = np.zeros((FRAME.height, FRAME.width), bool)
    out[y0:y1, x0:x1] = True
    return out


OBJECT = rectangle(10, 10, 30, 30)
CASE = Case(np.zeros((40, 60, 3), np.uint8), binary(OBJECT), Point(20, 20), Box(10, 10, 30, 30))


def mask(pixels: Bools) -> Mask:
    return from_array(binary(pixels))


def test_the_next_click_goes_to_the_middle_of_the_largest_piece_that_is_wrong() -> None:
    found = (OBJECT & ~rectangle(10, 10, 15, 15)) | rectangle(41, 10, 52, 21)
    point, missed = worst(found, OBJECT)
    assert point == Point(46.5, 15.5) and not missed
    point, missed = worst(found & OBJECT, OBJECT)
    assert point == Point(12.5, 12.5) and missed


def test_the_frame_s_edge_counts_as_outside() -> None:
    assert deepest(rectangle(0, 0, 60, 41)) in (Point(29.5, 19.5), Point(19.5, 19.5), Point(20.5, 20.5))
    assert deepest(rectangle(0, 0, 9, 9)) == Point(4.5, 4.5)


def test_clicking_tells_what_was_asked_before_and_ends_when_it_is_enough() -> None:
    answers = [rectangle(10, 10, 30, 20), rectangle(10, 10, 30, 32), OBJECT]
    asked: list[Prompt] = []

    def predict(prompt: Prompt) -> tuple[Candidate, ...]:
        asked.append(prompt)
        return (Candidate(mask(answers[len(asked) - 1]), 0.5),)

    run = clicked(predict, CASE)
    assert run.overlaps == pytest.approx([0.5, 20 / 22, 1.0])
    assert [(len(prompt.include), len(prompt.exclude)) for prompt in asked] == [(1, 0), (2, 0), (2, 1)]
    assert asked[2].previous == (asked[1], 0) and asked[0].previous is None
    assert (run.clicks_to(0.85), run.clicks_to(0.95), run.after(9)) == (2, 3, 1.0)
    asked.clear()
    assert clicked(predict, CASE, enough=0.9).overlaps == pytest.approx([0.5, 20 / 22])
    assert Clicked([0.2]).clicks_to(0.85) == MOST_CLICKS


def test_clicks_after_a_box_keep_the_box() -> None:
    asked: list[Prompt] = []

    def predict(prompt: Prompt) -> tuple[Candidate, ...]:
        asked.append(prompt)
        return (Candidate(mask(rectangle(10, 10, 30, 20)), 0.5),)

    assert boxed(predict, CASE, 2) == pytest.approx([0.5] * 3)
    assert [prompt.box for prompt in asked] == [CASE.box] * 3 and len(asked[2].include) == 2


def test_a_loose_box_stays_in_the_frame() -> None:
    assert loose(CASE.box, 0.1, CASE) == Box(8, 8, 32, 32)
    assert loose(Box(0, 0, 60, 40), 0.5, CASE) == Box(0, 0, 60, 40)


@pytest.mark.parametrize("box", [Box(35, 25, 125, 95), Box(0, 0, 160, 120)])
def test_the_rivals_find_what_stands_out(box: Box) -> None:
    rng = np.random.default_rng(1)
    image = np.full((120, 160, 3), (60, 90, 120), np.uint8) + rng.integers(0, 25, (120, 160, 1), np.uint8)
    image[30:90, 40:120] = np.array([200, 60, 40]) + rng.integers(0, 25, (60, 80, 1), np.uint8)
    true = np.zeros((120, 160), bool)
    true[30:90, 40:120] = True
    case = Case(image, binary(true), Point(80, 60), box)
    assert overlap(rivals.grabcut_box(image, box), case) > 0.95
    assert overlap(rivals.grabcut_click(image, case.click), case) > 0.9
    assert overlap(rivals.walker_click(image, case.click), case) > 0.8
