"""How long steps take: written to the log, and read there by the demo and the benchmarks."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger("click_inpaint.timing")


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Log at level DEBUG how many milliseconds the block took. The record has them as `ms`, and the name as `step`."""
    start = time.perf_counter()
    try:
        yield
    finally:
        ms = (time.perf_counter() - start) * 1e3
        logger.debug("%s: %.1f ms", step, ms, extra={"step": step, "ms": ms})
