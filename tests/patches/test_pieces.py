"""How a hole is parted into pieces, and that each is filled as if it were alone."""

import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint.patches import patched
from click_inpaint.patches import pieces as room
from click_inpaint.patches.pieces import pieces
from tests.arrays import U8


@given(st.integers(0, 400), st.sampled_from([2, 40, 4_000]), st.booleans())
def test_pieces_are_the_hole_and_none_overlap(seed: int, squares: int, is_thin: bool) -> None:
    chance = np.random.default_rng(seed)
    hole = np.zeros(chance.integers(1, 1500, 2), np.uint8)
    side = 3 if is_thin else int(chance.integers(1, 90))
    for y, x in chance.integers(0, hole.shape, (squares, 2)):
        hole[y : y + side, x : x + side] = 255
    count = np.zeros(hole.shape, int)
    for box, part in pieces(hole):
        assert part.shape == (box.height, box.width) and part.any()
        count[box.slices] += part
    assert (count == (hole > 0)).all()


def test_a_scratch_is_cut_and_an_object_is_not() -> None:
    hole = np.zeros((700, 3000), np.uint8)
    hole[340:345] = 255
    assert max(box.width for box, _ in pieces(hole)) <= room.CELL_PX and len(list(pieces(hole))) == 6
    hole[100:700, 1000:2200] = 255
    ((box, _),) = pieces(hole)
    assert box.width == 3000
    assert not list(pieces(np.zeros((9, 9), np.uint8)))


@pytest.mark.parametrize("gap", [900, 2000])
def test_what_lies_far_apart_does_not_matter(gap: int) -> None:
    """Two holes in one picture are filled as each would be alone: neither at a smaller size for the other's sake."""
    photo = skimage.data.astronaut()
    image = np.concatenate([photo, np.zeros((512, gap, 3), np.uint8), photo], axis=1)
    left, both = np.zeros(image.shape[:2], np.uint8), np.zeros(image.shape[:2], np.uint8)
    left[200:280, 200:260] = 255
    both[200:280, 200:260] = both[100:200, 512 + gap + 300 : 512 + gap + 420] = 255
    place: tuple[slice, slice] = np.s_[200:280, 200:260]
    alone: U8 = patched(image, left)
    assert (patched(image, both)[place] == alone[place]).all()
