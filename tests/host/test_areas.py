"""What a click cannot select: polygons, colours, intersections, and the context drawn by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.host.browser import Browser
from tests.host.editor import Editor, Point, write_png
from tests.host.sand import BERRIES, SAND, box, button, click, kinds, pixels, slide
from tests.host.tab import visitor
from tests.host.web import Web

pytestmark = pytest.mark.one_gradio

SQUARE = ((300, 100), (500, 100), (500, 300), (300, 300))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_png(tmp_path_factory.mktemp("areas") / "scene.png", pixels())


@pytest.fixture(scope="module")
def opened(browser: Browser, web: Web, scene: Path) -> Iterator[Editor]:
    person = visitor(browser, web, has_touch=True)
    person.open(scene)
    for name in ("Grow", "Feather"):
        person.set_number(name, 0)
    yield Editor(person)
    assert not [error for error in person.errors if "click" in error.lower()], person.errors
    person.page.context.close()


@pytest.fixture
def editor(opened: Editor) -> Editor:
    press_clear(opened.fresh())
    opened.canvas.focus()
    return opened


def press_clear(editor: Editor) -> None:
    if editor.person.state()["edit"]["area"]["context"]:
        editor.press("Escape")
    editor.wait(lambda: not editor.steps())


def test_corners_make_a_polygon_and_enter_closes_it(editor: Editor) -> None:
    editor.press("Shift+L")
    assert button(editor, "Polygon").get_attribute("aria-pressed") == "true"
    click(editor, *SQUARE[:3])
    editor.press("Enter")
    (step,) = editor.steps()
    assert (step["kind"], step["mode"]) == ("lasso", "add")
    assert np.array(step["points"]) == pytest.approx(np.array(SQUARE[:3]), abs=1.5), "nothing is smoothed"
    assert box(editor) == pytest.approx([300, 100, 500, 300], abs=2)


@pytest.mark.parametrize("last", [SQUARE[0], SQUARE[3]], ids=["the first corner", "a double click"])
def test_a_polygon_closes_at_its_first_corner_or_by_a_double_click(editor: Editor, last: Point) -> None:
    editor.press("Shift+L")
    click(editor, *SQUARE)
    assert not editor.steps()
    click(editor, last)
    (step,) = editor.steps()
    assert np.array(step["points"]) == pytest.approx(np.array(SQUARE), abs=1.5)


def test_backspace_takes_a_corner_back_and_escape_the_polygon(editor: Editor) -> None:
    editor.press("Shift+L")
    click(editor, (50, 450), *SQUARE, (700, 50), (710, 60))
    editor.press("Backspace", "Control+z", "Enter")
    (step,) = editor.steps()
    assert np.array(step["points"]) == pytest.approx(np.array([(50, 450), *SQUARE]), abs=1.5)
    click(editor, *SQUARE[:3])
    editor.press("Escape", "Enter")
    assert len(editor.steps()) == 1, "Esc gives up the polygon and nothing else"
    click(editor, *SQUARE[:2])
    editor.press("Backspace", "Backspace", "Control+z")
    assert not editor.steps(), "without a corner left, undo is the Edit's again"


def test_a_polygon_by_keyboard_alone(editor: Editor) -> None:
    editor.press("Shift+L", "ArrowRight", "Enter")
    for way in ("ArrowRight", "ArrowDown"):
        editor.press(*[way] * 5, "Enter")
    editor.press("Enter")
    (step,) = editor.steps()
    assert step["kind"] == "lasso" and len(step["points"]) == 3
    editor.press("Control+z")
    assert not editor.steps()


def test_a_polygon_by_touch(editor: Editor) -> None:
    button(editor, "Lasso").tap()
    button(editor, "Lasso").tap()
    button(editor, "Polygon").tap()
    for corner in (*SQUARE, SQUARE[0]):
        editor.tap(corner)
    editor.wait(lambda: len(editor.steps()) == 1)
    assert len(editor.steps()[0]["points"]) == 4


def test_the_polygon_and_its_corners_are_seen_while_it_is_drawn(editor: Editor) -> None:
    editor.press("Shift+L")
    click(editor, *SQUARE[:3])
    tinted, bare = editor.seen_at((440, 130)), editor.seen_at((340, 290))
    assert tinted[2] - tinted[0] > bare[2] - bare[0] + 40
    assert (editor.seen_at(SQUARE[0]) > 200).all(), "a light knob on sand"
    editor.press("Escape")
    assert (editor.seen_at((440, 130)) == SAND).all()


def test_the_wand_selects_a_colour_and_follows_its_tolerance(editor: Editor) -> None:
    editor.press("Shift+V")
    click(editor, (90, 90))
    assert kinds(editor) == [("wand", "add")] and box(editor) == list(BERRIES[0])
    editor.person.ours().get_by_role("checkbox", name="Joined").uncheck()
    assert editor.steps()[0]["contiguous"] is False and len(editor.steps()) == 1, "the last wand follows"
    assert box(editor) == [60, 60, 700, 440]
    slide(editor, 100)
    editor.wait(lambda: editor.steps()[0]["tolerance"] == 100)
    assert box(editor) == [0, 0, 800, 500]
    editor.press("Control+z")
    assert editor.steps()[0]["tolerance"] == 12 and box(editor) == [60, 60, 700, 440]
    assert editor.person.ours().get_by_role("slider", name="Tolerance").input_value() == "12", "so does the slider"
    editor.press("Control+z", "Control+z")
    assert not editor.steps()
    assert "Wand" not in editor.person.ours().locator(".ci-chips").inner_text()


def test_the_wand_by_keyboard_and_beside_the_picture(editor: Editor) -> None:
    editor.press("Shift+V", "ArrowRight", "Enter")
    assert kinds(editor) == [("wand", "add")]
    assert "Wand 1" in editor.person.ours().locator(".ci-chips").inner_text()
    editor.press("ArrowRight", "Alt+Enter", "Alt+Shift+Enter")
    assert [mode for _, mode in kinds(editor)] == ["add", "subtract", "intersect"]
    editor.press("Escape")
    editor.press("-", "-")
    editor.page.mouse.click(*editor.at((-10, 250)))
    assert not editor.steps()


def test_what_lies_within_stays_by_keys_and_by_the_choice(editor: Editor) -> None:
    editor.press("Shift+V")
    editor.person.ours().get_by_role("checkbox", name="Joined").uncheck()
    click(editor, (90, 90))
    assert box(editor) == [60, 60, 700, 440]
    editor.press("l")
    editor.page.keyboard.down("Shift")
    editor.drag((600, 350), (760, 350), (760, 470), (600, 470), button="right")
    editor.page.keyboard.up("Shift")
    assert kinds(editor)[-1] == ("lasso", "intersect") and box(editor) == list(BERRIES[1])
    assert "Within lasso 1" in editor.person.ours().locator(".ci-chips").inner_text()
    editor.press("Control+z")
    assert box(editor) == [60, 60, 700, 440]
    editor.person.ours().get_by_role("radio", name="Intersect").check()
    editor.canvas.focus()
    editor.press("Shift+L")
    click(editor, (20, 20), (200, 20), (200, 200), (20, 200), (20, 20))
    assert kinds(editor)[-1] == ("lasso", "intersect") and box(editor) == list(BERRIES[0])
    editor.person.ours().get_by_role("radio", name="Add").check()


def test_what_an_intersection_drops_is_bare_at_once(editor: Editor) -> None:
    editor.press("l").drag((250, 50), (700, 50), (700, 450), (250, 450))
    editor.person.shown()
    held: list[Any] = []
    editor.page.route("**/click-inpaint/preview", lambda route: held.append(route))
    editor.page.keyboard.down("Shift")
    editor.drag((520, 60), (690, 60), (690, 440), (520, 440), button="right")
    editor.page.keyboard.up("Shift")
    inside, outside = editor.seen_at((600, 250)), editor.seen_at((280, 420))
    assert (outside == SAND).all() and inside[2] - inside[0] > outside[2] - outside[0] + 40
    editor.wait(lambda: held)


def test_the_crop_holds_the_context_that_is_drawn(editor: Editor) -> None:
    editor.press("Shift+V")
    editor.person.ours().get_by_role("checkbox", name="Joined").check()
    click(editor, (90, 90))
    editor.person.shown()
    editor.press("Shift+M").drag((400.4, 20.4), (620.6, 240.6))
    context = editor.person.state()["edit"]["area"]["context"]
    assert context == pytest.approx([400, 20, 621, 241], abs=2) and all(isinstance(part, int) for part in context)
    assert kinds(editor) == [("wand", "add")], "it is no step of the selection"
    crop = editor.person.shown()["parts"][0]["crop"]
    assert all(crop[i] <= context[i] for i in (0, 1)) and all(crop[i] >= context[i] for i in (2, 3))
    assert (np.abs(editor.settle().seen_at((context[0], context[1])) - SAND).max()) > 30, "a knob at its corner"
    editor.press("Control+z")
    assert editor.person.state()["edit"]["area"]["context"] is None
    editor.press("Control+y")
    assert editor.person.state()["edit"]["area"]["context"] == context
    click(editor, (100, 400), button="right")
    assert editor.person.state()["edit"]["area"]["context"] is None
    editor.press("Control+z")
    for place in (".ci-tools", ".ci-chips"):
        editor.person.ours().locator(place).get_by_role("button", name="Remove context").click()
        assert editor.person.state()["edit"]["area"]["context"] is None
        assert not button(editor, "Remove context").first.is_visible()
        editor.press("Control+z")
    editor.press("Control+y")


def test_one_button_offers_what_shares_it(editor: Editor) -> None:
    tools = editor.person.ours().locator(".ci-tools")
    assert tools.get_by_role("button").count() == 5, "one for tools that are alike"
    button(editor, "Point").click()
    assert tools.locator("[aria-expanded=true]").count() == 1
    button(editor, "Wand").click()
    assert editor.canvas.get_attribute("data-tool") == "wand" and not button(editor, "Point").is_visible()
    button(editor, "Box").focus()
    editor.press("ArrowDown", "ArrowDown", "Enter")
    assert editor.canvas.get_attribute("data-tool") == "context"
    assert editor.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Context"
    editor.press("Enter")
    assert button(editor, "Box").is_visible()
    editor.press("Escape")
    assert editor.canvas.get_attribute("data-tool") == "context" and not button(editor, "Box").is_visible()
    editor.canvas.focus()
    for key, tool in (("m", "box"), ("Shift+M", "context"), ("Shift+M", "box"), ("Shift+L", "polygon"), ("l", "lasso")):
        editor.press(key)
        assert editor.canvas.get_attribute("data-tool") == tool
