"""What an API caller sends beside an Edit: a mask, several pictures, another picture. It is used, or refused."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint import mask
from click_inpaint.errors import UserError
from click_inpaint.geometry import Box, Size
from tests.arrays import U8
from tests.jobs.conftest import EDIT
from tests.jobs.test_job import files
from tests.squares import encoded

Run = Callable[..., Any]
WHERE = Box(100, 80, 150, 120)


def drawn(mode: str) -> Image.Image:
    """A mask of WHERE, in one of the ways in which callers send it."""
    light = mask.rectangle(Size(260, 200), WHERE).full()
    if mode == "RGBA":
        return Image.fromarray(np.dstack([np.zeros((200, 260, 3), np.uint8), light]))  # black strokes on nothing
    return Image.fromarray(light).convert(mode)


def changed(result: Image.Image, before: U8) -> U8:
    return np.asarray((np.asarray(result) != before).any(axis=-1))


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "RGBA"])
def test_a_mask_is_the_selection_of_an_edit_without_one(job: Run, pixels: U8, mode: str) -> None:
    picture = pixels[..., :3]
    exact = {"refine": {"grow": 0, "feather": 0}}
    result = job(edit=exact, picture=picture, mask=drawn(mode)).images[0]
    painted = changed(result, picture)
    inside = mask.rectangle(Size(260, 200), WHERE).full() > 0
    assert not painted[~inside].any() and painted[inside].mean() > 0.9


def test_an_empty_edit_beside_a_mask_is_an_edit(job: Run, pixels: U8) -> None:
    picture = pixels[..., :3]
    result = job(edit={}, picture=picture, mask=drawn("L")).images[0]
    defaults = mask.grown_and_feathered(mask.rectangle(Size(260, 200), WHERE), 8, 8)[1].full()
    painted = changed(result, picture)
    assert not painted[defaults == 0].any() and painted[defaults == 255].mean() > 0.9


def test_inpaint_not_masked_selects_the_rest(job: Run, pixels: U8) -> None:
    picture = pixels[..., :3]
    exact = {"refine": {"grow": 0, "feather": 0}}
    result = job(edit=exact, picture=picture, mask=drawn("L"), inpainting_mask_invert=1).images[0]
    kept = mask.rectangle(Size(260, 200), WHERE).full() > 0
    painted = changed(result, picture)
    assert not painted[kept].any() and painted[~kept].mean() > 0.9


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mask": drawn("L")}, "a mask beside the Edit, which has a selection"),
        ({"mask": drawn("L").resize((30, 20)), "edit": {}}, "The mask is 30×20, the picture 260×200"),
        ({"mask": Image.new("L", (260, 200)), "edit": {}}, "The selection is empty"),
        ({"init_images": [Image.new("RGB", (260, 200))] * 2}, "one picture, and init_images holds 2"),
        ({"edit": {}}, "Click the object first"),
    ],
)
def test_what_cannot_be_used_is_refused(host: SimpleNamespace, job: Run, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError, match=says):
        job(**changes, save_images=True)
    assert not files(host)


def test_a_picture_of_another_size_than_the_edits_own_is_refused(job: Run, pixels: U8) -> None:
    from modules import scripts

    ours = next(script for script in scripts.scripts_img2img.scripts if script.title() == "Click Inpaint")
    image = ours.setup.__globals__["store"].add(encoded(pixels[..., :3]))
    named = {**EDIT, "image": image}
    assert job(edit=named, init_images=[]).images[0].size == (260, 200)
    with pytest.raises(UserError, match="The Edit names a picture of 260×200, and init_images holds one of 64×64"):
        job(edit=named, init_images=[Image.new("RGB", (64, 64))])
