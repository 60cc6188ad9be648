"""Pictures with more than 8 bits per channel, brought down to 8.

Pillow keeps 16 bits of grey only; of colours it drops the lower 8 while it decodes, which moves values by up to one
level.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from click_inpaint.errors import BadPicture
from click_inpaint.messages import Message

WIDE_MODES = ("I", "I;16", "I;16L", "I;16B")
REDUCED = Message("16 bits per channel were reduced to 8.")
TAKEN_AS_8_BITS = Message("The picture has 32 bits per channel with values up to 255, which were taken as 8 bits.")
_MAX_8_BIT, _MAX_16_BIT = 0xFF, 0xFFFF


def is_deep(image: Image.Image) -> bool:
    """Whether the file has 16 bits per channel. Of colours only what has yet to be decoded tells."""
    return image.mode in WIDE_MODES or any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def to_8_bits(image: Image.Image, file_format: str | None) -> tuple[Image.Image, Message | None]:
    """The image in 8 bits, and a note for the person (None when there is nothing to say).

    `file_format` is Pillow's name of the format, or None where nobody knows: Pillow's mode “I” is a PNG's 16 bits and a
    TIFF's 32. Raises BadPicture for values of more than 16 bits, and for 32 bits of which nobody knows what is white.
    """
    if image.mode not in (*WIDE_MODES, "F"):
        return image, None
    values = np.asarray(image)
    low, high = values.min(), values.max()
    may_have_32_bits = image.mode == "I" and file_format != "PNG"
    if may_have_32_bits and low >= 0 and high <= _MAX_8_BIT:
        return _grey(image, values), TAKEN_AS_8_BITS
    has_32_bits = image.mode == "F" or (may_have_32_bits and file_format == "TIFF")
    if has_32_bits or low < 0 or high > _MAX_16_BIT:
        raise BadPicture("The picture has more than 16 bits per channel; save it with 8 or 16 bits and open that file.")
    return _grey(image, np.rint(values / np.float32(_MAX_16_BIT / _MAX_8_BIT))), REDUCED


def _grey(image: Image.Image, values: NDArray[Any]) -> Image.Image:
    grey = Image.fromarray(values.astype(np.uint8))
    grey.info = image.info
    return grey
