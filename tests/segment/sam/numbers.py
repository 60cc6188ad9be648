"""Weights that are the same everywhere: drawn by NumPy, whose generators do not change."""

import numpy as np

from tests.arrays import Array


def numbers(seed: int, name: str, shape: tuple[int, ...]) -> Array:
    """Weights of a trained one's order of magnitude, that no other tensor has."""
    if name.endswith("num_batches_tracked"):
        return np.zeros((), np.int64)
    drawn = np.random.default_rng(seed).uniform(-1, 1, shape)
    if name.endswith("running_var") or (len(shape) == 1 and name.endswith("weight")):
        return (1 + 0.3 * drawn).astype(np.float32)
    if len(shape) == 1 or "biases" in name:
        return (0.3 * drawn).astype(np.float32)
    return (drawn * (3 / np.prod(shape[1:])) ** 0.5).astype(np.float32)
