"""A wrapper around the host's img2img(), which knows no mode for our tab and finds no picture in its own components."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any

import modules.img2img
from modules import scripts

from click_inpaint.errors import UserError
from click_inpaint.host.answer import answered
from click_inpaint.host.report import PageEdit

logger = logging.getLogger(__name__)

Check = Callable[[Any, Any, Any], None]
"""Takes an Edit, a width and a height, and raises what keeps such a job from being done."""

UNKNOWN_MODE = -1
"""A number that stands for none of the host's tabs: the host then takes no picture from its own components."""
_OURS = "_click_inpaint_original"


def wrap(title: str, check: Check, unchanged: Callable[[], Any]) -> None:
    """Give our jobs an unknown mode, and an answer of ours where they fail. A job is ours where the argument of the
    script called `title` is not empty.

    The mode that the page sends for our tab differs from host to host; it may be the mode of the tab that was used
    last. What `check` raises ends the job before the host does anything. `unchanged` makes Gradio's value for an
    output that stays as it is. This must be called before the page is built.
    """
    original = modules.img2img.img2img
    if hasattr(original, _OURS):
        return
    signature = inspect.signature(original)

    @functools.wraps(original)  # Gradio sees in the signature that it is to pass a request
    def img2img(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        edit = _exchanged_edit(bound.arguments, signature, title)
        if edit is None:
            return original(*args, **kwargs)
        if "mode" in signature.parameters:
            bound.arguments["mode"] = UNKNOWN_MODE
        if "selected_scale_tab" in signature.parameters:
            bound.arguments["selected_scale_tab"] = 0  # “Resize by” needs a picture before any hook runs
        _checked(edit, bound.arguments, check)
        return answered(edit.report, lambda: original(*bound.args, **bound.kwargs), unchanged)

    setattr(img2img, _OURS, original)
    modules.img2img.img2img = img2img


def unwrap() -> None:
    """Take the wrapper off again, when scripts are unloaded: the host does not load `modules.img2img` anew
    by itself.
    """
    modules.img2img.img2img = getattr(modules.img2img.img2img, _OURS, modules.img2img.img2img)


def _exchanged_edit(arguments: Any, signature: inspect.Signature, title: str) -> PageEdit | None:
    """The Edit among the arguments, put there anew with a report beside it; None where the job is not ours."""
    script = next((s for s in scripts.scripts_img2img.alwayson_scripts if s.title() == title), None)
    rest = next((p.name for p in signature.parameters.values() if p.kind is inspect.Parameter.VAR_POSITIONAL), None)
    values = arguments.get(rest, ())
    if script is None or len(values) <= script.args_from or not values[script.args_from]:
        return None
    edit = PageEdit(values[script.args_from])
    arguments[rest] = (*values[: script.args_from], edit, *values[script.args_from + 1 :])
    return edit


def _checked(edit: PageEdit, arguments: Any, check: Check) -> None:
    """Note in the report what keeps the job from being done."""
    try:
        check(edit, arguments.get("width"), arguments.get("height"))
    except Exception as error:
        if not isinstance(error, UserError):
            logger.exception("A job could not be checked.")
        edit.report.note(error)
