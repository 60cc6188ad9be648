"""A wrapper around the host's img2img(), which knows no mode for our tab and finds no picture in its own components."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import modules.img2img
from modules import scripts

UNKNOWN_MODE = -1
"""A number that stands for none of the host's tabs: the host then takes no picture from its own components."""
_OURS = "_click_inpaint_original"


def wrap(title: str) -> None:
    """Give our jobs an unknown mode. A job is ours where the argument of the script called `title` is not empty.

    The mode that the page sends for our tab differs from host to host; it may be the mode of the tab that was used
    last. This must be called before the page is built.
    """
    original = modules.img2img.img2img
    if hasattr(original, _OURS):
        return
    signature = inspect.signature(original)

    @functools.wraps(original)  # Gradio sees in the signature that it is to pass a request
    def img2img(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        if _is_ours(bound.arguments, signature, title):
            if "mode" in signature.parameters:
                bound.arguments["mode"] = UNKNOWN_MODE
            if "selected_scale_tab" in signature.parameters:
                bound.arguments["selected_scale_tab"] = 0  # “Resize by” needs a picture before any hook runs
        return original(*bound.args, **bound.kwargs)

    setattr(img2img, _OURS, original)
    modules.img2img.img2img = img2img


def unwrap() -> None:
    """Take the wrapper off again, when scripts are unloaded: the host does not load `modules.img2img` anew
    by itself.
    """
    modules.img2img.img2img = getattr(modules.img2img.img2img, _OURS, modules.img2img.img2img)


def _is_ours(arguments: Any, signature: inspect.Signature, title: str) -> bool:
    script = next((s for s in scripts.scripts_img2img.alwayson_scripts if s.title() == title), None)
    rest = [p.name for p in signature.parameters.values() if p.kind is inspect.Parameter.VAR_POSITIONAL]
    values = arguments.get(rest[0], ()) if rest else ()
    return script is not None and len(values) > script.args_from and bool(values[script.args_from])
