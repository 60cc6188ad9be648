"""The colour wand: the pixels whose colour looks like that of one pixel.

How different two colours look is their distance in CIELAB (CIE 1976, ΔE*ab) under D65. It is computed for those pixels
alone that may go either way: for all others, the cell of 8×4×8 colours that they lie in decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.cache import OnceCache
from click_inpaint.errors import BadEdit
from click_inpaint.images import flattened
from click_inpaint.mask import U8, Mask, compared, from_array
from click_inpaint.steps import Wand
from click_inpaint.store import Store

F32 = NDArray[np.float32]

CACHE_BYTES = 64 << 20

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""From linear sRGB to CIE XYZ under D65 (IEC 61966-2-1)."""
_TO_RELATIVE_XYZ = (_TO_XYZ / _TO_XYZ.sum(axis=1, keepdims=True)).astype(np.float32)
"""The same with white at 1, 1, 1."""
_TO_LAB = np.array([[0, 116, 0, -16], [500, -500, 0, 0], [0, 200, -200, 0]], np.float32)
"""From the cube roots of relative X, Y, Z; the last column is added."""
_EPSILON = np.float32((6 / 29) ** 3)
"""Below this part of white's light, CIELAB goes on along the tangent of the cube root."""
_SLOPE = np.float32((29 / 6) ** 2 / 3)
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)

