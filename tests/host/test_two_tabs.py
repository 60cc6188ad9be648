"""One picture in two tabs of a browser and in another browser: none of them disturbs the others."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, SKY, SMALL_JOB, at_tab, leave, reloaded, visitor
from tests.host.web import Web, recorded_edit

pytestmark = pytest.mark.one_gradio
GROUND = (200.0, 560.0)


def selection(infotext: str) -> list[tuple[float, float]]:
    return [(step["x"], step["y"]) for step in json.loads(recorded_edit(infotext))["selection"]]


def test_each_keeps_its_own_selection_result_and_history(
    person: Person, browser: Browser, web: Web, photograph: Path
) -> None:
    beside = Person(person.page.context.new_page(), person.url)
    at_tab(beside.visit())
    for slider, value in SMALL_JOB.items():
        beside.set_slider(slider, value)
    other = visitor(browser, web)
    people = [(person, DOG), (beside, SKY), (other, GROUND)]
    shown: list[Any] = [who.open(photograph).click(*where)["digest"] for who, where in people]
    assert len(set(shown)) == len(people)
    assert len({who.state()["edit"]["image"] for who, _ in people}) == 1, "it is the same picture"
    for who, where in people:
        who.generate()
        assert selection(who.infotext()) == [where] and not who.error()
    for (who, _), digest in zip(people, shown):
        reloaded(who)
        assert who.shown()["digest"] == digest
    assert not [error for error in beside.errors if "click" in error.lower()]
    leave(other)
