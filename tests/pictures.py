"""One picture, and files of it whose colours and orientation are told in many ways.

The scene is a red disc beside the middle of a smooth ground: a picture that lies on its side, or whose colours are
taken for others, shows at once. What it should come out as is told by plain arithmetic; the library is not asked.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image

from tests import profiles
from tests.arrays import F64, U8, Bools

WIDTH, HEIGHT = 240, 160
DISC, RADIUS = (84, 70), 26
CHUNK_AFTER_HEADER = 33
"""Where a PNG's signature and IHDR end."""
ORIENTATION = 0x0112
TO_STORED: dict[int, Callable[[Any], Any]] = {
    1: lambda pixels: pixels,
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, 1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: np.rot90(pixels, -1),
}
"""How an upright picture is stored so that this EXIF orientation brings it upright again."""


def scene() -> U8:
    """HxWx4, opaque."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rgb = np.stack([50 + x // 3, 90 + y // 2, 200 - (x + y) // 4], axis=-1)
    rgb[np.hypot(x + 0.5 - DISC[0], y + 0.5 - DISC[1]) < RADIUS] = (215, 40, 35)
    return np.dstack([rgb, np.full((HEIGHT, WIDTH), 255)]).astype(np.uint8)


def layered() -> U8:
    """HxWx4: the scene fades out to the right, and is transparent over black at the bottom."""
    pixels = scene()
    pixels[..., 3] = np.clip(2 * (WIDTH - np.arange(WIDTH)), 0, 255)
    pixels[-30:] = 0
    return pixels


def disc() -> Bools:
    """HxW bool."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.asarray(np.hypot(x + 0.5 - DISC[0], y + 0.5 - DISC[1]) < RADIUS)


def encoded(pixels: U8 | Image.Image, format_: str, **options: Any) -> bytes:
    """HxW, HxWx3 or HxWx4 uint8, or an image, as a file."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(np.ascontiguousarray(pixels))
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def opaque(rgb: U8) -> U8:
    """HxWx4 of HxWx3 or HxW."""
    rgb = rgb if rgb.ndim == 3 else np.repeat(rgb[..., None], 3, axis=2)
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """The PNG file with chunks put in after its header."""
    return png[:CHUNK_AFTER_HEADER] + b"".join(chunks) + png[CHUNK_AFTER_HEADER:]


def gama(gamma: float) -> bytes:
    """A gAMA chunk; `gamma` is what it says, such as 1 / 2.2."""
    return chunk(b"gAMA", struct.pack(">I", round(gamma * 100_000)))


def chrm(primaries: Sequence[tuple[float, float]], white: tuple[float, float] = (0.3127, 0.329)) -> bytes:
    """A cHRM chunk."""
    values = [value for point in (white, *primaries) for value in point]
    return chunk(b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in values)))


def cicp(primaries: int, transfer: int, matrix: int = 0, full_range: int = 1) -> bytes:
    """A cICP chunk of code points of ITU-T H.273."""
    return chunk(b"cICP", bytes([primaries, transfer, matrix, full_range]))


def linear(levels: U8) -> F64:
    """Linear light 0..1 of sRGB levels."""
    value = levels / 255
    return np.asarray(np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4))


def in_space(rgb: U8, primaries: Sequence[tuple[float, float]], encode: Callable[[F64], F64]) -> U8:
    """sRGB levels as levels of another space: `encode` takes linear light 0..1 to values 0..1."""
    there = linear(rgb) @ profiles.to_pcs(profiles.SRGB).T @ np.linalg.inv(profiles.to_pcs(primaries)).T
    return np.asarray(np.rint(255 * encode(np.clip(there, 0, 1))), np.uint8)


def srgb_encoded(light: F64) -> F64:
    """sRGB's transfer curve."""
    return np.asarray(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))


def turned(format_: str, orientation: int, **options: Any) -> bytes:
    """The scene stored so that its EXIF orientation brings it upright."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(TO_STORED[orientation](scene()[..., :3]), format_, exif=exif.tobytes(), **options)
