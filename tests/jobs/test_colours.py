"""Pictures that an API caller sends as files: their colours are converted as those of an upload are."""

import base64
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint.images import decode
from tests.arrays import U8
from tests.pictures import chrm, encoded, gama, with_chunks
from tests.profiles import ADOBE_RGB

Run = Callable[..., Any]


@pytest.mark.parametrize("chunks", [(gama(1 / 1.8),), (gama(1 / 2.2), chrm(ADOBE_RGB))])
def test_what_a_png_says_of_its_colours_counts(
    host: SimpleNamespace, job: Run, pixels: U8, chunks: tuple[bytes, ...]
) -> None:
    data = with_chunks(encoded(pixels[..., :3], "PNG"), *chunks)
    result = job(init_images=[base64.b64encode(data).decode()]).images[0]
    expected = decode(data).rgb
    assert np.abs(expected.astype(int) - pixels[..., :3]).max() > 8
    assert (np.asarray(result)[:50] == expected[:50]).all(), "above the blend"


def test_what_a_camera_wrote_is_not_in_the_result(host: SimpleNamespace, job: Run, pixels: U8) -> None:
    """The host writes nothing but its infotext, also where its own tabs paint; docs/KNOWN.md says so."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    data = encoded(pixels[..., :3], "PNG", exif=exif.tobytes())
    assert b"A camera" in data
    job(init_images=[base64.b64encode(data).decode()], save_images=True)
    (file,) = (host.data / "outputs").rglob("*.png")
    assert b"A camera" not in file.read_bytes()
