"""Hypothesis strategies, and the plain ways to compare with, that several test files share."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from click_inpaint import mask
from click_inpaint.geometry import Box, Size
from click_inpaint.mask import Mask
from tests.arrays import F64, U8, Array

sides = st.integers(1, 24)
sizes = st.builds(Size, sides, sides)


def arrays(size: Size) -> st.SearchStrategy[U8]:
    """Binary HxW pixels, sparse to full."""
    return hnp.arrays(np.uint8, (size.height, size.width), elements=st.sampled_from([0, 0, 255]))


@st.composite
def masks(draw: st.DrawFn, size: Size | None = None) -> Mask:
    """Binary masks in loose or tight boxes, empty ones too."""
    frame = size or draw(sizes)
    loose = Mask(frame, frame.box, draw(arrays(frame)))
    return draw(st.sampled_from([loose, mask.trimmed(loose)]))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Mask, Mask]:
    """Two masks of one frame."""
    frame = draw(sizes)
    return draw(masks(frame)), draw(masks(frame))


@st.composite
def boxes(draw: st.DrawFn, frame: Size) -> Box:
    """Non-empty boxes in a frame."""
    x0, y0 = draw(st.integers(0, frame.width - 1)), draw(st.integers(0, frame.height - 1))
    return Box(x0, y0, draw(st.integers(x0 + 1, frame.width)), draw(st.integers(y0 + 1, frame.height)))


def naive_distance(pixels: Array) -> F64:
    """Euclidean distance of each pixel to the nearest set one, by looking at all of them."""
    ys, xs = np.nonzero(pixels)
    if not len(ys):
        return np.full(pixels.shape, np.inf)
    rows, columns = np.indices(pixels.shape)
    distances = np.sqrt((rows[..., None] - ys) ** 2 + (columns[..., None] - xs) ** 2)
    return np.asarray(distances.min(axis=2), np.float64)
