"""A page that outlives its server: the next one at the same address knows nothing of the page's pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.webui import free_port
from tests.host.browser import Browser, Person
from tests.host.conftest import serve
from tests.host.tab import DOG, leave, press, visitor
from tests.host.web import recorded_edit

pytestmark = pytest.mark.own_host
started = contextmanager(serve)


@pytest.fixture
def plain_options() -> None:
    """The servers of these tests are their own."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def person(browser: Browser, gradio: str, port: int, tmp_path: Path, photograph: Path) -> Iterator[Person]:
    """With the dog selected, and a mask taken away from it; the server is gone."""
    half = np.zeros((603, 1072), np.uint8)
    half[:300] = 255
    Image.fromarray(half).save(tmp_path / "half.png")
    with started(tmp_path, gradio=gradio, port=port) as web:
        person = visitor(browser, web)
        person.open(photograph).click(*DOG)
        press(person, "Mask")
        with person.page.expect_file_chooser() as chooser:
            person.ours().get_by_role("button", name="Subtract ").click()
        chooser.value.set_files(tmp_path / "half.png")
        person.wait(lambda: len(person.state()["edit"]["selection"]) == 2)
        person.shown()
    yield person
    leave(person)


def test_one_press_of_generate_is_enough(person: Person, gradio: str, port: int, tmp_path: Path) -> None:
    digest = person.preview()["digest"]
    with started(tmp_path, gradio=gradio, port=port):
        person.generate()
        assert not person.error()
        assert digest in recorded_edit(person.infotext())
        assert len(list((tmp_path / "outputs").rglob("*.png"))) == 1, "it was painted once"


def test_generate_is_not_kept_waiting_by_a_server_that_refuses_us(
    person: Person, gradio: str, port: int, tmp_path: Path
) -> None:
    with started(tmp_path, gradio=gradio, port=port):
        person.page.route("**/click-inpaint/images/*", lambda route: route.fulfill(status=500, body="broken"))
        person.generate()
        assert "no longer has this picture" in person.error()
