"""Masks cut out of the logits' box against the same enlarged as a whole, and pictures brought to the square."""

import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from click_inpaint.geometry import Size
from click_inpaint.segment.sam import frame
from tests.arrays import F32, Bools

SIDE = 1024


def the_whole_enlarged(logits: F32, size: Size, fitted: Size) -> Bools:
    """Sam.postprocess_masks, with OpenCV."""
    square = cv2.resize(logits, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)[: fitted.height, : fitted.width]
    return cv2.resize(square, (size.width, size.height), interpolation=cv2.INTER_LINEAR) > 0


def iou(a: Bools, b: Bools) -> float:
    union = (a | b).sum()
    return 1.0 if not union else float((a & b).sum() / union)


def blobs(seed: int, count: int, radius: float) -> F32:
    """Logits of a few discs on a slightly uneven negative ground."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:256, :256]
    logits = np.full((256, 256), -8.0, np.float32)
    for _ in range(count):
        cx, cy = rng.uniform(-5, 261, 2)
        logits = np.maximum(logits, radius * rng.uniform(0.3, 1) - np.hypot(x - cx, y - cy))
    return (logits + rng.normal(0, 0.3, logits.shape)).astype(np.float32)


SIZES = st.builds(Size, st.integers(9, 1700), st.integers(9, 1700))


@example(size=Size(1071, 1076), seed=0, count=1, radius=6.0)
@given(size=SIZES, seed=st.integers(0, 99), count=st.integers(0, 5), radius=st.sampled_from([1.5, 6.0, 40.0, 120.0]))
def test_the_boxs_mask_is_the_wholes(size: Size, seed: int, count: int, radius: float) -> None:
    logits, fitted = blobs(seed, count, radius), frame.fitted_size(size, SIDE)
    expected = the_whole_enlarged(logits, size, fitted)
    found = frame.enlarged(logits, size, fitted, SIDE).full() > 0
    # a speck of a few pixels may differ by one of them; no other mask by more than 5 in a thousand
    assert iou(expected, found) >= 0.995 or (expected ^ found).sum() <= 2


@pytest.mark.parametrize(
    "size", [Size(1024, 1024), Size(4096, 4096), Size(4096, 3072), Size(1024, 683), Size(2048, 16)]
)
def test_it_is_the_very_same_where_the_scale_is_whole(size: Size) -> None:
    fitted = frame.fitted_size(size, SIDE)
    for seed in range(4):
        logits = blobs(seed, 3, 20.0)
        found = frame.enlarged(logits, size, fitted, SIDE).full() > 0
        assert (found == the_whole_enlarged(logits, size, fitted)).all()


@given(st.integers(0, 255), st.integers(0, 255), st.sampled_from([Size(1500, 1000), Size(1000, 1499), Size(333, 777)]))
def test_no_component_is_lost(x: int, y: int, size: Size) -> None:
    logits = np.full((256, 256), -4, np.float32)
    logits[100, 90], logits[y, x] = 6, 6
    fitted = frame.fitted_size(size, SIDE)
    expected = the_whole_enlarged(logits, size, fitted)
    found = frame.enlarged(logits, size, fitted, SIDE).full()
    parts = cv2.connectedComponents(expected.astype(np.uint8))[0]
    assert cv2.connectedComponents((found > 0).astype(np.uint8))[0] == parts


@given(
    size=st.builds(Size, st.integers(300, 1700), st.integers(300, 1700)),
    seed=st.integers(0, 99),
    radius=st.sampled_from([20.0, 60.0, 120.0]),
)
def test_a_coarse_mask_differs_along_the_outline_only(size: Size, seed: int, radius: float) -> None:
    logits, fitted = blobs(seed, 2, radius), frame.fitted_size(size, SIDE)
    exact = frame.enlarged(logits, size, fitted, SIDE).full()
    box, pixels = frame.coarse(logits, size, fitted, SIDE)
    assert size.box.contains(box) and set(np.unique(pixels)) <= {0, 255} and max(pixels.shape) <= 256
    shown = np.zeros_like(exact)
    if not box.empty:
        shown[box.slices] = cv2.resize(pixels, (box.width, box.height), interpolation=cv2.INTER_NEAREST)
    cell = math.ceil(max(size.width, size.height) / 256) + 1
    outline = cv2.morphologyEx(exact, cv2.MORPH_GRADIENT, np.ones((3, 3)))
    near = cv2.dilate(outline, np.ones((2 * cell + 1,) * 2)) > 0
    specks = (shown != exact) & ~near  # what is smaller than a cell, or cut by the frame's edge
    assert specks.sum() <= (2 * cell) ** 2


def test_no_positive_logit_is_an_empty_mask() -> None:
    assert frame.enlarged(np.full((256, 256), -1, np.float32), Size(50, 40), Size(1024, 819), SIDE).empty
    only_padding = np.full((256, 256), -1, np.float32)
    only_padding[250:, :] = 5
    for logits in (only_padding, np.full((256, 256), -1, np.float32)):
        box, pixels = frame.coarse(logits, Size(50, 40), Size(1024, 819), SIDE)
        assert box.empty and pixels.shape == (0, 0)
    assert frame.enlarged(only_padding, Size(50, 40), Size(1024, 819), SIDE).empty


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_fitted_size_is_sams(torch: Any, width: int, height: int) -> None:
    from segment_anything.utils.transforms import ResizeLongestSide

    rows, columns = ResizeLongestSide.get_preprocess_shape(height, width, SIDE)
    assert frame.fitted_size(Size(width, height), SIDE) == Size(max(1, columns), max(1, rows))


@pytest.mark.parametrize("side", [500, 1024, 1700, 3000])
def test_a_photograph_is_fitted_nearly_as_sam_fits_it(torch: Any, photograph: Path, side: int) -> None:
    from segment_anything.utils.transforms import ResizeLongestSide

    size = (side, side * 2 // 3)
    image = np.asarray(cv2.resize(cv2.imread(str(photograph)), size, interpolation=cv2.INTER_CUBIC), np.uint8)
    ours, theirs = frame.fit(image, SIDE), ResizeLongestSide(SIDE).apply_image(image)
    assert ours.shape == theirs.shape and ours.dtype == np.uint8
    assert np.abs(ours.astype(int) - theirs).mean() < 2
