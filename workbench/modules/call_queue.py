"""One lock for everything that samples: UI, API, option callbacks. Not re-entrant, so a hook must not take it."""

import functools
import html
import threading
import time
from collections.abc import Callable
from typing import Any

from modules import errors
from modules.shared import state

queue_lock = threading.Lock()
tasks: dict[str, str] = {}
"""Jobs of the page by the id that it made up for them: "queued", "active" or "completed"."""


def wrap_gradio_gpu_call(func: Callable[..., Any], extra_outputs: list[Any]) -> Callable[..., tuple[Any, ...]]:
    """A Generate handler: queued, and an exception becomes `extra_outputs` plus one HTML line that the user sees."""

    @functools.wraps(func)
    def call(task: str, *args: Any) -> tuple[Any, ...]:
        started = time.perf_counter()
        tasks[task] = "queued"
        try:
            with queue_lock:
                tasks[task] = "active"
                state.begin(job=task)
                outputs = list(func(task, *args))
        except Exception as error:
            errors.report("Error completing request", exc_info=True)
            message = html.escape(f"{type(error).__name__}: {error}")
            outputs = [*extra_outputs, f"<div class='error'>{message}</div>"]
        finally:
            state.interrupted = False
            state.end()
            tasks[task] = "completed"
        seconds = time.perf_counter() - started
        outputs[-1] += f"<div class='performance'><p class='time'>Time taken: <span>{seconds:.1f} sec.</span></p></div>"
        return tuple(outputs)

    return call


def progress(request: dict[str, Any]) -> dict[str, Any]:
    """What POST /internal/progress {id_task} answers; no live preview."""
    stage = tasks.get(request.get("id_task", ""))
    return {"progress": state.fraction(), **{name: stage == name for name in ("active", "queued", "completed")}}
