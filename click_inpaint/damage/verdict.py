"""How likely a spot is damage: the sum of many small decision tables.

Each asks DEPTH questions of the form “is this trait larger than that?” and holds a number for each way to answer them
(oblivious trees, as in Prokhorenkova et al. 2018, "CatBoost"). `python -m bench.fit_damage` fits them, on photographs
that scikit-image carries and damage drawn by `bench/damage.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from click_inpaint.mask import F32

FILE = Path(__file__).with_name("verdict.npy")
DEPTH = 5


class Tables(NamedTuple):
    """`traits` (int NxDEPTH) and `limits` (float32 NxDEPTH) are the questions of N tables, `values` (float32
    Nx2^DEPTH) what they add by the answers: that to the first question is the lowest bit.
    """

    traits: NDArray[np.int64]
    limits: F32
    values: F32


@cache
def levels() -> tuple[Tables, ...]:
    """The tables for the finest level of a picture, and those for coarser ones."""
    return tuple(unpacked(rows) for rows in np.load(FILE, allow_pickle=False))


def packed(tables: Tables) -> F32:
    """As one array, a row for each table."""
    return np.concatenate([tables.traits, tables.limits, tables.values], axis=1, dtype=np.float32)


def unpacked(rows: F32) -> Tables:
    """What `packed` has made one array."""
    traits, limits, values = np.split(rows, [DEPTH, 2 * DEPTH], axis=1)
    return Tables(traits.astype(np.int64), limits, values)


def log_odds(traits: F32, tables: Tables) -> F32:
    """For each row of traits the logarithm of the odds that it is damage, float32."""
    odds = np.zeros(len(traits), np.float32)
    columns = np.ascontiguousarray(traits.T)
    for asked, limits, values in zip(*tables):
        answers = np.zeros(len(traits), np.int64)
        for bit in range(DEPTH):
            answers |= (columns[asked[bit]] > limits[bit]).astype(np.int64) << bit
        odds += values[answers]
    return odds
