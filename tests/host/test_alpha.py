"""Transparent pictures, by the API and in the files that the host saves."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import F64, U8
from tests.host.web import Reply, Web, pictures

SIDE = 256
HIDDEN = (slice(0, SIDE), slice(160, SIDE))
"""Transparent over black."""
FAR = (slice(16, 96), slice(208, 240))
"""Of it, what no mask comes near."""
EDIT = {
    "selection": [{"kind": "stroke", "points": [[120, 190]], "radius": 30}],
    "refine": {"grow": 0, "feather": 24},
    "area": {"padding": 16},
}
EDIT_UNMATCHED = {**EDIT, "blend": {"match": "off"}}


def layered(hidden: int = 0) -> bytes:
    """A PNG: opaque at the left, transparent over black, or another grey, at the right."""
    pixels = np.full((SIDE, SIDE, 4), (60, 140, 200, 255), np.uint8)
    pixels[HIDDEN] = hidden, hidden, hidden, 0
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def files(web: Web, format_: str) -> set[Path]:
    return set(web.outputs.rglob(f"*.{format_}"))


def by_own_inpaint(web: Web, **more: Any) -> Reply:
    """What the host itself makes of the picture, with a mask and without us."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[160:220, 90:150] = 255
    file = io.BytesIO()
    Image.fromarray(mask).save(file, "PNG")
    payload = {
        "init_images": [base64.b64encode(layered()).decode()],
        "mask": base64.b64encode(file.getvalue()).decode(),
        "steps": 4,
        "width": SIDE,
        "height": SIDE,
        "seed": 3,
        "sampler_name": "Euler a",
        "inpaint_full_res": False,
        "inpainting_fill": 1,
        **more,
    }
    return web.post("/sdapi/v1/img2img", payload)


@pytest.mark.parametrize("colour", ["#ffffff", "#20c040"])
@pytest.mark.parametrize("format_", ["jpg", "webp"])
def test_what_was_transparent_gets_the_background_that_the_hosts_own_inpaint_gives_it(
    web: Web, format_: str, colour: str
) -> None:
    web.options(samples_format=format_, img2img_background_color=colour)
    try:
        before = files(web, format_)
        (own,) = pictures(by_own_inpaint(web, save_images=True))
        (own_file,) = files(web, format_) - before
        before = files(web, format_)
        (ours,) = pictures(web.img2img(layered(), EDIT, save_images=True))
        (our_file,) = files(web, format_) - before
    finally:
        web.options(samples_format="png", img2img_background_color="#ffffff")
    with Image.open(own_file) as theirs, Image.open(our_file) as saved:
        seen = [np.asarray(image.convert("RGB"))[FAR].astype(int) for image in (own, ours, theirs, saved)]
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for pixels in seen:
        assert np.abs(pixels - wanted).max() <= 3, "what the format's own loss leaves of a flat colour"


def test_over_white_the_feather_is_no_darker_than_what_it_lies_between(web: Web) -> None:
    web.img2img(layered(), EDIT)  # a host's first job after another kind of job need not repeat
    result, on_white = (pictures(web.img2img(layered(hidden), EDIT_UNMATCHED))[0] for hidden in (0, 255))
    pixels = np.asarray(result)
    assert result.mode == "RGBA" and (pixels[FAR] == 0).all()
    _, blend = web.preview({**EDIT, "image": web.upload(layered())})
    was_clear = np.zeros((SIDE, SIDE), bool)
    was_clear[HIDDEN] = True
    ramp = was_clear & (blend > 0) & (blend < 255)
    assert ramp.sum() > 200
    # colours that nobody sees must not be mixed in: they make the dark fringe
    assert np.abs(over_white(pixels)[ramp] - over_white(np.asarray(on_white))[ramp]).max() <= 1
    if not web.real:  # the stand-in paints evenly, so that what was painted is known in the ramp too
        darkest = pixels[blend == 255][:, :3].min(axis=0)
        assert (over_white(pixels)[was_clear & (blend < 255)] >= darkest - 1).all()


def over_white(pixels: U8) -> F64:
    """HxWx4 uint8 as it looks over white: HxWx3 in 0..255."""
    cover = pixels[..., 3:] / 255
    seen: F64 = pixels[..., :3] * cover + 255 * (1 - cover)
    return seen
