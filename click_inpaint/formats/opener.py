"""Opens encoded pictures as far as their header. Which formats that are depends on what Pillow can decode here."""

from __future__ import annotations

import contextlib
import functools
import io
from typing import Any

from PIL import Image

from click_inpaint.errors import BadPicture
from click_inpaint.formats import avif, png

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "BMP", "TIFF", "GIF")
"""Decoders that an upload may reach; Pillow knows dozens more, some of them old and odd."""
ORIENTATION = 0x0112
_PREFIX_BYTES = 16
_SIGNATURES = ((b"\xff\x0a", "JPEG XL"), (b"\0\0\0\x0cJXL ", "JPEG XL"), (b"\0\0\0\x0cjP  ", "JPEG 2000"),
               (b"8BPS", "Photoshop"), (b"%PDF", "PDF"), (b"<svg", "SVG"), (b"<?xml", "SVG"))  # fmt: skip
"""Kinds of pictures that people have, and that are not opened."""
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}


@functools.lru_cache(maxsize=1)
def readable() -> tuple[str, ...]:
    """Those of FORMATS that Pillow can decode here. Where a plug-in for AVIF is installed, it is loaded now."""
    Image.init()
    if "AVIF" not in Image.OPEN:  # Pillow 11.3 was the first with a decoder of its own
        with contextlib.suppress(ImportError):
            import pillow_avif  # noqa: F401 - it registers itself
    return tuple(name for name in FORMATS if name in Image.OPEN and _is_supported(name))


def opened(data: bytes) -> Image.Image:
    """The picture in an encoded file. Only its header has been read; loading it decodes the pixels.

    Tags of the file that Pillow does not read are put where it puts others: `info["cicp"]` holds the code points of the
    colour space, and an AVIF's orientation is in `getexif()`. Raises BadPicture for what cannot be opened.

    Image.open would refuse very large pictures by a limit of its own, which cannot be set for one call alone.
    """
    for name in readable():
        factory, accept = Image.OPEN[name]
        if accept is not None and accept(data[:_PREFIX_BYTES]) is not True:
            continue
        try:
            image = factory(io.BytesIO(data), "")
        except Exception as error:  # Pillow's parsers raise SyntaxError, struct.error and others on damaged headers
            raise (_heic() if _is_heic(data) else damaged(name, error)) from error
        _add_tags(image, data)
        return image
    raise _unknown(data)


def damaged(file_format: str | None, error: Exception) -> BadPicture:
    """The error for a file that has a format's signature and cannot be decoded, to be raised."""
    return BadPicture(
        "The {format} file is damaged or ends early ({reason}); get it again, or save it anew in an image editor, and "
        "open that file.",
        format=file_format or "",
        reason=str(error),
    )


def _is_supported(name: str) -> bool:
    """Whether the decoder that is registered was also built; if not, it answers with a sentence of why."""
    _, accept = Image.OPEN[name]
    return name != "AVIF" or accept(b"\0\0\0\x1cftypavif\0\0\0\0") is True


def _add_tags(image: Any, data: bytes) -> None:
    if image.format == "PNG":
        code_points = png.code_points(data)
    elif image.format == "AVIF":
        found = avif.tags(data)
        code_points = None if image.info.get("icc_profile") else found.code_points
        image.info.pop("exif", None)  # it repeats the orientation at most, and counts for nothing (HEIF, section A.4)
        image.getexif()[ORIENTATION] = found.orientation
    else:
        return
    if code_points:
        image.info["cicp"] = code_points


def _unknown(data: bytes) -> BadPicture:
    if _brands(data) & _AVIF_BRANDS:
        return BadPicture(
            "This is an AVIF picture, and Pillow cannot decode AVIF here; save it as PNG or JPEG and open that file, "
            "or install pillow-avif-plugin for the Web UI."
        )
    if _is_heic(data):
        return _heic()
    start = data[: 1 << 10].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((name for signature, name in _SIGNATURES if start.startswith(signature)), "")
    if kind == "SVG" and b"<svg" not in start:
        kind = ""
    if kind:
        return BadPicture("A {kind} file cannot be opened here; save it as PNG or JPEG and open that file.", kind=kind)
    *formats, last = readable()
    return BadPicture("This is not a picture; open a {formats} or {last} file.", formats=", ".join(formats), last=last)


def _heic() -> BadPicture:
    return BadPicture(
        "This is a HEIC picture, which cannot be opened here; save it as JPEG and open that file. (An iPhone takes "
        "JPEG under Settings → Camera → Formats → Most Compatible, and converts what it is asked to send as JPEG.)"
    )


def _is_heic(data: bytes) -> bool:
    """HEIC and AVIF share the family's brands, so a decoder for AVIF may try what is HEIC."""
    brands = _brands(data)
    return bool(brands & _HEIC_BRANDS) and not brands & _AVIF_BRANDS


def _brands(data: bytes) -> set[bytes]:
    """What a file of the HEIF family calls itself: its main brand, and those that it is compatible with."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}
