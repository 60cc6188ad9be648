import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from click_inpaint.edit import Edit
from click_inpaint.fill import FILLS, fill
from tests.arrays import U8

GREY = "#7f7f7f"


@st.composite
def pictures_and_masks(draw: st.DrawFn) -> tuple[U8, U8]:
    """Small pictures of any content with masks that leave some of them."""
    shape = draw(st.tuples(st.integers(1, 20), st.integers(2, 20)))
    mask = draw(arrays(np.uint8, shape, elements=st.sampled_from([0, 255])).filter(lambda mask: not mask.all()))
    seed = draw(st.integers(0, 99))
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3), np.uint8), mask


@pytest.mark.parametrize("kind", FILLS)
def test_outside_the_mask_nothing_changes(kind: str) -> None:
    image = np.random.default_rng(3).integers(0, 256, (40, 56, 3), np.uint8)
    mask = np.zeros((40, 56), np.uint8)
    mask[8:24, 16:32] = 255
    before = image.copy()
    filled = fill(kind, image, mask, "#0a141e")
    assert (filled[mask == 0] == before[mask == 0]).all() and (image == before).all()
    assert filled.dtype == np.uint8 and filled.shape == image.shape
    assert (filled == before).all() == (kind in {"original", "noise", "nothing"})


def hollow() -> tuple[U8, U8]:
    """A plain picture with a black square in it, and a mask over the square."""
    image = np.full((48, 48, 3), (200, 60, 20), np.uint8)
    image[16:32, 16:32] = 0
    mask = np.zeros((48, 48), np.uint8)
    mask[16:32, 16:32] = 255
    return image, mask


@pytest.mark.parametrize(("kind", "most"), [("telea", 4), ("patches", 4), ("neutral", 0), ("border", 0)])
def test_the_surroundings_are_drawn_in_and_nothing_of_the_object(kind: str, most: int) -> None:
    assert np.abs(fill(kind, *hollow(), GREY).astype(int) - (200, 60, 20)).max() <= most


@pytest.mark.parametrize("kind", ["telea", "patches", "neutral", "border"])
def test_a_mask_without_surroundings_is_grey(kind: str) -> None:
    assert (fill(kind, np.zeros((8, 8, 3), np.uint8), np.full((8, 8), 255, np.uint8), GREY) == 127).all()


def test_one_colour_is_that_colour() -> None:
    image, mask = hollow()
    assert (fill("colour", image, mask, "#0a141e")[mask > 0] == (10, 20, 30)).all()


@given(pictures_and_masks())
def test_neutral_makes_no_colour_that_the_surroundings_do_not_span(both: tuple[U8, U8]) -> None:
    image, mask = both
    known = image[mask == 0].astype(int)
    filled = fill("neutral", image, mask, GREY)[mask > 0].astype(int)
    assert (filled >= known.min(axis=0) - 1).all() and (filled <= known.max(axis=0) + 1).all()


@given(pictures_and_masks())
def test_border_repeats_a_nearest_pixel(both: tuple[U8, U8]) -> None:
    image, mask = both
    filled = fill("border", image, mask, GREY)
    known = np.argwhere(mask == 0)
    for at in np.argwhere(mask > 0):
        distances = np.hypot(*(known - at).T)
        near = known[distances <= distances.min() * 1.1 + 0.5]  # the transform rounds distances
        assert (image[tuple(near.T)] == filled[tuple(at)]).all(axis=-1).any()


def test_an_edge_that_meets_the_mask_goes_on_in_neutral() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image[:, 32:] = 250
    mask = np.zeros((64, 64), np.uint8)
    mask[16:48, 16:48] = 255
    filled = fill("neutral", image, mask, GREY)[..., 0].astype(int)
    assert filled[32, 18] < 40 and filled[32, 45] > 210


def test_the_edit_knows_exactly_these_fills() -> None:
    check = Edit.__dataclass_fields__["fill"].metadata["check"]
    assert [check(kind, "fill") for kind in FILLS] == list(FILLS)
