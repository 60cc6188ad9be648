"""Looking at the picture: zoom, pan, sharpness, the whole screen."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator

from tests.arrays import I64
from tests.host.browser import Browser
from tests.host.editor import Editor, write_png
from tests.host.web import Web

pytestmark = pytest.mark.one_gradio

RED, BLUE, GREY = (220, 30, 40), (30, 60, 210), (120, 120, 120)


def checkered(path: Path, width: int, height: int) -> Path:
    """Red and blue pixels in turn: any blur makes them purple."""
    rows, columns = np.mgrid[:height, :width]
    return write_png(
        path, np.where(((rows + columns) % 2)[..., None], np.array(RED, np.uint8), np.array(BLUE, np.uint8))
    )


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkered(tmp_path_factory.mktemp("checks") / "checks.png", 1600, 1000)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Larger than any copy that is kept for showing."""
    return checkered(tmp_path_factory.mktemp("wide") / "wide.png", 5000, 900)


@pytest.fixture(scope="module")
def opened(browser: Browser, web: Web, checks: Path) -> Iterator[Editor]:
    person = browser.person(web.url, has_touch=True)
    person.visit().inner_tab("Click Inpaint").open(checks)
    yield Editor(person)
    assert not person.errors
    person.page.context.close()


@pytest.fixture
def editor(opened: Editor) -> Editor:
    return opened.fresh()


def pure(pixels: I64) -> float:
    """The share of pixels that are exactly one of the picture's two colours."""
    return float(np.isin(pixels.reshape(-1, 3), [RED, BLUE]).all(axis=1).mean())


def test_the_wheel_scrolls_the_page_until_the_picture_was_clicked(editor: Editor) -> None:
    fit = editor.percent()
    editor.page.mouse.move(*editor.at((800, 500)))
    editor.page.mouse.wheel(0, 60)
    editor.wait(lambda: editor.page.evaluate("scrollY") > 0, "the page did not scroll")
    assert editor.percent() == fit
    editor.page.evaluate("scrollTo(0, 0)")
    editor.canvas.focus()
    editor.page.mouse.wheel(0, -240)
    editor.wait(lambda: editor.percent() > fit * 1.5, "it did not zoom")
    assert editor.page.evaluate("scrollY") == 0


def test_ctrl_and_the_wheel_zoom_at_the_pointer_without_a_click(editor: Editor) -> None:
    fit = editor.percent()
    x, y = editor.at((300, 200))
    pointer = round(x), round(y)  # a wheel's place is told in whole pixels
    held = editor.under(pointer)
    editor.page.mouse.move(*pointer)
    editor.page.keyboard.down("Control")
    for _ in range(4):
        editor.page.mouse.wheel(0, -300)
    editor.page.keyboard.up("Control")
    editor.wait(lambda: editor.percent() > fit * 10)
    assert editor.at(held) == pytest.approx(pointer, abs=1)
    editor.page.mouse.click(*pointer)
    (step,) = editor.steps()
    assert (step["x"], step["y"]) == pytest.approx(held, abs=0.5)


def test_keys_and_buttons_zoom_to_round_percentages_and_back(editor: Editor) -> None:
    fit = editor.percent()
    editor.canvas.focus()
    editor.press("1")
    assert editor.percent() == 100
    editor.press("+")
    assert editor.percent() == 150
    editor.press("-", "-")
    assert editor.percent() == 67
    editor.press("0")
    for name, percent in ((f"{fit:g} %", 100), ("Larger", 150), ("Smaller", 100), ("Fit", fit)):
        editor.person.ours().get_by_role("button", name=name, exact=True).click()
        assert editor.percent() == percent
    assert not editor.person.ours().get_by_role("button", name="Smaller").is_visible(), "the whole picture shows"
    assert editor.page.evaluate("document.activeElement.tagName") == "CANVAS", "the pressed button has gone"
    for _ in range(30):
        editor.press("+")
    assert editor.percent() == 6400
    for _ in range(40):
        editor.press("-")
    assert editor.percent() == pytest.approx(fit / 2, abs=0.6)


