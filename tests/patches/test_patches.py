"""What is seen of a hole that was filled with patches of its surroundings."""

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from click_inpaint.geometry import Box, Size
from click_inpaint.patches import base, patched, surroundings_of
from tests.arrays import U8


def hole(shape: tuple[int, ...], top: int, left: int, height: int, width: int) -> U8:
    mask = np.zeros(shape[:2], np.uint8)
    mask[top : top + height, left : left + width] = 255
    return mask


def grain(image: U8, mask: U8) -> float:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float(cv2.Laplacian(grey, cv2.CV_32F)[mask > 0].std())


@st.composite
def pictures_and_masks(draw: st.DrawFn) -> tuple[U8, U8]:
    """Small pictures of noise with any mask, of all and of nothing too."""
    shape = draw(st.tuples(st.integers(1, 40), st.integers(1, 40)))
    mask = draw(arrays(np.uint8, shape, elements=st.sampled_from([0, 0, 0, 255])))
    return np.random.default_rng(draw(st.integers(0, 9))).integers(0, 256, (*shape, 3), np.uint8), mask


@settings(max_examples=60, deadline=None)
@given(pictures_and_masks())
def test_outside_the_mask_nothing_changes_and_nothing_under_it_counts(both: tuple[U8, U8]) -> None:
    image, mask = both
    filled = patched(image, mask)
    assert filled.shape == image.shape and filled.dtype == np.uint8
    assert (filled[mask == 0] == image[mask == 0]).all()
    if not mask.all():
        assert (patched(np.where(mask[..., None] > 0, np.uint8(7), image), mask) == filled).all()


@pytest.mark.parametrize("budget", [base.MOST_HOLE_PX, 500])
def test_nothing_of_the_object_comes_through(monkeypatch: pytest.MonkeyPatch, budget: int) -> None:
    """The surroundings are only red and green: an object in blue may leave no blue."""
    monkeypatch.setattr(base, "MOST_HOLE_PX", budget)
    image = np.random.default_rng(1).integers(0, 256, (131, 117, 3), np.uint8)
    image[..., 2] = 0
    mask = hole(image.shape, 40, 50, 45, 67)
    image[mask > 0] = (0, 0, 255)
    assert patched(image, mask)[..., 2].max() <= 2


def test_stripes_go_on_through_the_hole() -> None:
    image = np.zeros((96, 128, 3), np.uint8)
    image[:, (np.arange(128) // 8) % 2 == 0] = 240
    mask = hole(image.shape, 30, 40, 36, 44)
    damaged = np.where(mask[..., None] > 0, np.uint8(128), image)
    off = np.abs(patched(damaged, mask).astype(int) - image)[mask > 0]
    telea = cv2.inpaint(damaged, mask, 5.0, cv2.INPAINT_TELEA)
    assert off.mean() < np.abs(telea.astype(int) - image)[mask > 0].mean() / 4
    assert (off > 60).mean() < 0.02


@pytest.mark.parametrize("name", ["grass", "gravel", "brick"])
@pytest.mark.parametrize(("budget", "most"), [(base.MOST_HOLE_PX, 1.4), (3_000, 1.7)])
def test_texture_stays_as_fine_as_its_surroundings(
    monkeypatch: pytest.MonkeyPatch, name: str, budget: int, most: float
) -> None:
    """Also where the search ran at a smaller size, where single pixels meet less well."""
    monkeypatch.setattr(base, "MOST_HOLE_PX", budget)
    image = np.dstack([getattr(skimage.data, name)()[:300, :300]] * 3)
    mask = hole(image.shape, 90, 100, 110, 90)
    damaged = np.where(mask[..., None] > 0, np.uint8(0), image)
    ratio = grain(patched(damaged, mask), mask) / grain(image, mask)
    smeared = np.asarray(cv2.inpaint(damaged, mask, 5.0, cv2.INPAINT_TELEA), np.uint8)
    telea = grain(smeared, mask) / grain(image, mask)
    assert telea < 0.5 and 0.6 < ratio < most


def test_the_same_hole_is_filled_alike_wherever_it_lies() -> None:
    """Only the surroundings count: a far corner, or a far larger picture, changes nothing."""
    small = skimage.data.astronaut()
    mask = hole(small.shape, 200, 200, 60, 60)
    large = np.pad(small, ((300, 500), (400, 200), (0, 0)))
    large_mask = np.pad(mask, ((300, 500), (400, 200)))
    filled = patched(large, large_mask)
    assert (filled[300:812, 400:912] == patched(small, mask)).all()
    box = surroundings_of(Box(600, 500, 660, 560), Size(large.shape[1], large.shape[0]))
    assert box.x0 >= 400 + 100 and box.y1 <= 300 + 400
    assert (patched(large[box.slices], large_mask[box.slices]) == filled[box.slices]).all()


def test_nothing_selected_or_all_of_it_leaves_the_picture() -> None:
    image = skimage.data.astronaut()[:64, :64]
    for mask in (np.zeros((64, 64), np.uint8), np.full((64, 64), 255, np.uint8)):
        assert (patched(image, mask) == image).all()


def test_a_rim_too_thin_for_patches_still_gives_its_colours() -> None:
    image = np.full((40, 40, 3), (200, 60, 20), np.uint8)
    mask = hole(image.shape, 2, 2, 36, 36)
    image[mask > 0] = (0, 0, 255)
    assert np.abs(patched(image, mask).astype(int) - (200, 60, 20)).max() <= 4
