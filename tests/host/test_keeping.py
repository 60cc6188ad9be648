"""The selection goes on: to the result, to the next picture, to another try."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.host.browser import Person
from tests.host.tab import DOG, press, reloaded, use_compared
from tests.host.test_app_results import generated, picture, rounds, saying
from tests.host.web import Web, assert_stitched

pytestmark = pytest.mark.one_gradio


@pytest.fixture
def mirrored(photograph: Path, tmp_path: Path) -> Path:
    """Another picture of the same size."""
    path = tmp_path / "mirrored.png"
    with Image.open(photograph) as image:
        ImageOps.mirror(image.convert("RGB")).save(path)
    return path


def keep(person: Person) -> None:
    """The switch in the offer, by keyboard."""
    box = person.ours().get_by_role("group", name="The last job").get_by_label("Keep selection")
    box.focus()
    person.page.keyboard.press("Space")
    assert box.is_checked()


def test_a_result_that_becomes_the_picture_keeps_the_very_mask(web: Web, person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    before, first = person.shown(), picture(person)
    generated(person)
    keep(person)
    press(person, "Use result")
    person.wait(lambda: picture(person) not in ("", first))
    assert person.shown()["digest"] == before["digest"]
    (step,) = person.state()["edit"]["selection"]
    assert (step["kind"], step["soft"]) == ("mask", True), "a click might find something else in the result"
    source, (header, blend) = picture(person), web.preview(person.state()["edit"])
    assert header["parts"] == before["parts"]
    generated(person, "once more", count=2)
    pixels = np.asarray(Image.open(io.BytesIO(web.ask("GET", f"/click-inpaint/images/{source}").content)))
    address = person.gallery()[0]
    assert_stitched(Image.open(io.BytesIO(person.fetch(address))), pixels[..., :3], blend)
    reloaded(person)
    assert person.shown()["digest"] == before["digest"], "it is still there after a reload"
    press(person, "Mask")
    switch = person.ours().get_by_label("Results keep the selection")
    assert switch.is_checked(), "and so is the switch"
    switch.uncheck()
    person.page.keyboard.press("Escape")
    press(person, "Compare")
    use_compared(person)
    person.wait(lambda: picture(person) not in ("", source))
    assert person.state()["edit"]["selection"] == []


def test_the_next_picture_of_the_same_size_may_have_it(
    web: Web, person: Person, photograph: Path, mirrored: Path, tmp_path: Path
) -> None:
    person.open(photograph).click(*DOG)
    before, first = person.shown(), picture(person)
    person.ours().locator("input[type=file]").set_input_files(mirrored)
    person.wait(lambda: picture(person) not in ("", first))
    saying(person, "What was selected on the picture before fits this one, too.")
    assert person.state()["edit"]["selection"] == []
    press(person, "Select it here")
    person.wait(lambda: person.state()["edit"]["selection"])
    assert person.shown()["digest"] == before["digest"]
    other = tmp_path / "other.png"
    with Image.open(mirrored) as image:
        image.resize((200, 100)).save(other)
    second = picture(person)
    person.ours().locator("input[type=file]").set_input_files(other)
    person.wait(lambda: picture(person) not in ("", second))
    person.page.wait_for_timeout(300)
    assert "What was selected" not in person.ours().inner_text()


def test_another_try_is_one_press(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    person.set_slider("img2img_seed", 5)
    generated(person, "a kite")
    edit = person.state()["edit"]
    again = person.ours().get_by_role("button", name="Another try")
    again.focus()
    person.page.keyboard.press("Enter")
    saying(person, "The seed was fixed at 5")
    person.wait(lambda: len(rounds(person)) == 2)
    assert "seed 5:" in rounds(person)[0] and "seed 5:" not in rounds(person)[1] and "a kite" in rounds(person)[1]
    assert person.page.locator("#img2img_seed input").first.input_value() == "-1"
    again.wait_for()
    again.click()
    person.wait(lambda: len(rounds(person)) == 3)
    assert len({name.partition("seed ")[2] for name in rounds(person)}) == 3
    assert {**person.state()["edit"], "shown": ""} == {**edit, "shown": ""}
