"""Colour spaces told by numbers, against plain arithmetic."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from click_inpaint.errors import BadPicture
from click_inpaint.images import decode
from click_inpaint.spaces import by_code_points, by_gamma
from tests import pictures, profiles
from tests.arrays import F64
from tests.pictures import chrm, chunk, cicp, encoded, gama, with_chunks

PURE = np.array([[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)], np.uint8)
COLOURS = np.concatenate([PURE, np.random.default_rng(4).integers(0, 256, (56, 3), np.uint8)]).reshape(8, 8, 3)
REC_2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
SRGB_CHUNK = chunk(b"sRGB", b"\0")
P3_PROFILE = profiles.rgb_profile("Display P3", profiles.DISPLAY_P3, profiles.srgb_curve())


def in_srgb(primaries: Sequence[tuple[float, float]], light: F64) -> F64:
    """sRGB levels, not rounded, of linear light 0..1 of these primaries."""
    return profiles.srgb_levels(light @ profiles.to_pcs(primaries).T)


CICP = {
    (12, 13): ("Display P3", in_srgb(profiles.DISPLAY_P3, pictures.linear(COLOURS))),
    (9, 13): ("Rec. 2020", in_srgb(REC_2020, pictures.linear(COLOURS))),
    (1, 1): ("Rec. 709", in_srgb(profiles.SRGB, (COLOURS / 255) ** 2.4)),
    (12, 1): ("Display P3", in_srgb(profiles.DISPLAY_P3, (COLOURS / 255) ** 2.4)),
    (1, 4): ("Rec. 709", in_srgb(profiles.SRGB, (COLOURS / 255) ** 2.2)),
    (1, 8): ("Rec. 709", in_srgb(profiles.SRGB, COLOURS / 255)),
}


@pytest.mark.parametrize("points", CICP)
def test_code_points_are_converted(points: tuple[int, int]) -> None:
    name, expected = CICP[points]
    picture = decode(with_chunks(encoded(COLOURS, "PNG"), cicp(*points)))
    assert np.abs(picture.rgb - expected).max() <= 2
    assert [str(note) for note in picture.notes] == [f"Colours were converted from {name} to sRGB."]


@pytest.mark.parametrize("points", [(1, 13), (2, 2), (2, 13), (1, 2)])
def test_code_points_of_srgb_and_of_nothing_change_nothing(points: tuple[int, int]) -> None:
    picture = decode(with_chunks(encoded(COLOURS, "PNG"), cicp(*points)))
    assert (picture.rgb == COLOURS).all() and picture.notes == ()


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_refused_with_advice(transfer: int, name: str) -> None:
    with pytest.raises(BadPicture, match=rf"HDR picture \({name}\).*save it as an ordinary picture"):
        decode(with_chunks(encoded(COLOURS, "PNG"), cicp(9, transfer)))


@pytest.mark.parametrize("points", [(1, 13, 1, 1), (1, 13, 0, 0), (200, 13), (1, 200)])
def test_code_points_that_mean_nothing_here_are_passed_over_and_said(points: tuple[int, ...]) -> None:
    picture = decode(with_chunks(encoded(COLOURS, "PNG"), cicp(*points)))
    assert (picture.rgb == COLOURS).all()
    (note,) = picture.notes
    assert "could not be used" in str(note)


@pytest.mark.parametrize("gamma", [1, 1 / 1.8, 0.6, 1 / 2.6])
def test_a_gamma_is_converted(gamma: float) -> None:
    picture = decode(with_chunks(encoded(COLOURS, "PNG"), gama(gamma)))
    expected = in_srgb(profiles.SRGB, (COLOURS / 255) ** (1 / gamma))
    assert np.abs(picture.rgb - expected).max() <= 2
    (note,) = picture.notes
    assert str(note) == f"Colours were converted from gamma {1 / gamma:.3g} to sRGB."


def test_a_gamma_with_primaries_and_a_white_point() -> None:
    picture = decode(with_chunks(encoded(COLOURS, "PNG"), gama(1 / 2.2), chrm(profiles.ADOBE_RGB)))
    assert np.abs(picture.rgb - in_srgb(profiles.ADOBE_RGB, (COLOURS / 255) ** 2.2)).max() <= 2
    warm = decode(with_chunks(encoded(COLOURS, "PNG"), gama(1 / 2.2), chrm(profiles.SRGB, (0.3457, 0.3585))))
    assert warm.notes and (warm.rgb[0, 7] == 255).all(), "white stays white whatever its colour was there"


@pytest.mark.parametrize("extra", [(), (chrm(profiles.SRGB),)])
def test_what_programs_write_for_srgb_changes_nothing(extra: tuple[bytes, ...]) -> None:
    for gamma in (0.45455, 0.45454, 0.45, 1 / 2.2):
        picture = decode(with_chunks(encoded(COLOURS, "PNG"), gama(gamma), *extra))
        assert (picture.rgb == COLOURS).all() and picture.notes == ()
    alone = decode(with_chunks(encoded(COLOURS, "PNG"), chrm(profiles.DISPLAY_P3)))
    assert (alone.rgb == COLOURS).all() and alone.notes == (), "primaries without a curve say too little"


def test_the_first_of_cicp_iccp_srgb_and_gama_counts() -> None:
    profiled = encoded(COLOURS, "PNG", icc_profile=P3_PROFILE)
    linear = in_srgb(profiles.SRGB, COLOURS / 255)
    p3 = CICP[12, 13][1]
    for data, expected in (
        (with_chunks(profiled, cicp(1, 8)), linear),
        (with_chunks(profiled, SRGB_CHUNK, gama(1)), p3),
        (with_chunks(encoded(COLOURS, "PNG"), SRGB_CHUNK, gama(1)), COLOURS),
        (with_chunks(encoded(COLOURS, "PNG"), cicp(1, 13), gama(1)), COLOURS),
    ):
        assert np.abs(decode(data).rgb - expected).max() <= 2


def test_grey_palettes_and_alpha_are_converted_too() -> None:
    linear = in_srgb(profiles.SRGB, COLOURS / 255)
    grey = decode(with_chunks(encoded(COLOURS[..., 0], "PNG"), gama(1)))
    expected = in_srgb(profiles.SRGB, np.repeat(COLOURS[..., :1], 3, axis=2) / 255)
    assert np.abs(grey.rgb - expected).max() <= 2
    alpha = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
    layered = decode(with_chunks(encoded(np.dstack([COLOURS, alpha]), "PNG"), gama(1)))
    assert layered.alpha is not None and (layered.alpha == alpha).all()
    assert np.abs(layered.rgb - linear).max() <= 2
    indexed = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8), "P")
    indexed.putpalette(COLOURS.tobytes())
    assert np.abs(decode(with_chunks(encoded(indexed, "PNG"), cicp(1, 8))).rgb - linear).max() <= 2


@given(st.lists(st.integers(0, 2**32 - 1), min_size=8, max_size=8), st.integers(0, 2**32 - 1))
def test_no_gamma_and_no_primaries_keep_a_picture_out(points: list[int], gamma: int) -> None:
    head = chunk(b"gAMA", gamma.to_bytes(4, "big")) + chunk(b"cHRM", b"".join(p.to_bytes(4, "big") for p in points))
    assert decode(with_chunks(encoded(COLOURS, "PNG"), head)).rgb.shape == COLOURS.shape


@given(st.tuples(*[st.integers(0, 255)] * 4))
def test_code_points_are_a_space_or_srgb_or_refused(points: tuple[int, int, int, int]) -> None:
    try:
        space = by_code_points(*points)
    except (BadPicture, ValueError):
        return
    assert space is None or len(space.icc()) < 1000


@pytest.mark.parametrize("numbers", [(0.0, None), (-1.0, None), (0.5, (0.3, 0.3) * 4), (0.5, (0.3, 0.0) * 4)])
def test_numbers_that_are_no_space_are_refused(numbers: tuple[float, tuple[float, ...] | None]) -> None:
    with pytest.raises(ValueError, match="mean"):
        by_gamma(*numbers)
