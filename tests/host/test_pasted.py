"""The host's own ways of reading an infotext bring our Edit back, in Chromium."""

from pathlib import Path

import pytest
from PIL import Image

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, SKY, at_tab, leave, visitor
from tests.host.test_app_results import generated, picture, saying
from tests.host.web import Web


@pytest.fixture
def result(web: Web, person: Person, photograph: Path) -> Path:
    """A saved result, grown by 21 px; its picture is open in this person's tab, and nothing is selected any more."""
    before = web.saved()
    person.open(photograph).click(*DOG)
    person.set_number("Grow", 21)
    person.shown()
    generated(person, "an empty beach")
    (file,) = web.saved() - before
    person.ours().get_by_role("button", name="Clear", exact=True).click()
    person.wait(lambda: not person.state()["edit"]["selection"])
    person.set_number("Grow", 3)
    return file


def sent_to_img2img(person: Person, file: Path) -> None:
    """Open the file in PNG Info and press its button there."""
    person.top_tab("PNG Info")
    clear = person.page.locator(
        "#pnginfo_image button[aria-label=Clear], #pnginfo_image button[aria-label='Remove Image']"
    )
    if clear.count():
        clear.first.click()
    person.page.locator("#pnginfo_image input[type=file]").set_input_files(file)
    info = person.page.locator("#pnginfo_generation_info textarea")
    with Image.open(file) as image:
        said = image.info.get("parameters", "")
    person.wait(lambda: info.input_value() == said)
    person.page.wait_for_selector("#pnginfo_image img")
    person.page.locator("#tab_pnginfo #img2img_tab").click()


def pasted(person: Person, infotext: str) -> None:
    """Put the infotext where the prompt stands, and press the host's arrow."""
    person.top_tab("img2img")
    person.page.locator("#img2img_prompt textarea").fill(infotext)
    person.page.locator("#tab_img2img #paste").click()
    first = infotext.splitlines()[0]
    person.wait(lambda: person.page.locator("#img2img_prompt textarea").input_value() == first)


def infotext_of(file: Path) -> str:
    with Image.open(file) as image:
        return str(image.info["parameters"])


def grow(person: Person) -> int:
    return int(person.state()["edit"]["refine"]["grow"])


def test_png_info_sends_the_edit_to_our_tab_and_its_own_picture(person: Person, result: Path) -> None:
    source = picture(person)
    sent_to_img2img(person, result)
    saying(person, "on the picture that it was made from")
    assert person.ours().is_visible() and picture(person) == source
    assert grow(person) == 21 and person.state()["edit"]["selection"][0]["x"] == pytest.approx(DOG[0], abs=2)
    prompt = person.page.locator("#img2img_prompt textarea")
    person.wait(lambda: prompt.input_value() == "an empty beach")
    person.generate()
    assert not person.error()


def test_in_another_browser_png_infos_picture_comes_along(
    web: Web, browser: Browser, person: Person, result: Path
) -> None:
    other = visitor(browser, web)
    sent_to_img2img(other, result)
    saying(other, "so the steps are on the result")
    assert picture(other) == web.upload(result.read_bytes()) and grow(other) == 21
    assert other.shown()["frame"] == [1072, 603]
    leave(other)


def test_the_arrow_brings_the_edit_back_each_time(person: Person, result: Path) -> None:
    said, source = infotext_of(result), picture(person)
    for _ in range(2):
        pasted(person, said)
        person.wait(lambda: grow(person) == 21)
        assert picture(person) == source and len(person.state()["edit"]["selection"]) == 1
        person.set_number("Grow", 3)
        person.wait(lambda: grow(person) == 3)


def test_without_any_picture_the_arrow_says_what_to_do(
    web: Web, browser: Browser, person: Person, result: Path
) -> None:
    other = visitor(browser, web)
    pasted(other, infotext_of(result))
    saying(other, "not in this browser. Open it here")
    assert other.state()["edit"]["selection"] == []
    leave(other)


def test_an_infotext_without_our_edit_leaves_our_tab_as_it_is(person: Person, result: Path) -> None:
    person.click(*SKY)
    before = person.state()["edit"]
    person.inner_tab("img2img")
    line = "Steps: 5, Sampler: Euler a, CFG scale: 7, Seed: 11, Size: 320x256"
    pasted(person, f"a kite\n{line}")
    width = person.page.locator("#img2img_width input[type=number]").first
    person.wait(lambda: width.input_value() == "320")
    assert not person.ours().is_visible()
    at_tab(person)
    assert {**person.state()["edit"], "shown": ""} == {**before, "shown": ""}


def test_an_edit_that_is_damaged_is_said(person: Person, result: Path) -> None:
    before = person.state()["edit"]
    pasted(person, infotext_of(result).replace("Click Inpaint edit: A", "Click Inpaint edit: AAAA"))
    saying(person, "cut short or changed")
    assert {**person.state()["edit"], "shown": ""} == {**before, "shown": ""}
