"""Colour profiles: converts any Pillow image to sRGB, since samplers, browsers and the Web UI take all pixels for that.

The Web UI saves the results of a job without the profile of the source, so that pixels in another colour space would
change their look. So pictures are converted once, when they are opened. Where we say that a picture stays "byte for
byte as it was", we mean the converted one.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from click_inpaint.messages import Message

_MODES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK", "LAB": "LAB"}
"""The modes that colour management can convert, by the colour space that a profile is for."""
_NOT_PRECALCULATED, _FINE_GRID = 0x0100, 0x0400  # flags of Little CMS


def to_srgb(image: Image.Image) -> tuple[Image.Image, Message | None]:
    """The image as sRGB without alpha, and a note for the person (None when there is nothing to say).

    A profile that is damaged, or that does not fit the pixels, is ignored, and the note says so.
    """
    plain = _without_palette_and_alpha(image)
    profile = image.info.get("icc_profile")
    if plain.mode == "LAB":  # this mode itself says what its values mean
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
    if image.mode == "L":  # as exact as can be, for 256 levels; for each pixel of a picture that would be slow
        ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
        return Image.fromarray(np.asarray(_managed(ramp, source, _NOT_PRECALCULATED))[0][np.asarray(image)])
    return _managed(image, source, 0 if image.mode == "RGB" else _FINE_GRID)


def _managed(image: Image.Image, source: object, flags: int) -> Image.Image:
    return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB", flags=flags)


def _without_palette_and_alpha(image: Image.Image) -> Image.Image:
    """The image in one of the modes that colour management can convert."""
    if image.mode in _MODES.values():
        return image
    if image.mode in ("1", "LA"):
        return image.convert("L")
    return image.convert("RGBA").convert("RGB")
