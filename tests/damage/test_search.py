"""What is found of damage, and what is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from click_inpaint.damage import find, search
from tests.arrays import U8, Bools
from tests.damage.scenes import DUST, TONES, damage, damaged, photograph, plain


def recall(found: Bools, true: Bools) -> float:
    return float((found & true).sum() / true.sum())


def precision(found: Bools, true: Bools) -> float:
    return float((found & true).sum() / found.sum())


@pytest.mark.parametrize("level", [250, 5], ids=["light", "dark"])
@pytest.mark.parametrize("tone", TONES)
def test_scratches_and_dust_are_found_in_a_photograph(tone: str, level: int) -> None:
    found = find(damaged(photograph(tone), damage(), level))
    assert recall(found, damage()) > 0.75 and precision(found, damage()) > 0.3


@pytest.mark.parametrize("level", [250, 5], ids=["light", "dark"])
def test_on_a_plain_ground_every_speck_and_all_of_the_scratches_are_found(level: int) -> None:
    found = find(damaged(plain(), damage(), level))
    assert all(found[y, x] for x, y in DUST)
    assert recall(found, damage()) > 0.9
    near = cv2.dilate(damage().astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert not (found & ~near).any(), "and nothing beside them"


@pytest.mark.parametrize("tone", TONES)
def test_a_clean_photograph_is_left_alone(tone: str) -> None:
    assert find(photograph(tone)).mean() < 0.01


def clean_pictures() -> dict[str, U8]:
    slope = np.tile(np.linspace(0, 255, 400).astype(np.uint8), (300, 1))
    noise = np.random.default_rng(1).normal(128, 20, (300, 400)).clip(0, 255).astype(np.uint8)
    grid = np.full((300, 400), 200, np.uint8)
    grid[::12] = grid[:, ::12] = 90
    page = np.asarray(skimage.data.page(), np.uint8)
    plains = {"slope": slope, "noise": noise, "grid": grid, "text": page}
    return {name: np.repeat(grey[..., None], 3, axis=2) for name, grey in plains.items()}


@pytest.mark.parametrize("name", clean_pictures())
def test_slopes_grain_grids_and_text_are_mostly_left_alone(name: str) -> None:
    assert find(clean_pictures()[name]).mean() < 0.02


def test_the_same_picture_gives_the_same_answer_and_stays_as_it_is() -> None:
    picture = damaged(photograph(), damage(), 250)
    before = picture.copy()
    assert (find(picture) == find(picture)).all() and (picture == before).all()


@settings(max_examples=10)
@given(st.floats(0, 1), st.floats(0, 1))
def test_more_sensitivity_finds_what_less_has_found(one: float, other: float) -> None:
    picture = damaged(photograph()[:150, :200], damage()[:150, :200], 250)
    low, high = find(picture, min(one, other)), find(picture, max(one, other))
    assert not (low & ~high).any()


def test_sensitivity_makes_a_difference() -> None:
    picture = damaged(photograph(), damage(), 250)
    assert find(picture, 0).sum() < find(picture, 0.5).sum() < find(picture, 1).sum()


@settings(max_examples=10)
@given(st.integers(0, 60))
def test_what_is_smaller_is_left_out_and_the_rest_stays(smallest: int) -> None:
    picture = damaged(photograph()[:150, :200], damage()[:150, :200], 250)
    everything, found = find(picture, 0.7), find(picture, 0.7, smallest)
    count, labels = cv2.connectedComponents(everything.astype(np.uint8), connectivity=8)
    for number in range(1, count):
        one = labels == number
        assert found[one].all() if one.sum() >= smallest else not found[one].any()
    assert not (found & ~everything).any()


def test_damage_is_found_across_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "TILE_PX", 128)
    assert recall(find(damaged(plain(), damage(), 250)), damage()) > 0.9


def test_a_large_picture_is_looked_at_in_less_than_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FINEST_PIXELS", 450 * 300)
    large = damaged(plain(), damage(), 250).repeat(2, axis=0).repeat(2, axis=1)
    found = find(large)
    assert found.shape == (600, 902)
    assert recall(found, damage().repeat(2, axis=0).repeat(2, axis=1)) > 0.85


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (3, 40), (17, 16)])
def test_tiny_pictures_are_answered(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(5).integers(0, 256, (*shape, 3), np.uint8)
    assert find(random).shape == shape
    assert not find(np.full((*shape, 3), 90, np.uint8)).any()
