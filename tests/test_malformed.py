"""Damaged picture files: each is right or refused with a sentence, and none takes more memory than is stated."""

import hashlib
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from click_inpaint.errors import BadPicture
from click_inpaint.images import decode
from click_inpaint.store import DECODING_BYTES
from tests.kinds import all_kinds

ROOT = Path(__file__).resolve().parents[1]
FEWEST = 300


def damaged() -> Iterator[tuple[str, bytes, bool]]:
    """Name, bytes, and whether the damage may change pixels in a file that is otherwise in order."""
    for name, kind in sorted(all_kinds().items()):
        data, seed = kind.data, int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
        places = np.random.default_rng(seed)
        yield f"{name}, cut in the middle", data[: len(data) // 2], False
        yield f"{name}, cut at the end", data[:-3], False
        yield f"{name}, cut after its head", data[:24], False
        yield f"{name}, with something behind it", data + b"\0" * 50 + b"<html>", False
        for at in range(2):
            changed = bytearray(data)
            for place in places.integers(8, len(data), 6):
                changed[place] ^= 1 << int(places.integers(0, 8))
            yield f"{name}, with six changed bits {at}", bytes(changed), True


def bombs() -> Iterator[bytes]:
    """Small files that promise much: PNG, BMP and GIF of 99 and of 900 megapixels. (Pillow shows the rest of a PNG
    whose one packed row is in order as black; the others are refused.)
    """
    for side in (9_950, 30_000):
        row = zlib.compress(b"\0" * (side * 3 + 1), 9)
        chunks = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", row), (b"IEND", b"")]
        yield b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )
        yield b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, *[0] * 6)
        yield b"GIF89a" + struct.pack("<HHBBB", side, side, 0, 0, 0) + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02L\x01\0;"


def answered(data: bytes) -> object:
    """The picture, or the sentence that refuses it. Anything else that is raised fails the test."""
    try:
        return decode(data)
    except BadPicture as error:
        assert len(str(error)) > 20 and str(error).endswith((".", "?")), str(error)
        return str(error)


def test_each_damaged_file_is_right_or_refused_with_a_sentence() -> None:
    whole = {name: decode(kind.data) for name, kind in all_kinds().items()}
    count = refused = 0
    for name, data, may_differ in damaged():
        found = answered(data)
        count += 1
        if isinstance(found, str):
            refused += 1
            continue
        truth = whole[name.rpartition(", ")[0]]
        if not may_differ:
            assert np.array_equal(found.rgb, truth.rgb), name  # type: ignore[attr-defined]
    assert count >= FEWEST and count / 4 < refused < count


PEAK = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.test_malformed import answered, bombs, damaged, resident
answered(next(damaged())[1])
before = resident("VmHWM")
answers = [answered(data) for data in bombs()]
assert sum(isinstance(answer, str) for answer in answers) >= 5, answers
del answers
for _, data, _ in damaged():
    answered(data)
print(before, resident("VmHWM"))
"""


def resident(what: str) -> int:
    """Bytes, as Linux tells them; 0 where nobody does."""
    status = Path(os.sep, "proc", "self", "status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(what)), 0)


def test_none_takes_more_memory_than_is_stated() -> None:
    """In a process of its own, whose peak is known."""
    ended = subprocess.run(
        [sys.executable, "-c", PEAK, str(ROOT)], capture_output=True, encoding="utf-8", check=False, cwd=ROOT
    )
    assert ended.returncode == 0, ended.stderr
    before, after = map(int, ended.stdout.split())
    assert after - before <= DECODING_BYTES
