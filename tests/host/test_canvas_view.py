"""Looking at the picture: zoom, pan, sharpness, the whole screen."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator

from tests.arrays import I64
from tests.host.browser import Browser
from tests.host.easel import Easel, write_png
from tests.host.web import Web

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
def opened(browser: Browser, web: Web, checks: Path) -> Iterator[Easel]:
    person = browser.person(web.url, has_touch=True)
    person.visit().inner_tab("Click Inpaint").open(checks)
    yield Easel(person)
    assert not person.errors
    person.page.context.close()


@pytest.fixture
def easel(opened: Easel) -> Easel:
    return opened.fresh()


def pure(pixels: I64) -> float:
    """The share of pixels that are exactly one of the picture's two colours."""
    return float(np.isin(pixels.reshape(-1, 3), [RED, BLUE]).all(axis=1).mean())


def test_the_wheel_scrolls_the_page_until_the_picture_was_clicked(easel: Easel) -> None:
    fit = easel.percent()
    easel.page.mouse.move(*easel.at((800, 500)))
    easel.page.mouse.wheel(0, 60)
    easel.wait(lambda: easel.page.evaluate("scrollY") > 0, "the page did not scroll")
    assert easel.percent() == fit
    easel.page.evaluate("scrollTo(0, 0)")
    easel.canvas.focus()
    easel.page.mouse.wheel(0, -240)
    easel.wait(lambda: easel.percent() > fit * 1.5, "it did not zoom")
    assert easel.page.evaluate("scrollY") == 0


def test_ctrl_and_the_wheel_zoom_at_the_pointer_without_a_click(easel: Easel) -> None:
    fit = easel.percent()
    x, y = easel.at((300, 200))
    pointer = round(x), round(y)  # a wheel's place is told in whole pixels
    held = easel.under(pointer)
    easel.page.mouse.move(*pointer)
    easel.page.keyboard.down("Control")
    for _ in range(4):
        easel.page.mouse.wheel(0, -300)
    easel.page.keyboard.up("Control")
    easel.wait(lambda: easel.percent() > fit * 10)
    assert easel.at(held) == pytest.approx(pointer, abs=1)
    easel.page.mouse.click(*pointer)
    (step,) = easel.steps()
    assert (step["x"], step["y"]) == pytest.approx(held, abs=0.5)


def test_keys_and_buttons_zoom_to_round_percentages_and_back(easel: Easel) -> None:
    fit = easel.percent()
    easel.canvas.focus()
    easel.press("1")
    assert easel.percent() == 100
    easel.press("+")
    assert easel.percent() == 150
    easel.press("-", "-")
    assert easel.percent() == 67
    for name, percent in (("Larger", 100), ("Larger", 150), ("Smaller", 100), ("Fit", fit)):
        easel.person.ours().get_by_role("button", name=name, exact=True).click()
        assert easel.percent() == percent
    for _ in range(30):
        easel.press("+")
    assert easel.percent() == 6400
    for _ in range(40):
        easel.press("-")
    assert easel.percent() == pytest.approx(fit / 2, abs=0.6)


