"""What is put under the mask: for the same mask and seed, the host's own Inpaint paints the same from it."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.browser import Person
from tests.host.editor import Editor
from tests.host.web import Reply, Web, pictures

SIDE = 256
HOLE = (slice(96, 176), slice(64, 152))
"""In whole latent cells, so that both sides repaint the same pixels."""
CHECKPOINT = "sd_model_checkpoint"
HOST_FILLS = {"original": 1, "noise": 2, "nothing": 3}


@pytest.fixture(scope="module")
def picture() -> bytes:
    y, x = np.mgrid[:SIDE, :SIDE]
    pixels = np.stack([x, y, 255 - (x + y) // 2], axis=-1).astype(np.uint8)
    pixels[112:160, 80:136] = (210, 30, 60)
    return png(pixels)


def png(pixels: U8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def edit_of(web: Web, **more: Any) -> dict[str, Any]:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[HOLE] = 255
    step = {"kind": "mask", "image": web.upload(png(mask))}
    plain = {"refine": {"grow": 0, "feather": 0}, "area": {"mode": "whole"}, "blend": {"match": "off"}}
    return {"selection": [step], **plain, **more}


def by_own_inpaint(web: Web, picture: bytes, fill: int, checkpoint: str) -> Reply:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[HOLE] = 255
    payload = {
        "mask": base64.b64encode(png(mask)).decode(),
        "mask_blur": 0,
        "inpaint_full_res": False,
        "inpainting_fill": fill,
        "override_settings": {CHECKPOINT: checkpoint},
        "alwayson_scripts": {},
    }
    return web.img2img(picture, {}, **payload)


@pytest.mark.parametrize("fill", HOST_FILLS)
def test_it_paints_what_the_hosts_own_inpaint_paints(web: Web, picture: bytes, fill: str) -> None:
    edit = edit_of(web, fill=fill)

    def ours() -> Image.Image:
        web.img2img(picture, edit, seed=99)  # the encoder draws from random numbers that the job before has left
        return pictures(web.img2img(picture, edit))[0]

    status = web.ask("GET", "/click-inpaint/status").json()
    web.img2img(picture, edit, seed=99)
    (own,) = pictures(by_own_inpaint(web, picture, HOST_FILLS[fill], status["auto"]["checkpoint"]))
    assert np.array_equal(np.asarray(ours().convert("RGB")), np.asarray(own.convert("RGB")))


def test_the_fills_start_from_different_pixels(web: Web, picture: bytes) -> None:
    """An inpainting checkpoint hardly looks at what is under the mask; an ordinary one does."""
    fills = ["original", "neutral", "border", "telea", "patches", "colour", "noise", "nothing"]
    assert web.ask("GET", "/click-inpaint/status").json()["fills"] == fills
    results = []
    for fill in fills:
        edit = edit_of(web, fill=fill, fill_colour="#20c040", checkpoint="current")
        web.img2img(picture, edit, seed=99, denoising_strength=0.3)
        (result,) = pictures(web.img2img(picture, edit, denoising_strength=0.3))
        results.append(np.asarray(result.convert("RGB"))[HOLE].tobytes())
    assert len(set(results)) == len(fills)


def test_one_colour_is_picked_on_the_page_and_undone(web: Web, person: Person, picture: bytes, tmp_path: Any) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(picture)
    person.inner_tab("Click Inpaint").open(path)
    colour, fill = person.unfold().ours().get_by_label("Fill colour"), person.ours().get_by_label("Fill", exact=True)
    assert not colour.is_visible()
    fill.select_option("colour")
    person.wait(colour.is_visible)
    assert colour.input_value() == "#7f7f7f"
    colour.fill("#20c040")
    assert person.state()["edit"]["fill_colour"] == "#20c040"
    editor = Editor(person)
    editor.canvas.focus()
    editor.press("Control+z")
    assert colour.input_value() == "#7f7f7f" and fill.input_value() == "colour"
    editor.press("Control+z")
    assert not colour.is_visible()
    editor.press("Control+Shift+z", "Control+Shift+z", "b")
    editor.drag((100, 120), (116, 140))
    person.generate()
    assert not person.error()