def test_space_the_middle_button_and_shift_wheel_move_the_picture_and_select_nothing(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("1")
    here = editor.at((800, 500))
    editor.drag_with_space(here, (90, 40))
    assert editor.at((800, 500)) == pytest.approx((here[0] + 90, here[1] + 40), abs=1)
    editor.page.mouse.down(button="middle")
    editor.page.mouse.move(*here, steps=3)
    editor.page.mouse.up(button="middle")
    assert editor.at((800, 500)) == pytest.approx(here, abs=1)
    editor.page.keyboard.down("Shift")
    editor.page.mouse.wheel(0, 70)
    editor.page.keyboard.up("Shift")
    editor.wait(lambda: editor.at((800, 500))[0] == pytest.approx(here[0] - 70, abs=1))
    assert editor.at((800, 500))[1] == pytest.approx(here[1], abs=1) and editor.steps() == []


def test_two_fingers_zoom_and_move_and_select_nothing(editor: Editor) -> None:
    fit = editor.percent()
    x, y = editor.at((800, 500))
    editor.touch("touchStart", (x - 40, y))
    editor.touch("touchStart", (x - 40, y), (x + 40, y))
    for spread in range(40, 170, 20):
        editor.touch("touchMove", (x - spread + 30, y + 10), (x + spread + 30, y + 10))
    editor.touch("touchEnd")
    assert editor.percent() == pytest.approx(fit * 4, rel=0.05)
    assert editor.at((800, 500)) == pytest.approx((x + 30, y + 10), abs=4)
    assert editor.steps() == []


def test_100_percent_is_sharp_to_the_pixel_and_so_is_more(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("1").settle()
    assert pure(editor.seen()[4:-4, 4:-4]) == 1.0
    for _ in range(5):
        editor.press("+")
    assert editor.percent() == 600
    assert pure(editor.settle().seen()[4:-4, 4:-4]) == 1.0, "above 200 % nothing is smoothed"


def test_the_pixel_grid_shows_from_800_percent(editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("1")
    for _ in range(6):
        editor.press("+")
    assert editor.percent() == 800
    pixels = editor.settle().seen()[40:-40, 40:-40]
    assert 0.7 < pure(pixels) < 0.8, "one of eight rows and columns is a line"


@pytest.mark.parametrize("ratio", [1.5, 2])
def test_it_is_sharp_on_a_dense_screen(browser: Browser, web: Web, checks: Path, ratio: float) -> None:
    person = browser.person(web.url, width=1000, height=800, device_scale_factor=ratio)
    person.visit().inner_tab("Click Inpaint").open(checks)
    editor = Editor(person)
    editor.canvas.scroll_into_view_if_needed()
    editor.canvas.focus()
    editor.press("1").settle()
    pixels = editor.seen()
    assert pure(pixels[8:-8, 8:-8]) == 1.0, "one pixel of the picture on each of the screen"
    editor.page.mouse.click(*editor.at((801.5, 501.5)))
    (step,) = editor.steps()
    assert (step["x"], step["y"]) == pytest.approx((801.5, 501.5), abs=0.5)
    person.page.context.close()


def width_of(canvas: Locator) -> float:
    """In pixels of the page; 0 while it is not shown."""
    box = canvas.bounding_box()
    return box["width"] if box else 0


def test_the_whole_screen_and_back(editor: Editor) -> None:
    before = editor.canvas.bounding_box()
    editor.canvas.focus()
    editor.press("f")
    editor.wait(lambda: width_of(editor.canvas) > 1400, "the canvas did not grow")
    assert editor.person.ours().get_by_role("button", name="Brush").is_visible()
    editor.press("f")
    editor.wait(lambda: editor.canvas.bounding_box() == before, "it did not come back")


def test_without_the_browsers_full_screen_it_fills_the_window_and_escape_ends_it(editor: Editor) -> None:
    before = editor.canvas.bounding_box()
    refuse = "() => { Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('no')) }"
    editor.page.evaluate(refuse)
    editor.canvas.focus()
    editor.press("f")
    editor.wait(lambda: width_of(editor.canvas) > 1400, "the canvas did not grow")
    editor.press("Escape")
    editor.wait(lambda: editor.canvas.bounding_box() == before, "it did not come back")


COUNT = """() => {
    const make = window.createImageBitmap, close = ImageBitmap.prototype.close;
    window.bitmaps = 0;
    window.createImageBitmap = async(...given) => {
        const made = await make.apply(window, given);
        window.bitmaps++;
        return made;
    };
    ImageBitmap.prototype.close = function() {
        window.bitmaps--;
        return close.call(this);
    };
}"""


def test_pictures_give_back_their_pixels_and_a_second_start_leaves_nothing_of_the_first(
    browser: Browser, web: Web, checks: Path, wide: Path
) -> None:
    person = browser.person(web.url)
    person.visit().inner_tab("Click Inpaint")
    editor = Editor(person)
    person.page.evaluate(COUNT)
    alive = []
    for path in (checks, wide) * 2:
        before = person.state()["edit"]["image"]
        person.open(path)
        editor.wait(lambda before=before: person.state()["edit"]["image"] not in ("", before))
        editor.canvas.focus()
        editor.page.mouse.move(5, 5)
        editor.press("1").settle()
        editor.wait(lambda: pure(editor.seen()[4:-4, 4:-4]) == 1.0, "a large picture is not sharp")
        editor.press("0", "b").drag((300, 300), (500, 400))
        person.shown()
        editor.settle()
        alive.append(person.page.evaluate("window.bitmaps"))
    assert alive[0] > 0 and alive[2:] == alive[:2], "as many as the same picture had before"
    person.page.evaluate(
        "async() => (await import(new URL('click-inpaint/page/main.mjs', document.baseURI).href)).start()"
    )
    person.open(checks)
    editor.canvas.focus()
    editor.press("n")
    pressed = person.ours().locator(".ci-newObject").get_attribute("aria-pressed")
    assert pressed == "true", "a key that is heard twice would have turned it off again"
    person.page.context.close()


def test_a_nine_pixel_object_in_8192_pixels_is_selected_at_1600_percent(editor: Editor, tmp_path: Path) -> None:
    pixels = np.full((8192, 8192, 3), GREY, np.uint8)
    x, y = 5003, 3001
    pixels[y : y + 9, x : x + 9] = RED
    before = editor.person.state()["edit"]["image"]
    editor.person.open(write_png(tmp_path / "large.png", pixels))
    editor.wait(lambda: editor.person.state()["edit"]["image"] not in ("", before))
    editor.canvas.focus()
    editor.page.mouse.move(*editor.at((x + 4.5, y + 4.5)))
    editor.page.keyboard.down("Control")
    for _ in range(16):
        editor.page.mouse.wheel(0, -150)
    editor.page.keyboard.up("Control")
    editor.wait(lambda: editor.percent() >= 1600)
    centre = (x + 4.5, y + 4.5)
    editor.wait(lambda: abs(editor.settle().seen_at(centre) - RED).max() < 4, "its pixels are not shown")
    editor.page.mouse.click(*editor.at(centre))
    (step,) = editor.steps()
    assert x <= step["x"] <= x + 9 and y <= step["y"] <= y + 9
    left, top, right, bottom = editor.person.shown()["box"]
    assert left <= x and top <= y and right >= x + 9 and bottom >= y + 9
    assert right - left < 45 and bottom - top < 45, "grown and softened by 16 pixels each way, and no more than that"
