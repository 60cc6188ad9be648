"""How well a hole is filled at once, without a model, on photographs of which the truth is known.

The photographs are those that scikit-image carries in its wheel; nobody made them for this, but the numbers in
`click_inpaint/patches` were looked at with some of them. The holes are shaped like objects of `bench.cases`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from bench import cases
from click_inpaint.erase import erased
from click_inpaint.fill import telea
from click_inpaint.images import Picture
from click_inpaint.mask import Mask, from_array
from click_inpaint.patches import patched, surroundings_of

U8 = NDArray[np.uint8]

SEED = 20
GROW_PX = 8
"""By how much a hole is larger than its object, as in a removal."""
OBJECT_PX = 600
SIDES_PX = (1024, 8192)
REPEATS = 5


def figures(count: int) -> dict[str, float]:
    """Means over `count` holes: `erase_psnr_over_telea_db`, `erase_detail` and for comparison `erase_detail_telea`
    (Laplacian's standard deviation in the hole over that of the truth). `erase_8192_over_1024` is how much longer the
    same object of OBJECT_PX takes in a picture of the larger side, `erase_s` what it takes in the smaller; that is the
    filling alone. `erase_copied_8192_over_1024` has with it the copy of the whole picture that every result is.
    """
    means = np.mean([compared(image, hole) for image, hole in holes(count, SEED)], axis=0)
    names = ("erase_psnr_over_telea_db", "erase_detail", "erase_detail_telea")
    return dict(zip(names, map(float, means), strict=True)) | times()


def holes(count: int, seed: int) -> Iterator[tuple[U8, U8]]:
    """Photographs (HxWx3) in turn, each with a hole (HxW, 0/255) in the shape of an object somewhere in it."""
    rng = random.Random(seed)
    for at in range(count):
        photo: U8 = getattr(skimage.data, cases.BACKGROUNDS[at % len(cases.BACKGROUNDS)])()[..., :3]
        height = round(cases.WIDTH_PX * photo.shape[0] / photo.shape[1])
        photo = np.asarray(cv2.resize(photo, (cases.WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)
        yield photo, _hole(rng, height)


def compared(image: U8, hole: U8) -> tuple[float, float, float]:
    """Our signal-to-noise ratio over Telea's in dB, our detail and Telea's, all within the hole."""
    damaged = np.where(hole[..., None] > 0, np.uint8(0), image)
    ours, theirs = patched(damaged, hole), telea(damaged, hole)
    errors = [1e-9 + _error(filled, image, hole) for filled in (ours, theirs)]
    detail = _detail(image, hole)
    decibel = 10 * float(np.log10(errors[1] / errors[0]))
    return decibel, _detail(ours, hole) / detail, _detail(theirs, hole) / detail


def times() -> dict[str, float]:
    """The shortest of a few runs for each picture, taken in turn."""
    pictures = [(Picture(image), from_array(hole)) for image, hole in map(_large, SIDES_PX)]
    runs = [partial(run, *picture) for run in (_fill, erased) for picture in pictures]
    seconds: list[list[float]] = [[] for _ in runs]
    for _ in range(REPEATS):
        for run, taken in zip(runs, seconds, strict=True):
            start = time.perf_counter()
            run()
            taken.append(time.perf_counter() - start)
    small, large, copied_small, copied_large = map(min, seconds)
    ratios = {"erase_8192_over_1024": large / small, "erase_copied_8192_over_1024": copied_large / copied_small}
    return {"erase_s": small} | ratios


def _fill(picture: Picture, blend: Mask) -> None:
    crop = surroundings_of(blend.box, picture.size)
    patched(picture.rgb[crop.slices], blend.window(crop))


def _hole(rng: random.Random, height: int) -> U8:
    rgba = cases.cutout(rng)[: height - 4 * GROW_PX]
    shape = np.pad(np.where(rgba[..., 3] >= 128, 255, 0).astype(np.uint8), GROW_PX)
    shape = np.asarray(cv2.dilate(shape, np.ones((2 * GROW_PX + 1,) * 2, np.uint8)), np.uint8)
    hole = np.zeros((height, cases.WIDTH_PX), np.uint8)
    top, left = rng.randint(0, height - shape.shape[0]), rng.randint(0, cases.WIDTH_PX - shape.shape[1])
    hole[top : top + shape.shape[0], left : left + shape.shape[1]] = shape
    return hole


def _large(side: int) -> tuple[U8, U8]:
    """The same photograph about the same disc, in a picture of this side."""
    photo = np.asarray(cv2.resize(skimage.data.astronaut(), (1024, 1024), interpolation=cv2.INTER_CUBIC), np.uint8)
    image = np.tile(photo, (side // 1024, side // 1024, 1))
    hole = np.zeros((side, side), np.uint8)
    cv2.circle(hole, (side // 2, side // 2), OBJECT_PX // 2, (255,), -1)
    return image, hole


def _error(filled: U8, image: U8, hole: U8) -> float:
    apart = filled[hole > 0].astype(np.float64) - image[hole > 0]
    return float((apart**2).mean())


def _detail(image: U8, hole: U8) -> float:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float(cv2.Laplacian(grey, cv2.CV_32F)[hole > 0].std())
