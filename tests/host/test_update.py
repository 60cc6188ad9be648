"""The extension updated in place, under pages that are open: whoever reloads the page or the UI runs what is new."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.host.browser import Browser, Person
from tests.host.conftest import ROOT, serve
from tests.host.tab import at_tab, leave, reloaded
from tests.host.web import Web

NAME = "sd-webui-click-inpaint"
PARTS = ("scripts", "click_inpaint", "javascript")
SENTENCE = re.compile(r'(?<=emptyTitle: ")[^"]+')


@pytest.fixture
def plain_options() -> None:
    """There are no jobs here."""


@pytest.fixture(scope="module")
def installed(
    request: pytest.FixtureRequest, gradio: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Web, Path]]:
    """A Web UI, and the folder of the extension in it, which the tests may change."""
    if url := request.config.getoption("--webui-url"):
        folder = Path(request.config.getoption("--webui"))
        yield Web(url.rstrip("/"), folder / "outputs", real=True), folder / "extensions" / NAME
        return
    folder = tmp_path_factory.mktemp("installed") / NAME
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "style.css", folder)
    for web in serve(tmp_path_factory.mktemp("data"), "--extension", str(folder), gradio=gradio):
        yield web, folder


@pytest.fixture
def module(installed: tuple[Web, Path]) -> Iterator[Path]:
    """A module that others import from another room; it is put back afterwards."""
    path = installed[1] / "javascript" / "click_inpaint" / "text" / "text.mjs"
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


@pytest.fixture
def person(browser: Browser, installed: tuple[Web, Path]) -> Iterator[Person]:
    person = browser.person(installed[0].url)
    at_tab(person.visit())
    yield person
    leave(person)


def update(module: Path, sentence: str) -> None:
    """A new sentence for the empty canvas."""
    text, count = SENTENCE.subn(sentence, module.read_text(encoding="utf-8"))
    assert count == 1
    module.write_text(text, encoding="utf-8")


def test_a_reloaded_page_runs_what_lies_on_the_disk_now(person: Person, module: Path) -> None:
    reloaded(person)  # the second time, the browser has everything in its cache
    for sentence in ("The first update", "The second update"):
        assert sentence not in person.ours().inner_text()
        update(module, sentence)
        reloaded(person)
        assert sentence in person.ours().inner_text()


def test_reload_ui_runs_what_lies_on_the_disk_now(person: Person, module: Path) -> None:
    update(module, "The page after Reload UI")
    person.reload_ui()
    at_tab(person)
    assert "The page after Reload UI" in person.ours().inner_text()


def test_a_page_that_is_open_meanwhile_works_on(person: Person, module: Path, photograph: Path) -> None:
    person.open(photograph)
    update(module, "Nobody has reloaded this page")
    assert person.click(540, 350)["frame"] == [1072, 603]
