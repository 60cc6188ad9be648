"""Masks in and out of our tab, in Chromium."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.browser import Browser, Person
from tests.host.tab import DOG, leave, press, visitor
from tests.host.web import Web

pytestmark = pytest.mark.one_gradio


@pytest.fixture
def person(person: Person) -> Person:
    person.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return person


def blend(web: Web, person: Person) -> U8:
    person.shown()
    return web.preview(person.state()["edit"])[1]


def load(person: Person, mode: str, file: Path) -> None:
    press(person, "Mask")
    with person.page.expect_file_chooser() as chooser:
        person.ours().get_by_role("group", name="Load mask").get_by_role("button", name=f"{mode} ").click()
    chooser.value.set_files(file)


def saved(person: Person, folder: Path) -> Path:
    press(person, "Mask")
    with person.page.expect_download() as download:
        press(person, "Save mask")
    file = folder / f"{len(list(folder.iterdir()))} {download.value.suggested_filename}"
    download.value.save_as(file)
    return file


def test_a_mask_that_is_saved_and_loaded_stays_as_it_is(
    web: Web, person: Person, photograph: Path, tmp_path: Path
) -> None:
    person.open(photograph).click(*DOG)
    digest, shown = person.shown()["digest"], blend(web, person)
    for steps in (2, 3, 4):
        file = saved(person, tmp_path)
        with Image.open(file) as image:
            assert (np.asarray(image.convert("L")) == shown).all()
        load(person, "Replace", file)
        person.wait(lambda: len(person.state()["edit"]["selection"]) == steps)  # noqa: B023 - at once
        assert person.shown()["digest"] == digest
        assert "used as it is" in person.ours().inner_text()
    person.set_number("Grow", 30)
    assert person.shown()["digest"] == digest
    person.ours().get_by_role("button", name="soft").last.click()
    person.wait(lambda: not person.state()["edit"]["selection"][-1]["soft"])
    assert person.shown()["digest"] != digest and len(person.state()["edit"]["selection"]) == steps
    assert (blend(web, person) >= shown).all(), "cut at half, then grown by more"
    assert "was cut at half" in person.ours().inner_text()


def test_a_mask_of_other_origin_is_cut_unless_the_person_says_so(
    web: Web, person: Person, photograph: Path, tmp_path: Path
) -> None:
    person.open(photograph).click(*DOG)
    for name in ("Grow", "Feather"):
        person.set_number(name, 0)
    y, x = np.mgrid[:603, :1072]
    soft = np.clip(200 - np.hypot(x - 500, y - 300), 0, 255).astype(np.uint8)
    Image.fromarray(soft).save(tmp_path / "soft.png")
    load(person, "Replace", tmp_path / "soft.png")
    person.wait(lambda: len(person.state()["edit"]["selection"]) == 2)
    assert ((blend(web, person) > 0) == (soft >= 128)).all()
    assert "cut at half" in person.ours().inner_text()
    press(person, "Mask")
    person.ours().get_by_label("Keep its soft edge").check()
    press(person, "Mask")
    load(person, "Replace", tmp_path / "soft.png")
    person.wait(lambda: len(person.state()["edit"]["selection"]) == 3)
    assert (blend(web, person) == soft).all()


def test_masks_are_copied_added_and_taken_away(web: Web, person: Person, photograph: Path, tmp_path: Path) -> None:
    person.open(photograph).click(*DOG)
    press(person, "Mask")
    press(person, "Copy mask")
    person.wait(lambda: "The mask is in the clipboard" in person.ours().inner_text())
    copied = person.page.evaluate("navigator.clipboard.read().then(([item]) => item.types)")
    assert copied == ["image/png"]
    for name in ("Grow", "Feather"):
        person.set_number(name, 0)
    shown = blend(web, person)
    half = np.zeros(shown.shape, np.uint8)
    half[:, : shown.shape[1] // 2] = 255
    Image.fromarray(half).save(tmp_path / "half.png")
    load(person, "Subtract", tmp_path / "half.png")
    person.wait(lambda: len(person.state()["edit"]["selection"]) == 2)
    assert ((blend(web, person) > 0) == ((shown > 0) & (half == 0))).all()
    alpha = np.dstack([np.zeros((*half.shape, 3), np.uint8), half])
    Image.fromarray(alpha).save(tmp_path / "alpha.png")
    load(person, "Add", tmp_path / "alpha.png")
    person.wait(lambda: len(person.state()["edit"]["selection"]) == 3)
    assert ((blend(web, person) > 0) == ((shown > 0) | (half > 0))).all(), "black strokes on nothing"
    Image.new("L", (100, 50), 255).save(tmp_path / "small.png")
    load(person, "Add", tmp_path / "small.png")
    person.wait(lambda: "That mask is 100×50, the picture 1072×603" in person.ours().inner_text())
    assert len(person.state()["edit"]["selection"]) == 3


def test_load_mask_itself_can_be_clicked_and_adds(person: Person, photograph: Path, tmp_path: Path) -> None:
    person.open(photograph)
    left = np.zeros((603, 1072), np.uint8)
    left[:, :200] = 255
    Image.fromarray(left).save(tmp_path / "left.png")
    press(person, "Mask")
    with person.page.expect_file_chooser(timeout=5000) as chooser:
        person.ours().get_by_text("Load mask").click()
    chooser.value.set_files(tmp_path / "left.png")
    person.wait(lambda: person.state()["edit"]["selection"])
    assert person.state()["edit"]["selection"][0]["mode"] == "add"
    assert not person.ours().locator(".ci-menu-list").is_visible()


def test_the_menu_by_keyboard_on_a_narrow_screen(browser: Browser, web: Web, photograph: Path) -> None:
    person = visitor(browser, web, width=400, height=900)
    person.open(photograph).click(*DOG)
    opener = person.ours().get_by_role("button", name="Mask", exact=True)
    opener.focus()
    opener.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    menu = person.ours().locator(".ci-menu-list")
    around = menu.bounding_box()
    boxes = [button.bounding_box() for button in menu.locator("button:visible").all()]
    assert around and around["x"] + around["width"] <= 400 and len(boxes) == 9
    assert all(box and around["x"] <= box["x"] <= around["x"] + around["width"] - box["width"] for box in boxes)
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Escape")
    assert not menu.is_visible() and len(person.state()["edit"]["selection"]) == 1
    assert opener.evaluate("opener => opener === document.activeElement")
    leave(person)
