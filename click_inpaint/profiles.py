"""Colour profiles: any Pillow image in sRGB, which is what samplers, browsers and the Web UI take its pixels for.

The Web UI saves what a job gives it without a profile of the source, so pixels that stayed in a source's own space
would change their looks. They are converted once, when a picture is opened, and "byte for byte as it was" is said of
the converted picture.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from click_inpaint.messages import Message

_MODES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK", "LAB": "LAB"}
"""Modes that colour management takes, by the space that a profile is for."""
_NOT_PRECALCULATED, _FINE_GRID = 0x0100, 0x0400  # of Little CMS


def to_srgb(image: Image.Image) -> tuple[Image.Image, Message | None]:
    """RGB in sRGB without alpha, and what to tell the person about it (None when there is nothing to tell).

    A profile that is damaged, or does not fit the pixels, is passed over, and the note says so.
    """
    plain = _without_palette_and_alpha(image)
    profile = image.info.get("icc_profile")
    if plain.mode == "LAB":  # says itself what its values mean
        return _converted(plain, ImageCms.createProfile("LAB")), _converted_from("Lab")
    if not profile:
        return plain.convert("RGB"), None
    try:
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source).strip()
        if name.startswith("sRGB"):  # a conversion to itself would still move some values by one
            return plain.convert("RGB"), None
        mode = _MODES.get(source.profile.xcolor_space.strip().upper())
        fitting = plain.convert("RGB") if (plain.mode, mode) == ("L", "RGB") else plain
        converted = _converted(fitting, source)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        return plain.convert("RGB"), Message(
            "The colour profile could not be used ({reason}); colours are taken as sRGB.", reason=str(error)
        )
    return converted, _converted_from(name)


def _converted_from(name: str) -> Message:
    return Message("Colours were converted from {profile} to sRGB.", profile=name)


def _converted(image: Image.Image, source: object) -> Image.Image:
    if image.mode == "L":  # as exact as can be for 256 levels; for a whole picture that would be slow
        ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
        return Image.fromarray(np.asarray(_managed(ramp, source, _NOT_PRECALCULATED))[0][np.asarray(image)])
    return _managed(image, source, 0 if image.mode == "RGB" else _FINE_GRID)


def _managed(image: Image.Image, source: object, flags: int) -> Image.Image:
    return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB", flags=flags)


def _without_palette_and_alpha(image: Image.Image) -> Image.Image:
    """The image in one of the modes that colour management takes."""
    if image.mode in _MODES.values():
        return image
    if image.mode in ("1", "LA"):
        return image.convert("L")
    return image.convert("RGBA").convert("RGB")
