"""What a person sees without scrolling: a refused file, Generate with nothing selected, a finished job; few controls at
first, and on a small screen large ones that leave the picture free.
"""

import re
from pathlib import Path

import pytest

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, leave, reloaded, visitor
from tests.host.web import Web

SCREENS = [(1500, 1000), (1280, 720), (400, 800)]
INSIDE = """all => all.some(one => {
    const box = one.getBoundingClientRect();
    return one.checkVisibility() && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight + 1
        && box.left >= 0 && box.right <= innerWidth + 1;
})"""
CONTROLS = """root => [...root.querySelectorAll('button, input, select, textarea, summary, a')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && one.type !== 'file')
    .map(one => one.outerHTML.slice(0, 90))"""
"""What can be pressed, moved or written in; the canvas is the picture."""
AT_FIRST = 20
LEAST_PX = 24
"""WCAG 2.2, 2.5.8: targets of at least 24 by 24 CSS pixels."""
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


@pytest.mark.one_gradio
def test_few_controls_stand_there_at_first_and_none_of_the_others_counts_unseen(
    web: Web, browser: Browser, photograph: Path
) -> None:
    person = visitor(browser, web, width=1500, height=1000)
    ours = person.ours()
    assert 5 < len(ours.evaluate(CONTROLS)) < AT_FIRST
    person.open(photograph)
    at_first = ours.evaluate(CONTROLS)
    assert 10 < len(at_first) < AT_FIRST, at_first
    more, fill = ours.locator("summary", has_text=re.compile("^More")), ours.get_by_label("Fill", exact=True)
    assert not fill.is_visible() and more.inner_text() == "More"
    person.click(*DOG)
    assert len(ours.evaluate(CONTROLS)) < 30, "what belongs to a selection comes with it"
    more.focus()
    person.page.keyboard.press("Enter")
    fill.select_option("Recoloured")
    person.set_number("Grow", 20)
    ours.get_by_text("Each object", exact=True).click()
    person = reloaded(person)
    person.wait(fill.is_visible, what="the fold is not as it was left")
    more.focus()
    person.page.keyboard.press("Enter")
    assert not fill.is_visible()
    assert more.inner_text().split("\n")[-1] == "grow 20 px · Area: Each object · Fill: Recoloured"
    leave(person)


def test_on_a_small_screen_the_tools_have_names_and_the_picture_stays_free(
    web: Web, browser: Browser, photograph: Path
) -> None:
    person = visitor(browser, web, width=400, height=800)
    ours = person.ours()
    stage, tools = ours.locator(".ci-stage"), ours.locator(".ci-tools .ci-group .ci-tool:visible")
    at_the_top(person)
    person.open(photograph)
    canvas, root = stage.bounding_box(), ours.bounding_box()
    assert canvas and root and canvas["y"] - root["y"] < 120, "little stands above the picture"
    assert canvas["y"] >= 0 and canvas["y"] + canvas["height"] <= 800, "a picture that is opened comes into view"
    assert tools.all_inner_texts() == ["Point", "Box", "Brush", "Eraser", "Lasso"]
    assert len({box["y"] for tool in tools.all() if (box := tool.bounding_box())}) == 1, "they stand in one row"
    person.click(*DOG)
    person.page.mouse.click(*person.at(DOG[0], DOG[1] + 60), button="right")
    ours.get_by_role("button", name="Take out: point outside").wait_for()
    person.generate()
    offer = ours.get_by_role("group", name="The last job")
    offer.wait_for()
    below, free = offer.bounding_box(), stage.bounding_box()
    assert below and free and below["y"] >= free["y"] + free["height"], "the offer covers nothing of the picture"
    buttons = [(one.get_attribute("class"), one.bounding_box()) for one in ours.locator("button:visible").all()]
    assert [(name, box) for name, box in buttons if not box or min(box["width"], box["height"]) < LEAST_PX] == []
    leave(person)
