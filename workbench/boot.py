"""Start the workbench in this process, without serving its page; put this folder on sys.path first."""

import functools
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def start(extensions: Iterable[Path], data_dir: Path) -> None:
    """Load the extensions' scripts and build the page, which nobody sees, for its script arguments."""
    initialize(extensions, data_dir)
    build()


def initialize(extensions: Iterable[Path], data_dir: Path) -> None:
    """All that comes before the page. `data_dir` takes config.json, models/Stable-diffusion and outputs."""
    if "modules" in sys.modules:
        raise RuntimeError("A package named `modules` is already loaded; call stop() before starting again.")
    data_dir = Path(data_dir).absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ["WORKBENCH_DATA_DIR"] = str(data_dir)
    os.environ["GRADIO_TEMP_DIR"] = str(data_dir / "tmp")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from modules import call_queue, scripts, sd_models, shared

    def load_checkpoint() -> None:
        with call_queue.queue_lock:
            sd_models.reload_model_weights()

    scripts.base_folders += [str(Path(path).resolve()) for path in extensions]
    sd_models.list_models()
    shared.opts.data_labels["sd_model_checkpoint"].onchange = load_checkpoint
    scripts.load_scripts()
    if sd_models.checkpoints_list:
        sd_models.reload_model_weights()


def build() -> Any:
    """Make the page; returns Gradio's Blocks."""
    from modules import script_callbacks, shared, ui

    script_callbacks.before_ui_callback()
    shared.demo = ui.create_ui()
    return shared.demo


def unload() -> None:
    """What the button "Reload UI" does first: scripts are told and loaded again, other modules stay."""
    from modules import script_callbacks, scripts, sd_models

    script_callbacks.script_unloaded_callback()
    sd_models.list_models()
    scripts.load_scripts()


def stop() -> None:
    """Tell the scripts, and take the stand-in host out of the process, so that the next `start` is a fresh one."""
    from modules import script_callbacks

    script_callbacks.script_unloaded_callback()
    for name in [name for name in sys.modules if name == "modules" or name.startswith("modules.")]:
        del sys.modules[name]


def run_img2img(kind: str = "img2img", **payload: Any) -> Any:
    """A job as POST /sdapi/v1/img2img runs it, also with PIL pictures; returns Processed: images, infotexts, …"""
    from modules.api import api

    return api.run_job(kind, payload)


run_txt2img = functools.partial(run_img2img, "txt2img")
