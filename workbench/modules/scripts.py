"""Scripts: their base class, loading them from extension folders, and the runner that calls the hooks.

Reproduced: hooks run only where a class overrides them, only on always-visible scripts, each with its own slice of
`p.script_args`, and an exception in one is reported and swallowed. `basedir()` and the extension's place on `sys.path`
hold only while its script file loads, and the file never enters `sys.modules`.
"""

import importlib.util
import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from modules import errors, extensions, script_callbacks
from modules.paths_internal import script_path

AlwaysVisible = object()


@dataclass
class MaskBlendArgs:
    """Latents being pinned outside the mask: at every step (with `denoiser`) and once at the end."""

    current_latent: Any
    nmask: Any
    init_latent: Any
    mask: Any
    blended_latent: Any
    denoiser: Any = None
    sigma: Any = None

    @property
    def is_final_blend(self) -> bool:
        return self.denoiser is None


@dataclass
class PostSampleArgs:
    samples: Any


@dataclass
class PostprocessImageArgs:
    image: Any


@dataclass
class PostProcessMaskOverlayArgs:
    index: int
    mask_for_overlay: Any
    overlay_image: Any


@dataclass
class PostprocessBatchListArgs:
    images: list[Any]


class Script:
    """What an extension derives from. `ui` returns the controls whose values every hook then gets as `*args`."""

    section: str | None = None
    filename = ""
    args_from = args_to = 0
    alwayson = is_txt2img = is_img2img = False
    group: Any = None
    setup_for_ui_only = False
    """A piece of the host's own page written as a script: the API has its own fields for it."""

    def title(self) -> str:
        raise NotImplementedError

    def show(self, is_img2img: bool) -> Any:
        """False: nowhere; True: in the Script dropdown; AlwaysVisible: always, with hooks."""
        return True

    def ui(self, is_img2img: bool) -> Any: ...
    def run(self, p: Any, *args: Any) -> Any: ...
    def setup(self, p: Any, *args: Any) -> None: ...
    def before_process(self, p: Any, *args: Any) -> None: ...
    def process(self, p: Any, *args: Any) -> None: ...
    def before_process_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def after_extra_networks_activate(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def process_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def process_before_every_sampling(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def on_mask_blend(self, p: Any, mba: MaskBlendArgs, *args: Any) -> None: ...
    def post_sample(self, p: Any, ps: PostSampleArgs, *args: Any) -> None: ...
    def postprocess_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def postprocess_batch_list(self, p: Any, pp: PostprocessBatchListArgs, *args: Any, **kwargs: Any) -> None: ...
    def postprocess_image(self, p: Any, pp: PostprocessImageArgs, *args: Any) -> None: ...
    def postprocess_maskoverlay(self, p: Any, ppmo: PostProcessMaskOverlayArgs, *args: Any) -> None: ...
    def postprocess_image_after_composite(self, p: Any, pp: PostprocessImageArgs, *args: Any) -> None: ...
    def postprocess(self, p: Any, processed: Any, *args: Any) -> None: ...

    def elem_id(self, item_id: str) -> str:
        """script_[tab_]title_item: the tab's name is in it only where the script shows the same way in both tabs."""
        tab = f"{'img2img' if self.is_img2img else 'txt2img'}_" if self.show(True) == self.show(False) else ""
        title = re.sub(r"[^a-z_0-9]", "", re.sub(r"\s", "_", self.title().lower()))
        return f"script_{tab}{title}_{item_id}"


_current_basedir = script_path
_classes: list[tuple[type[Script], str]] = []


def basedir() -> str:
    """The extension whose script file is loading right now; at any other time the host's own folder."""
    return _current_basedir


def _load(file: str) -> None:
    spec = importlib.util.spec_from_file_location(Path(file).name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = (value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Script))
    _classes.extend((script_class, file) for script_class in found)


def load_scripts() -> None:
    """Forget all scripts and callbacks and load every script file afresh; one that fails is reported and left out."""
    global _current_basedir, scripts_txt2img, scripts_img2img
    _classes.clear()
    script_callbacks.clear_callbacks()
    for extension in (extensions.Extension("", script_path), *extensions.active()):
        for file in extension.list_files("scripts", ".py"):
            before = sys.path
            try:
                sys.path, _current_basedir = [extension.path, *before], extension.path
                _load(file)
            except Exception:
                errors.report(f"Error loading script: {Path(file).name}", exc_info=True)
            finally:
                sys.path, _current_basedir = before, script_path
    scripts_txt2img, scripts_img2img = ScriptRunner(), ScriptRunner()


def _guarded(func: Callable[..., Any], *args: Any) -> Any:
    try:
        return func(*args)
    except Exception:
        errors.report(f"Error calling: {func}", exc_info=True)
        return None


class ScriptRunner:
    """The scripts of one tab. `inputs[0]` is the Script dropdown, the rest the controls of all scripts in a row."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.selectable_scripts: list[Script] = []
        self.alwayson_scripts: list[Script] = []
        self.inputs: list[Any] = [None]

    def initialize_scripts(self, is_img2img: bool) -> None:
        self.scripts, self.alwayson_scripts, self.selectable_scripts, self.inputs = [], [], [], [None]
        for script_class, file in _classes:
            script = _guarded(script_class)
            if script is None:
                continue
            script.filename, script.is_txt2img, script.is_img2img = file, not is_img2img, is_img2img
            visibility = script.show(is_img2img)
            script.alwayson = visibility is AlwaysVisible
            if visibility:
                self.scripts.append(script)
                (self.alwayson_scripts if script.alwayson else self.selectable_scripts).append(script)

    def setup_ui_for_section(self, section: str | None, scriptlist: list[Script] | None = None) -> None:
        """Append the scripts' controls to `inputs`; a script's slice is empty when its ui() fails or returns None."""
        for script in self.alwayson_scripts if scriptlist is None else scriptlist:
            if script.alwayson and script.section != section:
                continue
            with gr.Group(visible=script.alwayson) as script.group:
                script.args_from = len(self.inputs)
                self.inputs += _guarded(script.ui, script.is_img2img) or []
                script.args_to = len(self.inputs)

    def setup_ui(self) -> list[Any]:
        self.setup_ui_for_section(None)
        choices = ["None", *(script.title() for script in self.selectable_scripts)]
        dropdown = gr.Dropdown(choices, label="Script", elem_id="script_list", value="None", type="index")
        self.inputs[0] = dropdown
        self.setup_ui_for_section(None, self.selectable_scripts)

        def show(chosen: int | None) -> list[Any]:
            return [gr.update(visible=chosen == number) for number, _ in enumerate(self.selectable_scripts, 1)]

        dropdown.change(show, [dropdown], [script.group for script in self.selectable_scripts])
        return self.inputs

    def script(self, title: str) -> Script | None:
        return next((script for script in self.scripts if script.title().lower() == title.lower()), None)

    def run(self, p: Any, *args: Any) -> Any:
        """Run the selected script (args[0] counts from 1); None means: none selected, call process_images yourself."""
        if not args[0]:
            return None
        script = self.selectable_scripts[args[0] - 1]
        return script.run(p, *args[script.args_from : script.args_to])

    def setup_scrips(self, p: Any, *, is_ui: bool = True) -> None:
        """The host's spelling. Called once per `p`, when both scripts and script_args are set."""
        for script in self.alwayson_scripts:
            if is_ui or not script.setup_for_ui_only:
                _guarded(script.setup, p, *p.script_args[script.args_from : script.args_to])


def _dispatch(hook: str) -> Callable[..., None]:
    def call(self: ScriptRunner, p: Any, *leading: Any, **kwargs: Any) -> None:
        for script in self.alwayson_scripts:
            if getattr(type(script), hook) is getattr(Script, hook):
                continue
            try:
                getattr(script, hook)(p, *leading, *p.script_args[script.args_from : script.args_to], **kwargs)
            except Exception:
                errors.report(f"Error running {hook}: {script.filename}", exc_info=True)

    return call


for _hook, _stub in vars(Script).items():
    if inspect.isfunction(_stub) and "p" in inspect.signature(_stub).parameters and _hook not in ("run", "setup"):
        setattr(ScriptRunner, _hook, _dispatch(_hook))

scripts_txt2img = ScriptRunner()
scripts_img2img = ScriptRunner()
scripts_current: ScriptRunner | None = None
