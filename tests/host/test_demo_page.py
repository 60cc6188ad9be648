"""The demo's page, with its photograph opened: what a person has done there outlasts a reload."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.host.browser import Browser, Person
from tests.host.conftest import serve
from tests.host.tab import DOG, leave, reloaded
from tests.host.web import Web

pytestmark = [pytest.mark.one_gradio, pytest.mark.own_host]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, photograph: Path) -> Iterator[Web]:
    yield from serve(tmp_path_factory.mktemp("demo"), "--photo", str(photograph))


@pytest.fixture
def person(browser: Browser, demo: Web) -> Iterator[Person]:
    person = browser.person(demo.url)
    person.visit()
    yield person
    leave(person)


def is_open(person: Person) -> bool:
    return bool(person.state()["edit"]["image"])


def test_the_photograph_is_open_in_our_tab(person: Person) -> None:
    person.wait(lambda: is_open(person))
    assert person.ours().is_visible() and person.click(*DOG)["frame"] == [1072, 603]


def test_a_reload_brings_the_work_back_and_not_the_photograph(person: Person, photograph: Path) -> None:
    person.wait(lambda: is_open(person))
    theirs = photograph.parents[2] / "docs" / "real-light-400-selected.png"
    shown = person.state()["edit"]["image"]
    person.ours().locator("input[type=file]").set_input_files(theirs)
    person.wait(lambda: person.state()["edit"]["image"] not in ("", shown))
    person.click(100, 100)
    before = person.state()["edit"]
    reloaded(person)
    person.wait(lambda: is_open(person))
    person.page.wait_for_timeout(1500)  # what would take its place comes a moment later
    assert person.state()["edit"] == before
