import numpy as np
import pytest

from click_inpaint.edit import Edit
from click_inpaint.fill import FILLS, fill


@pytest.mark.parametrize("kind", FILLS)
def test_outside_the_mask_nothing_changes(kind: str) -> None:
    image = np.random.default_rng(3).integers(0, 256, (40, 56, 3), np.uint8)
    mask = np.zeros((40, 56), np.uint8)
    mask[8:24, 16:32] = 255
    before = image.copy()
    filled = fill(kind, image, mask)
    assert (filled[mask == 0] == before[mask == 0]).all() and (image == before).all()
    assert (filled == before).all() == (kind == "original")


def test_telea_draws_the_surroundings_in() -> None:
    image = np.full((48, 48, 3), (200, 60, 20), np.uint8)
    image[16:32, 16:32] = 0
    mask = np.zeros((48, 48), np.uint8)
    mask[16:32, 16:32] = 255
    assert np.abs(fill("telea", image, mask).astype(int) - (200, 60, 20)).max() <= 4


def test_a_mask_without_surroundings_is_grey() -> None:
    assert (fill("telea", np.zeros((8, 8, 3), np.uint8), np.full((8, 8), 255, np.uint8)) == 127).all()


def test_the_edit_knows_exactly_these_fills() -> None:
    check = Edit.__dataclass_fields__["fill"].metadata["check"]
    assert [check(kind, "fill") for kind in FILLS] == list(FILLS)
