"""Colours against plain arithmetic on profiles that the tests write themselves."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from click_inpaint.images import Picture, decode
from tests import profiles
from tests.arrays import F64
from tests.profiles import ADOBE_RGB, DISPLAY_P3

PURE = np.array([[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)], np.uint8)
MIXED = np.random.default_rng(4).integers(0, 256, (56, 3), np.uint8)
COLOURS = np.concatenate([PURE, MIXED]).reshape(8, 8, 3)


def encoded(image: Image.Image, format_: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def said(picture: Picture) -> list[str]:
    return [str(note) for note in picture.notes]


def srgb_linear(values: F64) -> F64:
    value = values / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


RGB_SPACES: dict[str, tuple[bytes, Callable[[F64], F64]]] = {
    "Display P3": (
        profiles.rgb_profile("Display P3", DISPLAY_P3, profiles.srgb_curve()),
        lambda values: srgb_linear(values) @ profiles.to_pcs(DISPLAY_P3).T,
    ),
    "Adobe RGB (1998)": (
        profiles.rgb_profile("Adobe RGB (1998)", ADOBE_RGB, profiles.gamma(563 / 256)),
        lambda values: (values / 255) ** (563 / 256) @ profiles.to_pcs(ADOBE_RGB).T,
    ),
}


@pytest.mark.parametrize("name", RGB_SPACES)
@pytest.mark.parametrize("format_", ["PNG", "TIFF", "WEBP"])
def test_colours_of_a_wide_space_come_out_as_they_look(name: str, format_: str) -> None:
    profile, to_xyz = RGB_SPACES[name]
    options = {"lossless": True} if format_ == "WEBP" else {}
    picture = decode(encoded(Image.fromarray(COLOURS), format_, icc_profile=profile, **options))
    expected = profiles.srgb_levels(to_xyz(COLOURS.astype(float)))
    assert np.abs(picture.rgb - expected).max() <= 2
    assert said(picture) == [f"Colours were converted from {name} to sRGB."]
    assert np.abs(picture.rgb.astype(int) - COLOURS).max() > 20  # it matters


def test_alpha_stays_and_colours_under_it_are_converted() -> None:
    profile, to_xyz = RGB_SPACES["Display P3"]
    alpha = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
    picture = decode(encoded(Image.fromarray(np.dstack([COLOURS, alpha])), icc_profile=profile))
    assert picture.alpha is not None and (picture.alpha == alpha).all()
    assert np.abs(picture.rgb - profiles.srgb_levels(to_xyz(COLOURS.astype(float)))).max() <= 2


def test_a_palettes_colours_are_converted_too() -> None:
    profile, to_xyz = RGB_SPACES["Adobe RGB (1998)"]
    image = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8), "P")
    image.putpalette(COLOURS.tobytes())
    picture = decode(encoded(image, icc_profile=profile, transparency=5))
    assert np.abs(picture.rgb - profiles.srgb_levels(to_xyz(COLOURS.astype(float)))).max() <= 2
    assert picture.alpha is not None and (picture.alpha.ravel() == np.where(np.arange(64) == 5, 0, 255)).all()


GREYS = np.arange(256, dtype=np.uint8).reshape(16, 16)


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_with_a_grey_profile(mode: str) -> None:
    image = Image.fromarray(GREYS)
    if mode == "LA":
        image = Image.merge("LA", [image, Image.fromarray(GREYS.T.copy())])
    picture = decode(encoded(image, icc_profile=profiles.grey_profile("Gamma 1.8", profiles.gamma(1.8))))
    xyz = ((GREYS / 255) ** 1.8)[..., None] * profiles.D50
    assert np.abs(picture.rgb - profiles.srgb_levels(xyz)).max() <= 2
    if mode == "L":
        assert picture.alpha is None
    else:
        assert picture.alpha is not None and (picture.alpha == GREYS.T).all()


def test_grey_with_an_rgb_profile() -> None:
    profile, to_xyz = RGB_SPACES["Adobe RGB (1998)"]
    picture = decode(encoded(Image.fromarray(GREYS), icc_profile=profile))
    expected = profiles.srgb_levels(to_xyz(np.repeat(GREYS[..., None], 3, axis=2).astype(float)))
    assert np.abs(picture.rgb - expected).max() <= 2


def press() -> tuple[bytes, F64]:
    """A profile of four inks, and the Lab of each overprint."""
    inks = np.indices((2, 2, 2, 2)).reshape(4, -1).T.astype(float)
    lightness = 100 - inks @ (35, 45, 6, 100)  # paper counts as white, black ink as black
    lab = np.stack([np.maximum(lightness, 0), inks @ (-30, 60, -5, 0), inks @ (-45, -5, 80, 0)], axis=-1)
    lab[inks[:, 3] == 1, 1:] = 0
    return profiles.cmyk_profile("Press", lab.reshape(2, 2, 2, 2, 3)), lab


@pytest.mark.parametrize("format_", ["JPEG", "TIFF"])
def test_inks_with_a_profile_come_out_as_they_print(format_: str) -> None:
    profile, lab = press()
    inks = (np.indices((2, 2, 2, 2)).reshape(4, -1).T * 255).astype(np.uint8)
    flat = np.repeat(np.repeat(inks.reshape(4, 4, 4), 16, axis=0), 16, axis=1)  # so that JPEG keeps them
    options = {"quality": 100, "subsampling": 0} if format_ == "JPEG" else {}
    data = encoded(Image.fromarray(flat, "CMYK"), format_, icc_profile=profile, **options)
    picture = decode(data)
    expected = profiles.srgb_levels(profiles.xyz_of_lab(lab)).reshape(4, 4, 3)
    assert np.abs(picture.rgb[8::16, 8::16] - expected).max() <= 3
    assert said(picture) == ["Colours were converted from Press to sRGB."]


def test_inverted_inks_of_adobes_jpegs_are_turned_back() -> None:
    inks = np.zeros((32, 32, 4), np.uint8)
    inks[:, 16:] = (0, 255, 255, 0)  # red
    data = encoded(Image.fromarray(inks, "CMYK"), "JPEG", quality=100)
    assert b"Adobe" in data  # Pillow writes them as Photoshop does
    picture = decode(data)
    assert (picture.rgb[:, :12] >= 253).all() and np.abs(picture.rgb[:, 20:].astype(int) - (255, 0, 0)).max() <= 3


def test_lab_pixels_need_no_profile() -> None:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    colours = COLOURS // 2 + 64  # Lab in 8 bits is coarse where colours are strong
    picture = decode(encoded(ImageCms.applyTransform(Image.fromarray(colours), to_lab), "TIFF"))
    assert np.abs(picture.rgb.astype(int) - colours).max() <= 6
    assert said(picture) == ["Colours were converted from Lab to sRGB."]


def test_profiles_that_do_not_fit_are_passed_over_and_said() -> None:
    grey = profiles.grey_profile("Gamma 1.8", profiles.gamma(1.8))
    inks, _ = press()
    for profile in (grey, inks, RGB_SPACES["Display P3"][0][:200], b"\0" * 128, b"x"):
        picture = decode(encoded(Image.fromarray(COLOURS), icc_profile=profile))
        assert (picture.rgb == COLOURS).all()
        assert len(picture.notes) == 1 and "could not be used" in str(picture.notes[0])


def test_srgb_by_another_name_changes_nothing() -> None:
    profile = profiles.rgb_profile("Monitor", profiles.SRGB, profiles.srgb_curve())
    picture = decode(encoded(Image.fromarray(COLOURS), icc_profile=profile))
    assert (picture.rgb == COLOURS).all() and picture.notes == ()


def test_another_space_by_the_name_of_srgb_is_converted() -> None:
    profile = profiles.rgb_profile("sRGB of sorts", DISPLAY_P3, profiles.srgb_curve())
    picture = decode(encoded(Image.fromarray(COLOURS), icc_profile=profile))
    expected = profiles.srgb_levels(RGB_SPACES["Display P3"][1](COLOURS.astype(float)))
    assert np.abs(picture.rgb - expected).max() <= 2 and len(picture.notes) == 1
