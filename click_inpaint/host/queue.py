"""The host's queue for its GPU, which its own jobs stand in."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any, TypeVar

from modules import call_queue, sd_models

from click_inpaint.errors import NotNow
from click_inpaint.host import memory
from click_inpaint.segment.base import Segmenter
from click_inpaint.segment.catalogue import BUILT_IN
from click_inpaint.service import Busy

T = TypeVar("T")


def on_device(segmenter: Segmenter, run: Callable[[], T]) -> T:
    """`run`, an encoder, as soon as it may: at once on the CPU; on the GPU between the host's jobs. Raises Busy.

    Never waits: whoever waited here for a job of minutes would take a thread from the host.
    """
    if segmenter.name == BUILT_IN:
        return run()
    if _starting():
        raise Busy
    try:
        return run() if memory.encoder_device() == memory.CPU else _in_the_queue(run)
    except NotNow as error:
        raise Busy from error


def _starting() -> bool:
    """Whether the host loads its first checkpoint: in a thread of its own, outside the queue."""
    lock = getattr(getattr(sd_models, "model_data", None), "lock", None)
    return lock is not None and bool(lock.locked())


def _in_the_queue(run: Callable[[], T]) -> T:
    if not call_queue.queue_lock.acquire(blocking=False):
        raise Busy
    try:
        return _in_the_hosts_thread(run)
    finally:
        call_queue.queue_lock.release()


def _in_the_hosts_thread(run: Callable[[], T]) -> T:
    """Forge and reForge do all their work on the GPU in one thread, which answers None for whatever failed."""
    if importlib.util.find_spec("modules_forge") is None:
        return run()
    outcome: list[Any] = []

    def caught() -> None:
        try:
            outcome.extend((run(), None))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            outcome.extend((None, error))

    importlib.import_module("modules_forge.main_thread").run_and_wait_result(caught)
    result, error = outcome
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]
