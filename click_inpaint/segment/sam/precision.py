"""The precision that an encoder runs in on a device: half precision where that is faster, which is measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

BF16_WORTH = 0.8
"""bf16 is used when it multiplies matrices in less than this part of the time that fp32 needs."""
ROWS, INNER, COLUMNS = 1024, 768, 1536
ROUNDS = 5


def encoding(device: str) -> AbstractContextManager[Any]:
    """The context to run an encoder in: half precision on CUDA, bf16 on a CPU where that is faster, else fp32."""
    import torch

    chosen: AbstractContextManager[Any] = nullcontext()
    if device.startswith("cuda"):
        chosen = torch.autocast("cuda", torch.float16)
    elif device == "cpu" and bf16_pays():
        chosen = torch.autocast("cpu", torch.bfloat16)
    return chosen


def weights(device: str) -> Any:
    """The torch.dtype of an encoder's weights on a device. On CUDA it is half precision, which takes half the memory;
    what is too delicate for that, autocast still computes in float32.
    """
    import torch

    return torch.float16 if device.startswith("cuda") else torch.float32


@lru_cache(maxsize=1)
def bf16_pays() -> bool:
    """Whether this CPU multiplies bf16 matrices clearly faster than fp32 ones. Measuring it takes some 50 ms, once in a
    process.

    It does so with AVX512-BF16 or AMX. Other CPUs emulate bf16, which is slower.
    """
    import torch

    with torch.inference_mode():
        a, b = torch.ones(ROWS, INNER), torch.ones(INNER, COLUMNS)
        half_a, half_b = a.bfloat16(), b.bfloat16()
        try:
            half = _fastest(lambda: half_a @ half_b)
        except RuntimeError:  # an old torch has no bf16 kernel for this CPU
            return False
        return half < BF16_WORTH * _fastest(lambda: a @ b)


def _fastest(run: Callable[[], object]) -> float:
    run()
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        took.append(time.perf_counter() - start)
    return min(took)
