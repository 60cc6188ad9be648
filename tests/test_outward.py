"""Colours drawn outward from the edges of a picture."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint.outward import drawn_outward
from tests.arrays import U8

sides = st.tuples(*[st.integers(0, 40)] * 4)
images = st.builds(
    lambda width, height, seed: np.random.default_rng(seed).integers(30, 200, (height, width, 3), np.uint8),
    st.integers(1, 20),
    st.integers(1, 20),
    st.integers(0, 9),
)


@given(images, sides)
def test_the_picture_stays_and_new_colours_lie_between_its_own(image: U8, by: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = by
    height, width, _ = image.shape
    whole = drawn_outward(image, *by)
    assert whole.shape == (top + height + bottom, left + width + right, 3)
    assert (whole[top : top + height, left : left + width] == image).all()
    assert (whole.min(axis=(0, 1)) >= image.min(axis=(0, 1))).all()
    assert (whole.max(axis=(0, 1)) <= image.max(axis=(0, 1))).all()


@given(images, sides)
def test_a_mirrored_picture_is_extended_mirrored(image: U8, by: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = by
    across = drawn_outward(image[:, ::-1], right, top, left, bottom)[:, ::-1]
    upside_down = drawn_outward(image[::-1], left, bottom, right, top)[::-1]
    whole = drawn_outward(image, *by).astype(int)
    assert np.abs(whole - across).max() <= 1 and np.abs(whole - upside_down).max() <= 1, "sums round differently"


def stripes() -> U8:
    """Rows of black and white, eight pixels each, 64×64."""
    return np.broadcast_to(np.where(np.arange(64) // 8 % 2, 255, 0).astype(np.uint8)[:, None, None], (64, 64, 3))


def test_what_leads_out_of_the_picture_goes_on_beside_it_and_fades_further_out() -> None:
    new = drawn_outward(stripes(), 0, 0, 64, 0)[:, 64:].astype(int)
    contrast = np.ptp(new[16:48, :, 0], axis=0)
    assert contrast[0] == 255 and 60 < contrast[8] < 120 and (contrast[16:] < 40).all()
    assert abs(new[16:48, 63].mean() - 127.5) < 3


def test_far_out_there_is_the_average_of_what_lies_behind_the_edge() -> None:
    image = np.zeros((40, 64, 3), np.uint8)
    image[:, 32:] = 200
    new = drawn_outward(image, 0, 0, 128, 0)[:, 64:]
    assert (new[:, 0] == 200).all() and (abs(new[:, 127].astype(int) - 100) <= 3).all()


def test_an_even_picture_stays_even() -> None:
    image = np.full((5, 7, 3), (9, 120, 255), np.uint8)
    assert (drawn_outward(image, 50, 3, 0, 21) == (9, 120, 255)).all()
