"""What the boxes of an AVIF file say of colours and orientation: the plug-in that decodes it for Pillow reads neither.

The boxes are those of HEIF (ISO/IEC 23008-12): `meta` holds `pitm`, the number of the picture that is meant, and `iprp`
with properties (`ipco`) and which picture has which of them (`ipma`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from click_inpaint.formats.png import CodePoints

VIDEO_CURVES = (1, 6, 14, 15)
"""Transfer characteristics of video, H.273. They are what encoders write for lack of a better idea, so every browser
takes them for sRGB's, unlike in PNG.
"""
SRGB_CURVE = 13
RGB_FULL_RANGE = (0, 1)
"""Matrix and range of the pixels that decoding gives, whatever those of the file are."""
VERSION_AND_FLAGS = 4
"""Bytes at the start of some boxes."""
_ORIENTATIONS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip
"""EXIF's orientation, by quarter turns to the left (`irot`) and what is mirrored then (`imir`: 0 top and bottom, 1 left
and right).
"""


@dataclass(frozen=True)
class Tags:
    """`code_points` are None where a profile or nothing at all names the colour space. `orientation` is as in EXIF."""

    code_points: CodePoints | None = None
    orientation: int = 1


def tags(data: bytes) -> Tags:
    """The tags of the picture that an AVIF file shows. Where the boxes are damaged, as if there were none."""
    try:
        return _tags(data)
    except (struct.error, LookupError):
        return Tags()


def _tags(data: bytes) -> Tags:
    whole = _box(data, slice(0, len(data)), b"meta")
    meta = dict(_boxes(data, slice(whole.start + VERSION_AND_FLAGS, whole.stop)))
    properties = _box(data, meta[b"iprp"], b"ipco")
    known = list(_boxes(data, properties))
    mine = [known[index - 1] for index in _associated(data, _box(data, meta[b"iprp"], b"ipma"), _primary(data, meta))]
    turns, mirrored = 0, None
    code_points: CodePoints | None = None
    for kind, where in mine:
        if kind == b"irot":
            turns = data[where.start] & 3
        elif kind == b"imir":
            mirrored = data[where.start] & 1
        elif kind == b"colr" and data[where.start : where.start + 4] == b"nclx":
            primaries, transfer = struct.unpack_from(">HH", data, where.start + 4)
            code_points = (primaries, SRGB_CURVE if transfer in VIDEO_CURVES else transfer, *RGB_FULL_RANGE)
    return Tags(code_points, _ORIENTATIONS[turns, mirrored])


def _primary(data: bytes, meta: dict[bytes, slice]) -> int:
    where = meta[b"pitm"].start
    return int(struct.unpack_from(">H" if data[where] == 0 else ">I", data, where + 4)[0])


def _associated(data: bytes, ipma: slice, item: int) -> list[int]:
    """The numbers, from 1, of the properties that an item has."""
    version, flags = data[ipma.start], data[ipma.start + 3]
    (entries,) = struct.unpack_from(">I", data, ipma.start + 4)
    at = ipma.start + 8
    id_form, index_form = (">H" if version == 0 else ">I"), (">H" if flags & 1 else ">B")
    essential = 1 << (8 * struct.calcsize(index_form) - 1)
    for _ in range(entries):
        (found,) = struct.unpack_from(id_form, data, at)
        at += struct.calcsize(id_form)
        count = data[at]
        at += 1
        indices = [struct.unpack_from(index_form, data, at + i * struct.calcsize(index_form))[0] for i in range(count)]
        at += count * struct.calcsize(index_form)
        if found == item:
            return [index & ~essential for index in indices if index & ~essential]
    return []


def _box(data: bytes, within: slice, kind: bytes) -> slice:
    """The contents of the first box of a kind. Raises KeyError where there is none."""
    for found, where in _boxes(data, within):
        if found == kind:
            return where
    raise KeyError(kind)


def _boxes(data: bytes, within: slice) -> Iterator[tuple[bytes, slice]]:
    """Kind and contents of each box, one after the other."""
    at, end = within.start, min(within.stop, len(data))
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, at + 8), 16
        elif size == 0:  # up to the end
            size = end - at
        if size < head or at + size > end:
            return
        yield kind, slice(at + head, at + size)
        at += size
