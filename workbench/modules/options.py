"""Settings: `data` holds what the user's config has, `data_labels` what exists and its default."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modules import errors
from modules.paths_internal import data_path

_OUTPUTS = Path(data_path, "outputs")
# fmt: off
DEFAULTS = {
    "samples_save": True, "samples_format": "png", "save_to_dirs": True, "save_incomplete_images": False,
    "save_images_before_color_correction": False, "save_mask": False, "save_mask_composite": False,
    "jpeg_quality": 80, "enable_pnginfo": True, "grid_save": True, "grid_only_if_multiple": True, "return_grid": True,
    "return_mask": False, "return_mask_composite": False, "overlay_inpaint": True, "img2img_color_correction": False,
    "img2img_background_color": "#ffffff", "inpainting_mask_weight": 1.0,
    "img2img_fix_steps": False, "sd_model_checkpoint": None, "localization": "None",
    **{f"outdir_{tab}_{kind}": str(_OUTPUTS / f"{tab}-{folder}")
       for tab in ("txt2img", "img2img") for kind, folder in (("samples", "images"), ("grids", "grids"))},
    "workbench_vae_loss": 1,  # levels of 255 that encode + decode move every pixel: proves that stitching is exact
    "workbench_step_delay": 0.0,  # seconds per sampling step: time for a test to press Interrupt
}
# fmt: on


class OptionInfo:
    """One setting, as extensions make it; the workbench shows none of them."""

    def __init__(self, default: Any = None, label: str = "", *args: Any, **more: Any) -> None:
        self.default, self.label, self.onchange = default, label, more.get("onchange")

    def info(self, text: str) -> "OptionInfo":
        return self


class Options:
    """Attribute access reads the user's value, else the default. Assigning to a known key writes `data`."""

    data: dict[str, Any]
    data_labels: dict[str, OptionInfo]

    def __init__(self, filename: str) -> None:
        """Of a key that the file does not hold, no override is restored afterwards."""
        saved = json.loads(Path(filename).read_text(encoding="utf8")) if Path(filename).is_file() else {}
        labels = {key: OptionInfo(value, key) for key, value in DEFAULTS.items()}
        self.__dict__.update(data_labels=labels, data=saved)

    def __setattr__(self, key: str, value: Any) -> None:
        if key in self.data or key in self.data_labels:
            self.data[key] = value
        else:
            self.__dict__[key] = value

    def __getattr__(self, key: str) -> Any:
        if key in self.data:
            return self.data[key]
        if key in self.data_labels:
            return self.data_labels[key].default
        raise AttributeError(f"'Options' object has no attribute '{key}'")

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
            setattr(self, key, old)
            return False
        return True

    def get_default(self, key: str) -> Any:
        return self.data_labels[key].default if key in self.data_labels else None

    def add_option(self, key: str, info: OptionInfo) -> None:
        self.data_labels[key] = info
        self.data.setdefault(key, info.default)

    def onchange(self, key: str, func: Callable[[], Any], call: bool = True) -> None:
        self.data_labels[key].onchange = func
        if call:
            func()

    def values(self) -> dict[str, Any]:
        """Every setting as it is now."""
        return {key: getattr(self, key) for key in self.data_labels}

    def save(self, filename: str) -> None:
        Path(filename).write_text(json.dumps(self.data, indent=4), encoding="utf8")
