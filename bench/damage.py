"""Pictures with drawn damage and its exact mask: what `bench.fit_damage` fits on and `bench.tasks` measures.

Everything is drawn here. So a figure on it says less than one on damage of others: `Overlays` reads a folder of such.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
Random = np.random.Generator

PHOTOGRAPHS = ("astronaut", "camera", "chelsea", "coffee", "rocket", "coins", "moon", "retina", "stereo_motorcycle")
TEXTURES = ("brick", "grass", "gravel", "page", "text", "cell", "immunohistochemistry")
LONGEST_PX = 900
VISIBLE = 0.3
"""A pixel is damaged where so much of it is covered."""
MOST = 0.05
"""The largest share of a picture that is damaged."""
TONES = ("colour", "grey", "sepia")
_FINE = 4  # shapes are drawn in so many times the size


@dataclass(frozen=True, eq=False)
class Damaged:
    """A picture (uint8 HxWx3 RGB) before and after it was damaged, and which pixels are damaged (bool HxW)."""

    clean: U8
    picture: U8
    mask: NDArray[np.bool_]


def pictures(names: tuple[str, ...] = PHOTOGRAPHS + TEXTURES) -> Iterator[U8]:
    """Pictures of scikit-image's wheel, no side longer than LONGEST_PX."""
    for name in names:
        loaded = getattr(skimage.data, name)()
        pixels = np.asarray(loaded[0] if isinstance(loaded, tuple) else loaded)
        rgb = np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels[..., :3]
        scale = min(1.0, LONGEST_PX / max(rgb.shape[:2]))
        yield np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def damaged(rgb: U8, random: Random, overlays: Overlays | None = None) -> Damaged:
    """A picture in one of TONES with damage that is light, dark or both, drawn or of foreign `overlays`."""
    clean = toned(rgb, random)
    cover = _cover(clean.shape[:2], random, overlays.one if overlays else drawn)
    colour = _colour(cover, random)
    shares = cover[..., None]
    picture = np.clip(np.rint(clean * (1 - shares) + shares * colour), 0, 255).astype(np.uint8)
    return Damaged(clean, picture, cover > VISIBLE)


def toned(rgb: U8, random: Random) -> U8:
    """The picture in one of TONES: in colour, in grey, or in the browns of an old print, of which no two are alike."""
    tone = TONES[random.integers(len(TONES))]
    if tone == "colour":
        return rgb
    grey = np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    if tone == "grey":
        return np.asarray(grey, np.uint8)
    darkest = random.uniform(0, 40) + np.array([1.0, 0.6, 0.2]) * random.uniform(0, 25)
    lightest = random.uniform(190, 255) * np.array([1, random.uniform(0.85, 0.97), random.uniform(0.6, 0.85)])
    return np.asarray(np.rint(darkest + grey / 255 * (lightest - darkest)), np.uint8)


def _cover(shape: tuple[int, ...], random: Random, one: Callable[[Random], F32]) -> F32:
    """How much of each pixel is covered, in [0, 1]: one piece of damage after the other, as long as it is little."""
    cover, asked = np.zeros(shape, np.float32), random.uniform(0.008, 0.045)
    opacity = random.uniform(0.65, 1)
    for _ in range(60):
        piece = opacity * _placed(one(random), shape, random)
        more = np.maximum(cover, piece)
        if (more > VISIBLE).mean() <= MOST:
            cover = more
        if (cover > VISIBLE).mean() > asked:
            break
    return np.asarray(cover, np.float32)


