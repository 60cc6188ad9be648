"""Global callbacks: `on_x(callback)` while a script file loads, `x_callback(...)` when the host gets there. Failures
are reported and swallowed. `before_ui` and `script_unloaded` run last-registered first, as in the host.
"""

from collections.abc import Callable
from dataclasses import make_dataclass
from typing import Any

from modules import errors

ImageSaveParams = make_dataclass("ImageSaveParams", ["image", "p", "filename", "pnginfo"])
_lists: list[list[Callable[..., Any]]] = []


def _event(*, backwards: bool = False) -> tuple[Callable[..., None], Callable[..., list[Any]]]:
    """(how to register, how to call)."""
    callbacks: list[Callable[..., Any]] = []
    _lists.append(callbacks)

    def call(*args: Any, **kwargs: Any) -> list[Any]:
        results = []
        for callback in callbacks[::-1] if backwards else callbacks[:]:
            try:
                results.append(callback(*args, **kwargs))
            except Exception:  # noqa: PERF203 - one failing extension must not stop the others
                errors.report(f"Error executing callback {callback}", exc_info=True)
        return results

    return lambda callback, *, name=None: callbacks.append(callback), call


on_before_ui, before_ui_callback = _event(backwards=True)
on_ui_settings, ui_settings_callback = _event()
on_after_component, after_component_callback = _event()
on_before_image_saved, before_image_saved_callback = _event()
on_app_started, app_started_callback = _event()
on_script_unloaded, script_unloaded_callback = _event(backwards=True)


def clear_callbacks() -> None:
    for callbacks in _lists:
        callbacks.clear()
