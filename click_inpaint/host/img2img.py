"""A guard around the host's img2img(): our tab has no mode there, and no picture in the host's components."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import modules.img2img
from modules import scripts

UNKNOWN_MODE = -1
"""Any number that is no tab of the host's: it then takes no picture from its own components, and leaves that to us."""
_OURS = "_click_inpaint_original"


def wrap(title: str) -> None:
    """Before the page is built: jobs whose script argument of the script `title` is not empty get an unknown mode.

    Which mode the page sends for our tab differs from host to host and may be that of the tab used last.
    """
    original = modules.img2img.img2img
    if hasattr(original, _OURS):
        return
    signature = inspect.signature(original)

    @functools.wraps(original)  # Gradio finds out from the signature that a request is to be passed in
    def img2img(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        if _is_ours(bound.arguments, signature, title):
            if "mode" in signature.parameters:
                bound.arguments["mode"] = UNKNOWN_MODE
            if "selected_scale_tab" in signature.parameters:
                bound.arguments["selected_scale_tab"] = 0  # “Resize by” wants a picture before any hook runs
        return original(*bound.args, **bound.kwargs)

    setattr(img2img, _OURS, original)
    modules.img2img.img2img = img2img


def unwrap() -> None:
    """When scripts are unloaded; the host does not load `modules.img2img` again by itself."""
    modules.img2img.img2img = getattr(modules.img2img.img2img, _OURS, modules.img2img.img2img)


def _is_ours(arguments: Any, signature: inspect.Signature, title: str) -> bool:
    script = next((s for s in scripts.scripts_img2img.alwayson_scripts if s.title() == title), None)
    rest = [p.name for p in signature.parameters.values() if p.kind is inspect.Parameter.VAR_POSITIONAL]
    values = arguments.get(rest[0], ()) if rest else ()
    return script is not None and len(values) > script.args_from and bool(values[script.args_from])
