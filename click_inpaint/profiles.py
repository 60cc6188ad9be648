"""Colour profiles: converts any Pillow image to sRGB, since samplers, browsers and the Web UI take all pixels for that.

The Web UI saves the results of a job without the profile of the source, so that pixels in another colour space would
change their look. So pictures are converted once, when they are opened. Where we say that a picture stays "byte for
byte as it was", we mean the converted one.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from click_inpaint import spaces
from click_inpaint.messages import Message
from click_inpaint.spaces import Space

_MODES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK", "LAB": "LAB"}
"""The modes that colour management can convert, by the colour space that a profile is for."""
_NOT_PRECALCULATED, _FINE_GRID = 0x0100, 0x0400  # flags of Little CMS


def to_srgb(image: Image.Image) -> tuple[Image.Image, Message | None]:
    """The image as sRGB without alpha, and a note for the person (None when there is nothing to say).

    The colour space is the one that the image's `info` names, see `_source`. One that is damaged, or that does not fit
    the pixels, is ignored, and the note says so. Raises BadPicture for HDR.
    """
    plain = _without_palette_and_alpha(image)
    if plain.mode == "LAB":  # this mode itself says what its values mean
        return _converted(plain, ImageCms.createProfile("LAB")), _converted_from("Lab")
    try:
        source = _source(image.info)
        if source is None:
            return plain.convert("RGB"), None
        profile, name = source
        mode = _MODES.get(profile.profile.xcolor_space.strip().upper())
        fitting = plain.convert("RGB") if (plain.mode, mode) == ("L", "RGB") else plain
        converted = _converted(fitting, profile)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        return plain.convert("RGB"), Message(
            "The colour profile could not be used ({reason}); colours are taken as sRGB.", reason=str(error)
        )
    return converted, _converted_from(name)


def _source(info: Mapping[str, Any]) -> tuple[Any, str] | None:
    """The profile that the colours are in, and its name; None for sRGB.

    The first of these that is there counts: code points, an ICC profile, a PNG's sRGB chunk, a PNG's gAMA with its cHRM
    (PNG, Third Edition, section 4.3). Raises ValueError or PyCMSError for what names no colour space, and BadPicture
    for HDR.
    """
    if "cicp" in info:
        return _opened(spaces.by_code_points(*info["cicp"]))
    if profile := info.get("icc_profile"):
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source).strip()
        return None if _is_srgb(source) else (source, name)
    if "srgb" in info or "gamma" not in info:
        return None
    return _opened(spaces.by_gamma(info["gamma"], info.get("chromaticity")))


def _is_srgb(profile: Any) -> bool:
    """Whether the profile means what sRGB does, whatever it is called. A conversion of sRGB to itself would still move
    some values by one.
    """
    if profile.profile.xcolor_space.strip().upper() != "RGB":
        return False
    levels = np.linspace(0, 255, 6).round().astype(np.uint8)
    greys = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(-1, 3)
    samples = np.concatenate([greys, np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)])[None]
    moved = np.asarray(_managed(Image.fromarray(samples), profile, 0)).astype(np.int16) - samples
    return int(np.abs(moved).max()) <= 1


def _opened(space: Space | None) -> tuple[Any, str] | None:
    return (ImageCms.getOpenProfile(io.BytesIO(space.icc())), space.name) if space else None


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
