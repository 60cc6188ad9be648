"""Every kind of file that is opened, each with the colours that it should come out with; and kinds that are refused."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageCms

from tests import profiles
from tests.arrays import U8
from tests.pictures import (
    HEIGHT,
    ORIENTATION,
    TO_STORED,
    WIDTH,
    chrm,
    chunk,
    cicp,
    disc,
    encoded,
    gama,
    in_space,
    layered,
    linear,
    opaque,
    scene,
    srgb_encoded,
    turned,
    with_chunks,
)


@dataclass(frozen=True)
class Kind:
    """A file, and the pixels that it should come out with (HxWx4 uint8). `loss` is the mean difference that its coding
    makes, in levels; 0 means none at all. `in_browser`: a browser's own decoding of it is trusted.
    """

    data: bytes = field(repr=False)
    truth: U8 = field(repr=False)
    loss: float = 0
    in_browser: bool = False


def quantized() -> Image.Image:
    """The scene in 64 colours."""
    return Image.fromarray(scene()[..., :3]).quantize(64)


def by_pillow(data: bytes) -> U8:
    """HxWx4 as Pillow has it, for kinds whose colours are rounded when they are made."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


def frames() -> list[Image.Image]:
    """An animation that begins with the scene."""
    return [Image.fromarray(np.roll(scene()[..., :3], 60 * at, axis=1)) for at in range(3)]


def animated(format_: str, **options: Any) -> bytes:
    first, *rest = frames()
    return encoded(first, format_, save_all=True, append_images=rest, duration=100, **options)


P3 = profiles.rgb_profile("Display P3", profiles.DISPLAY_P3, profiles.srgb_curve())
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
CONVERTED = 0.6
"""Mean levels that 8 bits of another space miss."""


def png_kinds() -> dict[str, Kind]:
    rgba, layers = scene(), layered()
    rgb, grey, alpha = rgba[..., :3], rgba[..., 0], layered()[..., 3]
    dim = opaque(grey)
    p3 = in_space(rgb, profiles.DISPLAY_P3, srgb_encoded)
    indexed, plain = quantized(), encoded(rgb, "PNG")
    holed = encoded(indexed, "PNG", transparency=int(np.asarray(indexed)[0, 0]))
    keyed = rgba.copy()
    keyed[(rgb == rgb[0, 0]).all(axis=-1), 3] = 0
    two = Image.fromarray(disc()).convert("1")
    grey_layers = Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)])
    video = np.rint(255 * linear(rgb) ** (1 / 2.4)).astype(np.uint8)
    mac = np.rint(255 * linear(rgb) ** (1 / 1.8)).astype(np.uint8)
    deep = rgb[..., ::-1].astype(np.uint16) * 257
    still = with_chunks(plain, chunk(b"sRGB", b"\0"), gama(1 / 2.2), chrm(profiles.SRGB))
    return {
        "PNG": Kind(plain, rgba, in_browser=True),
        "PNG, sRGB in three ways": Kind(still, rgba, in_browser=True),
        "PNG, alpha": Kind(encoded(layers, "PNG"), layers, in_browser=True),
        "PNG, grey": Kind(encoded(grey, "PNG"), dim, in_browser=True),
        "PNG, grey and alpha": Kind(encoded(grey_layers, "PNG"), np.dstack([dim[..., :3], alpha]), in_browser=True),
        "PNG, palette": Kind(encoded(indexed, "PNG"), opaque(np.asarray(indexed.convert("RGB")))),
        "PNG, palette with a hole": Kind(holed, by_pillow(holed)),
        "PNG, one transparent colour": Kind(
            encoded(rgb, "PNG", transparency=tuple(map(int, rgb[0, 0]))), keyed, in_browser=True
        ),
        "PNG, 1 bit": Kind(encoded(two, "PNG"), opaque(np.uint8(255) * disc()), in_browser=True),
        "PNG, 16 bits": Kind(cv2.imencode(".png", deep)[1].tobytes(), rgba),
        "PNG, 16 bits of grey": Kind(cv2.imencode(".png", grey.astype(np.uint16) * 257)[1].tobytes(), dim),
        "PNG, gAMA 1/1.8": Kind(with_chunks(encoded(mac, "PNG"), gama(1 / 1.8)), rgba, CONVERTED),
        "PNG, gAMA 1/2.2 and cHRM of sRGB": Kind(with_chunks(plain, gama(1 / 2.2), chrm(profiles.SRGB)), rgba),
        "PNG, cICP Display P3": Kind(with_chunks(encoded(p3, "PNG"), cicp(12, 13)), rgba, CONVERTED),
        "PNG, cICP BT.709": Kind(with_chunks(encoded(video, "PNG"), cicp(1, 1)), rgba, CONVERTED),
        "PNG, cICP sRGB": Kind(with_chunks(plain, cicp(1, 13)), rgba),
        "PNG, profile Display P3": Kind(encoded(p3, "PNG", icc_profile=P3), rgba, CONVERTED),
        "PNG, EXIF orientation 6": Kind(turned("PNG", 6), rgba),
        "PNG, animation": Kind(animated("PNG"), rgba),
        "PNG, animation with a default image": Kind(animated("PNG", default_image=True), rgba),
    }


