"""An extension for the tests: writes down every hook with its arguments, and does what a test asks."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from modules import script_callbacks, scripts

BASEDIR = scripts.basedir()
HOOKS = [
    "setup",
    "before_process",
    "process",
    "before_process_batch",
    "on_mask_blend",
    "postprocess_image",
    "postprocess_maskoverlay",
    "postprocess_image_after_composite",
    "postprocess",
]


class Probe(scripts.Script):
    def __init__(self) -> None:
        self.basedir = BASEDIR
        self.log: list[str] = []
        self.arguments: list[tuple[str, tuple[Any, ...]]] = []
        self.actions: dict[str, Callable[..., object]] = {}

    def title(self) -> str:
        return "Probe"

    def show(self, is_img2img: bool) -> Any:
        return scripts.AlwaysVisible

    def ui(self, is_img2img: bool) -> list[Any]:
        return [gr.Textbox(value="nothing", label="Words"), gr.Checkbox(value=True, label="Switch")]


def _hook(name: str) -> Callable[..., None]:
    def call(self: Probe, p: Any, *args: Any, **kwargs: Any) -> None:
        self.log.append(name)
        self.arguments.append((name, args[-2:]))
        if name in self.actions:
            self.actions[name](p, *args, **kwargs)

    return call


for _name in HOOKS:
    setattr(Probe, _name, _hook(_name))

EVENTS: list[str] = []
script_callbacks.on_before_ui(lambda: EVENTS.append("before_ui"))
script_callbacks.on_ui_settings(lambda: EVENTS.append("ui_settings"))
script_callbacks.on_script_unloaded(lambda: EVENTS.append("script_unloaded"))
