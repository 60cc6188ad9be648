"""What all parts share: command line, options, the state of the running job, and the loaded model."""

import json
import threading
import types
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any

from modules import errors
from modules.paths_internal import data_path

# fmt: off
DEFAULTS = {
    "samples_save": True, "samples_format": "png", "jpeg_quality": 80, "webp_lossless": False, "save_init_img": False,
    "save_images_before_color_correction": False, "save_mask": False, "save_mask_composite": False,
    "return_mask": False, "return_mask_composite": False, "overlay_inpaint": True, "img2img_color_correction": False,
    "return_grid": False, "grid_save": False, "sd_vae": "Automatic", "sd_unet": "Automatic",  # known, and not used here
    "sd_model_checkpoint": None, "localization": "None", "img2img_background_color": "#ffffff",
    "workbench_vae_loss": 1,  # levels of 255 that encode + decode move every pixel: proves that stitching is exact
    "workbench_step_delay": 0.0,  # seconds per sampling step: time for a test to press Interrupt
    "outdir_init_images": str(Path(data_path, "outputs", "init-images")),
    **{f"outdir_{tab}_samples": str(Path(data_path, "outputs", f"{tab}-images")) for tab in ("txt2img", "img2img")},
}
# fmt: on
OptionInfo = make_dataclass(
    "OptionInfo", ["default", ("label", str, ""), ("onchange", Any, None), ("section", Any, None)]
)


class Options:
    """Attributes read the user's value (`data`: what config.json holds), else the default; assigning writes `data`. Of
    a key that is not in `data`, no override is restored after a job.
    """

    def __init__(self, file: Path) -> None:
        labels = {key: OptionInfo(value) for key, value in DEFAULTS.items()}
        data = json.loads(file.read_text(encoding="utf8")) if file.is_file() else {}
        self.__dict__.update(data_labels=labels, data=data)

    def __setattr__(self, key: str, value: Any) -> None:
        assert not cmd_opts.freeze_settings, "changing settings is disabled"
        self.data[key] = value

    def __getattr__(self, key: str) -> Any:
        if key not in self.data and key not in self.data_labels:
            raise AttributeError(f"'Options' object has no attribute '{key}'")
        return self.data[key] if key in self.data else self.data_labels[key].default

    def add_option(self, key: str, info: Any) -> None:
        self.data_labels[key] = info

    def set(self, key: str, value: Any, is_api: bool = False, run_callbacks: bool = True) -> bool:
        """True when the option changed. An unknown key is a KeyError, as in the host; a failed callback undoes."""
        old, option = self.data.get(key), self.data_labels[key]
        if old == value:
            return False
        setattr(self, key, value)
        try:
            if run_callbacks and option.onchange is not None:
                option.onchange()
        except Exception:
            errors.report(f"changing setting {key} to {value}", exc_info=True)
            self.data[key] = old
            return False
        return True

    def get_default(self, key: str) -> Any:
        return self.data_labels[key].default if key in self.data_labels else None

    def values(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in self.data_labels}

    def save(self, filename: str) -> None:
        Path(filename).write_text(json.dumps(self.data, indent=4), encoding="utf8")


class State:
    """What the running job is doing; Interrupt sets a flag here that the sampler looks at before each step."""

    def __init__(self) -> None:
        self.restart, self.sampling_steps = threading.Event(), 0  # "Reload UI" wakes the thread that serves the page
        self.begin("")
        self.end()

    def begin(self, job: str = "(unknown)") -> None:
        """A fresh job: the flag down, and job_count -1 so that the first process_images fills it in."""
        self.job, self.interrupted = job, False
        self.job_no, self.job_count, self.sampling_step = 0, -1, 0
        self.textinfo: str | None = None  # what a script wants to be shown beside the progress bar

    def end(self) -> None:
        self.job, self.job_count = "", 0

    def fraction(self) -> float:
        """How much of the running job is done."""
        steps = self.sampling_step / self.sampling_steps if self.sampling_steps else 0.0
        return min((self.job_no + steps) / self.job_count, 1.0) if self.job_count > 0 else 0.0

    def interrupt(self) -> None:
        self.interrupted = True

    def request_restart(self) -> None:
        self.interrupt()
        self.restart.set()

    def dict(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if isinstance(value, (bool, int, str))}


cmd_opts = types.SimpleNamespace(api=True, api_auth=None, gradio_auth=None, listen=False, nowebui=False, photo=None)
cmd_opts.ckpt_dir, cmd_opts.freeze_settings = None, False
config_filename = str(Path(data_path, "config.json"))
opts = Options(Path(config_filename))
state = State()
demo: Any = None


def __getattr__(name: str) -> Any:
    """Reading `shared.sd_model` may load a checkpoint, as in the host; `sd_models.model_data.sd_model` never does."""
    if name != "sd_model":
        raise AttributeError(name)
    from modules import sd_models

    return sd_models.model_data.sd_model or sd_models.reload_model_weights()
