"""AVIF, where Pillow can decode it: its orientation and its colours, which are told by boxes."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint.errors import BadPicture
from click_inpaint.formats import avif
from click_inpaint.images import decode
from tests import pictures, profiles
from tests.pictures import encoded, scene, turned

pytest.importorskip("pillow_avif")

RGB = scene()[..., :3]
EXACT = {"quality": 100, "subsampling": "4:4:4"}


def plain(**options: object) -> bytes:
    return encoded(RGB, "AVIF", **{**EXACT, **options})


def with_nclx(data: bytes, primaries: int, transfer: int) -> bytes:
    at = data.index(b"nclx") + 4
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def test_it_is_opened_with_its_alpha() -> None:
    picture = decode(plain())
    assert np.abs(picture.rgb.astype(int) - RGB).max() <= 4 and picture.alpha is None and picture.notes == ()
    layered = pictures.layered()
    picture = decode(encoded(layered, "AVIF", **EXACT))
    assert picture.alpha is not None and np.abs(picture.alpha.astype(int) - layered[..., 3]).max() <= 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_its_boxes_turn_it_and_exif_does_not(orientation: int) -> None:
    data = turned("AVIF", orientation, **EXACT)  # the encoder writes both
    assert np.abs(decode(data).rgb.astype(int) - RGB).max() <= 4
    assert avif.tags(data).orientation == orientation
    entry = struct.pack("<HHIH", 0x0112, 3, 1, orientation), struct.pack(">HHIH", 0x0112, 3, 1, orientation)
    assert sum(map(data.count, entry)) == 1
    other = data.replace(entry[0], entry[0][:-2] + b"\7\0").replace(entry[1], entry[1][:-2] + b"\0\7")
    assert np.abs(decode(other).rgb.astype(int) - RGB).max() <= 4


def test_its_code_points_count() -> None:
    """A picture of Display P3 comes out as the same picture in sRGB."""
    there = pictures.in_space(RGB, profiles.DISPLAY_P3, pictures.srgb_encoded)
    picture = decode(with_nclx(encoded(there, "AVIF", **EXACT), 12, 13))
    assert np.abs(picture.rgb.astype(int) - RGB).max() <= 6
    assert [str(note) for note in picture.notes] == ["Colours were converted from Display P3 to sRGB."]


def test_a_profile_counts_more_than_code_points() -> None:
    there = pictures.in_space(RGB, profiles.DISPLAY_P3, pictures.srgb_encoded)
    profile = profiles.rgb_profile("Display P3", profiles.DISPLAY_P3, profiles.srgb_curve())
    data = encoded(there, "AVIF", icc_profile=profile, **EXACT)
    assert np.abs(decode(data).rgb.astype(int) - RGB).max() <= 6


@pytest.mark.parametrize("transfer", [1, 2, 6, 13])
def test_the_curves_that_encoders_write_by_habit_are_srgb(transfer: int) -> None:
    assert (decode(with_nclx(plain(), 1, transfer)).rgb == decode(plain()).rgb).all()


@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_is_refused(transfer: int) -> None:
    with pytest.raises(BadPicture, match="HDR picture"):
        decode(with_nclx(plain(), 9, transfer))


def test_one_that_ends_early_is_refused_by_name() -> None:
    for size in (60, 300, len(plain()) // 2):
        with pytest.raises(BadPicture, match="AVIF file is damaged or ends early"):
            decode(plain()[:size])


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=6))
def test_no_damage_to_the_boxes_is_more_than_a_refusal(changes: list[tuple[int, int]]) -> None:
    data = bytearray(turned("AVIF", 6))
    for place, value in changes:
        data[place] = value
    assert 1 <= avif.tags(bytes(data)).orientation <= 8
    try:
        decode(bytes(data))
    except BadPicture:
        return
