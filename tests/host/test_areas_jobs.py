"""Jobs for what a click cannot select: on the page and through the API, and what is refused by name."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.host.browser import Person
from tests.host.editor import Editor, write_png
from tests.host.sand import click, kinds, pixels, slide
from tests.host.web import Web, assert_stitched, named, pictures

pytestmark = pytest.mark.one_gradio


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_png(tmp_path_factory.mktemp("areas") / "scene.png", pixels())


def settle(web: Web, picture: bytes, edit: Any) -> None:
    """Have the job after this one repeat: the encoder draws from random numbers that the job before has left."""
    pictures(web.img2img(picture, edit, seed=99))


def twin(web: Web, picture: bytes, infotext: str, edit: Any) -> Image.Image:
    """The job that this infotext tells of, through the API."""
    how: dict[str, Any] = {"prompt": "", "sampler_name": named(infotext, "Sampler")}
    how["seed"] = int(named(infotext, "Seed"))
    for key, name in (("cfg_scale", "CFG scale"), ("denoising_strength", "Denoising strength")):
        how[key] = float(named(infotext, name))
    if "Schedule type" in infotext:
        how["scheduler"] = named(infotext, "Schedule type")
    settle(web, picture, edit)
    (result,) = pictures(web.img2img(picture, edit, **how))
    return result


def test_what_was_selected_so_is_painted_alike_on_the_page_and_through_the_api(
    web: Web, person: Person, scene: Path
) -> None:
    person.open(scene)
    editor = Editor(person)
    editor.canvas.focus()
    editor.press("Shift+V")
    editor.person.ours().get_by_role("checkbox", name="Joined").uncheck()
    slide(editor, 20)
    click(editor, (90, 90))
    editor.canvas.focus()
    editor.press("Shift+L")
    click(editor, (20, 20), (350, 20), (350, 300), (20, 300))
    editor.press("Enter")
    editor.page.keyboard.down("Shift")
    click(editor, (10, 10), (780, 10), (780, 220), (10, 220), button="right")
    editor.page.keyboard.up("Shift")
    editor.press("Enter")
    editor.press("Shift+M").drag((420, 30), (600, 260))
    assert [mode for _, mode in kinds(editor)] == ["add", "add", "intersect"]
    person.shown()
    edit = person.state()["edit"]
    header, blend = web.preview(edit)
    before = web.saved()
    settle(web, scene.read_bytes(), edit)
    person.generate()
    assert not person.error()
    (file,) = web.saved() - before
    with Image.open(file) as image:
        infotext, painted = image.text["parameters"], image.convert("RGB")
    assert_stitched(painted, pixels(), blend)
    assert header["parts"][0]["crop"][2] >= 600 and header["box"][3] <= 240
    again = twin(web, scene.read_bytes(), infotext, {**edit, "image": "", "shown": ""})
    assert again.convert("RGB").tobytes() == painted.tobytes()


def test_bad_context_boxes_and_wands_are_refused_by_name(web: Web, scene: Path) -> None:
    image = web.upload(scene.read_bytes())
    lasso = {"kind": "lasso", "points": [[300, 100], [500, 100], [500, 300]]}

    def refused(**edit: Any) -> str:
        whole = {"image": image, "selection": [lasso], **edit}
        reply = web.post("/click-inpaint/preview", {"edit": whole, "width": 256, "height": 256})
        assert reply.status == 422
        return str(reply.json()["error"])

    assert "area.context [700, 10, 900, 90] lies outside the picture (800×500)" in refused(
        area={"context": [700, 10, 900, 90]}
    )
    assert "area.context must have x0 < x1 and y0 < y1" in refused(area={"context": [90, 10, 80, 90]})
    assert "area.context must be null or [x0, y0, x1, y1]" in refused(area={"context": "all"})
    assert "The wand at (800, 5) lies outside" in refused(selection=[{"kind": "wand", "x": 800, "y": 5}])
    assert "selection[0].tolerance" in refused(selection=[{"kind": "wand", "x": 8, "y": 5, "tolerance": -1}])
    reply = web.img2img(scene.read_bytes(), {"selection": [lasso], "area": {"context": [700, 10, 900, 90]}})
    assert reply.status != 200 and b"area.context" in reply.content
    file = io.BytesIO()
    Image.new("RGB", (900, 500)).save(file, "PNG")
    assert web.img2img(file.getvalue(), {"selection": [lasso], "area": {"context": [700, 10, 900, 90]}}).status == 200
