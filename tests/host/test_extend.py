"""The picture extended on its sides, through the host's own API."""

from typing import Any

import numpy as np
from PIL import Image

from tests.arrays import U8
from tests.host.web import Web, pictures

SIDE_PX, FEATHER_PX = 256, 16


def test_a_job_extends_the_picture_and_leaves_it_what_it_was(web: Web, large: bytes, source: U8) -> None:
    frame = dict.fromkeys(("left", "top", "right", "bottom"), SIDE_PX)
    edit: dict[str, Any] = {"frame": frame, "refine": {"feather": FEATHER_PX}}
    before = web.saved()
    web.options(return_mask=True)
    result, mask = pictures(web.img2img(large, edit, save_images=True))
    (file,) = web.saved() - before
    with Image.open(file) as image:
        saved = np.asarray(image.convert("RGB"))
    height, width, _ = source.shape
    assert result.size == mask.size == (width + 2 * SIDE_PX, height + 2 * SIDE_PX)
    assert (saved == np.asarray(result.convert("RGB"))).all()
    inner, within = SIDE_PX + FEATHER_PX, np.s_[FEATHER_PX:-FEATHER_PX, FEATHER_PX:-FEATHER_PX]
    assert (saved[inner:-inner, inner:-inner] == source[within]).all()
    levels = np.array(mask.convert("L"))
    assert (levels[inner:-inner, inner:-inner] == 0).all()
    levels[SIDE_PX:-SIDE_PX, SIDE_PX:-SIDE_PX] = 255
    assert (levels == 255).all(), "every new pixel is painted"
