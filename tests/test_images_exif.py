"""EXIF data as cameras and editors leave it behind: only the orientation is asked for, and the pixels count more."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from click_inpaint.images import decode, size_of

pytestmark = pytest.mark.filterwarnings("ignore:Truncated File Read", "ignore:Corrupt EXIF data")
RGB = np.random.default_rng(5).integers(0, 256, (12, 20, 3), np.uint8)
ASCII, SHORT, LONG, RATIONAL = 2, 3, 4, 5
TURNED = (0x0112, SHORT, 1, struct.pack("<HH", 6, 0))


def exif(*entries: tuple[int, int, int, bytes], first: tuple[int, int, int, bytes] = TURNED) -> bytes:
    """An EXIF block with `first` and entries of tag, type, count, and the four bytes of the value or of its offset."""
    rows = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in sorted((first, *entries)))
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(entries) + 1) + rows + bytes(4)


def png(block: bytes = b"", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(RGB).save(file, "PNG", **({"exif": block} if block else {}), **options)
    return file.getvalue()


ODD = {
    "width in words": (0x0100, ASCII, 4, b"abc\0"),
    "resolution in words": (0x011A, ASCII, 4, b"72i\0"),
    "maker as a fraction": (0x010F, RATIONAL, 1, struct.pack("<I", 8)),
    "pointer in words": (0x8769, ASCII, 4, b"abc\0"),
    "pointer beyond the end": (0x8769, LONG, 1, struct.pack("<I", 1 << 30)),
    "unknown type": (0x010F, 99, 1, bytes(4)),
    "value beyond the end": (0x8298, ASCII, 1 << 20, struct.pack("<I", 1 << 20)),
}


@pytest.mark.parametrize("entry", ODD.values(), ids=ODD)
def test_a_photograph_with_an_odd_tag_is_opened_and_turned(entry: tuple[int, int, int, bytes]) -> None:
    data = png(exif(entry))
    picture = decode(data)
    assert (picture.rgb == np.rot90(RGB, -1)).all() and picture.notes == ()
    assert size_of(data) == picture.size


@pytest.mark.parametrize("first", [(0x0112, ASCII, 4, b"six\0"), (0x0112, SHORT, 1, b"\x63\0\0\0")])
def test_an_orientation_that_is_none_turns_nothing(first: tuple[int, int, int, bytes]) -> None:
    picture = decode(png(exif(first=first)))
    assert (picture.rgb == RGB).all() and picture.notes == ()


def test_exif_data_that_cannot_be_read_is_said() -> None:
    written = PngImagePlugin.PngInfo()
    written.add_text("Raw profile type exif", "\nexif\n 4\nno hex")
    for data in (png(b"Exif\0\0no TIFF header"), png(pnginfo=written)):
        picture = decode(data)
        assert (picture.rgb == RGB).all()
        assert len(picture.notes) == 1 and "EXIF data could not be read" in str(picture.notes[0])


@given(st.lists(st.tuples(st.integers(14, 200), st.integers(0, 255)), min_size=1, max_size=3))
def test_no_damage_to_exif_data_keeps_a_picture_out(changes: list[tuple[int, int]]) -> None:
    block = bytearray(exif(*(entry for entry in ODD.values() if entry[1] != 99)))
    for place, value in changes:
        block[14 + (place - 14) % (len(block) - 14)] = value
    assert decode(png(bytes(block))).rgb.size == RGB.size
