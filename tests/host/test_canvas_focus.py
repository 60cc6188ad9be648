"""Where the person is: where the pointer rests, and what the keys mean after buttons were pressed and gone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.host.browser import Browser
from tests.host.easel import Easel, write_png
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
def opened(browser: Browser, web: Web, scene: Path) -> Iterator[Easel]:
    person = browser.person(web.url)
    person.page.route("**/click-inpaint/status", at_two_speeds)
    person.visit().inner_tab("Click Inpaint")
    person.wait(lambda: person.ours().locator("#click_inpaint_segmenter option[value=slow]").count())
    person.open(scene)
    yield Easel(person)
    assert not person.errors
    person.page.context.close()


@pytest.fixture
def easel(opened: Easel) -> Easel:
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


def test_hovering_outlines_as_the_button_says(easel: Easel) -> None:
    """With the picture and the segmenter, too, not only when the button is pressed."""
    asked: list[Any] = []
    easel.page.on("request", lambda r: asked.append(r) if r.url.endswith("/hover") else None)
    easel.page.route("**/click-inpaint/hover", answer_hover)
    told = easel.person.ours().get_by_role("button", name="Hover outline")
    for segmenter, pressed in (("auto", "true"), ("slow", "false"), ("auto", "true")):
        easel.person.ours().locator("#click_inpaint_segmenter").select_option(segmenter)
        assert told.get_attribute("aria-pressed") == pressed
        asked.clear()
        easel.page.mouse.move(*easel.at((700, 600)))
        easel.page.mouse.move(*easel.at((710, 610)))
        easel.page.wait_for_timeout(250)
        assert bool(asked) == (pressed == "true")


def test_what_a_click_would_select_is_outlined_where_the_pointer_rests(easel: Easel) -> None:
    easel.page.route("**/click-inpaint/hover", answer_hover)
    easel.page.mouse.move(*easel.at((401, 250)))
    easel.wait(lambda: (easel.seen_at((400, 200)) != LEAF).any(), "no outline")
    easel.page.mouse.move(*easel.at((100, 100)))
    easel.wait(lambda: (easel.seen_at((400, 200)) == LEAF).all(), "the outline stays behind")
    turned = easel.person.ours().get_by_role("button", name="Hover outline")
    for pressed in ("false", "true"):
        easel.press("h")
        assert turned.get_attribute("aria-pressed") == pressed
    assert easel.steps() == []


def paste(easel: Easel, picture: Path) -> None:
    """A picture comes while nobody moves the pointer."""
    before = easel.person.state()["edit"]["image"]
    easel.page.evaluate(
        """bytes => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], "pasted.png", {type: "image/png"}));
            document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true}));
        }""",
        list(picture.read_bytes()),
    )
    easel.wait(lambda: easel.person.state()["edit"]["image"] not in ("", before))


def test_the_outline_of_one_picture_is_not_drawn_on_the_next(easel: Easel, scene: Path, tmp_path: Path) -> None:
    easel.page.route("**/click-inpaint/hover", answer_hover)
    easel.page.mouse.move(*easel.at((400, 250)))
    easel.wait(lambda: (easel.seen_at((400, 200)) != LEAF).any(), "no outline")
    easel.page.route("**/click-inpaint/hover", lambda route: route.fulfill(status=204))
    paste(easel, write_png(tmp_path / "plain.png", np.full((1024, 1024, 3), SAND, np.uint8)))
    easel.wait(lambda: (easel.seen_at((400, 200)) == SAND).all(), "the old outline lies on the new picture")
    paste(easel, scene)


def focus(easel: Easel) -> str:
    return str(easel.page.evaluate("(e => e.getAttribute('aria-label') || e.tagName)(document.activeElement)"))


def test_after_a_button_that_is_of_no_more_use_undo_is_still_undo(easel: Easel) -> None:
    ours = easel.person.ours()
    easel.page.mouse.click(*easel.at((400, 250)))
    easel.person.shown()
    ours.get_by_role("button", name="Clear", exact=True).click()
    assert easel.steps() == [] and focus(easel) == easel.canvas.get_attribute("aria-label")
    easel.press("Control+z")
    assert len(easel.steps()) == 1
    chip = ours.get_by_role("button", name="Take out: Object 1")
    chip.focus()
    easel.press("Enter")
    assert easel.steps() == [] and focus(easel) == easel.canvas.get_attribute("aria-label")
    new_object = ours.get_by_role("button", name="New object")
    new_object.focus()
    easel.press("b")
    assert not new_object.is_visible() and focus(easel) == easel.canvas.get_attribute("aria-label")


def test_a_menu_gives_the_focus_back_to_its_button(easel: Easel) -> None:
    easel.page.mouse.click(*easel.at((400, 250)))
    easel.person.shown()
    opener = easel.person.ours().get_by_role("button", name="Mask", exact=True)
    opener.press("Enter")
    save = easel.person.ours().get_by_role("button", name="Save mask")
    with easel.page.expect_download():
        save.press("Enter")
    assert not save.is_visible() and focus(easel) == "Mask"
    easel.press("Control+z")
    assert easel.steps() == []


def test_space_moves_the_picture_over_the_canvas_and_presses_buttons_elsewhere(easel: Easel) -> None:
    brush = easel.person.ours().get_by_role("button", name="Brush", exact=True)
    brush.click()
    easel.press("1")
    start = easel.at((400, 400))
    easel.page.mouse.move(*start)
    easel.page.keyboard.down(" ")
    easel.page.mouse.down()
    easel.page.mouse.move(start[0] + 40, start[1] + 30, steps=3)
    easel.page.mouse.up()
    easel.page.keyboard.up(" ")
    assert easel.steps() == [] and easel.at((400, 400)) == pytest.approx((start[0] + 40, start[1] + 30), abs=1)
    easel.person.ours().get_by_role("slider", name="Size").click()
    easel.page.mouse.move(*start)
    easel.press("e")
    assert easel.canvas.get_attribute("data-tool") == "eraser"
    easel.page.mouse.move(5, 5)
    brush.press(" ")
    assert easel.canvas.get_attribute("data-tool") == "brush"


def test_the_line_below_the_canvas_is_about_the_tool_in_hand(easel: Easel) -> None:
    hint = easel.person.ours().locator(".ci-legend")
    said = {}
    for key in "vmbel":
        easel.canvas.focus()
        easel.press(key)
        said[key] = hint.inner_text()
    assert len(set(said.values())) == 5 and "Shift-click" in said["v"] and "[ and ]" in said["b"] and hint.is_visible()


def test_another_tool_gives_up_the_line_that_keys_began(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("b", "ArrowRight", "Enter", *["ArrowRight"] * 5, "]", "v", "Enter")
    assert [step["kind"] for step in easel.steps()] == ["click"]
    easel.press("Escape", "b", "ArrowRight", "Enter", *["ArrowRight"] * 5, "]", "Enter")
    assert [step["kind"] for step in easel.steps()] == ["stroke"]