_BITS = np.array([5, 6, 5])
"""How many bits of red, green and blue number the cells: 16 together, and most for what the eye sees best."""
_SIDES = 1 << (8 - _BITS)
_SHIFTS = np.array([11, 5, 0])
_NUMBERS = [(np.arange(256) // side << shift).astype(np.uint16) for side, shift in zip(_SIDES, _SHIFTS)]
"""What each level of each channel adds to the number of its cell."""
_SLACK = 1.2
"""All colours of a cell lie within so many times the distance from its middle to its farthest corner."""
_ROUNDING = 1e-3
"""So far from itself a colour may seem to be in float32, and no two 8-bit colours are so near."""
_STRIP_PIXELS = 1 << 20
_OUT, _UNSURE, _IN = 0, 1, 255


class Wands:
    """What wand steps select in the pictures of a store. Masks that were computed are kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._masks: OnceCache[tuple[str, int, int, float, bool], Mask] = OnceCache(
            CACHE_BYTES, lambda found: found.pixels.nbytes
        )

    def mask(self, image_id: str, step: Wand) -> Mask:
        """What the wand selects by itself, whatever its mode is; binary. What is transparent counts as white, as for
        segmenters. Raises BadEdit for a wand beside the picture, and UnknownPicture.
        """
        frame = self._store.size(image_id)
        if not frame.contains(step.point):
            raise BadEdit(
                "The wand at ({x}, {y}) lies outside the picture ({size}); click on the picture.",
                x=f"{step.x:g}",
                y=f"{step.y:g}",
                size=str(frame),
            )
        x, y = int(step.x), int(step.y)
        key = image_id, x, y, step.tolerance, step.contiguous
        return self._masks.get(
            key, lambda: alike(flattened(self._store.picture(image_id)), x, y, step.tolerance, step.contiguous)
        )

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the masks hold which are kept."""
        return self._masks.weight

    def clear(self) -> None:
        """Forget all masks."""
        self._masks.clear()


def alike(rgb: U8, x: int, y: int, tolerance: float, contiguous: bool) -> Mask:
    """The pixels of `rgb` (HxWx3 uint8 sRGB) whose colour is at most `tolerance` (ΔE*ab) from that of the pixel (x, y).

    With `contiguous`, only those that a path of such pixels, side by side, joins to (x, y).
    """
    seed = _lab(rgb[y : y + 1, x : x + 1])
    verdicts, found = _by_cells(seed, tolerance), np.empty(rgb.shape[:2], np.uint8)
    for strip in _strips(rgb):
        found[strip] = verdicts.take(_cells_of(rgb[strip]))
    if contiguous:  # what no path can reach need not be decided
        cv2.bitwise_and(found, _joined(compared(found, _OUT, cv2.CMP_NE), x, y), dst=found)
    for strip in _strips(rgb):
        unsure = found[strip] == _UNSURE
        if unsure.any():
            distances = _distances(_lab(rgb[strip][unsure][:, None]), seed)
            found[strip][unsure] = np.where(distances <= tolerance + _ROUNDING, _IN, _OUT)
    if contiguous:
        found = _joined(found, x, y)
    return _compact(found)


def _strips(rgb: U8) -> Iterator[slice]:
    """Rows by rows, few enough at a time that what is computed for them takes little memory beside the picture."""
    rows = max(1, _STRIP_PIXELS // rgb.shape[1])
    return (slice(top, top + rows) for top in range(0, rgb.shape[0], rows))


def _lab(rgb: U8) -> F32:
    """CIELAB under D65 of NxMx3 uint8 sRGB: float32 L*, a*, b*."""
    light = cv2.transform(_LINEAR[rgb], _TO_RELATIVE_XYZ)
    dark = np.minimum(light - _EPSILON, 0)
    return np.asarray(cv2.transform(np.cbrt(np.maximum(light, _EPSILON)) + _SLOPE * dark, _TO_LAB), np.float32)


def _distances(colours: F32, seed: F32) -> F32:
    """ΔE*ab of each of Nx1x3 colours from one (1x1x3), all in CIELAB: N numbers."""
    apart = (colours - seed)[:, 0]
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", apart, apart)), np.float32)


def _cells_of(rgb: U8) -> NDArray[np.uint16]:
    """The number of each pixel's cell: HxW uint16."""
    numbers, *others = (cv2.LUT(plane, _NUMBERS[channel]) for channel, plane in enumerate(cv2.split(rgb)))
    for other in others:
        cv2.add(numbers, other, dst=numbers)
    return np.asarray(numbers, np.uint16)


def _by_cells(seed: F32, tolerance: float) -> U8:
    """For each cell whether all of its colours are within `tolerance` of `seed`, none is, or it is not sure."""
    middles, reaches = _middles_and_reaches()
    distances = _distances(middles, seed)
    verdicts = np.full(len(middles), _UNSURE, np.uint8)
    verdicts[distances - reaches > tolerance] = _OUT
    verdicts[distances + reaches < tolerance] = _IN
    return verdicts


@cache
def _middles_and_reaches() -> tuple[F32, F32]:
    """For each cell a colour in its middle (Nx1x3, CIELAB), and how far from it its colours lie at most (N, ΔE*ab)."""
    numbers = np.arange(1 << _BITS.sum())[:, None]
    first = (numbers >> _SHIFTS) % (1 << _BITS) * _SIDES
    middles = _lab(np.asarray((first + _SIDES // 2)[:, None], np.uint8))
    reaches = np.zeros(len(numbers), np.float32)
    for corner in np.ndindex(2, 2, 2):
        colours = _lab(np.asarray((first + np.array(corner) * (_SIDES - 1))[:, None], np.uint8))
        reaches = np.maximum(reaches, np.linalg.norm((colours - middles)[:, 0], axis=1))
    return middles, _SLACK * reaches


def _joined(found: U8, x: int, y: int) -> U8:
    """The pixels that a path of pixels of one value, side by side, joins to (x, y): 255, else 0."""
    reached = np.zeros((found.shape[0] + 2, found.shape[1] + 2), np.uint8)
    cv2.floodFill(found, reached, (x, y), (0,), flags=4 | _IN << 8 | cv2.FLOODFILL_MASK_ONLY)
    return reached[1:-1, 1:-1]


def _compact(found: U8) -> Mask:
    """The mask of these pixels, which holds no more of them than its box does."""
    mask = from_array(found)
    return Mask(mask.frame, mask.box, mask.pixels.copy())
