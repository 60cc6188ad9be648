"""Pictures as they come in: decoded upright and in sRGB, with their alpha kept; limits are checked before decoding."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from click_inpaint.depth import REDUCED, WIDE_MODES, is_deep, to_8_bits
from click_inpaint.errors import BadPicture
from click_inpaint.formats.opener import ORIENTATION, damaged, opened
from click_inpaint.geometry import Box, Size
from click_inpaint.messages import Message
from click_inpaint.profiles import to_srgb

U8 = NDArray[np.uint8]
Colour = tuple[int, int, int]
"""Red, green and blue, 0..255."""

WHITE: Colour = (255, 255, 255)
OPAQUE_FROM = 254
"""A picture whose alpha is nowhere lower is opaque."""
STRIP_ROWS = 128
"""Rows that are worked on at once where each pixel takes many bytes."""
MAX_MEGAPIXELS = 100
MAX_SIDE_PX = 65_535
"""The longest side that JPEG can have. Of a picture one pixel wide, each pixel costs thirty times the memory."""
DECODING_BYTES_PER_PIXEL = 15
"""What decoding takes at most for a moment: the file's pixels, their conversion, and the result."""
Decoding = Callable[[int], AbstractContextManager[None]]
"""A context in which so many bytes may be used for decoding."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by the number of its EXIF orientation."""
_LYING = (5, 6, 7, 8)
"""Orientations that exchange width and height."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels as people see them: `rgb` is HxWx3 uint8 in sRGB, `alpha` is HxW uint8, or None where all is opaque.
    Neither is ever written to.

    `notes` are sentences about what decoding had to change.
    """

    rgb: U8
    alpha: U8 | None = None
    notes: tuple[Message, ...] = ()

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size(self.rgb.shape[1], self.rgb.shape[0])

    def cut(self, box: Box) -> Picture:
        """The part inside a box, which shares this picture's memory."""
        return Picture(self.rgb[box.slices], None if self.alpha is None else self.alpha[box.slices])

    def to_pil(self) -> Image.Image:
        """The picture for Pillow: RGB, or RGBA where there is alpha."""
        if self.alpha is None:
            return Image.fromarray(self.rgb)
        return Image.fromarray(np.dstack([self.rgb, self.alpha]))


def decode(data: bytes, max_megapixels: float = MAX_MEGAPIXELS, decoding: Decoding | None = None) -> Picture:
    """Decode an encoded picture, inside `decoding` for the bytes that it takes. Raises BadPicture for bytes that are no
    picture, for a truncated one, for HDR, for too many pixels, and for too long a side.
    """
    image = opened(data)
    check_size(Size(image.width, image.height), max_megapixels)
    needed = image.width * image.height * DECODING_BYTES_PER_PIXEL
    with decoding(needed) if decoding else nullcontext():
        return _loaded(image)


def _loaded(image: Image.Image) -> Picture:
    deep = is_deep(image)
    try:
        image.load()
        return from_pil(image, deep)
    except BadPicture:
        raise
    except Exception as error:  # Pillow's decoders raise OSError, SyntaxError, struct.error and others
        raise damaged(image.format, error) from error


def from_pil(image: Image.Image, deep: bool = False) -> Picture:
    """A Picture from any Pillow image, turned upright as its EXIF orientation says and converted to sRGB from the space
    that its profile or its tags name, with its alpha.

    `deep` says that the file had 16 bits per channel, where the image itself no longer tells. Raises BadPicture for
    more than 16 bits, and for HDR.
    """
    deep, file_format = deep or is_deep(image), image.format
    image, turned = _upright(image)
    alpha = _alpha(image)
    image, reduced = to_8_bits(image, file_format)
    rgb, converted = to_srgb(image)
    notes = (reduced or (REDUCED if deep else None), turned, converted)
    return Picture(np.asarray(rgb, np.uint8), alpha, tuple(note for note in notes if note))


def flattened(picture: Picture, backdrop: Colour = WHITE) -> U8:
    """The picture over a backdrop, HxWx3 uint8: this is what a sampler should see, which knows no alpha."""
    if picture.alpha is None:
        return picture.rgb
    flat = np.empty_like(picture.rgb)
    under = np.array(backdrop, np.float32)
    for top in range(0, len(flat), STRIP_ROWS):  # float32 of a whole large picture would be gigabytes
        strip = slice(top, top + STRIP_ROWS)
        weight = picture.alpha[strip, :, None].astype(np.float32) / 255
        flat[strip] = np.rint(picture.rgb[strip] * weight + under * (1 - weight))
    return flat


def to_png(picture: Picture) -> bytes:
    """The picture as a PNG file, which every browser decodes to the same pixels; made quickly rather than small."""
    file = io.BytesIO()
    picture.to_pil().save(file, "PNG", compress_level=1)
    return file.getvalue()


def size_of(data: bytes) -> Size:
    """Width and height of an encoded picture, upright, of which only the header is read. Raises BadPicture."""
    image = opened(data)
    orientation = None
    with suppress(Exception):  # Pillow's parser raises SyntaxError, struct.error and others; then it stays as it lies
        orientation = image.getexif().get(ORIENTATION)
    return Size(*(image.size[::-1] if orientation in _LYING else image.size))


def check_size(size: Size, max_megapixels: float) -> None:
    """Raise BadPicture for a picture with more pixels than that, or with a side of more than MAX_SIDE_PX."""
    if size.area > max_megapixels * 1e6:
        raise BadPicture(
            "The picture has more than {megapixels} megapixels; make it smaller, or raise the limit in Settings → "
            "Click Inpaint.",
            megapixels=f"{max_megapixels:g}",
        )
    if max(size.width, size.height) > MAX_SIDE_PX:
        raise BadPicture(
            "The picture is {size}, with a side of more than {most} px; make it smaller.",
            size=str(size),
            most=MAX_SIDE_PX,
        )


def _upright(image: Image.Image) -> tuple[Image.Image, Message | None]:
    """The image, turned as its EXIF orientation says, and a note for the person (None when there is nothing to say).

    ImageOps.exif_transpose is not used for this: it writes all tags anew, and fails on odd ones that do not concern us.
    """
    image.load()
    if image.format == "TIFF":  # Pillow has turned it while loading, and Pillow 9.5 leaves the tag in place
        return image, None
    try:
        turn = _TURNS.get(image.getexif().get(ORIENTATION))
    except Exception as error:  # noqa: BLE001 - Pillow's parser raises SyntaxError, struct.error and others
        return image, Message(
            "The EXIF data could not be read ({reason}), so the picture may lie on its side.", reason=str(error)
        )
    return (image if turn is None else image.transpose(turn)), None


def _alpha(image: Image.Image) -> U8 | None:
    """The alpha channel, HxW uint8, or None where all is opaque.

    Forge's "stealth infotext" sets the lowest bit of opaque pixels to its text: that makes nothing transparent.
    """
    transparent = image.info.get("transparency")
    if image.mode in WIDE_MODES:
        alpha = np.where(np.asarray(image) == transparent, 0, 255) if transparent is not None else np.array([255])
    elif image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or transparent is not None:
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    else:
        return None
    return alpha.astype(np.uint8) if (alpha < OPAQUE_FROM).any() else None
