"""What requests may cost: each limit holds at its edge, is told, and is given back."""

import pytest

from click_inpaint import edit as edits
from click_inpaint.errors import BadEdit, NotNow
from click_inpaint.limits import Bodies, Limits, TooMany, Turnstile


def strokes(*lengths: int) -> edits.Edit:
    steps = [{"kind": "stroke", "points": [[1, 1]] * length, "radius": 2} for length in lengths]
    return edits.parse({"selection": [*steps, {"kind": "invert"}]})


def test_an_edit_may_have_as_many_steps_and_points_as_the_person_has_set() -> None:
    limits = Limits(steps=3, points=10)
    limits.check(strokes(4, 6))
    with pytest.raises(BadEdit, match="selection has 4 steps, and this Web UI takes 3"):
        limits.check(strokes(1, 1, 1))
    with pytest.raises(BadEdit, match="points of selection are 11, and this Web UI takes 10"):
        limits.check(strokes(4, 7))
    Limits().check(strokes(20_000))


def test_a_client_has_so_many_requests_at_once_and_others_their_own() -> None:
    turnstile = Turnstile()
    with turnstile.passed("a", 2):
        with turnstile.passed("a", 2):
            with pytest.raises(TooMany, match="2 requests under way"), turnstile.passed("a", 2):
                raise AssertionError("it was let in")
            with turnstile.passed("b", 2):
                pass
        with pytest.raises(KeyError), turnstile.passed("a", 2):
            raise KeyError
        with turnstile.passed("a", 2):
            pass
    assert not turnstile._inside, "nothing is kept of who has gone"


def test_bodies_share_a_bound_and_a_single_one_is_never_stopped_by_it() -> None:
    bodies = Bodies()
    bodies.took(80, 0, 100)
    with pytest.raises(NotNow, match="in a moment"):
        bodies.took(30, 0, 100)
    bodies.took(20, 0, 100)
    with pytest.raises(NotNow):
        bodies.took(1, 80, 100)
    bodies.gave_back(20)
    bodies.took(500, 80, 100)
    bodies.gave_back(580)
    bodies.took(100, 0, 100)
