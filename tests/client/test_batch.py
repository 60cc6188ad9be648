"""Pictures are handed out to Web UIs, each once, whatever becomes of these."""

import threading
from collections import Counter
from pathlib import Path

import pytest

from click_inpaint.client import batch as batches
from click_inpaint.client.batch import MOST_TRIES, Batch, Paint
from click_inpaint.client.events import Event, Failed, Finished
from click_inpaint.client.files import Work
from click_inpaint.client.trouble import Refused, Unreachable, Unusable
from click_inpaint.client.webui import WebUI

WORKS = [Work(Path(f"{number}.png"), None, Path(f"out/{number}.png")) for number in range(40)]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ASK_SECONDS", 0.01)


def webuis(count: int) -> list[WebUI]:
    return [WebUI(f"http://127.0.0.1:{port}") for port in range(1, count + 1)]  # nobody listens there


def run(paint: Paint, count: int, works: list[Work] = WORKS) -> tuple[Finished, list[Event]]:
    told: list[Event] = []
    finished = Batch(works, paint, told.append, patience=0.05).run(webuis(count))
    assert told[-1] == finished
    return finished, told


def test_each_picture_is_painted_once_and_all_web_uis_work() -> None:
    painted: Counter[Work] = Counter()
    busy = threading.Barrier(3, timeout=20)  # three at once, or it breaks

    def paint(webui: WebUI, work: Work) -> None:
        if work in WORKS[:3]:
            busy.wait()
        painted[work] += 1

    assert run(paint, 3)[0] == Finished(40, 0, 0, 0)
    assert painted == Counter(WORKS)


def test_a_dead_ones_picture_goes_to_another() -> None:
    painted: Counter[Work] = Counter()
    first_has_one = threading.Event()

    def paint(webui: WebUI, work: Work) -> None:
        if webui.url.endswith(":1"):
            first_has_one.set()
            raise Unreachable("{url} does not answer.", url=webui.url)
        assert first_has_one.wait(20)
        painted[work] += 1

    finished, told = run(paint, 2)
    assert finished == Finished(40, 0, 0, 0)
    assert painted == Counter(WORKS)
    assert [type(event).__name__ for event in told] == ["Dropped", "Finished"]


def test_the_last_picture_of_a_dead_one_is_waited_for() -> None:
    """Who has nothing to do stays until nothing can come back."""
    idle, painted = threading.Event(), Counter[Work]()

    def paint(webui: WebUI, work: Work) -> None:
        if work is WORKS[0] and not painted[WORKS[1]]:
            assert idle.wait(20)
            raise Unreachable("{url} does not answer.", url=webui.url)
        painted[work] += 1
        threading.Timer(0.1, idle.set).start()

    assert run(paint, 2, WORKS[:2])[0] == Finished(2, 0, 0, 0)
    assert painted == Counter(WORKS[:2])


def test_what_is_refused_fails_alone() -> None:
    def paint(webui: WebUI, work: Work) -> None:
        if work is WORKS[7]:
            raise Refused("{reason}", reason="Click the object first.")

    finished, told = run(paint, 2)
    assert finished == Finished(39, 0, 1, 0)
    assert Failed(WORKS[7].picture, "Click the object first.") in told


def test_without_a_web_ui_that_can_be_used_the_rest_is_left() -> None:
    def paint(webui: WebUI, work: Work) -> None:
        raise Unusable("{url} has no API.", url=webui.url)

    finished, told = run(paint, 2)
    assert finished == Finished(0, 0, 0, 40)
    assert len(told) == 3


def test_a_picture_that_ends_every_web_ui_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Batch, "_is_back", lambda self, webui: True)
    tried: Counter[Work] = Counter()

    def paint(webui: WebUI, work: Work) -> None:
        tried[work] += 1
        if work is WORKS[3]:
            raise Unreachable("{url} does not answer.", url=webui.url)

    assert run(paint, 2)[0] == Finished(39, 0, 1, 0)
    assert tried[WORKS[3]] == MOST_TRIES
    assert sum(tried.values()) == 39 + MOST_TRIES


def test_a_fault_of_ours_ends_the_run_and_is_seen() -> None:
    def paint(webui: WebUI, work: Work) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(paint, 2)