def jpeg_kinds() -> dict[str, Kind]:
    rgba = scene()
    rgb, grey = rgba[..., :3], rgba[..., 0]
    p3 = in_space(rgb, profiles.DISPLAY_P3, srgb_encoded)
    inks = Image.fromarray(rgb).convert("CMYK")
    made = {
        "4:2:0": Kind(encoded(rgb, "JPEG", quality=90), rgba, 2, in_browser=True),
        "4:4:4": Kind(encoded(rgb, "JPEG", quality=95, subsampling=0), rgba, 1, in_browser=True),
        "progressive": Kind(encoded(rgb, "JPEG", quality=90, progressive=True), rgba, 2, in_browser=True),
        "grey": Kind(encoded(grey, "JPEG", quality=95), opaque(grey), 1, in_browser=True),
        "profile Display P3": Kind(encoded(p3, "JPEG", quality=95, icc_profile=P3), rgba, 2, in_browser=True),
        "profile sRGB": Kind(encoded(rgb, "JPEG", quality=95, icc_profile=SRGB), rgba, 2, in_browser=True),
        "four inks": Kind(encoded(inks, "JPEG", quality=95), rgba, 2),
    }
    for orientation in range(2, 9):
        data = turned("JPEG", orientation, quality=95)
        made[f"EXIF orientation {orientation}"] = Kind(data, rgba, 2, in_browser=True)
    return {f"JPEG, {name}": kind for name, kind in made.items()}


def webp_kinds() -> dict[str, Kind]:
    rgba, layers = scene(), layered()
    rgb = rgba[..., :3]
    p3 = in_space(rgb, profiles.DISPLAY_P3, srgb_encoded)
    exact = {"lossless": True, "exact": True}
    made = {
        "lossy": Kind(encoded(rgb, "WEBP", quality=90), rgba, 3, in_browser=True),
        "lossless": Kind(encoded(rgb, "WEBP", **exact), rgba, in_browser=True),
        "lossless with alpha": Kind(encoded(layers, "WEBP", **exact), layers, in_browser=True),
        "profile Display P3": Kind(encoded(p3, "WEBP", icc_profile=P3, **exact), rgba, CONVERTED),
        "animation": Kind(animated("WEBP", lossless=True), rgba),
    }
    for orientation in range(2, 9):
        made[f"EXIF orientation {orientation}"] = Kind(turned("WEBP", orientation, **exact), rgba)
    return {f"WebP, {name}": kind for name, kind in made.items()}


