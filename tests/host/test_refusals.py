"""A job that cannot be done: the person reads why where they work, the host does nothing, and nothing is lost."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.host.browser import Person
from tests.host.tab import DOG, press
from tests.host.test_jobs import edit_of
from tests.host.web import Web, infotexts, named, pictures

NOTHING_SELECTED = "Click the object first."


def said(person: Person) -> str:
    """What the line above the canvas says."""
    return person.ours().locator(".ci-status").inner_text()


def says(person: Person, sentence: str) -> None:
    person.wait(lambda: sentence in said(person), 20, f"it does not say {sentence!r} but {said(person)!r}")


def press_generate(person: Person) -> None:
    person.page.locator("#img2img_generate").click()


def press_ctrl_enter(person: Person) -> None:
    person.page.locator("#img2img_prompt textarea").focus()
    person.page.keyboard.press("Control+Enter")


def press_by_script(person: Person) -> None:
    """As “Generate forever” does, and other extensions."""
    person.page.evaluate("document.querySelector('#img2img_generate').click()")


def submit_prompt(person: Person) -> None:
    """The prompt's own key sends a job past the button."""
    person.page.locator("#img2img_prompt textarea").focus()
    person.page.keyboard.press("Shift+Enter")


@pytest.mark.parametrize("send", [press_generate, press_ctrl_enter, press_by_script])
def test_the_page_sends_no_job_without_a_picture_or_a_selection(
    person: Person, photograph: Path, send: Callable[[Person], None]
) -> None:
    person.page.set_viewport_size({"width": 1280, "height": 600})  # of a small notebook
    jobs: list[str] = []
    person.page.on("request", lambda asked: jobs.append(asked.url) if "internal/progress" in asked.url else None)
    send(person)
    says(person, "Open a picture first.")
    person.open(photograph)
    person.set_number("Grow", 5)
    assert "Open a picture first." not in said(person)
    send(person)
    says(person, NOTHING_SELECTED)
    assert person.ours().locator(".ci-status").evaluate("e => e.getBoundingClientRect().bottom <= innerHeight + 1")
    person.page.wait_for_timeout(700)
    assert not jobs and not person.busy() and not person.error()
    assert person.state()["edit"]["refine"]["grow"] == 5
    person.click(*DOG)
    assert NOTHING_SELECTED not in said(person)
    person.generate()
    assert jobs and len(person.gallery()) == 1 and not person.error()


def test_what_the_server_refuses_is_said_in_our_tab_and_the_last_results_stay(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    person.generate()
    gallery, infotext = person.gallery(), person.infotext()
    press(person, "Clear")
    person.wait(lambda: not person.state()["edit"]["selection"])
    started = time.monotonic()
    submit_prompt(person)
    says(person, NOTHING_SELECTED)
    assert time.monotonic() - started < 3  # the page's own polling is in it
    person.wait(lambda: not person.busy())
    assert person.error() == NOTHING_SELECTED, "below the gallery it is the same sentence, and nothing else"
    assert person.gallery() == gallery and person.infotext() == infotext
    person.click(*DOG)
    assert NOTHING_SELECTED not in said(person)
    submit_prompt(person)
    person.wait(lambda: person.gallery() != gallery, 240)
    assert not person.error()
    press(person, "Clear")
    person.wait(lambda: not person.state()["edit"]["selection"])
    submit_prompt(person)
    says(person, NOTHING_SELECTED)  # it is said again, although the words are those of before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"selection": []}, NOTHING_SELECTED), ({"checkpoint": "absent"}, "no checkpoint “absent”"), ({"fil": 1}, "fil")],
)
def test_an_api_caller_is_refused_within_a_second_and_nothing_changes(
    web: Web, large: bytes, change: dict[str, Any], sentence: str
) -> None:
    edit = {**edit_of(web.upload(large)), **change}
    (result,) = pictures(web.img2img(large, edit_of()))
    assert result.size == (2144, 1206), "this job has left the inpainting checkpoint in memory"
    own, before, started = web.option("sd_model_checkpoint"), web.saved(), time.monotonic()
    reply = web.img2img(large, edit, init_images=[], save_images=True)
    assert time.monotonic() - started < 1
    assert reply.status == 422 and sentence in reply.json()["detail"]
    assert web.option("sd_model_checkpoint") == own and web.saved() == before
    again = web.img2img(large, edit_of())
    assert named(infotexts(again)[0], "Model") != web.txt2img_model()


@pytest.mark.parametrize("script", ["Loopback"])
def test_a_selected_script_does_not_begin(web: Web, large: bytes, script: str) -> None:
    reply = web.img2img(large, {"selection": []}, script_name=script, script_args=[2, 0.5, "Linear", "None"])
    assert reply.status == 422 and reply.json()["detail"] == NOTHING_SELECTED
