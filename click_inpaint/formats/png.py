"""The cICP chunk of PNG (Third Edition, W3C 2025), which names the colour space by numbers. Pillow passes it over."""

from __future__ import annotations

import struct

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CodePoints = tuple[int, int, int, int]
"""Colour primaries, transfer characteristics, matrix coefficients and the full-range flag of ITU-T H.273."""


def code_points(data: bytes) -> CodePoints | None:
    """The numbers of the cICP chunk of a PNG file, which stands before the pixels; None where there is none."""
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind in (b"IDAT", b"IEND"):
            return None
        if kind == b"cICP" and length == 4 and at + 12 <= len(data):
            primaries, transfer, matrix, full_range = data[at + 8 : at + 12]
            return primaries, transfer, matrix, full_range
        at += length + 12  # its length and kind before, its checksum behind
    return None
