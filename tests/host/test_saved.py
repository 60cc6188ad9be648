"""What the host saves of a job beside the result, read from its folder."""

from bisect import bisect_right
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint import recorded
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
    newest = max(web.saves_in("init_images").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert (pixels(newest) == source).all() and newest.stem in infotexts(reply)[0]


def test_a_jpeg_holds_a_long_selection_beside_long_prompts_and_goes_without_a_longer_one(
    web: Web, large: bytes
) -> None:
    points = (300 + 500 * np.random.default_rng(1).random((4000, 2))).round(1)

    def stroke(count: int) -> dict[str, Any]:
        step = {"kind": "stroke", "points": points[:count].tolist(), "radius": 40}
        return {**edit_of(web.upload(large)), "selection": [step]}

    def length(count: int) -> int:
        return len(recorded.written(edits.parse(stroke(count))))

    counts = range(10, 4000, 10)
    longest = counts[bisect_right(counts, 15_900, key=length) - 1]
    assert 15_000 < length(longest) <= 15_900
    web.options(samples_format="jpg")
    for count, is_held in ((longest, True), (longest + 300, False)):
        before = set(web.outputs.rglob("*.jpg"))
        reply = web.img2img(
            large, stroke(count), save_images=True, prompt="a kite " * 600, negative_prompt="rain " * 600
        )
        (file,) = set(web.outputs.rglob("*.jpg")) - before
        with Image.open(file) as image:
            said = image.getexif().get_ifd(0x8769)[0x9286].removeprefix(b"UNICODE\0").decode("utf-16-be")
        assert ("Click Inpaint edit" in said) == is_held
        assert said == infotexts(reply)[0]


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
