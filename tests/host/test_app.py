"""The panel around the canvas, in Chromium: steps, edge, what outlasts a reload, what it waits for."""

from pathlib import Path
from typing import Any

import pytest

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, SKY, invert, leave, press, reloaded
from tests.host.web import Web

pytestmark = pytest.mark.one_gradio


def chips(person: Person) -> list[str]:
    return [chip.inner_text().split("\n")[0] for chip in person.ours().locator(".ci-chip:visible").all()]


def stays_compact_and_is_undone(person: Person) -> None:
    steps = person.ours().locator(".ci-steps")
    low = steps.evaluate("steps => steps.offsetHeight")
    pressed = (
        "name => { for (let i = 0; i < 40; i++) document.querySelector(`#click_inpaint_root .ci-${name}`).click(); }"
    )
    before = chips(person)
    person.page.evaluate(pressed, "invert")
    assert len(chips(person)) == len(before) + 40
    assert steps.evaluate("steps => steps.offsetHeight") - low < 120
    person.page.evaluate(pressed, "undo")
    assert chips(person) == before and person.shown()["box"]


def test_each_step_is_listed_and_can_be_taken_out_alone(person: Person, photograph: Path) -> None:
    first = person.open(photograph).click(*DOG)["digest"]
    person.page.keyboard.down("Shift")
    person.click(*SKY)
    person.page.keyboard.up("Shift")
    person.click(900, 60, button="right")
    invert(person)
    assert chips(person) == ["Object 1", "Object 2", "Invert"]
    person.shown()
    canvas = person.ours().locator("canvas").first
    plain = canvas.evaluate("canvas => canvas.toDataURL()")
    person.ours().locator(".ci-chip").first.hover()
    person.wait(lambda: canvas.evaluate("canvas => canvas.toDataURL()") != plain, 10, "nothing is highlighted")
    press(person, "Take out: Invert")
    remove = person.ours().get_by_role("button", name="Take out: Object 2")
    remove.focus()
    remove.press("Enter")
    assert chips(person) == ["Object 1"]
    assert person.shown()["digest"] == first
    assert person.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Take out: Object 1"
    person.page.keyboard.press("Control+z")
    assert chips(person) == ["Object 1", "Object 2"]
    person.ours().get_by_role("button", name="Take out: point outside").click()
    assert [step["include"] for step in person.state()["edit"]["selection"]] == [True, True]
    stays_compact_and_is_undone(person)


def test_the_edge_is_cleaned_and_its_fold_says_how(person: Person, photograph: Path) -> None:
    plain = person.open(photograph).click(*DOG)["digest"]
    edge = person.unfold().ours().locator("summary", has_text="Edge and")
    assert not person.ours().get_by_label("Smooth in pixels").is_visible()
    edge.click()
    person.set_number("Smooth", 12)
    person.ours().get_by_label("Specks in square pixels").fill("400")
    person.ours().get_by_label("Holes in square pixels").fill("300")
    person.ours().get_by_text("Soft ends").click()
    assert person.shown()["digest"] != plain
    refine = person.state()["edit"]["refine"]
    assert [refine[key] for key in ("smooth", "specks", "holes", "ramp")] == [12, 400, 300, "smooth"]
    edge.click()
    said = edge.inner_text()
    assert "smoothed by 12 px" in said and "400 px²" in said and "300 px²" in said and "Soft ends" in said


def test_the_edit_for_generate_names_the_mask_that_was_seen(person: Person, photograph: Path) -> None:
    digest = person.open(photograph).click(*DOG)["digest"]
    written = "JSON.parse(gradioApp().querySelector('#click_inpaint_edit textarea').value)"
    assert person.page.evaluate(written)["shown"] == digest
    person.page.route("**/click-inpaint/preview", lambda route: None)  # no answer comes
    person.set_number("Grow", 40)
    edit = person.page.evaluate(written)
    assert edit["refine"]["grow"] == 40 and edit["shown"] == ""
    person.page.unroute_all(behavior="ignoreErrors")


def test_an_older_request_that_reaches_the_server_last_does_not_keep_the_page_waiting(
    person: Person, photograph: Path
) -> None:
    plain = person.open(photograph).click(*DOG)["digest"]
    overtaken: list[Any] = []

    def answer(route: Any) -> None:
        if overtaken:
            route.continue_()
        else:
            overtaken.append(route.request)
            route.fulfill(status=409, json={"error": "A newer request took this one's place."})

    person.page.route("**/click-inpaint/preview", answer)
    person.set_number("Grow", 40)
    assert person.shown()["digest"] != plain and overtaken
    assert "Selected." in person.ours().inner_text()


def test_a_reload_brings_back_picture_steps_and_undo(person: Person, photograph: Path) -> None:
    first = person.open(photograph).click(*DOG)["digest"]
    person.set_number("Grow", 30)
    second = person.shown()["digest"]
    reloaded(person)
    assert person.shown()["digest"] == second
    assert "are back" in person.ours().inner_text()
    assert chips(person) == ["Object 1"]
    press(person, "Undo")
    assert person.shown()["digest"] == first
    press(person, "Redo")
    assert person.shown()["digest"] == second
    other = Person(person.page.context.new_page(), person.url)
    other.visit().inner_tab("Click Inpaint")
    assert "Drop a picture here" in other.ours().inner_text(), "another tab of the browser begins empty"


def test_it_works_where_the_browser_keeps_nothing(browser: Browser, web: Web, photograph: Path) -> None:
    person = browser.person(web.url)
    blocked = "{get() { throw new DOMException('blocked', 'SecurityError'); }}"
    for name in ("indexedDB", "sessionStorage"):
        person.page.add_init_script(f"Object.defineProperty(window, '{name}', {blocked})")
    person.visit().inner_tab("Click Inpaint")
    assert person.open(photograph).click(*DOG)["box"]
    person.page.wait_for_timeout(600)
    reloaded(person)
    assert "Drop a picture here" in person.ours().inner_text()
    leave(person)


def test_it_says_how_long_the_picture_takes_to_get_ready(person: Person, photograph: Path) -> None:
    asked: list[Any] = []

    def answer(route: Any) -> None:
        asked.append(route.request.post_data_json)
        ready = len(asked) > 6
        told = {"segmenter": "sam", "ready": ready, "progress": 0.4, "seconds_left": 5, "note": None}
        route.fulfill(json=told)

    person.page.route("**/click-inpaint/embed", answer)
    person.open(photograph)
    person.wait(lambda: "Getting ready to select: 40 %, about 5 s" in person.ours().inner_text(), 10)
    bar = person.ours().locator(".ci-progress")
    assert bar.is_visible() and bar.evaluate("bar => bar.value") == 0.4
    assert person.click(*DOG)["box"]
    person.wait(lambda: "Getting ready" not in person.ours().inner_text(), 10)
    assert not bar.is_visible() and "Selected." in person.ours().inner_text()
    assert {request["image"] for request in asked} == {person.state()["edit"]["image"]}
