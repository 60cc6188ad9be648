"""Selecting on the canvas: tools by mouse, keyboard and touch, what they show at once, and what the Edit says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.arrays import I64
from tests.host.browser import Browser
from tests.host.editor import Editor, write_png
from tests.host.web import Web

pytestmark = pytest.mark.one_gradio

SAND, LEAF = (200, 180, 150), (60, 140, 70)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """800×500 pixels of sand with a green square."""
    pixels = np.full((500, 800, 3), SAND, np.uint8)
    pixels[150:350, 300:500] = LEAF
    return write_png(tmp_path_factory.mktemp("scene") / "scene.png", pixels)


@pytest.fixture(scope="module")
def opened(browser: Browser, web: Web, scene: Path) -> Iterator[Editor]:
    person = browser.person(web.url, has_touch=True)
    person.visit().inner_tab("Click Inpaint").open(scene)
    person.set_number("Grow", 0)
    yield Editor(person)
    assert not person.errors
    person.page.context.close()


@pytest.fixture
def editor(opened: Editor) -> Editor:
    return opened.fresh()


def bluer(pixel: I64, than: tuple[int, int, int]) -> bool:
    """Tinted: blue against red moved by much."""
    return bool((pixel[2] - pixel[0]) - (than[2] - than[0]) > 60)


def hold_previews(editor: Editor) -> list[Any]:
    """Previews wait until the test lets them go."""
    held: list[Any] = []
    editor.page.route("**/click-inpaint/preview", lambda route: held.append(route))
    return held


def test_letters_and_buttons_take_tools_and_the_pressed_one_is_told(editor: Editor) -> None:
    editor.canvas.focus()
    for key, name in (("b", "Brush"), ("e", "Eraser"), ("l", "Lasso"), ("m", "Box"), ("v", "Point")):
        button = editor.person.ours().get_by_role("button", name=name, exact=True)
        editor.press(key)
        assert button.get_attribute("aria-pressed") == "true"
        assert editor.person.ours().locator(".ci-tools [aria-pressed=true]:visible").count() == 1
    editor.person.ours().get_by_role("button", name="Brush", exact=True).click()
    assert editor.person.ours().get_by_role("slider", name="Size").is_visible()


def test_a_stroke_is_seen_before_the_server_answers_and_stays_until_it_does(editor: Editor) -> None:
    held = hold_previews(editor)
    editor.canvas.focus()
    editor.press("b").drag((100, 100), (150, 120), (200, 100))
    (step,) = editor.steps()
    assert (step["kind"], step["mode"]) == ("stroke", "brush")
    assert step["points"][0] == pytest.approx([100, 100], abs=1) and step["points"][-1] == pytest.approx(
        [200, 100], abs=1
    )
    assert editor.person.state()["stale"] and bluer(editor.seen_at((150, 119)), SAND)
    editor.wait(lambda: held)
    while held:
        held.pop().continue_()
    assert editor.person.shown()["box"][0] < 101
    assert bluer(editor.seen_at((150, 119)), SAND) and not bluer(editor.seen_at((150, 60)), SAND)


def test_the_eraser_bares_the_picture_at_once(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("b").drag((100, 100), (250, 100))
    editor.person.shown()
    assert bluer(editor.settle().seen_at((170, 100)), SAND)
    held = hold_previews(editor)
    editor.press("e").drag((170, 60), (170, 140))
    assert editor.steps()[-1]["mode"] == "eraser"
    assert not bluer(editor.seen_at((170, 101)), SAND) and bluer(editor.seen_at((120, 101)), SAND)
    editor.press("b").drag((230, 60), (230, 140), button="right")
    assert editor.steps()[-1]["mode"] == "eraser", "the other button takes away"
    assert held


def test_long_strokes_become_few_points(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("b")
    way = [(100 + i * 3, 250 + 60 * np.sin(i / 13)) for i in range(100)]
    (x, y), (x1, y1) = editor.at((0, 0)), editor.at((100, 100))
    page_way = [(x + (x1 - x) * a / 100, y + (y1 - y) * b / 100) for a, b in way]
    editor.page.mouse.move(*page_way[0])
    editor.page.mouse.down()
    for point in page_way[1:]:
        editor.page.mouse.move(*point)
    editor.page.mouse.up()
    (step,) = editor.steps()
    assert 5 < len(step["points"]) < 60
    sent = np.array(step["points"])
    parts = np.linspace(0, len(sent) - 1, 2000)
    line = np.stack([np.interp(parts, range(len(sent)), sent[:, axis]) for axis in (0, 1)], axis=1)
    for point in way:
        assert np.hypot(*(line - point).T).min() < 1.5, "the line lies where the hand went"
    assert all(round(value, 2) == value for point in step["points"] for value in point)


def test_the_brush_follows_its_size_and_the_ring_shows_it(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("b", "]", "]")
    editor.page.mouse.move(*editor.at((200, 200)))
    output = editor.person.ours().locator(".ci-size-px")
    wide = float(output.inner_text().split()[0])
    pixels = [editor.seen_at((200 + dx, 200)) for dx in (0, wide / 2)]
    assert (pixels[0] == SAND).all() and (pixels[1] != SAND).any(), "a ring at half the width, nothing inside"
    editor.press("[")
    assert float(output.inner_text().split()[0]) < wide
    editor.page.mouse.click(*editor.at((200, 200)))
    assert editor.steps()[0]["radius"] * 2 == float(output.inner_text().split()[0])


def test_lasso_and_box(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("l").drag((300, 100), (500, 100), (500, 300), (300, 300))
    editor.press("m").drag((290, 140), (510, 360))
    lasso, box = editor.steps()
    assert (lasso["kind"], lasso["mode"], box["kind"]) == ("lasso", "add", "box")
    corners = np.array(lasso["points"])
    assert all(np.hypot(*(corners - corner).T).min() < 4 for corner in ((300, 100), (500, 100), (500, 300), (300, 300)))
    assert [box[key] for key in ("x0", "y0", "x1", "y1")] == pytest.approx([290, 140, 510, 360], abs=1)
    left, top, right, bottom = editor.person.shown()["box"]
    assert left < 320 and right > 480 and top < 120 and bottom > 340


def test_escape_gives_up_what_is_being_drawn_and_nothing_else(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("b").drag((100, 100), (150, 120))
    editor.page.mouse.move(*editor.at((300, 300)))
    editor.page.mouse.down()
    editor.page.mouse.move(*editor.at((400, 300)), steps=3)
    editor.press("Escape")
    editor.page.mouse.up()
    assert len(editor.steps()) == 1


def test_touch_one_finger_is_the_tool_two_are_the_view(editor: Editor) -> None:
    editor.person.ours().get_by_role("button", name="Brush", exact=True).tap()
    (x, y), (x1, _) = editor.at((100, 100)), editor.at((200, 100))
    editor.touch("touchStart", (x, y))
    for part in (0.3, 0.6, 1):
        editor.touch("touchMove", (x + (x1 - x) * part, y))
    editor.touch("touchEnd")
    editor.wait(lambda: len(editor.steps()) == 1)
    assert editor.steps()[0]["kind"] == "stroke"
    editor.touch("touchStart", (x, y))
    editor.touch("touchMove", (x + 5, y))
    editor.touch("touchStart", (x + 5, y), (x + 100, y))
    editor.touch("touchMove", (x + 5, y), (x + 160, y))
    editor.touch("touchEnd")
    assert len(editor.steps()) == 1, "the second finger takes the stroke back"


def test_touch_can_start_another_object_and_exclude(editor: Editor) -> None:
    editor.tap((400, 250))
    editor.wait(lambda: len(editor.steps()) == 1)
    again = editor.person.ours().get_by_role("button", name="New object")
    again.tap()
    assert again.get_attribute("aria-pressed") == "true"
    editor.tap((100, 400))
    editor.wait(lambda: len(editor.steps()) == 2)
    assert again.get_attribute("aria-pressed") == "false", "for one click"
    editor.tap((700, 60), seconds=0.7)
    editor.wait(lambda: len(editor.steps()) == 3)
    told = [(step["include"], step["new_object"]) for step in editor.steps()]
    assert told == [(True, False), (True, True), (False, False)]


def test_the_keyboard_alone_draws(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("ArrowRight", "b", "Enter", "ArrowRight", "ArrowRight", "ArrowDown", "Enter")
    editor.press("m", "Enter", "ArrowRight", "ArrowRight", "ArrowDown", "Enter", "v", "Enter")
    stroke, box, click = editor.steps()
    assert (stroke["kind"], box["kind"], click["kind"]) == ("stroke", "box", "click")
    assert len(stroke["points"]) > 1 and box["x1"] > box["x0"]
    editor.press("l", "Enter", "ArrowRight", "Escape")
    assert len(editor.steps()) == 3


def test_the_crosshair_stays_in_sight(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("1", "+", "+", "+", "ArrowRight")
    before = editor.at((0, 0))
    for _ in range(60):
        editor.press("ArrowRight")
    assert editor.at((0, 0))[0] < before[0] - 100


def test_guesses_are_walked_by_key_button_and_wheel(editor: Editor) -> None:
    editor.page.mouse.click(*editor.at((400, 250)))
    scores = editor.person.shown()["objects"][-1]["scores"]
    assert len(scores) > 1
    chosen = [editor.steps()[0]["candidate"]]

    def walked(act: Any) -> None:
        act()
        editor.wait(lambda: editor.steps()[0]["candidate"] != chosen[-1])
        chosen.append(editor.steps()[0]["candidate"])
        editor.person.shown()

    walked(lambda: editor.press("c"))
    walked(lambda: editor.press("Shift+C"))
    walked(lambda: editor.person.ours().get_by_role("button", name="Next guess").click())
    editor.canvas.focus()
    editor.page.mouse.move(*editor.at((400, 250)))
    editor.page.keyboard.down("Alt")
    walked(lambda: editor.page.mouse.wheel(0, -120))
    editor.page.keyboard.up("Alt")
    assert chosen == [0, 1, 0, 1, 0]
    shown = editor.person.ours().locator(".ci-guess").inner_text()
    assert shown.startswith(f"Guess 1 of {len(scores)}")


def test_the_legend_opens_takes_the_focus_and_gives_it_back(editor: Editor) -> None:
    editor.page.mouse.click(*editor.at((400, 250)))
    editor.canvas.focus()
    editor.press("?")
    legend = editor.page.get_by_role("dialog", name="Keys and gestures")
    assert legend.is_visible() and editor.page.evaluate("document.activeElement.closest('dialog') !== null")
    assert "once the picture was clicked" in legend.inner_text()
    editor.press("b", "Escape")
    assert not legend.is_visible() and len(editor.steps()) == 1, "Esc closes it and drops nothing"
    assert editor.canvas.get_attribute("data-tool") == "point"
    assert editor.page.evaluate("document.activeElement.tagName") == "CANVAS"


def test_letters_are_letters_where_somebody_types(editor: Editor) -> None:
    prompt = editor.page.locator("#img2img_prompt textarea").first
    prompt.fill("")
    prompt.press_sequentially("b+1 ")
    assert prompt.input_value() == "b+1 " and editor.canvas.get_attribute("data-tool") == "point"
    prompt.fill("")


def test_the_mask_is_seen_on_any_picture(editor: Editor, tmp_path: Path) -> None:
    """The outline differs much from black, white, grey and the tint's own blue."""
    columns = np.mgrid[:200, :800][1]
    shades = np.array([[0, 0, 0], [255, 255, 255], [128, 128, 128], [58, 134, 255]], np.uint8)
    before = editor.person.state()["edit"]["image"]
    editor.person.open(write_png(tmp_path / "shades.png", shades[columns // 200]))
    editor.wait(lambda: editor.person.state()["edit"]["image"] not in ("", before))
    editor.canvas.focus()
    editor.press("b")
    for column in range(4):
        editor.drag((60 + 200 * column, 100), (140 + 200 * column, 100))
    editor.person.shown()
    editor.settle()
    pixels = editor.seen()
    for column in range(4):
        part = pixels[:, pixels.shape[1] * column // 4 : pixels.shape[1] * (column + 1) // 4].reshape(-1, 3)
        assert np.abs(part - shades[column]).max(axis=1).max() > 90
