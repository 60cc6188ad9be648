"""How much of a crop is masked, and how far its middle lies from what stays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint.cover import Cover, measured
from click_inpaint.geometry import Size
from click_inpaint.pipeline import Pipeline
from click_inpaint.store import Store
from tests.arrays import U8
from tests.squares import OnlySquares, edit_of, encoded

masks = st.builds(
    lambda width, height, seed, share: np.where(
        np.random.default_rng(seed).random((height, width)).repeat(8, 0).repeat(8, 1) < share, 255, 0
    ).astype(np.uint8),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(0, 99),
    st.floats(0, 1),
)


def counted(mask: U8) -> Cover:
    """By the definition: each masked pixel beside each that is not."""
    inside, outside = np.argwhere(mask > 0), np.argwhere(mask == 0)
    if not len(outside):
        return Cover(1, max(mask.shape))
    apart = np.linalg.norm(inside[:, None] - outside[None, :], axis=2).min(axis=1) if len(inside) else np.zeros(1)
    return Cover(len(inside) / mask.size, float(apart.max()))


@given(masks)
def test_the_numbers_are_those_of_a_plain_count(mask: U8) -> None:
    ours, plain = measured(mask), counted(mask)
    assert ours.share == plain.share and ours.reach == pytest.approx(plain.reach, abs=0.01)


def test_a_preview_has_the_numbers_of_the_mask_that_the_sampler_gets() -> None:
    pipeline = Pipeline(Store(), OnlySquares())
    levels = np.zeros((200, 300), np.uint8)
    levels[20:180, 30:255] = 255  # 60 % of the picture
    step = {"kind": "mask", "image": pipeline.store.add(encoded(levels))}
    for mode in ("masked", "whole", "twice"):
        edit = edit_of(pipeline, step, area={"mode": mode, "padding": 8})
        shown, jobs = pipeline.preview(edit, Size(96, 64)), pipeline.prepare(edit, Size(96, 64))
        assert len(shown.covers) == len(jobs) == (2 if mode == "twice" else 1)
        for cover, job in zip(shown.covers, jobs):
            assert cover.share == (job.model_mask > 0).mean() >= 0.6
            assert cover.reach == pytest.approx(counted(job.model_mask).reach, abs=0.01)
