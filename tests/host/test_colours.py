"""Colours under the mask before sampling: what the page asks for is what the API's twin of it paints."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.browser import Person
from tests.host.editor import Editor
from tests.host.tab import reloaded
from tests.host.web import Web, named, pictures, recorded_edit

pytestmark = pytest.mark.one_gradio

SIDE = 256
SEED = 7
TINT = "#2050c0"


@pytest.fixture(scope="module")
def picture() -> bytes:
    y, x = np.mgrid[:SIDE, :SIDE]
    grey = (90 + 60 * np.sin(x / 9) * np.cos(y / 13)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.dstack([grey, grey // 2 + 60, 255 - grey])).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def editor(person: Person, picture: bytes, tmp_path: Path) -> Editor:
    path = tmp_path / "picture.png"
    path.write_bytes(picture)
    person.inner_tab("Click Inpaint").open(path)
    return Editor(person).fresh()


def pixels(data: bytes | Image.Image) -> U8:
    image = Image.open(io.BytesIO(data)) if isinstance(data, bytes) else data
    return np.asarray(image.convert("RGB"))


def by_the_page(web: Web, person: Person, picture: bytes) -> tuple[U8, dict[str, Any]]:
    """What the page's job makes, and the payload of the API's twin of it."""
    for name, value in {"seed": SEED, "steps": 2, "width": 256, "height": 256, "denoising_strength": 0.3}.items():
        if name == "seed":
            person.page.locator("#img2img_seed input").first.fill(str(value))
        else:
            person.set_slider(f"img2img_{name}", value)
    another(web, picture)
    person.generate()
    assert not person.error()
    said = person.infotext()
    twin = {
        "prompt": "",
        "seed": SEED,
        "denoising_strength": 0.3,
        "sampler_name": named(said, "Sampler"),
        "scheduler": named(said, "Schedule type") or "Automatic",
        "init_images": [],
    }
    return pixels(person.fetch(person.gallery()[0])), twin


def another(web: Web, picture: bytes) -> None:
    """The encoder draws from random numbers that the job before has left."""
    step = {"kind": "stroke", "points": [[9, 9]], "radius": 9}
    pictures(web.img2img(picture, {"selection": [step], "checkpoint": "current"}, seed=99))


def twin_of(web: Web, picture: bytes, edit: dict[str, Any], payload: dict[str, Any]) -> U8:
    another(web, picture)
    (result,) = pictures(web.img2img(picture, edit, **payload))
    return pixels(result)


def test_the_selection_is_recoloured_on_the_page_and_undone(
    web: Web, person: Person, editor: Editor, picture: bytes
) -> None:
    fill = person.unfold().ours().get_by_label("Fill", exact=True)
    colour, amount = person.ours().get_by_label("New colour"), person.ours().get_by_label("Amount")
    assert not colour.is_visible() and not amount.is_visible()
    fill.select_option("Recoloured")
    person.wait(colour.is_visible)
    colour.fill(TINT)
    amount.fill("60")
    assert person.ours().locator(".ci-for-fill output").inner_text() == "60 %"
    edit = person.state()["edit"]
    assert (edit["tint"], edit["tint_amount"], edit["fill"]) == (TINT, 0.6, "original")
    editor.canvas.focus()
    editor.press("Control+z")
    assert amount.input_value() == "100" and colour.input_value() == TINT
    editor.press("Control+z", "Control+z")
    assert not colour.is_visible() and fill.input_value() == "original"
    editor.press("Control+Shift+z", "Control+Shift+z")
    fill.select_option("Latent noise")
    assert not colour.is_visible() and not amount.is_visible()
    fill.select_option("Recoloured")
    assert colour.is_visible() and colour.input_value() == TINT, "the last colour is offered again"


def test_the_pages_tint_is_the_apis(web: Web, person: Person, editor: Editor, picture: bytes) -> None:
    person.unfold().ours().get_by_label("Fill", exact=True).select_option("Recoloured")
    person.ours().get_by_label("New colour").fill(TINT)
    person.unfold().ours().get_by_label("Checkpoint", exact=True).select_option("current")
    editor.canvas.focus()
    editor.press("b").drag((100, 120), (150, 140))
    person.shown()
    made, payload = by_the_page(web, person, picture)
    edit = person.state()["edit"]
    assert f'"tint":"{TINT}"' in recorded_edit(person.infotext())
    assert (twin_of(web, picture, edit, payload) == made).all()
    _, blend = web.preview(edit)
    before = pixels(picture)
    assert (made[blend == 0] == before[blend == 0]).all()
    untinted = twin_of(web, picture, {**edit, "tint": ""}, payload)
    inside = made[blend == 255].mean(axis=0) - untinted[blend == 255].mean(axis=0)
    assert np.abs(inside).max() > 3


def test_a_colour_that_is_none_is_refused_by_name(web: Web, picture: bytes) -> None:
    edit = {"selection": [{"kind": "stroke", "points": [[99, 99]], "radius": 9}], "tint": "blueish"}
    reply = web.img2img(picture, edit)
    assert reply.status == 422 and 'tint must be a colour such as #7f9fbf, not "blueish"' in reply.json()["detail"]
    asked = web.post("/click-inpaint/preview", {"edit": edit, "width": 256, "height": 256})
    assert asked.status in (400, 422) and "tint must be a colour" in asked.json()["error"]


def test_a_painted_stroke_shows_at_once_and_is_the_apis(
    web: Web, person: Person, editor: Editor, picture: bytes
) -> None:
    person.unfold().ours().get_by_label("Checkpoint", exact=True).select_option("current")
    editor.canvas.focus()
    assert not person.ours().get_by_label("Brush colour").is_visible()
    editor.press("Shift+b")
    person.ours().get_by_label("Brush colour").fill("#20c040")
    person.ours().get_by_label("Opacity").fill("80")
    editor.canvas.focus()
    before = editor.seen_at((120, 120))
    editor.drag((100, 120), (150, 120))
    person.shown()
    editor.settle()
    seen = editor.seen_at((120, 120))
    assert np.abs(seen - (0.8 * np.array([32, 192, 64]) + 0.2 * before)).max() < 12, "its own colour, no tint over it"
    (step,) = editor.steps()
    assert (step["kind"], step["colour"], step["opacity"], step["selects"]) == ("paint", "#20c040", 0.8, True)
    assert person.ours().locator(".ci-chip").first.inner_text().startswith("Colour 1")
    made, payload = by_the_page(web, person, picture)
    edit = person.state()["edit"]
    assert (twin_of(web, picture, edit, payload) == made).all()
    _, blend = web.preview(edit)
    assert (made[blend == 0] == pixels(picture)[blend == 0]).all()
    bare = {**edit, "selection": [{**step, "opacity": 0}]}
    green = made[blend == 255].astype(int) - twin_of(web, picture, bare, payload)[blend == 255]
    assert np.abs(green.mean(axis=0)).max() > 3
    editor.canvas.focus()
    editor.press("Control+z")
    editor.settle()
    assert not editor.steps() and np.abs(editor.seen_at((120, 120)) - before).max() < 3
    editor.press("Control+Shift+z")
    assert editor.steps() == [step]


def test_beside_a_selection_the_brush_colours_only_what_is_selected(person: Person, editor: Editor) -> None:
    editor.canvas.focus()
    editor.press("b").drag((100, 120), (150, 120))
    person.shown()
    editor.settle()
    outside = editor.seen_at((120, 200))
    editor.press("Shift+b").drag((120, 120), (120, 200))
    person.shown()
    editor.settle()
    assert [step.get("selects") for step in editor.steps()] == [None, False]
    colour = [int(person.ours().get_by_label("Brush colour").input_value()[at : at + 2], 16) for at in (1, 3, 5)]
    assert np.abs(editor.seen_at((120, 120)) - colour).max() < 12
    assert np.abs(editor.seen_at((120, 200)) - outside).max() < 3, "where it does nothing, it shows nothing"


def test_a_colour_is_taken_from_the_picture_and_the_last_ones_outlast_a_reload(
    person: Person, editor: Editor, picture: bytes
) -> None:
    def under(x: int, y: int) -> str:
        red, green, blue = pixels(picture)[y, x]
        return f"#{red:02x}{green:02x}{blue:02x}"

    colour = person.ours().get_by_label("Brush colour")
    editor.canvas.focus()
    editor.press("Shift+b")
    editor.page.keyboard.down("Alt")
    editor.drag((60.5, 30.5), (60.5, 30.5))
    editor.page.keyboard.up("Alt")
    assert colour.input_value() == under(60, 30) and not editor.steps()
    editor.drag((100, 100), (120, 100))
    editor.press("i")
    assert person.ours().get_by_role("button", name="Take a colour").get_attribute("aria-pressed") == "true"
    editor.drag((200.5, 180.5), (200.5, 180.5))
    assert colour.input_value() == under(200, 180) and len(editor.steps()) == 1
    editor.drag((100, 140), (120, 140))
    reloaded(person)
    person.ours().locator("canvas").first.wait_for()
    editor.canvas.focus()
    editor.press("Shift+b")
    assert colour.input_value() == under(200, 180)
    person.ours().get_by_role("button", name=f"Paint in {under(60, 30)} again").click()
    assert colour.input_value() == under(60, 30)