def _placed(piece: F32, shape: tuple[int, ...], random: Random) -> F32:
    """A piece somewhere in a frame, turned by quarters and mirrored; parts of it may lie outside."""
    piece = np.rot90(piece, random.integers(4))[:, :: 1 if random.random() < 0.5 else -1]
    height, width = piece.shape
    y, x = (int(random.integers(-side // 2, of - side // 2)) for side, of in zip(piece.shape, shape))
    frame = np.zeros(shape, np.float32)
    top, left, bottom, right = max(y, 0), max(x, 0), min(y + height, shape[0]), min(x + width, shape[1])
    frame[top:bottom, left:right] = piece[top - y : bottom - y, left - x : right - x]
    return frame


def _colour(cover: F32, random: Random) -> F32:
    """The lightness of the damage: 1x1x1, or HxWx1 where light and dark pieces lie side by side."""
    light, dark = random.uniform(225, 255), random.uniform(0, 30)
    kind = ("light", "light", "both", "dark")[random.integers(4)]
    if kind != "both":
        return np.full((1, 1, 1), light if kind == "light" else dark, np.float32)
    count, labels = cv2.connectedComponents((cover > 0.1).astype(np.uint8))
    return np.where((random.random(count) < 0.6)[labels], light, dark)[..., None].astype(np.float32)


class Overlays:
    """Foreign damage: pictures in a folder, of which the alpha covers, or else the lightness."""

    def __init__(self, folder: Path) -> None:
        self._files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".png", ".jpg", ".jpeg"})
        if not self._files:
            raise FileNotFoundError(f"{folder} holds no PNG or JPEG files.")

    def one(self, random: Random) -> F32:
        """One of them at 0.7 to 1.6 times its size: float32 in [0, 1]."""
        opened = Image.open(self._files[random.integers(len(self._files))])
        cover = np.asarray(opened.getchannel("A") if "A" in opened.getbands() else opened.convert("L"))
        return _scaled(cover, random.uniform(0.7, 1.6)) / 255


def _scaled(cover: U8, scale: float) -> F32:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cover, None, fx=scale, fy=scale, interpolation=how), np.float32)


