"""What a person sees without scrolling: a refused file, Generate with nothing selected, a finished job."""

from pathlib import Path

import pytest

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, leave, visitor
from tests.host.web import Web

SCREENS = [(1500, 1000), (1280, 720), (400, 800)]
INSIDE = """all => all.some(one => {
    const box = one.getBoundingClientRect();
    return one.checkVisibility() && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight + 1
        && box.left >= 0 && box.right <= innerWidth + 1;
})"""
TOP = "e => e.getBoundingClientRect().top + scrollY"


def seen(person: Person, sentence: str) -> None:
    """It is said within what the window shows now."""
    said = person.page.locator(".ci-status, .ci-echo", has_text=sentence)
    person.wait(lambda: said.evaluate_all(INSIDE), 20, f"{sentence!r} is not in view")


def at_the_top(person: Person) -> None:
    person.page.evaluate("scrollTo(0, 0)")


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_feedback_is_within_the_first_screen_and_moves_no_picture(
    web: Web, browser: Browser, photograph: Path, tmp_path: Path, width: int, height: int
) -> None:
    person = visitor(browser, web, width=width, height=height)
    ours = person.ours()
    broken = tmp_path / "broken.png"
    broken.write_bytes(photograph.read_bytes()[:900])
    at_the_top(person)
    ours.locator("input[type=file]").set_input_files(broken)
    person.wait(lambda: ours.locator(".ci-status[data-kind=error]").count() == 1, 20)
    seen(person, ours.locator(".ci-status").inner_text())
    person.open(photograph)
    at_the_top(person)
    person.page.locator("#img2img_generate").click()
    seen(person, "Click the object first.")
    person.click(*DOG)
    stage = ours.locator(".ci-stage")
    at_the_top(person)
    before, shape = stage.evaluate(TOP), stage.bounding_box()
    assert shape
    person.generate()
    seen(person, "Done.")
    after = stage.bounding_box()
    assert stage.evaluate(TOP) == before and after and after["height"] == shape["height"]
    offer = ours.get_by_role("group", name="The last job")
    assert offer.locator("img").evaluate("image => image.naturalWidth > 0")
    assert offer.get_by_role("button", name="Compare").is_visible()
    if ours.locator(".ci-status").evaluate_all(INSIDE) is False:
        person.page.locator(".ci-echo").click()
        person.wait(lambda: ours.locator(".ci-status").evaluate_all(INSIDE))
    person.page.screenshot(path=tmp_path / "done.png")
    leave(person)
