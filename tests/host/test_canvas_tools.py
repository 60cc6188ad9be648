"""Selecting on the canvas: tools by mouse, keyboard and touch, what they show at once, and what the Edit says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.arrays import I64
from tests.host.browser import Browser
from tests.host.easel import Easel, write_png
from tests.host.web import Web

SAND, LEAF = (200, 180, 150), (60, 140, 70)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """800×500 pixels of sand with a green square."""
    pixels = np.full((500, 800, 3), SAND, np.uint8)
    pixels[150:350, 300:500] = LEAF
    return write_png(tmp_path_factory.mktemp("scene") / "scene.png", pixels)


@pytest.fixture(scope="module")
def opened(browser: Browser, web: Web, scene: Path) -> Iterator[Easel]:
    person = browser.person(web.url, has_touch=True)
    person.visit().inner_tab("Click Inpaint").open(scene)
    person.set_number("Grow", 0)
    yield Easel(person)
    assert not person.errors
    person.page.context.close()


@pytest.fixture
def easel(opened: Easel) -> Easel:
    return opened.fresh()


def bluer(pixel: I64, than: tuple[int, int, int]) -> bool:
    """Tinted: blue against red moved by much."""
    return bool((pixel[2] - pixel[0]) - (than[2] - than[0]) > 60)


def hold_previews(easel: Easel) -> list[Any]:
    """Previews wait until the test lets them go."""
    held: list[Any] = []
    easel.page.route("**/click-inpaint/preview", lambda route: held.append(route))
    return held


def test_letters_and_buttons_take_tools_and_the_pressed_one_is_told(easel: Easel) -> None:
    easel.canvas.focus()
    for key, name in (("b", "Brush"), ("e", "Eraser"), ("l", "Lasso"), ("m", "Box"), ("v", "Point")):
        button = easel.person.ours().get_by_role("button", name=name, exact=True)
        easel.press(key)
        assert button.get_attribute("aria-pressed") == "true"
        assert easel.person.ours().locator(".ci-tools [aria-pressed=true]:visible").count() == 1
    easel.person.ours().get_by_role("button", name="Brush", exact=True).click()
    assert easel.person.ours().get_by_role("slider", name="Size").is_visible()


def test_a_stroke_is_seen_before_the_server_answers_and_stays_until_it_does(easel: Easel) -> None:
    held = hold_previews(easel)
    easel.canvas.focus()
    easel.press("b").drag((100, 100), (150, 120), (200, 100))
    (step,) = easel.steps()
    assert (step["kind"], step["mode"]) == ("stroke", "brush")
    assert step["points"][0] == pytest.approx([100, 100], abs=1) and step["points"][-1] == pytest.approx(
        [200, 100], abs=1
    )
    assert easel.person.state()["stale"] and bluer(easel.seen_at((150, 119)), SAND)
    easel.wait(lambda: held)
    while held:
        held.pop().continue_()
    assert easel.person.shown()["box"][0] < 101
    assert bluer(easel.seen_at((150, 119)), SAND) and not bluer(easel.seen_at((150, 60)), SAND)


def test_the_eraser_bares_the_picture_at_once(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("b").drag((100, 100), (250, 100))
    easel.person.shown()
    assert bluer(easel.settle().seen_at((170, 100)), SAND)
    held = hold_previews(easel)
    easel.press("e").drag((170, 60), (170, 140))
    assert easel.steps()[-1]["mode"] == "eraser"
    assert not bluer(easel.seen_at((170, 101)), SAND) and bluer(easel.seen_at((120, 101)), SAND)
    easel.press("b").drag((230, 60), (230, 140), button="right")
    assert easel.steps()[-1]["mode"] == "eraser", "the other button takes away"
    assert held


def test_long_strokes_become_few_points(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("b")
    way = [(100 + i * 3, 250 + 60 * np.sin(i / 13)) for i in range(100)]
    (x, y), (x1, y1) = easel.at((0, 0)), easel.at((100, 100))
    page_way = [(x + (x1 - x) * a / 100, y + (y1 - y) * b / 100) for a, b in way]
    easel.page.mouse.move(*page_way[0])
    easel.page.mouse.down()
    for point in page_way[1:]:
        easel.page.mouse.move(*point)
    easel.page.mouse.up()
    (step,) = easel.steps()
    assert 5 < len(step["points"]) < 60
    sent = np.array(step["points"])
    parts = np.linspace(0, len(sent) - 1, 2000)
    line = np.stack([np.interp(parts, range(len(sent)), sent[:, axis]) for axis in (0, 1)], axis=1)
    for point in way:
        assert np.hypot(*(line - point).T).min() < 1.5, "the line lies where the hand went"
    assert all(round(value, 2) == value for point in step["points"] for value in point)


def test_the_brush_follows_its_size_and_the_ring_shows_it(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("b", "]", "]")
    easel.page.mouse.move(*easel.at((200, 200)))
    output = easel.person.ours().locator(".ci-size-px")
    wide = float(output.inner_text().split()[0])
    pixels = [easel.seen_at((200 + dx, 200)) for dx in (0, wide / 2)]
    assert (pixels[0] == SAND).all() and (pixels[1] != SAND).any(), "a ring at half the width, nothing inside"
    easel.press("[")
    assert float(output.inner_text().split()[0]) < wide
    easel.page.mouse.click(*easel.at((200, 200)))
    assert easel.steps()[0]["radius"] * 2 == float(output.inner_text().split()[0])


def test_lasso_and_box(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("l").drag((300, 100), (500, 100), (500, 300), (300, 300))
    easel.press("m").drag((290, 140), (510, 360))
    lasso, box = easel.steps()
    assert (lasso["kind"], lasso["mode"], box["kind"]) == ("lasso", "add", "box")
    corners = np.array(lasso["points"])
    assert all(np.hypot(*(corners - corner).T).min() < 4 for corner in ((300, 100), (500, 100), (500, 300), (300, 300)))
    assert [box[key] for key in ("x0", "y0", "x1", "y1")] == pytest.approx([290, 140, 510, 360], abs=1)
    left, top, right, bottom = easel.person.shown()["box"]
    assert left < 320 and right > 480 and top < 120 and bottom > 340


def test_escape_gives_up_what_is_being_drawn_and_nothing_else(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("b").drag((100, 100), (150, 120))
    easel.page.mouse.move(*easel.at((300, 300)))
    easel.page.mouse.down()
    easel.page.mouse.move(*easel.at((400, 300)), steps=3)
    easel.press("Escape")
    easel.page.mouse.up()
    assert len(easel.steps()) == 1


def test_touch_one_finger_is_the_tool_two_are_the_view(easel: Easel) -> None:
    easel.person.ours().get_by_role("button", name="Brush", exact=True).tap()
    (x, y), (x1, _) = easel.at((100, 100)), easel.at((200, 100))
    easel.touch("touchStart", (x, y))
    for part in (0.3, 0.6, 1):
        easel.touch("touchMove", (x + (x1 - x) * part, y))
    easel.touch("touchEnd")
    easel.wait(lambda: len(easel.steps()) == 1)
    assert easel.steps()[0]["kind"] == "stroke"
    easel.touch("touchStart", (x, y))
    easel.touch("touchMove", (x + 5, y))
    easel.touch("touchStart", (x + 5, y), (x + 100, y))
    easel.touch("touchMove", (x + 5, y), (x + 160, y))
    easel.touch("touchEnd")
    assert len(easel.steps()) == 1, "the second finger takes the stroke back"


def test_touch_can_start_another_object_and_exclude(easel: Easel) -> None:
    easel.tap((400, 250))
    easel.wait(lambda: len(easel.steps()) == 1)
    again = easel.person.ours().get_by_role("button", name="New object")
    again.tap()
    assert again.get_attribute("aria-pressed") == "true"
    easel.tap((100, 400))
    easel.wait(lambda: len(easel.steps()) == 2)
    assert again.get_attribute("aria-pressed") == "false", "for one click"
    easel.tap((700, 60), seconds=0.7)
    easel.wait(lambda: len(easel.steps()) == 3)
    told = [(step["include"], step["new_object"]) for step in easel.steps()]
    assert told == [(True, False), (True, True), (False, False)]


def test_the_keyboard_alone_draws(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("ArrowRight", "b", "Enter", "ArrowRight", "ArrowRight", "ArrowDown", "Enter")
    easel.press("m", "Enter", "ArrowRight", "ArrowRight", "ArrowDown", "Enter", "v", "Enter")
    stroke, box, click = easel.steps()
    assert (stroke["kind"], box["kind"], click["kind"]) == ("stroke", "box", "click")
    assert len(stroke["points"]) > 1 and box["x1"] > box["x0"]
    easel.press("l", "Enter", "ArrowRight", "Escape")
    assert len(easel.steps()) == 3


def test_the_crosshair_stays_in_sight(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("1", "+", "+", "+", "ArrowRight")
    before = easel.at((0, 0))
    for _ in range(60):
        easel.press("ArrowRight")
    assert easel.at((0, 0))[0] < before[0] - 100


def test_guesses_are_walked_by_key_button_and_wheel(easel: Easel) -> None:
    easel.page.mouse.click(*easel.at((400, 250)))
    scores = easel.person.shown()["objects"][-1]["scores"]
    assert len(scores) > 1
    chosen = [easel.steps()[0]["candidate"]]

    def walked(act: Any) -> None:
        act()
        easel.wait(lambda: easel.steps()[0]["candidate"] != chosen[-1])
        chosen.append(easel.steps()[0]["candidate"])
        easel.person.shown()

    walked(lambda: easel.press("c"))
    walked(lambda: easel.press("Shift+C"))
    walked(lambda: easel.person.ours().get_by_role("button", name="Next guess").click())
    easel.canvas.focus()
    easel.page.mouse.move(*easel.at((400, 250)))
    easel.page.keyboard.down("Alt")
    walked(lambda: easel.page.mouse.wheel(0, -120))
    easel.page.keyboard.up("Alt")
    assert chosen == [0, 1, 0, 1, 0]
    shown = easel.person.ours().locator(".ci-guess").inner_text()
    assert shown == f"1 of {len(scores)} · {round(scores[0] * 100)} %"


def test_the_legend_opens_takes_the_focus_and_gives_it_back(easel: Easel) -> None:
    easel.page.mouse.click(*easel.at((400, 250)))
    easel.canvas.focus()
    easel.press("?")
    legend = easel.page.get_by_role("dialog", name="Keys and gestures")
    assert legend.is_visible() and easel.page.evaluate("document.activeElement.closest('dialog') !== null")
    assert "once the picture was clicked" in legend.inner_text()
    easel.press("b", "Escape")
    assert not legend.is_visible() and len(easel.steps()) == 1, "Esc closes it and drops nothing"
    assert easel.canvas.get_attribute("data-tool") == "point"
    assert easel.page.evaluate("document.activeElement.tagName") == "CANVAS"


def test_letters_are_letters_where_somebody_types(easel: Easel) -> None:
    prompt = easel.page.locator("#img2img_prompt textarea").first
    prompt.fill("")
    prompt.press_sequentially("b+1 ")
    assert prompt.input_value() == "b+1 " and easel.canvas.get_attribute("data-tool") == "point"
    prompt.fill("")


def test_the_mask_is_seen_on_any_picture(easel: Easel, tmp_path: Path) -> None:
    """The outline differs much from black, white, grey and the tint's own blue."""
    columns = np.mgrid[:200, :800][1]
    shades = np.array([[0, 0, 0], [255, 255, 255], [128, 128, 128], [58, 134, 255]], np.uint8)
    before = easel.person.state()["edit"]["image"]
    easel.person.open(write_png(tmp_path / "shades.png", shades[columns // 200]))
    easel.wait(lambda: easel.person.state()["edit"]["image"] not in ("", before))
    easel.canvas.focus()
    easel.press("b")
    for column in range(4):
        easel.drag((60 + 200 * column, 100), (140 + 200 * column, 100))
    easel.person.shown()
    easel.settle()
    pixels = easel.seen()
    for column in range(4):
        part = pixels[:, pixels.shape[1] * column // 4 : pixels.shape[1] * (column + 1) // 4].reshape(-1, 3)
        assert np.abs(part - shades[column]).max(axis=1).max() > 90
