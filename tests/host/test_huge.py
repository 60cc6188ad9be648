"""67 megapixels through the host's own API: exact outside the blend, and printed beside a real host's own times."""

import base64
import io
import time
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.web import Reply, Web, pictures

pytestmark = pytest.mark.full

SIDE_PX = 8192
OBJECT = {"kind": "stroke", "points": [[SIDE_PX // 2, SIDE_PX // 2]], "radius": 300}
SETTINGS = {"steps": 1, "width": 512, "height": 512, "save_images": False, "denoising_strength": 0.75}
ROUNDS = 3


@pytest.fixture(scope="module")
def huge(photograph: Any) -> U8:
    pixels = cv2.cvtColor(cv2.imread(str(photograph)), cv2.COLOR_BGR2RGB)
    return np.asarray(cv2.resize(pixels, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC), np.uint8)


def png(pixels: U8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def only_masked(web: Web, picture: bytes, mask: bytes) -> Reply:
    """The host's own way."""
    return web.img2img(
        picture,
        "",
        mask=base64.b64encode(mask).decode(),
        mask_blur=16,
        inpainting_fill=1,
        inpaint_full_res=True,
        **SETTINGS,
    )


def test_only_the_blend_changes(web: Web, huge: U8, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    picture = png(huge)
    edit = {
        "image": web.upload(picture),
        "selection": [OBJECT],
        "refine": {"grow": 0, "feather": 16},
        "checkpoint": "current",
    }
    _, blend = web.preview(edit, 512, 512)
    mask = png(np.where(blend == 255, np.uint8(255), np.uint8(0)))
    took: dict[str, list[float]] = {"ours": [], "only masked": []}
    for _ in range(ROUNDS):
        start = time.perf_counter()
        reply = web.img2img(picture, edit, **SETTINGS)
        took["ours"].append(time.perf_counter() - start)
        (result,) = pictures(reply)
        pixels = np.asarray(result.convert("RGB"))
        assert (pixels[blend == 0] == huge[blend == 0]).all()
        assert (pixels[blend > 0] != huge[blend > 0]).any(axis=-1).mean() > 0.8
        if not web.real:
            continue  # the workbench has no "only masked" of its own
        start = time.perf_counter()
        assert only_masked(web, picture, mask).status == 200
        took["only masked"].append(time.perf_counter() - start)
    with capsys.disabled():
        for name, seconds in took.items() if web.real else ():
            print(f"\n{name}, whole requests at {SIDE_PX}²: " + " ".join(f"{s:.1f}" for s in seconds) + " s", end="")
