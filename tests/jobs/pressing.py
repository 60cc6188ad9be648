"""Generate pressed on the page, without a page: the host's own handler with what the page sends."""

import functools
import html
import importlib
import inspect
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from click_inpaint.pipeline import Pipeline

KINDS = ("A1111", "reForge", "Forge")
"""What hosts do with an error that ends a job of the page: let it through, lose it, lose it and keep it for later."""


@dataclass(frozen=True)
class Shown:
    """What the page shows: the gallery's pictures (None where it stays as it was) and the HTML below it."""

    pictures: list[Any] | None
    below: str

    @property
    def sentences(self) -> list[str]:
        return [html.unescape(text) for text in re.findall(r"<div class='error'>(.*?)</div>", self.below)]

    @property
    def for_our_tab(self) -> list[str]:
        """The sentences that our tab shows."""
        return [message["text"] for message in self.messages]

    @property
    def messages(self) -> list[Any]:
        """What our tab is told: sentences that can be translated."""
        found = re.search(r'data-said="([^"]*)"', self.below)
        return list(json.loads(html.unescape(found[1]))) if found else []


Press = Callable[..., Shown]


def page_of(kind: str, monkeypatch: pytest.MonkeyPatch) -> Press:
    """Press Generate in a host of this kind; keywords change the values that the page sends."""
    from modules import call_queue, script_callbacks

    handlers: Any = importlib.import_module("modules.img2img")
    if kind != "A1111":
        script = next(entry for entry in vars(handlers.img2img).items() if entry[0].startswith("_click_inpaint"))
        monkeypatch.setattr(handlers, "img2img", _on_a_main_thread(script[1], kind, monkeypatch))
        script_callbacks.before_ui_callback()
    queued = call_queue.wrap_gradio_gpu_call(handlers.img2img, extra_outputs=[None, "", ""])

    def press(edit: Any, selected: str = "", arguments: Any = (), **values: Any) -> Shown:
        given = {**_sent(handlers.img2img), **values}
        outputs = queued(*given.values(), *_script_args(edit, selected, arguments))
        gallery = outputs[0]
        pictures = None if isinstance(gallery, dict) and "value" not in gallery else list(gallery or [])
        kept = [isinstance(output, dict) for output in outputs[:3]]
        assert len(outputs) == 4 and all(kept) == any(kept), "either all stays or nothing"
        return Shown(pictures, outputs[3])

    return press


def _sent(handler: Any) -> dict[str, Any]:
    names = [name for name in inspect.signature(handler).parameters if name != "args"]
    numbers = {"mode": 6, "n_iter": 1, "batch_size": 1, "cfg_scale": 7.0, "denoising_strength": 0.75, "scale_by": 1}
    sizes = {"width": 256, "height": 256, "selected_scale_tab": 0, "mask_blur": 4}
    texts = {"id_task": "task(a test)", "prompt": "", "negative_prompt": ""}
    known = {**numbers, **sizes, **texts}
    return {name: known.get(name) for name in names}


def _script_args(edit: Any, selected: str, arguments: Any) -> list[Any]:
    from modules import scripts
    from modules.api import api

    runner = scripts.scripts_img2img
    args = list(api.default_script_args(runner))
    for script in runner.scripts:
        if script.title() == "Click Inpaint":
            args[script.args_from] = edit if isinstance(edit, str) else json.dumps(edit)
        elif script.title() == "Sampler":
            args[script.args_from : script.args_to] = [4, "Euler", 7]
        elif script.title() == selected:
            args[0] = runner.selectable_scripts.index(script) + 1
            args[script.args_from : script.args_to] = arguments
    return args


def _on_a_main_thread(original: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler of Forge or reForge, whose main thread answers None for what has failed."""
    main_thread = ModuleType("modules_forge.main_thread")
    if kind == "Forge":
        vars(main_thread)["last_exception"] = ValueError("An older job's.")
    monkeypatch.setitem(sys.modules, "modules_forge.main_thread", main_thread)

    @functools.wraps(original)
    def img2img(*args: Any) -> Any:
        try:
            return original(*args)
        except Exception as error:
            if kind == "Forge":
                vars(main_thread)["last_exception"] = error
            return None

    return img2img


def failing(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """From now on something of ours has a bug, or no memory, in this hook."""
    from click_inpaint.host import infotext, overlay, payload

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise KeyError(f"a bug in {where}")

    owner, name = {
        "setup": (payload, "taken_in"),
        "before_process": (Pipeline, "prepare"),
        "before_process, late": (infotext, "record"),
        "postprocess_maskoverlay": (overlay, "full_size_layers"),
        "postprocess_image": (overlay, "to_crop_size"),
        "postprocess_image_after_composite": (overlay, "stitched"),
        "postprocess_image_after_composite, late": (overlay, "shown"),
    }[where]
    monkeypatch.setattr(owner, name, broken)
