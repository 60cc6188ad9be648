"""Where the person is: where the pointer rests, and what the keys mean after buttons were pressed and gone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.host.browser import Browser
from tests.host.editor import Editor, write_png
from tests.host.web import Web

SAND, LEAF = (200, 180, 150), (60, 140, 70)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1024×1024 pixels of sand with a green square: of a size that the first brush suits already."""
    pixels = np.full((1024, 1024, 3), SAND, np.uint8)
    pixels[150:350, 300:500] = LEAF
    return write_png(tmp_path_factory.mktemp("scene") / "scene.png", pixels)


def at_two_speeds(route: Any) -> None:
    """A server with a segmenter that outlines at once, and a slow one."""
    reply = route.fetch()
    status = reply.json()
    status["segmenters"][0]["hover_ms"] = 20
    status["segmenters"].append({"name": "slow", "label": "Slow", "hover_ms": 900})
    status["auto"]["segmenter"] = status["segmenters"][0]["name"]
    route.fulfill(json=status)


@pytest.fixture(scope="module")
def opened(browser: Browser, web: Web, scene: Path) -> Iterator[Editor]:
    person = browser.person(web.url)
    person.page.route("**/click-inpaint/status", at_two_speeds)
    person.visit().inner_tab("Click Inpaint")
    person.wait(lambda: person.ours().locator("#click_inpaint_segmenter option[value=slow]").count())
    person.unfold().open(scene)
    yield Editor(person)
    assert not person.errors
    person.page.context.close()


@pytest.fixture
def editor(opened: Editor) -> Editor:
    return opened.fresh()


def answer_hover(route: Any) -> Any:
    """A server that knows the square."""
    asked = route.request.post_data_json
    if not (300 <= asked["x"] < 500 and 150 <= asked["y"] < 350):
        return route.fulfill(status=204)
    size = [20, 20]
    header = {"frame": [1024, 1024], "box": [300, 150, 500, 350], "size": size, "ms": 9, "segmenter": "x", "score": 0.9}
    told = json.dumps(header).encode()
    return route.fulfill(status=200, body=len(told).to_bytes(4, "little") + told + b"\xff" * 400)


def test_hovering_outlines_as_the_button_says(editor: Editor) -> None:
    """With the picture and the segmenter, too, not only when the button is pressed."""
    asked: list[Any] = []
    editor.page.on("request", lambda r: asked.append(r) if r.url.endswith("/hover") else None)
    editor.page.route("**/click-inpaint/hover", answer_hover)
    told = editor.person.ours().locator(".ci-hover")
    for segmenter, pressed in (("auto", "true"), ("slow", "false"), ("auto", "true")):
        editor.person.ours().locator("#click_inpaint_segmenter").select_option(segmenter)
        assert told.get_attribute("aria-pressed") == pressed
        asked.clear()
        editor.page.mouse.move(*editor.at((700, 600)))
        editor.page.mouse.move(*editor.at((710, 610)))
        editor.page.wait_for_timeout(250)
        assert bool(asked) == (pressed == "true")


def test_what_a_click_would_select_is_outlined_where_the_pointer_rests(editor: Editor) -> None:
    editor.page.route("**/click-inpaint/hover", answer_hover)
    editor.page.mouse.move(*editor.at((401, 250)))
    editor.wait(lambda: (editor.seen_at((400, 200)) != LEAF).any(), "no outline")
    editor.page.mouse.move(*editor.at((100, 100)))
    editor.wait(lambda: (editor.seen_at((400, 200)) == LEAF).all(), "the outline stays behind")
    turned = editor.person.ours().locator(".ci-hover")
    for pressed in ("false", "true"):
        editor.press("h")
        assert turned.get_attribute("aria-pressed") == pressed
    assert editor.steps() == []


def paste(editor: Editor, picture: Path) -> None:
    """A picture comes while nobody moves the pointer."""
    before = editor.person.state()["edit"]["image"]
    editor.page.evaluate(
        """bytes => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], "pasted.png", {type: "image/png"}));
            document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true}));
        }""",
        list(picture.read_bytes()),
    )
    editor.wait(lambda: editor.person.state()["edit"]["image"] not in ("", before))


