"""Jobs that extend the picture: from the Edit to the saved file."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint import recorded
from click_inpaint.errors import UserError
from tests.arrays import U8
from tests.jobs.conftest import EDIT
from tests.jobs.pressing import Press

Run = Callable[..., Any]
FEATHER_PX = 12
FRAME = {"left": 256, "top": 256, "right": 256, "bottom": 256}
EXTEND = {"frame": FRAME, "refine": {"feather": FEATHER_PX}}
OLD = np.s_[256:456, 256:516]
KEPT = np.s_[256 + FEATHER_PX : 456 - FEATHER_PX, 256 + FEATHER_PX : 516 - FEATHER_PX]
"""The picture of 260×200 in the extended one, and what of it lies beyond the overlap."""


@pytest.fixture
def handed_over(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The mask and the working size of each pass, as the host gets them from us in `p`."""
    from click_inpaint.host import passes

    found: list[Any] = []
    original = passes.hand_over

    def seen(p: Any, *more: Any) -> None:
        original(p, *more)
        found.append((p.image_mask, (p.width, p.height), p.init_images[0].size))

    monkeypatch.setattr(passes, "hand_over", seen)
    return found


def test_the_saved_file_has_the_new_size_and_the_old_pixels(host: SimpleNamespace, job: Run, pixels: U8) -> None:
    (result,) = job(EXTEND, save_images=True).images
    (path,) = sorted((host.data / "outputs").rglob("*.png"))
    saved = np.asarray(Image.open(io.BytesIO(path.read_bytes())).convert("RGB"))
    assert result.size == (772, 712) and (saved == np.asarray(result)).all()
    assert (saved[KEPT] == pixels[FEATHER_PX:-FEATHER_PX, FEATHER_PX:-FEATHER_PX, :3]).all()


def test_the_host_repaints_every_new_pixel(job: Run, handed_over: list[Any]) -> None:
    job({**EXTEND, "area": {"mode": "whole"}})
    ((image, size, init_size),) = handed_over
    mask = np.asarray(image.resize((772, 712), Image.Resampling.NEAREST))
    new = np.ones((712, 772), bool)
    new[OLD] = False
    assert (mask[new] == 255).all() and (mask[KEPT] == 0).mean() > 0.8
    assert size == image.size == init_size


def test_one_side_is_painted_with_the_picture_beside_it(job: Run, pixels: U8, handed_over: list[Any]) -> None:
    (result,) = job({"frame": {"right": 64}, "refine": {"feather": 0}}).images
    after = np.asarray(result)
    assert after.shape == (200, 324, 3) and (after[:, :260] == pixels[..., :3]).all()
    assert (np.asarray(handed_over[0][0]) > 0).mean() < 0.9, "the sampler sees what is beside it"


def test_a_selection_is_painted_in_the_same_job(job: Run, pixels: U8) -> None:
    after = np.asarray(job({**EDIT, "frame": {"left": 40}}).images[0])
    assert after.shape == (200, 300, 3)
    assert (after[:, 40 + 8 : 40 + 80] == pixels[:, 8:80, :3]).all()
    assert (after[80:120, 150:190] != pixels[80:120, 110:150, :3]).any(axis=-1).mean() > 0.9


def test_transparent_pictures_are_opaque_where_they_are_new(job: Run, pixels: U8) -> None:
    result = job({**EXTEND, "refine": {"feather": 0}}, picture=pixels).images[0]
    after = np.asarray(result)
    assert result.mode == "RGBA" and (after[OLD] == pixels).all()
    after = after.copy()
    after[OLD] = 255
    assert (after[..., 3] == 255).all()


def test_the_infotext_carries_the_frame(job: Run) -> None:
    (result,) = job(EXTEND).images
    text = result.info["parameters"]
    token = text.partition("Click Inpaint edit: ")[2].partition(",")[0]
    assert edits.to_json(recorded.read(token))["frame"] == FRAME


def test_loopback_extends_once(job: Run, pixels: U8) -> None:
    results = job({**EXTEND, "refine": {"feather": 0}}, script_name="Loopback", script_args=[2]).images
    assert [image.size for image in results] == [(772, 712)] * 2
    assert all((np.asarray(image)[OLD] == pixels[..., :3]).all() for image in results)


def test_too_large_an_extension_is_refused_before_anything_is_loaded(job: Run, loads: list[str]) -> None:
    most = "The largest extension of this shape that fits is 6906 px left, 0 px at the top, 6906 px right and 6906 px"
    with pytest.raises(UserError, match=most):
        job({"frame": {"left": 8192, "right": 8192, "bottom": 8192}})
    assert not loads


def test_the_page_goes_on_from_the_extended_result(press_plainly: Press, image: str, pixels: U8) -> None:
    from modules import scripts

    ours = next(script for script in scripts.scripts_img2img.scripts if script.title() == "Click Inpaint")
    shown = press_plainly({**EXTEND, "image": image})
    (picture,) = shown.pictures or []
    kept = ours.setup.__globals__["pipeline"].results.picture(picture.info["parameters"], image)
    assert (kept.rgb == np.asarray(picture)).all() and kept.rgb.shape == (712, 772, 3)
