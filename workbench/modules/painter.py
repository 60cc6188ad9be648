"""What the workbench's sampler paints: colours of the surroundings carried into the hole, with grain by seed."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_TELEA_SIDE_PX = 384  # Telea runs on a picture no larger than this; its cost grows with the hole's area
_SMOOTH_AFTER_PX = 24.0  # from the hole's edge, where smooth colours have taken over from Telea's streaks
_SOFTEN_PX = 3.0  # of blur before colours are carried on: no streaks from single pixels
_AGREE = 8.0  # how fast trust falls with the difference of the two ends, in -1…1 summed over channels
_NO_TRUST = 0.01  # the weight of the wide blur beside the two bridges
_TINT = 0.05  # how far, of -1…1, the seed may drift colours over the whole hole


def paint(pictures: Array, hole: Array, noise: Array) -> Array:
    """[B, 3, H, W] in -1…1 with the H×W `hole` painted; `noise` alike, normal. Nothing known: soft clouds."""
    same = (pictures == pictures[:1]).all()  # a batch of one picture: carry its colours once
    bases = [_base(picture.transpose(1, 2, 0).copy(), hole) for picture in (pictures[:1] if same else pictures)]
    painted = [_with_grain(*bases[0 if same else index], hole, own) for index, own in enumerate(noise)]
    return np.where(hole, np.stack(painted).transpose(0, 3, 1, 2), pictures).astype(np.float32)


def _base(image: Array, hole: Array) -> tuple[Array, float]:
    """(H×W×3 colours for the hole, strength of grain: what a small blur takes away from the known part)."""
    if hole.all():
        return cv2.GaussianBlur(image, (0, 0), max(hole.shape) / 32), 0.03
    detail = np.abs(image - cv2.GaussianBlur(image, (0, 0), 1.5))[~hole]
    return _fill(image, hole), float(np.clip(np.median(detail) * 1.5, 0.012, 0.06))


def _with_grain(filled: Array, roughness: float, hole: Array, noise: Array) -> Array:
    grain = noise.transpose(1, 2, 0).copy()
    small = cv2.resize(grain, (16, 16), interpolation=cv2.INTER_AREA)
    clouds = cv2.GaussianBlur(cv2.resize(small, hole.shape[::-1]), (0, 0), 8)
    clouds *= _TINT * (6 if hole.all() else 1) / max(float(np.abs(clouds).max()), 1e-6)
    return np.clip(filled + clouds + grain * roughness, -1, 1)


def _fill(image: Array, hole: Array) -> Array:
    """Telea at the hole's edge, running over into bridged colours further in."""
    smooth, size = _bridge(image, hole), hole.shape[::-1]
    scale = min(1.0, _TELEA_SIDE_PX / max(size))
    small = [cv2.resize(layer, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
             for layer in (np.where(hole[..., None], smooth, image), hole.astype(np.uint8))]  # fmt: skip
    telea = cv2.inpaint(np.clip((small[0] + 1) * 127.5, 0, 255).astype(np.uint8), small[1], 4, cv2.INPAINT_TELEA)
    telea = cv2.resize(telea.astype(np.float32), size, interpolation=cv2.INTER_CUBIC) / 127.5 - 1
    depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)[..., None]
    return telea + (smooth - telea) * np.clip(depth / _SMOOTH_AFTER_PX, 0, 1)


def _bridge(image: Array, hole: Array) -> Array:
    """Each hole pixel between the known ends of its row and of its column, mixed by how well the two ends agree.

    So a horizon or a shore that enters on one side goes on to the other; where nothing agrees, a wide blur remains.
    """
    soft, wide = _blur_known(image, hole, _SOFTEN_PX), _blur_known(image, hole, max(hole.shape) / 8)
    rows, trust_rows = _between(soft, hole)
    columns, trust_columns = _between(soft.transpose(1, 0, 2), hole.T)
    trust = [
        cv2.GaussianBlur(layer, (0, 0), 4 * _SOFTEN_PX)[..., None] for layer in (trust_rows, trust_columns.T.copy())
    ]
    total = trust[0] + trust[1] + _NO_TRUST
    return (rows * trust[0] + columns.transpose(1, 0, 2) * trust[1] + wide * _NO_TRUST) / total


def _blur_known(image: Array, hole: Array, sigma_px: float) -> Array:
    """Gaussian blur of the known pixels alone; their mean where none is near."""
    known = (~hole).astype(np.float32)[..., None]
    weight = cv2.GaussianBlur(known, (0, 0), sigma_px)[..., None] + 1e-6
    return (cv2.GaussianBlur(image * known, (0, 0), sigma_px) + image[~hole].mean(0) * 1e-6) / weight


def _between(image: Array, hole: Array) -> tuple[Array, Array]:
    """Along each row, the line between the nearest known pixels, and how far to trust it (0 where there is none)."""
    width, index = hole.shape[1], np.arange(hole.shape[1])
    left = np.maximum.accumulate(np.where(hole, -1, index), axis=1)
    right = np.minimum.accumulate(np.where(hole, width, index)[:, ::-1], axis=1)[:, ::-1]
    from_left = np.where(left < 0, 1e6, index - left).astype(np.float32)
    to_right = np.where(right == width, 1e6, right - index).astype(np.float32)
    row = np.arange(len(hole))[:, None]
    start, end = image[row, np.maximum(left, 0)], image[row, np.minimum(right, width - 1)]
    one_sided, nowhere = (left < 0) | (right == width), (left < 0) & (right == width)
    differ = np.where(one_sided, 0.5, np.abs(start - end).sum(2))
    trust = np.exp(-_AGREE * differ) / np.maximum(np.minimum(from_left, to_right), 1) ** 0.5
    share = (from_left / np.maximum(from_left + to_right, 1))[..., None]
    return start + (end - start) * share, np.where(nowhere, 0, trust).astype(np.float32)
