"""What the host saves of a job beside the result, read from its folder."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.arrays import U8
from tests.host.test_jobs import edit_of
from tests.host.web import Web, assert_stitched, infotexts, pictures


def pixels(path: Path) -> U8:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_the_init_image_is_the_picture(web: Web, large: bytes, source: U8) -> None:
    web.options(save_init_img=True)
    reply = web.img2img(large, edit_of())
    assert pictures(reply)
    newest = max((web.outputs / "init-images").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert (pixels(newest) == source).all() and newest.stem in infotexts(reply)[0]


def test_before_colour_correction_is_stitched(web: Web, large: bytes, source: U8) -> None:
    edit = edit_of(web.upload(large))
    _, blend = web.preview(edit)
    web.options(img2img_color_correction=True, save_images_before_color_correction=True)
    before = web.saved()
    (result,) = pictures(web.img2img(large, edit, save_images=True))
    uncorrected, corrected = sorted(web.saved() - before, key=lambda path: "before-color-correction" not in path.name)
    assert_stitched(pixels(uncorrected), source, blend)
    assert (pixels(corrected) == np.asarray(result.convert("RGB"))).all()
    assert (pixels(uncorrected) != pixels(corrected)).any()
