"""Scripts: their base class, loading them from extension folders, and the runner that calls the hooks. Reproduced: the
hooks that change a job's picture. Only always-visible scripts get them, each with its own slice of `p.script_args`; an
exception in one is reported and swallowed. `basedir()` and the extension's place on `sys.path` hold only while its
script file loads, and the file never enters `sys.modules`.
"""

import functools
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from modules import errors, script_callbacks
from modules.paths_internal import script_path

AlwaysVisible = object()
_BLEND = ["current_latent", "nmask", "init_latent", "mask", "blended_latent", "denoiser", "sigma", "is_final_blend"]
_OVERLAY = ["index", "mask_for_overlay", "overlay_image"]
MaskBlendArgs = make_dataclass("MaskBlendArgs", _BLEND)
PostprocessImageArgs = make_dataclass("PostprocessImageArgs", ["image"])
PostProcessMaskOverlayArgs = make_dataclass("PostProcessMaskOverlayArgs", _OVERLAY)


class Script:
    """What an extension derives from. Hooks get the values of `ui`'s controls; `show` True: in the Script dropdown."""

    section: str | None = None
    infotext_fields: Any = None
    args_from = args_to = 0
    alwayson = is_txt2img = is_img2img = False
    group: Any = None
    setup_for_ui_only = False
    """A piece of the host's own page written as a script: the API has its own fields for it."""

    def title(self) -> str:
        raise NotImplementedError

    def show(self, is_img2img: bool) -> Any:
        return True

    def ui(self, is_img2img: bool) -> Any: ...
    def run(self, p: Any, *args: Any) -> Any: ...
    def setup(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def before_process(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def process(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def before_process_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...
    def on_mask_blend(self, p: Any, mba: Any, *args: Any, **kwargs: Any) -> None: ...
    def postprocess_image(self, p: Any, pp: Any, *args: Any, **kwargs: Any) -> None: ...
    def postprocess_maskoverlay(self, p: Any, ppmo: Any, *args: Any, **kwargs: Any) -> None: ...
    def postprocess_image_after_composite(self, p: Any, pp: Any, *args: Any, **kwargs: Any) -> None: ...
    def postprocess(self, p: Any, processed: Any, *args: Any, **kwargs: Any) -> None: ...


_current_basedir = script_path
base_folders = [script_path]
"""The host's own folder, then the extensions': `boot.initialize` adds them."""
_classes: list[type[Script]] = []


def basedir() -> str:
    """The extension whose script file is loading right now; at any other time the host's own folder."""
    return _current_basedir


def list_files(folder: str, pattern: str) -> list[tuple[str, str]]:
    """(base folder, file) of the files right in that folder of the host's and of each extension."""
    return [(base, str(path)) for base in base_folders for path in sorted(Path(base, folder).glob(pattern))]


def load_scripts() -> None:
    """Forget all scripts and callbacks and load every script file afresh; one that fails is reported and left out."""
    global _current_basedir, scripts_txt2img, scripts_img2img
    _classes.clear()
    script_callbacks.clear_callbacks()
    for base, file in list_files("scripts", "*.py"):
        before = sys.path
        try:
            sys.path, _current_basedir = [base, *before], base
            spec: Any = importlib.util.spec_from_file_location(Path(file).name, file)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            found = [kind for kind in vars(module).values() if isinstance(kind, type)]
            _classes.extend(kind for kind in found if issubclass(kind, Script))
        except Exception:
            errors.report(f"Error loading script: {Path(file).name}", exc_info=True)
        finally:
            sys.path, _current_basedir = before, script_path
    scripts_txt2img, scripts_img2img = ScriptRunner(), ScriptRunner()


def _guarded(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return func(*args, **kwargs)
    except Exception:
        errors.report(f"Error calling: {func}", exc_info=True)
        return None


class ScriptRunner:
    """The scripts of one tab. `inputs[0]` is the Script dropdown, the rest the controls of all scripts in a row."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.selectable_scripts: list[Script] = []
        self.alwayson_scripts: list[Script] = []
        self.inputs, self.infotext_fields = list[Any]([None]), list[Any]()

    def initialize_scripts(self, is_img2img: bool) -> None:
        vars(self).update(vars(ScriptRunner()))  # no script and no control is left of the page before
        for script in filter(None, map(_guarded, _classes)):
            script.is_txt2img, script.is_img2img = not is_img2img, is_img2img
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
                self.infotext_fields += script.infotext_fields or []

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

    def _call(self, hook: str, p: Any, *leading: Any, **kwargs: Any) -> None:
        for script in self.alwayson_scripts:
            own = p.script_args[script.args_from : script.args_to]
            _guarded(getattr(script, hook), p, *leading, *own, **kwargs)

    before_process = functools.partialmethod(_call, "before_process")
    process = functools.partialmethod(_call, "process")
    before_process_batch = functools.partialmethod(_call, "before_process_batch")
    on_mask_blend = functools.partialmethod(_call, "on_mask_blend")
    postprocess_image = functools.partialmethod(_call, "postprocess_image")
    postprocess_maskoverlay = functools.partialmethod(_call, "postprocess_maskoverlay")
    postprocess_image_after_composite = functools.partialmethod(_call, "postprocess_image_after_composite")
    postprocess = functools.partialmethod(_call, "postprocess")


scripts_txt2img = ScriptRunner()
scripts_img2img = ScriptRunner()
