"""Pictures with one object each and its exact mask: cases for click-to-mask that nobody had to label by hand.

Made here (`generate`) or read from a folder in the format of `make_click_cases.py` (`read`). Backgrounds are the
photographs that scikit-image carries in its wheel. Objects are emoji of Debian's fonts-noto-color-emoji and drawn
shapes that wear a texture.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from click_inpaint.geometry import Box, Point

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
FONT_PX = 109  # the only size that this bitmap font has
EMOJI = (
    "🐨🐯🦁🐮🐷🐹🐰🦝🐧🐤🦅🦇🐗🐛🐌🦀🦞🐡🐬🦈🐊🦓🐘🦛🐪🦒🍏🍐🍊🍌🫐🥝🍅🍆"
    "🥑🥦🥐🥨🧀🍩🍪🍫🍺🥤🏈⚾🎾🎈🎻🥁🚙🚑🚒🚜🏍🚁⛺🏡⌚💻📺📚🔨🪣🛋🧢👢👗🎒"
)
BACKGROUNDS = ("astronaut", "chelsea", "coffee", "rocket", "retina", "hubble_deep_field", "immunohistochemistry")
TEXTURES = ("brick", "grass", "gravel")

WIDTH_PX = 768
OBJECT_PX = (90, 320)  # an object's longer side
TURN_DEG = 40.0
SOFTNESS_PX = (0.4, 1.2)  # sigma of the blur that makes an edge as soft as a photograph's
CLICK_REACH = 0.4  # how far off the deepest point a click lands, as a share of the depth there
SHAPE_SHARE = 0.4  # of the objects, the rest are emoji


class MissingFont(RuntimeError):
    """The emoji font is not installed; the message names the package."""


@dataclass(frozen=True, eq=False)
class Case:
    """One picture (uint8 HxWx3 RGB), its object's mask (uint8 HxW, 0/255), a click on it and its box, in pixels;
    and the picture's name, where it has one.
    """

    image: U8
    mask: U8
    click: Point
    box: Box
    name: str = ""

    def resized(self, area_px: float) -> Case:
        """The same case with about `area_px` pixels."""
        height, width = self.mask.shape
        scale = math.sqrt(area_px / (height * width))
        size = (round(width * scale), round(height * scale))
        kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        image = cv2.resize(self.image, size, interpolation=kind)
        mask = cv2.resize(self.mask, size, interpolation=kind)
        click = Point(self.click.x * size[0] / width, self.click.y * size[1] / height)
        return _case(np.asarray(image, np.uint8), np.asarray(mask, np.uint8), click)


def generate(count: int, seed: int) -> Iterator[Case]:
    """`count` cases that depend on `seed` alone. Raises MissingFont where the emoji font is absent."""
    if not FONT.is_file():
        raise MissingFont(f"{FONT} is missing: apt-get install fonts-noto-color-emoji")
    rng = random.Random(seed)
    for _ in range(count):
        yield _pasted(_background(rng), cutout(rng), rng)


def read(folder: Path) -> Iterator[Case]:
    """What a folder's cases.json lists: "image", "mask" (file names), "click" [x, y] and "box" [x0, y0, x1, y1]."""
    for entry in json.loads((folder / "cases.json").read_text(encoding="utf-8")):
        image = np.asarray(Image.open(folder / entry["image"]).convert("RGB"))
        mask = np.asarray(Image.open(folder / entry["mask"]).convert("L"))
        x, y = entry["click"]
        yield Case(image, _binary(mask), Point(x + 0.5, y + 0.5), Box(*entry["box"]), entry["image"])