def pattern(random: Random) -> U8:
    """A clean picture that is regular or noisy, as fabric, tiles, print and grain are: HxWx3 uint8."""
    side, pitch = 400, int(random.integers(4, 40))
    ground, ink = random.uniform(0, 255, 2)
    canvas, width = np.full((side, side), ground, np.float32), int(random.integers(1, 1 + max(2, pitch // 2)))
    kind = random.integers(5)
    if kind in (0, 1):  # a grid, or stripes
        for at in range(0, side, pitch):
            canvas[at : at + width] = ink
            if kind == 0:
                canvas[:, at : at + width] = ink
    elif kind == 2:  # dots in rows
        for y, x in np.ndindex(side // pitch, side // pitch):
            cv2.circle(canvas, (x * pitch, y * pitch), width, (ink,), -1, cv2.LINE_AA)
    elif kind == 3:  # a field of lines without order
        for ends in random.uniform(0, side, (int(random.integers(30, 300)), 4)):
            path = np.rint(ends).astype(np.int32).reshape(2, 2)
            cv2.polylines(canvas, [path], False, (ink,), width, cv2.LINE_AA)
    else:
        canvas += 15 * _noise((side, side), random, random.uniform(1, 30))
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), random.uniform(0, 90), 1.5)
    turned = cv2.warpAffine(canvas, turn, (side, side), borderMode=cv2.BORDER_REFLECT)
    soft = cv2.GaussianBlur(turned, (0, 0), random.uniform(0.3, 1.5))
    soft = soft + random.normal(0, random.uniform(0, 8), canvas.shape)
    return np.repeat(np.clip(soft, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def drawn(random: Random) -> F32:
    """One piece of damage: float32 in [0, 1]."""
    kinds = (hair, hair, lint, scratches, scratches, dust, sprinkles, smudge, crease)
    return kinds[random.integers(len(kinds))](random)


def hair(random: Random) -> F32:
    """A long thin curve."""
    side = int(random.integers(120, 500))
    return _softened(_curve(side, random, bend=0.12, width=random.uniform(0.8, 6)), random)


def lint(random: Random) -> F32:
    """A few short curls."""
    side = int(random.integers(60, 250))
    curls = [_curve(side, random, bend=0.5, width=random.uniform(1, 4), steps=12) for _ in range(random.integers(1, 8))]
    return _softened(np.maximum.reduce(curls), random)


def scratches(random: Random) -> F32:
    """Straight lines of about one direction, broken where they are shallow."""
    side, turn = int(random.integers(150, 450)), random.uniform(0, math.pi)
    canvas = _canvas(side)
    for _ in range(random.integers(1, 25)):
        middle, angle = random.uniform(0, side, 2), turn + random.normal(0, 0.15)
        half = np.array([math.cos(angle), math.sin(angle)]) * random.uniform(0.05, 0.6) * side
        _line(canvas, np.stack([middle - half, middle + half]), random.uniform(0.6, 3))
    depth = _noise(canvas.shape, random, random.uniform(2, 12) * _FINE)
    if random.random() < 0.7:
        canvas[depth < random.uniform(-1, 0.4)] = 0
    return _softened(canvas, random)


def dust(random: Random) -> F32:
    """Specks of all sizes, far apart."""
    return _specks(random, int(random.integers(5, 60)), spread=1.0, size=random.uniform(0.7, 2.5))


def sprinkles(random: Random) -> F32:
    """A dense cloud of specks."""
    return _specks(
        random, int(random.integers(100, 900)), spread=random.uniform(0.1, 0.25), size=random.uniform(0.5, 1.4)
    )


def smudge(random: Random) -> F32:
    """A patch that has holes, as mould and lost emulsion have."""
    side = int(random.integers(40, 160))
    down, across = np.mgrid[:side, :side] / side - 0.5
    patch = _noise((side, side), random, random.uniform(1, 4)) - 8 * np.hypot(down, across) + random.uniform(0, 1.2)
    return _softened(np.where(cv2.resize(patch, None, fx=_FINE, fy=_FINE) > 0, 255, 0).astype(np.uint8), random)


def crease(random: Random) -> F32:
    """One line across, nearly straight."""
    side = int(random.integers(300, 800))
    return _softened(_curve(side, random, bend=0.02, width=random.uniform(1.5, 6)), random)


def _canvas(side: int) -> U8:
    return np.zeros((side * _FINE, side * _FINE), np.uint8)


def _line(canvas: U8, points: NDArray[np.float64], width_px: float) -> None:
    """A line through `points` (px), drawn into a canvas in place."""
    path = np.rint(points * _FINE).astype(np.int32)
    cv2.polylines(canvas, [path], False, (255,), max(1, round(width_px * _FINE)), cv2.LINE_8)


def _curve(side: int, random: Random, bend: float, width: float, steps: int = 40) -> U8:
    """A curve that starts somewhere and bends by chance; `bend` is in radians a step."""
    turns = np.cumsum(random.normal(0, bend) + random.normal(0, bend, steps)) + random.uniform(0, 2 * math.pi)
    length = random.uniform(0.4, 1.2) * side / steps
    path = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1) * length, axis=0)
    canvas = _canvas(side)
    _line(canvas, path - path.mean(axis=0) + side / 2, width)
    return canvas


def _specks(random: Random, count: int, spread: float, size: float) -> F32:
    side = int(random.integers(120, 400))
    canvas = _canvas(side)
    places = random.uniform(0, side, (count, 2)) if spread >= 1 else random.normal(side / 2, spread * side, (count, 2))
    for place in places:
        corners = int(random.integers(5, 10))
        turns = np.arange(corners) / corners * 2 * math.pi
        radii = size * random.lognormal(0, 0.5) * random.uniform(0.5, 1.5, corners)
        outline = place + np.stack([np.cos(turns), np.sin(turns)], axis=1) * radii[:, None]
        cv2.fillPoly(canvas, [np.rint(outline * _FINE).astype(np.int32)], (255,))
    return _softened(canvas, random)


def _noise(shape: tuple[int, ...], random: Random, size_px: float) -> F32:
    """Smooth noise of mean 0 and standard deviation 1."""
    coarse = [max(2, round(side / size_px)) for side in shape]
    field = cv2.resize(random.normal(size=coarse).astype(np.float32), shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(field / max(float(field.std()), 1e-6), np.float32)


def _softened(canvas: U8, random: Random) -> F32:
    """A drawing in _FINE times the size as cover, with soft edges, now and then unevenly opaque."""
    small = cv2.resize(canvas, None, fx=1 / _FINE, fy=1 / _FINE, interpolation=cv2.INTER_AREA)
    cover = np.asarray(cv2.GaussianBlur(small / np.float32(255), (0, 0), random.uniform(0.3, 1.2)), np.float32)
    if random.random() < 0.4:
        cover = cover * np.clip(0.85 + 0.2 * _noise(cover.shape, random, 10), 0.3, 1)
    return np.asarray(np.clip(cover, 0, 1), np.float32)
