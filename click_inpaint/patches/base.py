"""A hole filled from a coarse picture to the whole one, each time with patches that look like what is there so far
(Wexler et al. 2007, "Space-Time Completion of Video", section 3), beginning with colours that grow in from the rim.

The way back to detail is our own: the means of overlapping patches have the right colours and no grain, single copied
pixels have the grain; the result takes what is coarse from the first and what is fine from the second.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Box, Size
from click_inpaint.patches.field import Field, Places
from click_inpaint.patches.look import REACH_PX, looks
from click_inpaint.patches.pieces import pieces

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

SEED = 0
CONTEXT_PX = (48, 256)
"""Patches come from surroundings as wide as the hole within these bounds, and CONTEXT_SHARE of it at least."""
CONTEXT_SHARE = 0.4
MOST_HOLE_PX, MOST_PX = 60_000, 500_000
"""What is searched at most, pixels of the hole and of all; a larger one is searched at a half, a quarter … of its size
and only its detail is fetched at the full one.
"""
DEEP_ENOUGH_PX = 6.0
"""How far the hole's middle is from its rim at the coarsest size, where the first guess is as good as patches are."""
SHORTEST_PX = 24
ROUNDS = (1, 2, 4, 8)
"""Searches and votes at the finest size, at its half, at its quarter, and at all below."""
NEAR_PX = 8
"""How far the later searches at one size look around what is found."""
TRUST = 1.3
"""By how much less a patch counts for each pixel that it lies further inside the hole (as above, section 3.2)."""
SHARPNESS = 3.0
"""Errors are weighed against this multiple of a poor patch's: the smaller, the less do poor ones count."""
FINE_PX = 2.0
"""Sigma that parts coarse from fine, in pixels of the size that was searched."""
SMOOTH_PX, SMOOTH_SHARE = 6.0, 0.3
"""What is coarser than this sigma is drawn towards the colours that grow in from the rim: on 76 holes with known truth
that is nearer to it by 0.2 to 0.5 dB than patches alone.
"""
TELEA_RADIUS_PX = 5.0
THINNEST_PX = 3
FEWEST_SOURCES = 64


@dataclass(frozen=True, eq=False)
class Found:
    """What the search came to: the hole in means of patches (`means`, HxWx3, the rest is the picture) and the field
    with one source for each pixel of the hole.
    """

    means: F32
    field: Field


def patched(image: U8, mask: U8) -> U8:
    """`image` (HxWx3 uint8 RGB) with the hole, where `mask` (HxW) is not 0, filled with patches of what surrounds it.

    The rest is unchanged, nothing under the mask has an influence, and the same picture and mask give the same pixels.
    What lies far apart is filled one after the other, so that time and memory go by the hole and its surroundings and
    not by the picture. A picture without any surroundings is returned as it is.
    """
    filled = image.copy()
    if not _is_all(mask):
        left = mask.copy()
        for box, part in pieces(mask):
            filled[box.slices][part] = _patch(filled, left, box)[part]
            left[box.slices][part] = 0
    return filled


def _is_all(mask: U8) -> bool:
    *_, width, height = cv2.boundingRect(mask)
    return (height, width) == mask.shape and bool(mask.all())


def _patch(image: U8, mask: U8, hole: Box) -> U8:
    """What stands in the box of a hole once it is filled."""
    box = surroundings_of(hole, Size(mask.shape[1], mask.shape[0]))
    filled = _filled(image[box.slices], (mask[box.slices] > 0).astype(np.uint8))
    return filled[hole.within(box)]


def surroundings_of(hole: Box, frame: Size) -> Box:
    """The part of a picture of size `frame` on which alone it depends what a hole in the box `hole` is filled with."""
    longer = max(hole.x1 - hole.x0, hole.y1 - hole.y0)
    least, most = CONTEXT_PX
    context = max(least, min(longer, most), round(longer * CONTEXT_SHARE))
    return Box(
        max(0, hole.x0 - context),
        max(0, hole.y0 - context),
        min(frame.width, hole.x1 + context),
        min(frame.height, hole.y1 + context),
    )