def _background(rng: random.Random) -> U8:
    """One photograph, WIDTH_PX wide, mirrored half of the time."""
    photo: U8 = getattr(skimage.data, rng.choice(BACKGROUNDS))()
    height = round(WIDTH_PX * photo.shape[0] / photo.shape[1])
    photo = np.asarray(cv2.resize(photo, (WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(photo[:, ::-1]) if rng.random() < 0.5 else photo


def cutout(rng: random.Random) -> U8:
    """RGBA, trimmed, its longer side within OBJECT_PX, softened."""
    side = rng.randint(*OBJECT_PX)
    rgba = _shape(rng, side) if rng.random() < SHAPE_SHARE else _emoji(rng, side)
    sigma = rng.uniform(*SOFTNESS_PX)
    margin = math.ceil(3 * sigma)
    rgba = np.pad(rgba, ((margin, margin), (margin, margin), (0, 0)))
    alpha = rgba[..., 3:].astype(np.float32) / 255
    colour = cv2.GaussianBlur(rgba[..., :3] * alpha, (0, 0), sigma)
    soft = cv2.GaussianBlur(alpha, (0, 0), sigma)[..., None]
    straight = colour / np.maximum(soft, 1e-3)  # premultiplied while blurring: no dark rim
    return np.asarray(np.concatenate([straight, soft * 255], axis=2).clip(0, 255), np.uint8)


def _emoji(rng: random.Random, side: int) -> U8:
    """RGBA of one glyph, turned, a little greyed."""
    font = ImageFont.truetype(str(FONT), FONT_PX)
    canvas = Image.new("RGBA", (136, 136))
    ImageDraw.Draw(canvas).text((0, 0), rng.choice(EMOJI), font=font, embedded_color=True)
    glyph = canvas.crop(canvas.getbbox()).rotate(
        rng.uniform(-TURN_DEG, TURN_DEG), Image.Resampling.BICUBIC, expand=True
    )
    glyph = glyph.crop(glyph.getbbox())
    scale = side / max(glyph.size)
    rgba = np.array(glyph.resize((round(glyph.width * scale), round(glyph.height * scale)), Image.Resampling.LANCZOS))
    grey = rgba[..., :3].mean(axis=2, keepdims=True)
    kept = rng.uniform(0.5, 1.0)
    rgba[..., :3] = rgba[..., :3] * kept + grey * (1 - kept)
    return rgba


def _shape(rng: random.Random, side: int) -> U8:
    """RGBA of a random outline (low Fourier modes of the radius) that wears a shaded texture."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    radius = np.ones_like(angles)
    for mode in range(2, 6):
        radius += rng.uniform(0, 0.45 / mode) * np.cos(mode * angles + rng.uniform(0, 2 * np.pi))
    outline = np.stack([np.cos(angles) * radius, np.sin(angles) * radius * rng.uniform(0.5, 1)], axis=1)
    outline -= outline.min(axis=0)
    outline *= (side - 1) / outline.max()
    width, height = np.ceil(outline.max(axis=0)).astype(np.intp) + 1
    alpha = np.zeros((height, width), np.uint8)
    cv2.fillPoly(alpha, [np.rint(outline * 16).astype(np.int32)], (255,), cv2.LINE_AA, 4)
    return np.dstack([_texture(rng, width, height), alpha])


def _texture(rng: random.Random, width: int, height: int) -> U8:
    """RGB: a grey texture from scikit-image in a random tint, lit from one side."""
    source: U8 = getattr(skimage.data, rng.choice(TEXTURES))()
    top, left = (rng.randint(0, source.shape[axis] - extent) for axis, extent in ((0, height), (1, width)))
    grain = source[top : top + height, left : left + width].astype(np.float32)
    grain = (grain - grain.mean()) * rng.uniform(0.1, 0.8)
    tint = np.array([rng.uniform(40, 215) for _ in range(3)], np.float32)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    light = 40 * ((x / width - 0.5) * math.cos(turn) + (y / height - 0.5) * math.sin(turn))
    return np.asarray((tint + (grain + light)[..., None]).clip(0, 255), np.uint8)


def _pasted(photo: U8, rgba: U8, rng: random.Random) -> Case:
    height, width = rgba.shape[:2]
    left = rng.randint(0, max(0, photo.shape[1] - width))
    top = rng.randint(0, max(0, photo.shape[0] - height))
    rgba = rgba[: photo.shape[0], : photo.shape[1]]
    place = slice(top, top + rgba.shape[0]), slice(left, left + rgba.shape[1])
    alpha = rgba[..., 3:].astype(np.float32) / 255
    image, mask = photo.copy(), np.zeros(photo.shape[:2], np.uint8)
    image[place] = np.rint(photo[place] * (1 - alpha) + rgba[..., :3] * alpha)
    mask[place] = rgba[..., 3]
    return _case(image, mask, _click(_binary(mask), rng))


def _click(mask: U8, rng: random.Random) -> Point:
    """Near the deepest point of the object, as a person would."""
    depth = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    reach = float(depth.max()) * CLICK_REACH
    return Point(int(x + rng.uniform(-reach, reach)) + 0.5, int(y + rng.uniform(-reach, reach)) + 0.5)


def _case(image: U8, mask: U8, click: Point) -> Case:
    binary = _binary(mask)
    x, y, width, height = cv2.boundingRect(binary)
    return Case(image, binary, click, Box(x, y, x + width, y + height))


def _binary(mask: U8) -> U8:
    return (mask >= 128).astype(np.uint8) * np.uint8(255)
