import numpy as np
import pytest

from click_inpaint.damage.spots import BLOCK_PX, LEAST, Spots, disc, local_quantile, relief, spots_in
from tests.arrays import U8


def with_square(level: int, ground: int = 100) -> U8:
    picture = np.full((60, 80, 3), ground, np.uint8)
    picture[20:25, 30:35] = level
    return picture


def find_spots(picture: U8, light: bool) -> Spots:
    return spots_in(relief(picture, light), LEAST[0])


def test_a_strong_spot_is_found_apart_from_the_faint_one_that_it_goes_over_into() -> None:
    picture = np.full((60, 80, 3), 100, np.uint8)
    picture[20:23, 10:70] = np.linspace(115, 250, 60).astype(np.uint8)[None, :, None]
    everything, strong = (spots_in(relief(picture, True), least) for least in (LEAST[0], LEAST[2]))
    assert everything.count == 2 and everything.labels[21, 15] == everything.labels[21, 65] == 1
    assert strong.count == 2 and strong.labels[21, 65] == 1 and strong.labels[21, 15] == 0


@pytest.mark.parametrize(("level", "light"), [(200, True), (20, False)])
def test_a_spot_is_found_by_its_own_polarity_alone(level: int, light: bool) -> None:
    found = find_spots(with_square(level), light)
    assert found.count == 2 and found.labels[22, 32] == 1
    assert found.labels[:18].max() == found.labels[:, :28].max() == found.labels[27:].max() == 0
    assert find_spots(with_square(level), not light).count == 1


def test_an_edge_is_no_spot() -> None:
    picture = np.zeros((60, 80, 3), np.uint8)
    picture[:, 40:] = 200
    assert find_spots(picture, True).count == find_spots(picture, False).count == 1


def test_what_is_coloured_stands_out_less_than_what_is_white() -> None:
    red, white = with_square(100), with_square(230)
    red[20:25, 30:35, 0] = 230
    assert find_spots(red, True).count == 1 and find_spots(white, True).count == 2


def test_the_quantile_of_even_values_is_their_value() -> None:
    assert (local_quantile(np.full((50, 70), 9, np.uint8), 0.9) == 9).all()


def test_the_quantile_leaves_out_what_is_rare() -> None:
    values = np.zeros((5 * BLOCK_PX, 5 * BLOCK_PX), np.uint8)
    values[::BLOCK_PX, ::BLOCK_PX] = 255
    assert not local_quantile(values, 0.9).any()


def test_a_disc_has_its_radius() -> None:
    assert disc(2).shape == (5, 5) and disc(2)[2].all() and not disc(2)[0, 0]