def _filled(image: U8, hole: U8) -> U8:
    scale = _scale(hole)
    small, small_hole = _reduced(image, hole, scale)
    guess = _grown_in(small, small_hole)
    places = Places(small_hole)
    if len(places.sources) < FEWEST_SOURCES:
        return _brought_back(image, hole, guess)
    found = _found(guess, small_hole, np.random.default_rng(SEED))
    means = _drawn_towards(found.means, guess)
    return _detailed(image, hole, Found(means, found.field), scale)


def _scale(hole: U8) -> int:
    """The power of two by which the picture is reduced before the search."""
    scale = 1
    while int(hole.sum()) > MOST_HOLE_PX * scale**2 or hole.size > MOST_PX * scale**2:
        scale *= 2
    return scale


def _reduced(image: U8, hole: U8, scale: int) -> tuple[F32, U8]:
    """Both at 1/`scale` of their size; pixels of which any part is hole are hole. A rest at the right and below that
    fills no whole pixel is left out.
    """
    height, width = (side // scale for side in hole.shape)
    whole = slice(0, height * scale), slice(0, width * scale)
    small = cv2.resize(image[whole], (width, height), interpolation=cv2.INTER_AREA)
    small_hole = hole[whole].reshape(height, scale, width, scale).max(axis=(1, 3))
    return small.astype(np.float32), small_hole


def _grown_in(image: F32, hole: U8) -> F32:
    """The first guess: colours drawn inward from the rim (Telea 2004). It begins with the mean of what is known, as
    OpenCV lets the hole's own colours through at the picture's rim; and ends with it where the picture is too thin for
    OpenCV, which answers each time something else there.
    """
    start = _within(hole, np.broadcast_to(image[hole == 0].mean(axis=0), image.shape), image)
    if min(hole.shape) < THINNEST_PX:
        return start
    guess = cv2.inpaint(np.rint(start).astype(np.uint8), hole, TELEA_RADIUS_PX, cv2.INPAINT_TELEA)
    return _within(hole, guess.astype(np.float32), image)


def _within(hole: U8, new: F32, image: F32) -> F32:
    return np.where(hole[..., None] > 0, new, image)


def _found(image: F32, hole: U8, chance: np.random.Generator) -> Found:
    """The search, from the coarsest size to that of `image`; what lies in its hole has no influence."""
    sizes = _sizes(image, hole)
    coarsest, coarsest_hole = sizes[-1]
    means, field = _grown_in(coarsest, coarsest_hole), None
    for fineness in range(len(sizes) - 1, -1, -1):
        known, known_hole = sizes[fineness]
        places = Places(known_hole)
        field = field.finer(places, chance) if field else Field.by_chance(places, chance)
        larger = cv2.resize(means, (places.width, places.height), interpolation=cv2.INTER_LINEAR)
        means = _within(known_hole, np.asarray(larger, np.float32), known)
        for turn in range(ROUNDS[min(fineness, len(ROUNDS) - 1)]):
            field.compare(looks(means))
            field.search(chance, NEAR_PX if turn else max(known_hole.shape))
            means = _voted(field, means)
    assert field, "there is at least one size"
    return Found(means, field)


def _sizes(image: F32, hole: U8) -> list[tuple[F32, U8]]:
    """The picture and its hole at the full size, the half, and so on, down to where the hole is no deeper than
    DEEP_ENOUGH_PX, the shorter side is SHORTEST_PX, or too few sources are left. Only what is known counts in a mean.
    """
    sizes = [(image, hole)]
    while _depth(hole) > DEEP_ENOUGH_PX and min(hole.shape) > SHORTEST_PX:
        size = ((hole.shape[1] + 1) // 2, (hole.shape[0] + 1) // 2)
        known: F32 = (hole == 0).astype(np.float32)
        share = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
        sums = cv2.resize(image * known[..., None], size, interpolation=cv2.INTER_AREA)
        image, hole = np.asarray(sums / np.maximum(share, 1e-3)[..., None], np.float32), (share < 0.5).astype(np.uint8)
        if len(Places(hole).sources) < FEWEST_SOURCES:
            break
        sizes.append((image, hole))
    return sizes


def _depth(hole: U8) -> float:
    """How far the hole's middle is from what is known; the rim of the picture counts as that."""
    return float(cv2.distanceTransform(np.pad(hole, 1), cv2.DIST_L2, cv2.DIST_MASK_3).max())


def _voted(field: Field, image: F32) -> F32:
    """The hole in weighted means of all patches that lie over each of its pixels."""
    places = field.places
    scale = float(np.percentile(field.error, 75)) * SHARPNESS + 1e-3
    inside = cv2.distanceTransform(places.hole, cv2.DIST_L2, cv2.DIST_MASK_3).ravel()[places.wanted]
    weights: F32 = ((np.exp(-field.error / (2 * scale)) + 1e-6) * np.maximum(TRUST**-inside, 1e-4)).astype(np.float32)
    rim = ((REACH_PX, REACH_PX), (REACH_PX, REACH_PX), (0, 0))
    weighted = np.zeros((places.height + 2 * REACH_PX, places.width + 2 * REACH_PX, 4), np.float32)
    around = np.pad(np.dstack([image, np.ones_like(image[..., :1])]), rim, "edge")
    down, across = np.divmod(field.source, places.width)
    for row in range(2 * REACH_PX + 1):
        for column in range(2 * REACH_PX + 1):
            weighted[places.rows + row, places.columns + column] += (
                around[down + row, across + column] * weights[:, None]
            )
    inner = slice(REACH_PX, -REACH_PX)
    sums = weighted[inner, inner]
    return _within(places.hole, sums[..., :3] / np.maximum(sums[..., 3:], 1e-12), image)


def _drawn_towards(means: F32, guess: F32) -> F32:
    """What is coarse in `means` a share nearer to the first guess; both are the picture outside the hole."""
    coarse = cv2.GaussianBlur(guess - means, (0, 0), SMOOTH_PX)
    return np.asarray(means + SMOOTH_SHARE * coarse, np.float32)


def _detailed(image: U8, hole: U8, found: Found, scale: int) -> U8:
    """The hole at full size: coarse as in the means, fine as in the pixels that the field names."""
    box = _around(hole, round(4 * FINE_PX * scale))
    place = box.slices
    means = _enlarged(found.means, scale, hole.shape)[place].astype(np.float32)
    copied = image.astype(np.float32)[place] if scale == 1 else image[place].astype(np.float32)
    inside = hole[place] > 0
    copied[inside] = _fetched(image, hole, found.field, scale)
    means = np.where(inside[..., None], means, copied)
    coarse = cv2.GaussianBlur(means - copied, (0, 0), FINE_PX * scale)
    filled = image.copy()
    filled[place][inside] = np.clip(np.rint(copied + coarse), 0, 255)[inside]
    return filled


def _fetched(image: U8, hole: U8, field: Field, scale: int) -> U8:
    """The pixel that stands for each of the hole's (Nx3), rows from the top."""
    places = field.places
    rows, columns = np.nonzero(hole)
    small_rows = np.minimum(rows // scale, places.height - 1)
    small_columns = np.minimum(columns // scale, places.width - 1)
    source = field.source[places.order_at(small_rows, small_columns)]
    down, across = np.divmod(source, places.width)
    return np.asarray(image[rows + (down - small_rows) * scale, columns + (across - small_columns) * scale])


def _brought_back(image: U8, hole: U8, guess: F32) -> U8:
    """The hole at full size, out of a small picture alone."""
    scale = max(1, image.shape[0] // guess.shape[0])
    larger = _enlarged(guess, scale, hole.shape)
    return np.where(hole[..., None] > 0, np.clip(np.rint(larger), 0, 255).astype(np.uint8), image)


def _enlarged(small: F32, scale: int, shape: tuple[int, ...]) -> F32:
    """`small`, `scale` times as large; what is missing to `shape` at the right and below repeats its rim."""
    if scale > 1:
        size = (small.shape[1] * scale, small.shape[0] * scale)
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)
    missing = ((0, shape[0] - small.shape[0]), (0, shape[1] - small.shape[1]), (0, 0))
    return np.pad(small, missing, "edge")


def _around(hole: U8, context: int) -> Box:
    x, y, width, height = cv2.boundingRect(hole)
    frame = Size(hole.shape[1], hole.shape[0])
    return Box(x, y, x + width, y + height).padded(context).intersection(frame.box)
