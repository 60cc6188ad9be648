"""The host's queue for its GPU, in which its own jobs wait."""

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
    """Call `run`, which runs an encoder, and return its result: on the CPU always, on the GPU between the host's jobs.

    Raises Busy while a job of the host's has the GPU. It never waits for one: that would keep a thread from the host
    for minutes.
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
    """Whether the host is loading its first checkpoint, which it does in a thread of its own, outside the queue."""
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
    """Call `run` in the one thread in which Forge and reForge do all their work on the GPU, or here on other hosts.
    That thread returns None for a call that failed, so the error is brought here by hand.
    """
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
