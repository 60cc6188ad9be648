"""One line in the host's log for each run of a job, with its sizes and what each step took; nothing of what a picture
shows, and no prompt.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from click_inpaint.errors import UserError
from click_inpaint.host import report
from click_inpaint.host.contexts import CropPass

logger = logging.getLogger("click_inpaint.job")

SELECTING, PREPARING, PAINTING, STITCHING = STEPS = ("selecting", "preparing", "painting", "stitching")
"""What is told of: our own work before and after, and the host's between."""


@contextmanager
def step(p: Any, name: str) -> Iterator[None]:
    """Count the time of the block to a step of the job."""
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds = report.of(p).seconds
        seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - start


def refused(error: UserError) -> None:
    """Tell that a job was refused, by the sentence without its values: they may be the person's own words."""
    logger.info("A job was refused: %s", error.message.template)


def finished(p: Any, now: CropPass) -> None:
    """Tell what a run has taken. The next run of the same job counts anew."""
    seconds = report.of(p).seconds
    seconds[PAINTING] = time.perf_counter() - now.began - seconds.get(STITCHING, 0.0)
    taken = ", ".join(f"{name} {seconds[name]:.2f} s" for name in STEPS if name in seconds)
    seconds.clear()
    frame, crops = now.job.picture.size, 1 + len(now.further)
    logger.info("%s, %d crop(s) at %s, %d result(s): %s", frame, crops, now.job.working, len(now.results), taken)