def test_space_the_middle_button_and_shift_wheel_move_the_picture_and_select_nothing(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("1")
    here = easel.at((800, 500))
    easel.page.mouse.move(*here)
    easel.page.keyboard.down(" ")
    easel.page.mouse.down()
    easel.page.mouse.move(here[0] + 90, here[1] + 40, steps=3)
    easel.page.mouse.up()
    easel.page.keyboard.up(" ")
    assert easel.at((800, 500)) == pytest.approx((here[0] + 90, here[1] + 40), abs=1)
    easel.page.mouse.down(button="middle")
    easel.page.mouse.move(*here, steps=3)
    easel.page.mouse.up(button="middle")
    assert easel.at((800, 500)) == pytest.approx(here, abs=1)
    easel.page.keyboard.down("Shift")
    easel.page.mouse.wheel(0, 70)
    easel.page.keyboard.up("Shift")
    easel.wait(lambda: easel.at((800, 500))[0] == pytest.approx(here[0] - 70, abs=1))
    assert easel.at((800, 500))[1] == pytest.approx(here[1], abs=1) and easel.steps() == []


def test_two_fingers_zoom_and_move_and_select_nothing(easel: Easel) -> None:
    fit = easel.percent()
    x, y = easel.at((800, 500))
    easel.touch("touchStart", (x - 40, y))
    easel.touch("touchStart", (x - 40, y), (x + 40, y))
    for spread in range(40, 170, 20):
        easel.touch("touchMove", (x - spread + 30, y + 10), (x + spread + 30, y + 10))
    easel.touch("touchEnd")
    assert easel.percent() == pytest.approx(fit * 4, rel=0.05)
    assert easel.at((800, 500)) == pytest.approx((x + 30, y + 10), abs=4)
    assert easel.steps() == []


def test_100_percent_is_sharp_to_the_pixel_and_so_is_more(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("1").settle()
    assert pure(easel.seen()[4:-4, 4:-4]) == 1.0
    for _ in range(5):
        easel.press("+")
    assert easel.percent() == 600
    assert pure(easel.settle().seen()[4:-4, 4:-4]) == 1.0, "above 200 % nothing is smoothed"


def test_the_pixel_grid_shows_from_800_percent(easel: Easel) -> None:
    easel.canvas.focus()
    easel.press("1")
    for _ in range(6):
        easel.press("+")
    assert easel.percent() == 800
    pixels = easel.settle().seen()[40:-40, 40:-40]
    assert 0.7 < pure(pixels) < 0.8, "one of eight rows and columns is a line"


@pytest.mark.parametrize("ratio", [1.5, 2])
def test_it_is_sharp_on_a_dense_screen(browser: Browser, web: Web, checks: Path, ratio: float) -> None:
    person = browser.person(web.url, width=1000, height=800, device_scale_factor=ratio)
    person.visit().inner_tab("Click Inpaint").open(checks)
    easel = Easel(person)
    easel.canvas.scroll_into_view_if_needed()
    easel.canvas.focus()
    easel.press("1").settle()
    pixels = easel.seen()
    assert pure(pixels[8:-8, 8:-8]) == 1.0, "one pixel of the picture on each of the screen"
    easel.page.mouse.click(*easel.at((801.5, 501.5)))
    (step,) = easel.steps()
    assert (step["x"], step["y"]) == pytest.approx((801.5, 501.5), abs=0.5)
    person.page.context.close()


def width_of(canvas: Locator) -> float:
    """In pixels of the page; 0 while it is not shown."""
    box = canvas.bounding_box()
    return box["width"] if box else 0


def test_the_whole_screen_and_back(easel: Easel) -> None:
    before = easel.canvas.bounding_box()
    easel.canvas.focus()
    easel.press("f")
    easel.wait(lambda: width_of(easel.canvas) > 1400, "the canvas did not grow")
    assert easel.person.ours().get_by_role("button", name="Brush").is_visible()
    easel.press("f")
    easel.wait(lambda: easel.canvas.bounding_box() == before, "it did not come back")


def test_without_the_browsers_full_screen_it_fills_the_window_and_escape_ends_it(easel: Easel) -> None:
    before = easel.canvas.bounding_box()
    refuse = "() => { Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('no')) }"
    easel.page.evaluate(refuse)
    easel.canvas.focus()
    easel.press("f")
    easel.wait(lambda: width_of(easel.canvas) > 1400, "the canvas did not grow")
    easel.press("Escape")
    easel.wait(lambda: easel.canvas.bounding_box() == before, "it did not come back")


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
    easel = Easel(person)
    person.page.evaluate(COUNT)
    alive = []
    for path in (checks, wide) * 2:
        before = person.state()["edit"]["image"]
        person.open(path)
        easel.wait(lambda before=before: person.state()["edit"]["image"] not in ("", before))
        easel.canvas.focus()
        easel.page.mouse.move(5, 5)
        easel.press("1").settle()
        easel.wait(lambda: pure(easel.seen()[4:-4, 4:-4]) == 1.0, "a large picture is not sharp")
        easel.press("0", "b").drag((300, 300), (500, 400))
        person.shown()
        easel.settle()
        alive.append(person.page.evaluate("window.bitmaps"))
    assert alive[0] > 0 and alive[2:] == alive[:2], "as many as the same picture had before"
    person.page.evaluate(
        "async() => (await import(new URL('click-inpaint/page/main.mjs', document.baseURI).href)).start()"
    )
    person.open(checks)
    easel.canvas.focus()
    easel.press("n")
    pressed = person.ours().get_by_role("button", name="New object").get_attribute("aria-pressed")
    assert pressed == "true", "a key that is heard twice would have turned it off again"
    person.page.context.close()


def test_a_nine_pixel_object_in_8192_pixels_is_selected_at_1600_percent(easel: Easel, tmp_path: Path) -> None:
    pixels = np.full((8192, 8192, 3), GREY, np.uint8)
    x, y = 5003, 3001
    pixels[y : y + 9, x : x + 9] = RED
    before = easel.person.state()["edit"]["image"]
    easel.person.open(write_png(tmp_path / "large.png", pixels))
    easel.wait(lambda: easel.person.state()["edit"]["image"] not in ("", before))
    easel.canvas.focus()
    easel.page.mouse.move(*easel.at((x + 4.5, y + 4.5)))
    easel.page.keyboard.down("Control")
    for _ in range(16):
        easel.page.mouse.wheel(0, -150)
    easel.page.keyboard.up("Control")
    easel.wait(lambda: easel.percent() >= 1600)
    centre = (x + 4.5, y + 4.5)
    easel.wait(lambda: abs(easel.settle().seen_at(centre) - RED).max() < 4, "its pixels are not shown")
    easel.page.mouse.click(*easel.at(centre))
    (step,) = easel.steps()
    assert x <= step["x"] <= x + 9 and y <= step["y"] <= y + 9
    left, top, right, bottom = easel.person.shown()["box"]
    assert left <= x and top <= y and right >= x + 9 and bottom >= y + 9
    assert right - left < 45 and bottom - top < 45, "grown and softened by 16 pixels each way, and no more than that"
