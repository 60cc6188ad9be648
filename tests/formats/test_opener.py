"""What is opened, what is refused by its name, and what Pillow's own limit does not keep out."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint.errors import BadPicture
from click_inpaint.formats import opener
from click_inpaint.images import decode
from tests.pictures import encoded, scene

RGB = scene()[..., :3]


def ftyp(*brands: bytes) -> bytes:
    body = brands[0] + bytes(4) + b"".join(brands[1:])
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + bytes(400)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (ftyp(b"heic", b"mif1", b"heic"), "HEIC picture.*save it as JPEG"),
        (ftyp(b"mif1", b"heic"), "HEIC picture.*Most Compatible"),
        (ftyp(b"heix"), "HEIC"),
        (b"\xff\x0a" + bytes(100), "JPEG XL file cannot be opened here; save it as PNG"),
        (b"8BPS\0\1" + bytes(100), "Photoshop"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "SVG"),
        (b'<?xml version="1.0"?><html/>', "not a picture"),
        (b"", "not a picture; open a PNG"),
        (b"hello", "not a picture"),
        (ftyp(b"isom"), "not a picture"),
    ],
)
def test_what_cannot_be_opened_is_named(data: bytes, says: str) -> None:
    with pytest.raises(BadPicture, match=says):
        decode(data)


def test_avif_without_a_decoder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener, "readable", lambda: ("PNG", "JPEG", "GIF"))
    for brands in ((b"avif", b"mif1", b"miaf"), (b"mif1", b"avif")):
        with pytest.raises(BadPicture, match="AVIF picture, and Pillow cannot decode AVIF here"):
            decode(ftyp(*brands))
    with pytest.raises(BadPicture, match="open a PNG, JPEG or GIF file"):
        decode(b"hello")


def test_a_decoder_that_was_not_built_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    opener.readable.cache_clear()
    try:
        Image.init()
        monkeypatch.setitem(Image.OPEN, "AVIF", (None, lambda prefix: "AVIF support not installed"))
        assert "AVIF" not in opener.readable() and "PNG" in opener.readable()
    finally:
        opener.readable.cache_clear()


@pytest.mark.parametrize("lost", [3, 4, 10, 500])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_jpeg_without_its_last_bytes_is_refused_by_name(options: dict[str, Any], lost: int) -> None:
    """The host refuses it, too: its Pillow is not told to fill up what is missing."""
    data = encoded(RGB, "JPEG", **options)[:-lost]
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(data)).load()
    with pytest.raises(BadPicture, match=r"JPEG file is damaged or ends early.*get it again"):
        decode(data)


def test_the_limit_is_ours_and_not_pillows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(encoded(RGB, "PNG")))
    for format_ in ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"):
        assert decode(encoded(RGB, format_)).rgb.shape == RGB.shape
    with pytest.raises(BadPicture, match=r"more than 0\.01 megapixels.*Settings → Click Inpaint"):
        decode(encoded(RGB, "PNG"), max_megapixels=0.01)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_it_opens_what_pillow_opens(format_: str) -> None:
    data = encoded(RGB, format_)
    assert (np.asarray(opener.opened(data)) == np.asarray(Image.open(io.BytesIO(data)))).all()