def avif_kinds() -> dict[str, Kind]:
    """None where Pillow has no plug-in to make them."""
    try:
        import pillow_avif  # noqa: F401 - it registers itself
    except ImportError:
        return {}
    rgba, layers = scene(), layered()
    rgb = rgba[..., :3]
    exact = {"quality": 100, "subsampling": "4:4:4"}
    p3 = encoded(in_space(rgb, profiles.DISPLAY_P3, srgb_encoded), "AVIF", **exact)
    at = p3.index(b"nclx") + 4
    made = {
        "4:2:0": Kind(encoded(rgb, "AVIF", quality=90), rgba, 2),
        "alpha": Kind(encoded(layers, "AVIF", **exact), layers, 2),
        "Display P3": Kind(p3[:at] + struct.pack(">HH", 12, 13) + p3[at + 4 :], rgba, 2),
        "turned": Kind(turned("AVIF", 6, **exact), rgba, 2),
    }
    return {f"AVIF, {name}": kind for name, kind in made.items()}


def other_kinds() -> dict[str, Kind]:
    rgba, layers = scene(), layered()
    rgb, grey = rgba[..., :3], rgba[..., 0]
    indexed = quantized()
    colours = opaque(np.asarray(indexed.convert("RGB")))
    gif = encoded(indexed, "GIF")
    holed = encoded(indexed, "GIF", transparency=int(np.asarray(indexed)[0, 0]))
    wide = gif[:6] + struct.pack("<HH", WIDTH + 40, HEIGHT + 20) + gif[10:]
    moving = animated("GIF")
    deep = rgb[..., ::-1].astype(np.uint16) * 257
    lying = encoded(TO_STORED[6](rgb), "TIFF", tiffinfo={ORIENTATION: 6})
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(Image.fromarray(rgb), to_lab)
    return {
        "BMP": Kind(encoded(rgb, "BMP"), rgba),
        "BMP, palette": Kind(encoded(indexed, "BMP"), colours),
        "GIF": Kind(gif, colours),
        "GIF, a hole": Kind(holed, by_pillow(holed)),
        "GIF, a frame smaller than the screen": Kind(wide, by_pillow(wide)),
        "GIF, animation": Kind(moving, by_pillow(moving)),
        "TIFF": Kind(encoded(rgb, "TIFF", compression="tiff_lzw"), rgba),
        "TIFF, alpha": Kind(encoded(layers, "TIFF"), layers),
        "TIFF, turned": Kind(lying, rgba),
        "TIFF, 16 bits": Kind(cv2.imencode(".tiff", deep)[1].tobytes(), rgba),
        "TIFF, 16 bits of grey": Kind(encoded(Image.fromarray(grey.astype(np.uint16) * 257), "TIFF"), opaque(grey)),
        "TIFF, 32 bits of grey 0-255": Kind(encoded(Image.fromarray(grey.astype(np.int32)), "TIFF"), opaque(grey)),
        "TIFF, four inks": Kind(encoded(Image.fromarray(rgb).convert("CMYK"), "TIFF"), rgba, 1),
        "TIFF, Lab": Kind(encoded(lab, "TIFF"), rgba, 2),
    }


def all_kinds() -> dict[str, Kind]:
    """Every kind of file that is opened, by its name."""
    return {**png_kinds(), **jpeg_kinds(), **webp_kinds(), **avif_kinds(), **other_kinds()}


def refused_kinds() -> dict[str, tuple[bytes, str]]:
    """Files that are refused, and what the refusal says."""
    rgb = scene()[..., :3]
    grey = Image.fromarray(scene()[..., 0].astype(np.float32))
    heic = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(100)
    return {
        "PNG, cICP PQ": (with_chunks(encoded(rgb, "PNG"), cicp(9, 16)), "HDR picture (PQ)"),
        "PNG, cICP HLG": (with_chunks(encoded(rgb, "PNG"), cicp(9, 18)), "HDR picture (HLG)"),
        "JPEG without its last bytes": (encoded(rgb, "JPEG")[:-40], "JPEG file is damaged or ends early"),
        "TIFF, floats": (encoded(grey, "TIFF"), "more than 16 bits"),
        "HEIC": (heic, "HEIC picture"),
    }
