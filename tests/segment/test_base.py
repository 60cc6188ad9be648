"""What every segmenter has in common: prompts, and masks made small for hovering; the built-in one's way with them."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint import mask
from click_inpaint.geometry import EMPTY, Box, Point, Size
from click_inpaint.segment.base import HOVER_SIDE_PX, Candidate, Prompt, hover_mask_of
from click_inpaint.segment.grabcut.segmenter import GrabCut
from tests.arrays import U8


@given(st.integers(1, 3000), st.integers(1, 3000), st.data())
def test_a_hover_mask_fills_the_masks_box_and_stays_small(width: int, height: int, data: st.DataObject) -> None:
    frame = Size(width, height)
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    box = Box(x, y, data.draw(st.integers(x + 1, width)), data.draw(st.integers(y + 1, height)))
    hovered = hover_mask_of(Candidate(mask.rectangle(frame, box), 0.5))
    assert hovered.box == box and hovered.score == 0.5
    assert hovered.pixels.dtype == np.uint8 and hovered.pixels.all() and max(hovered.pixels.shape) <= HOVER_SIDE_PX


def test_a_hover_mask_has_the_masks_shape() -> None:
    disc = mask.stroke(Size(2000, 1500), (Point(900, 700),), 400)
    hovered = hover_mask_of(Candidate(disc, 1.0))
    size = (hovered.box.width, hovered.box.height)
    shown = cv2.resize(hovered.pixels, size, interpolation=cv2.INTER_NEAREST) > 0
    exact = disc.window(hovered.box) > 0
    assert (shown & exact).sum() > 0.96 * (shown | exact).sum()


def test_nothing_found_is_an_empty_hover_mask() -> None:
    hovered = hover_mask_of(Candidate(mask.nothing(Size(30, 20)), 0.0))
    assert hovered.box == EMPTY and hovered.pixels.shape == (0, 0)


def test_prompts_are_equal_where_all_that_was_pointed_at_is() -> None:
    one = Prompt((Point(1, 2),), (Point(3, 4),), Box(0, 0, 9, 9))
    assert one == Prompt((Point(1.0, 2.0),), (Point(3, 4),), Box(0, 0, 9, 9)) and hash(one) == hash(replace(one))
    others = [
        Prompt((Point(1, 2),), (Point(3, 4),)),
        Prompt((Point(1, 2), Point(3, 4)), (), one.box),
        Prompt((Point(1, 2.25),), one.exclude, one.box),
        replace(one, previous=(one, 0)),
        replace(one, previous=(one, 1)),
        replace(one, previous=(replace(one, box=None), 1)),
    ]
    assert len({one, *others}) == 7 and one != "one"


def test_a_very_long_past_is_compared_at_once() -> None:
    def clicked(times: int) -> Prompt:
        prompt = Prompt((Point(1, 1),))
        for _ in range(times):
            prompt = replace(prompt, previous=(prompt, 0))
        return prompt

    assert {clicked(2000): "found"}[clicked(2000)] == "found" and clicked(2000) != clicked(1999)


@pytest.fixture
def picture() -> U8:
    """A red disc on green."""
    image = np.zeros((300, 400, 3), np.uint8)
    image[:] = (30, 120, 40)
    cv2.circle(image, (200, 150), 60, (200, 30, 30), -1)
    return image


def test_the_built_in_segmenter_shows_under_the_pointer_what_it_would_select(picture: U8) -> None:
    segmenter = GrabCut()
    embedding = segmenter.embed(picture)
    hovered = segmenter.hover(embedding, Point(200, 150))
    found = np.array([hovered.box.x0, hovered.box.y0, hovered.box.x1, hovered.box.y1])
    assert (np.abs(found - [140, 90, 261, 211]) <= 6).all()
    segmenter.release(everything=True)
    assert segmenter.hover(embedding, Point(200, 150)).box == hovered.box and segmenter.note is None


def test_the_built_in_segmenters_embedding_is_the_picture_and_more(picture: U8) -> None:
    segmenter = GrabCut()
    assert picture.nbytes * 2 < segmenter.nbytes(segmenter.embed(picture)) < picture.nbytes * 8
