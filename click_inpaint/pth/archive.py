"""The ZIP archive that `torch.save` writes, read strictly: a file that two readers could understand differently, or
that holds more than a table of tensors, is refused before any of its content is looked at.

PyTorch stores every entry as it is, so that no entry and no sum of entries is larger than the file. The layout is that
of APPNOTE.TXT (PKWARE), sections 4.3.7 to 4.3.16; the names are those of torch/serialization.py.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

MOST_ENTRIES = 20_000
"""The largest known weight file has some 600 tensors, each in an entry of its own."""
LONGEST_NAME = 400
"""Bytes that one entry of the central directory takes at most beside its fixed part."""

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END_64, _LOCATOR_64 = b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_FIELDS, _CENTRAL_FIELDS = struct.Struct("<4s22xHH"), struct.Struct("<4s4xHH4xIIIHHH8xI")
_END_FIELDS = struct.Struct("<4s4x2xHIIH")
_END_64_FIELDS, _LOCATOR_64_FIELDS = struct.Struct("<4s28xQQQ"), struct.Struct("<4s4xQ4x")
_ENCRYPTED, _STORED = 1, 0

_NAME = re.compile(
    r"(?P<root>[^/\0]+)/(?P<name>data\.pkl|data/\d{1,9}|version|byteorder"
    r"|\.format_version|\.storage_alignment|\.data/serialization_id)"
)
_SCRIPT = re.compile(r"[^/]*/(code/.*|constants\.pkl)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """Where an entry's bytes lie in the file, how many they are, and their CRC-32."""

    start: int
    size: int
    crc: int


class Archive:
    """The entries of an open file by their name below the archive's one folder, such as "data.pkl" or "data/0".

    Raises ValueError, whose text completes the sentence “the file cannot be used: …”.
    """

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self.entries: dict[str, Entry] = {}
        roots = set()
        for name, entry in _entries(file):
            found = _NAME.fullmatch(name)
            if not found:
                raise ValueError(_foreign(name))
            if found["name"] in self.entries:
                raise ValueError(f"it holds {name} twice")
            roots.add(found["root"])
            self.entries[found["name"]] = entry
        if len(roots) > 1:
            raise ValueError("it holds several tables")
        if "data.pkl" not in self.entries:
            raise ValueError("it holds no table of tensors")

    def read(self, name: str) -> bytearray:
        """The bytes of an entry. Raises ValueError where there is none of that name, or a damaged one."""
        if name not in self.entries:
            raise ValueError(f"{name} is missing in it")
        entry = self.entries[name]
        data = bytearray(entry.size)
        self._file.seek(entry.start)
        if self._file.readinto(data) != entry.size or zlib.crc32(data) != entry.crc:
            raise ValueError(f"{name} is damaged in it")
        return data


def _entries(file: BufferedReader) -> Iterator[tuple[str, Entry]]:
    """Names and entries, in the order of the central directory; none of them compressed, all of them in the file."""
    count, start, end = _directory(file)
    file.seek(start)
    directory = memoryview(file.read(end - start))
    at, claimed = 0, 0
    for _ in range(count):
        if len(directory) - at < _CENTRAL_FIELDS.size:
            raise ValueError("its list of entries ends early")
        fields = _CENTRAL_FIELDS.unpack_from(directory, at)
        magic, flags, method, crc, packed, size, name_length, extra_length, comment_length, offset = fields
        at += _CENTRAL_FIELDS.size
        raw = bytes(directory[at : at + name_length])
        at += name_length + extra_length + comment_length
        if magic != _CENTRAL or flags & _ENCRYPTED or not raw.isascii() or at > len(directory):
            raise ValueError("its list of entries is damaged")
        name = raw.decode("ascii")
        claimed += size
        if method != _STORED or packed != size or claimed > start:
            raise ValueError(_foreign(name) if _SCRIPT.fullmatch(name) else "it holds more than the file is long")
        yield name, Entry(_start_of(file, raw, offset, size, start), size, crc)
    if at != len(directory):
        raise ValueError("its list of entries is longer than it says")


def _directory(file: BufferedReader) -> tuple[int, int, int]:
    """How many entries the central directory has, and where it starts and ends. It must lie right before the end
    records, and those at the end of the file: what could hide elsewhere is not looked for.
    """
    length = file.seek(0, 2)
    file.seek(0)
    if file.read(4) != _LOCAL:
        raise ValueError("it is not in the ZIP format that PyTorch writes")
    tail_length = min(length, _END_64_FIELDS.size + _LOCATOR_64_FIELDS.size + _END_FIELDS.size)
    file.seek(length - tail_length)
    tail = file.read(tail_length)
    end = length - _END_FIELDS.size
    magic, count, size, start, comment_length = _END_FIELDS.unpack(tail[-_END_FIELDS.size :])
    if magic != _END or comment_length:
        raise ValueError("it ends early")
    located = tail[-_END_FIELDS.size - _LOCATOR_64_FIELDS.size : -_END_FIELDS.size]
    if located[:4] == _LOCATOR_64:
        end = length - tail_length
        magic, count, size, start = _END_64_FIELDS.unpack(tail[: _END_64_FIELDS.size])
        if magic != _END_64 or _LOCATOR_64_FIELDS.unpack(located)[1] != end:
            raise ValueError("its end is damaged")
    if start + size != end or not 0 < count <= MOST_ENTRIES or size > count * (_CENTRAL_FIELDS.size + LONGEST_NAME):
        raise ValueError("its list of entries is damaged")
    return count, start, end


def _start_of(file: BufferedReader, name: bytes, offset: int, size: int, end: int) -> int:
    """Where the bytes of the entry start whose local header lies at `offset`; they must end before `end`."""
    file.seek(offset)
    header = file.read(_LOCAL_FIELDS.size + len(name))
    if len(header) < _LOCAL_FIELDS.size + len(name):
        raise ValueError("it ends early")
    magic, name_length, extra_length = _LOCAL_FIELDS.unpack_from(header)
    start = offset + _LOCAL_FIELDS.size + name_length + extra_length
    if magic != _LOCAL or header[_LOCAL_FIELDS.size :] != name or name_length != len(name) or start + size > end:
        raise ValueError("its list of entries is damaged")
    return int(start)


def _foreign(name: str) -> str:
    if _SCRIPT.fullmatch(name):
        return "it is a TorchScript archive, which can run code"
    return f"it holds {name[:80]!r}, which is no part of a table of tensors"
