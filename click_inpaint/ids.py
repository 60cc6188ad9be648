"""The ids of pictures. Who knows a whole id can get the picture from a running server, so no file that people share
holds more than the first half of one: the page knows its own pictures by that half again, and nobody else learns
anything from it.
"""

from __future__ import annotations

import hashlib
import re

HALF = 32
_HALF = re.compile(f"[0-9a-f]{{{HALF}}}")


def id_of(data: bytes) -> str:
    """The id of an encoded picture: 64 hexadecimal digits, the sha256 of its bytes."""
    return hashlib.sha256(data).hexdigest()


def half(image_id: str) -> str:
    """The half of an id that may be shared; half an id, and "", stay what they are."""
    return image_id[:HALF]


def is_half(image_id: str) -> bool:
    """Whether this is half an id, out of a saved file."""
    return _HALF.fullmatch(image_id) is not None
