import numpy as np

from click_inpaint.damage.traits import NAMES
from click_inpaint.damage.verdict import DEPTH, Tables, levels, log_odds, packed, unpacked


def two_tables() -> Tables:
    """The first asks whether traits 0 to 4 are above 0 to 4, the second whether trait 1 is above 5 to 9."""
    questions = np.array([[0, 1, 2, 3, 4], [1, 1, 1, 1, 1]])
    values = np.stack([np.arange(32), 100 * np.arange(32)]).astype(np.float32)
    return Tables(questions, np.arange(10, dtype=np.float32).reshape(2, 5), values)


def test_each_answer_is_a_bit_of_the_place_whose_number_is_added() -> None:
    traits = np.array([[0, 0, 0, 0, 0], [1, 0, 0, 0, 5], [0, 7, 0, 0, 0], [9, 99, 9, 9, 9]], np.float32)
    assert log_odds(traits, two_tables()).tolist() == [0, 17, 2 + 300, 31 + 3100]


def test_tables_are_kept_in_one_array() -> None:
    tables, again = two_tables(), unpacked(packed(two_tables()))
    assert (again.traits == tables.traits).all() and again.traits.dtype == np.int64
    assert (again.limits == tables.limits).all() and (again.values == tables.values).all()


def test_the_tables_that_ship_ask_for_traits_that_there_are() -> None:
    found = levels()
    assert len(found) == 2
    for tables in found:
        assert tables.traits.min() >= 0 and tables.traits.max() < len(NAMES)
        assert tables.values.shape == (len(tables.traits), 1 << DEPTH)
        assert np.isfinite(tables.limits).all() and np.isfinite(tables.values).all()