def test_the_outline_of_one_picture_is_not_drawn_on_the_next(editor: Editor, scene: Path, tmp_path: Path) -> None:
    editor.page.route("**/click-inpaint/hover", answer_hover)
    editor.page.mouse.move(*editor.at((400, 250)))
    editor.wait(lambda: (editor.seen_at((400, 200)) != LEAF).any(), "no outline")
    editor.page.route("**/click-inpaint/hover", lambda route: route.fulfill(status=204))
    paste(editor, write_png(tmp_path / "plain.png", np.full((1024, 1024, 3), SAND, np.uint8)))
    editor.wait(lambda: (editor.seen_at((400, 200)) == SAND).all(), "the old outline lies on the new picture")
    paste(editor, scene)


def focus(editor: Editor) -> str:
    return str(editor.page.evaluate("(e => e.getAttribute('aria-label') || e.tagName)(document.activeElement)"))


def test_after_a_button_that_is_of_no_more_use_undo_is_still_undo(editor: Editor) -> None:
    ours = editor.person.ours()
    editor.page.mouse.click(*editor.at((400, 250)))
    editor.person.shown()
    ours.get_by_role("button", name="Clear", exact=True).click()
    assert editor.steps() == [] and focus(editor) == editor.canvas.get_attribute("aria-label")
    editor.press("Control+z")
    assert len(editor.steps()) == 1
    chip = ours.get_by_role("button", name="Take out: Object 1")
    chip.focus()
    editor.press("Enter")
    assert editor.steps() == [] and focus(editor) == editor.canvas.get_attribute("aria-label")
    editor.press("Control+z")
    new_object = ours.get_by_role("button", name="New object")
    new_object.focus()
    editor.press("b")
    assert not new_object.is_visible() and focus(editor) == editor.canvas.get_attribute("aria-label")


def test_a_menu_gives_the_focus_back_to_its_button(editor: Editor) -> None:
    editor.page.mouse.click(*editor.at((400, 250)))
    editor.person.shown()
    opener = editor.person.ours().get_by_role("button", name="Mask", exact=True)
    opener.press("Enter")
    save = editor.person.ours().get_by_role("button", name="Save mask")
    with editor.page.expect_download():
        save.press("Enter")
    assert not save.is_visible() and focus(editor) == "Mask"
    editor.press("Control+z")
    assert editor.steps() == []


def test_space_moves_the_picture_over_the_canvas_and_presses_buttons_elsewhere(editor: Editor) -> None:
    brush = editor.person.ours().get_by_role("button", name="Brush", exact=True)
    brush.click()
    editor.press("1")
    start = editor.at((400, 400))
    editor.drag_with_space(start, (40, 30))
    assert editor.steps() == [] and editor.at((400, 400)) == pytest.approx((start[0] + 40, start[1] + 30), abs=1)
    editor.person.ours().get_by_role("slider", name="Size").click()
    editor.page.mouse.move(*start)
    editor.press("e")
    assert editor.canvas.get_attribute("data-tool") == "eraser"
    editor.page.mouse.move(5, 5)
    brush.press(" ")
    assert editor.canvas.get_attribute("data-tool") == "brush"


def test_the_line_below_the_canvas_is_about_the_tool_in_hand(editor: Editor) -> None:
    hint = editor.person.ours().locator(".ci-legend")
    said = {}
    for key in "vmbel":
        editor.canvas.focus()
        editor.press(key)
        said[key] = hint.inner_text()
    assert len(set(said.values())) == 5 and "Shift-click" in said["v"] and "[ and ]" in said["b"] and hint.is_visible()


def test_another_tool_gives_up_the_line_that_keys_began(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("b", "ArrowRight", "Enter", *["ArrowRight"] * 5, "]", "v", "Enter")
    assert [step["kind"] for step in editor.steps()] == ["click"]
    editor.press("Escape", "b", "ArrowRight", "Enter", *["ArrowRight"] * 5, "]", "Enter")
    assert [step["kind"] for step in editor.steps()] == ["stroke"]
