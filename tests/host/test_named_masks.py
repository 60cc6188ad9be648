"""Selections kept in the browser under a name."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, SKY, at_tab, leave, press, reloaded, visitor
from tests.host.test_app_results import picture, saying
from tests.host.test_keeping import mirrored  # noqa: F401 - a fixture
from tests.host.web import Web

pytestmark = pytest.mark.one_gradio


def unfold(person: Person) -> Any:
    """The list in the mask's menu, opened by keyboard."""
    press(person, "Mask")
    summary = person.ours().locator("summary", has_text="Named masks")
    if not person.ours().get_by_label("Name of the mask").is_visible():
        summary.focus()
        summary.press("Enter")
    return person.ours().locator(".ci-named")


def keep(person: Person, name: str) -> None:
    unfold(person)
    box = person.ours().get_by_label("Name of the mask")
    box.fill(name)
    box.press("Enter")
    saying(person, "is kept in this browser")
    person.page.keyboard.press("Escape")


def test_a_mask_is_kept_put_back_and_deleted(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    person.set_number("Grow", 20)
    dog = person.shown()
    keep(person, "the dogs")
    person.set_number("Grow", 4)
    person.page.keyboard.down("Shift")
    person.click(*SKY)
    person.page.keyboard.up("Shift")
    keep(person, "")
    assert unfold(person).inner_text().split("\n") == ["Mask 2", "the dogs"]
    person.page.keyboard.press("Escape")
    reloaded(person)
    person.wait(lambda: picture(person))
    unfold(person).get_by_role("button", name="the dogs", exact=True).click()
    person.wait(lambda: person.shown()["digest"] == dog["digest"])
    edit = person.state()["edit"]
    assert [step["kind"] for step in edit["selection"]] == ["click"] and edit["refine"]["grow"] == 20
    listed = unfold(person)
    listed.get_by_role("button", name="Delete “the dogs”").click()
    person.wait(lambda: listed.inner_text() == "Mask 2")
    assert person.ours().get_by_label("Name of the mask").is_visible(), "the menu stays open"


def test_on_another_picture_of_its_size_it_is_the_very_mask(
    web: Web,
    person: Person,
    photograph: Path,
    mirrored: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    person.open(photograph).click(*DOG)
    dog, first = person.shown(), picture(person)
    keep(person, "the dogs")
    person.ours().locator("input[type=file]").set_input_files(mirrored)
    person.wait(lambda: picture(person) not in ("", first))
    unfold(person).get_by_role("button", name="the dogs", exact=True).click()
    person.wait(lambda: person.state()["edit"]["selection"])
    assert person.shown()["digest"] == dog["digest"]
    small = tmp_path / "small.png"
    with Image.open(mirrored) as image:
        image.resize((200, 100)).save(small)
    second = picture(person)
    person.ours().locator("input[type=file]").set_input_files(small)
    person.wait(lambda: picture(person) not in ("", second))
    entry = unfold(person).get_by_role("button", name="the dogs", exact=True)
    assert entry.is_disabled() and "fits no other size" in str(entry.get_attribute("title"))


MADE_BEFORE = """() => new Promise(done => {
    const request = indexedDB.open("click-inpaint", 1);
    request.onupgradeneeded = () => {
        for (const store of ["pictures", "sessions", "rounds"]) {
            request.result.createObjectStore(store, {keyPath: "id"});
        }
    };
    request.onsuccess = () => {
        const change = request.result.transaction("pictures", "readwrite");
        change.objectStore("pictures").put({id: "older", blob: new Blob(["x"]), time: 1});
        change.oncomplete = () => { request.result.close(); done(); };
    };
})"""
FOUND = """() => new Promise(done => {
    const request = indexedDB.open("click-inpaint");
    request.onsuccess = () => {
        const {version, objectStoreNames} = request.result;
        const asked = request.result.transaction("pictures").objectStore("pictures").getAllKeys();
        asked.onsuccess = () => { request.result.close(); done([version, [...objectStoreNames], asked.result]); };
    };
})"""


def test_what_an_earlier_version_kept_is_still_there(web: Web, browser: Browser, photograph: Path) -> None:
    person = browser.person(web.url)
    person.page.goto(f"{web.url}/click-inpaint/status")
    person.page.evaluate(MADE_BEFORE)
    at_tab(person.visit())
    person.page.evaluate("window.clickInpaint.begun")
    version, stores, pictures = person.page.evaluate(FOUND)
    assert version == 2 and set(stores) == {"pictures", "sessions", "rounds", "masks"} and pictures == ["older"]
    person.open(photograph).click(*DOG)
    keep(person, "the dogs")
    leave(person)


def test_a_long_name_leaves_room_for_its_buttons(browser: Browser, web: Web, photograph: Path) -> None:
    person = visitor(browser, web, width=400, height=1000)
    person.open(photograph).click(*DOG)
    keep(person, "a mask with a name that goes on and on until it is full")
    unfold(person)
    menu = person.ours().locator(".ci-menu-list").bounding_box()
    boxes = [one.bounding_box() for one in person.ours().locator(".ci-named button").all()]
    assert menu and len(boxes) == 2
    assert all(box and box["x"] + box["width"] <= menu["x"] + menu["width"] for box in boxes)
    leave(person)
