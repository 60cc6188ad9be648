"""What an extension starts from, on strips cut off photographs, against repeating the edge; for `bench.tasks`."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import skimage.data
import skimage.metrics
from numpy.typing import NDArray

from click_inpaint.edit import Frame
from click_inpaint.frame import extended
from click_inpaint.images import Picture

U8 = NDArray[np.uint8]

PHOTOGRAPHS: tuple[str, ...] = (
    *("astronaut", "brick", "camera", "chelsea", "coffee", "coins"),
    *("grass", "gravel", "hubble_deep_field", "immunohistochemistry", "moon", "rocket"),
)
"""Those in scikit-image's wheel, which nobody here made."""
SHARES = (1 / 8, 1 / 4)
"""Of the picture's width or height that is cut off."""


def run() -> dict[str, float]:
    """Each side of each photograph, at each of SHARES, is cut off and extended again. extend_prefill_psnr_db is the
    mean PSNR of what an extension starts from to what was there, extend_prefill_over_border_db how much higher that is
    than with the edge repeated, extend_prefill_worst_db the same where it is least, and extend_prefill_better the share
    of strips where it is not lower.
    """
    pairs = [_psnr(photograph, share) for photograph in photographs() for share in SHARES]
    prefill, border = np.array(pairs).T
    return {
        "extend_prefill_psnr_db": float(prefill.mean()),
        "extend_prefill_over_border_db": float((prefill - border).mean()),
        "extend_prefill_worst_db": float((prefill - border).min()),
        "extend_prefill_better": float((prefill >= border).mean()),
    }


def photographs() -> Iterator[U8]:
    """Each photograph four times, HxWx3 uint8: each of its sides lies right once."""
    for name in PHOTOGRAPHS:
        pixels = getattr(skimage.data, name)()
        coloured = np.dstack([pixels] * 3) if pixels.ndim == 2 else pixels[..., :3]
        for turns in range(4):
            yield np.ascontiguousarray(np.rot90(coloured, turns))


def _psnr(photograph: U8, share: float) -> tuple[float, float]:
    """Of the strip on the right: what an extension starts from, and the edge repeated."""
    count = round(photograph.shape[1] * share)
    kept, strip = photograph[:, :-count], photograph[:, -count:]
    prefill = extended(Picture(kept), Frame(right=count)).rgb[:, -count:]
    border = cv2.copyMakeBorder(kept, 0, 0, 0, count, cv2.BORDER_REPLICATE)[:, -count:]
    return _of(strip, prefill), _of(strip, np.asarray(border, np.uint8))


def _of(strip: U8, drawn: U8) -> float:
    return float(skimage.metrics.peak_signal_noise_ratio(strip, drawn))
