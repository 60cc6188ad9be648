"""“Erase now” on the page: the result is saved, a round, and the picture; undo leads back."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.browser import Person
from tests.host.editor import Editor
from tests.host.web import Web

pytestmark = pytest.mark.one_gradio
OBJECT = (slice(180, 240), slice(150, 230))


@pytest.fixture
def photograph(tmp_path: Path) -> tuple[Path, U8]:
    """Stripes, and something red on them."""
    pixels = np.full((400, 420, 3), (70, 120, 60), np.uint8)
    pixels[:, np.arange(420) % 24 < 12] = (150, 190, 140)
    pixels[OBJECT] = (220, 30, 30)
    path = tmp_path / "stripes.png"
    Image.fromarray(pixels).save(path)
    return path, pixels


def test_one_press_fills_saves_and_goes_on_and_undo_leads_back(
    web: Web, person: Person, photograph: tuple[Path, U8]
) -> None:
    path, pixels = photograph
    person.inner_tab("Click Inpaint").open(path)
    erase = person.ours().get_by_role("button", name="Erase now")
    assert not erase.is_visible(), "nothing is selected"
    before, first = web.saved(), person.state()["edit"]["image"]
    editor = Editor(person)
    editor.canvas.focus()
    editor.press("b", *["]"] * 12)
    editor.drag((155, 210), (225, 210))
    erase.click()
    person.wait(lambda: person.state()["edit"]["image"] not in ("", first))
    (file,) = web.saved() - before
    saved = Image.open(io.BytesIO(file.read_bytes()))
    after = np.asarray(saved.convert("RGB"))
    assert "Click Inpaint erase: patches" in saved.text["parameters"]
    assert (after[:100] == pixels[:100]).all() and (after[320:] == pixels[320:]).all()
    assert after[OBJECT][10:-10, 10:-10, 0].max() < 200, "the red thing is gone"
    rounds = person.ours().locator(".ci-round")
    assert rounds.all_inner_texts() == ["1 · erased"]
    assert not person.state()["edit"]["selection"] and not erase.is_visible()
    editor.canvas.focus()
    editor.press("Control+z")
    person.wait(lambda: person.state()["edit"]["image"] == first)
    assert person.state()["edit"]["selection"] and rounds.count() == 1 and erase.is_visible()
    assert not person.error()


def test_where_it_fails_all_stays_as_it_was(web: Web, person: Person, photograph: tuple[Path, U8]) -> None:
    person.inner_tab("Click Inpaint").open(photograph[0])
    before, first = web.saved(), person.state()["edit"]["image"]
    full = {"status": 422, "json": {"error": "The disk is full."}}
    person.page.route("**/click-inpaint/erase", lambda route: route.fulfill(**full))
    editor = Editor(person)
    editor.canvas.focus()
    editor.press("b", *["]"] * 12)
    editor.drag((155, 210), (225, 210))
    kept = person.state()["edit"]
    person.ours().get_by_role("button", name="Erase now").click()
    person.wait(lambda: "The disk is full." in person.ours().locator(".ci-status").inner_text())
    assert person.state()["edit"]["image"] == first and person.state()["edit"]["selection"] == kept["selection"]
    assert web.saved() == before and not person.ours().locator(".ci-round").count()
    person.page.unroute_all()
