"""Start the workbench in this process, without serving its page: `start`, then `run_img2img` as often as you like.

Put this folder on sys.path first (never beside a real host: the name `modules` is its own).
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def start(extensions: Iterable[Path], data_dir: Path) -> None:
    """Load the extensions' scripts and build the page, which nobody sees, for its script arguments.

    `data_dir` takes config.json, models/Stable-diffusion and outputs. The first checkpoint (or the one in config.json)
    is loaded. The order is the host's: scripts, before_ui, page.
    """
    initialize(extensions, data_dir)
    build()


def initialize(extensions: Iterable[Path], data_dir: Path) -> None:
    """All that comes before the page."""
    if "modules" in sys.modules:
        raise RuntimeError("A package named `modules` is already loaded; call stop() before starting again.")
    data_dir = Path(data_dir).absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ["WORKBENCH_DATA_DIR"] = str(data_dir)
    os.environ["GRADIO_TEMP_DIR"] = str(data_dir / "tmp")
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from modules import call_queue, scripts, sd_models, shared
    from modules.extensions import Extension
    from modules.extensions import extensions as known

    known[:] = [Extension(Path(path).resolve().name, str(Path(path).resolve())) for path in extensions]
    sd_models.list_models()
    shared.opts.onchange("sd_model_checkpoint", call_queue.wrap_queued_call(sd_models.reload_model_weights), call=False)
    scripts.load_scripts()
    if sd_models.checkpoints_list:
        sd_models.model_data.get_sd_model()


def build() -> Any:
    """Make the page; returns Gradio's Blocks."""
    from modules import script_callbacks, shared, ui

    script_callbacks.before_ui_callback()
    shared.demo = ui.create_ui()
    return shared.demo


def unload() -> None:
    """What the button "Reload UI" does first: scripts are told and loaded again, other modules stay."""
    from modules import script_callbacks, scripts, sd_models

    script_callbacks.app_reload_callback()
    script_callbacks.script_unloaded_callback()
    sd_models.list_models()
    scripts.load_scripts()


def stop() -> None:
    """Tell the scripts, and take the stand-in host out of the process, so that the next `start` is a fresh one."""
    from modules import script_callbacks

    script_callbacks.script_unloaded_callback()
    for name in [name for name in sys.modules if name == "modules" or name.startswith("modules.")]:
        del sys.modules[name]


def run_img2img(**payload: Any) -> Any:
    """A job as POST /sdapi/v1/img2img runs it, same fields; pictures may be PIL pictures instead of base64.

    Returns the host's Processed: images, infotexts, all_seeds, comments.
    """
    from modules.api import api

    return api.run_job("img2img", payload)


def run_txt2img(**payload: Any) -> Any:
    """A job as POST /sdapi/v1/txt2img runs it."""
    from modules.api import api

    return api.run_job("txt2img", payload)
