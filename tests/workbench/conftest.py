"""The workbench, started fresh for each test and taken out of the process again: `modules` must not leak."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

WORKBENCH = Path(__file__).resolve().parents[2] / "workbench"
PROBE = Path(__file__).parent / "probe"

Run = Callable[..., Any]
"""A job of the stand-in's: the fields of its payload in, Processed out."""


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """boot, the loaded modules, and the img2img tab's probe."""
    monkeypatch.syspath_prepend(str(WORKBENCH))
    import boot
    import checkpoints

    folder = tmp_path / "models/Stable-diffusion"
    checkpoints.write_tiny(folder / "a-user.safetensors", channels=4)
    checkpoints.write_tiny(folder / "sd2/inpaint.safetensors", channels=9)
    boot.start([PROBE], tmp_path)
    try:
        from modules import errors, scripts, sd_models, shared

        probe = scripts.scripts_img2img.script("Probe")
        yield SimpleNamespace(
            boot=boot,
            checkpoints=checkpoints,
            errors=errors,
            scripts=scripts,
            sd_models=sd_models,
            shared=shared,
            opts=shared.opts,
            probe=probe,
            data=tmp_path,
        )
    finally:
        boot.stop()
        for name in ("boot", "checkpoints"):
            sys.modules.pop(name, None)


@pytest.fixture
def picture() -> Image.Image:
    """96×64, smooth colours."""
    y, x = np.mgrid[:64, :96]
    return Image.fromarray(np.stack([x * 2, y * 3, 255 - x], axis=-1).astype(np.uint8))


@pytest.fixture
def mask() -> Image.Image:
    """The cells of 32…64 × 16…48."""
    cells = np.zeros((64, 96), np.uint8)
    cells[16:48, 32:64] = 255
    return Image.fromarray(cells)


@pytest.fixture
def job(host: SimpleNamespace, picture: Image.Image, mask: Image.Image) -> Run:
    """Run a small inpainting job through the API's way; keywords change it."""

    def run(**changes: Any) -> Any:
        fields = {
            "init_images": [picture],
            "mask": mask,
            "width": 96,
            "height": 64,
            "mask_blur": 0,
            "inpaint_full_res": False,
            "inpainting_fill": 1,
            "steps": 4,
            "seed": 7,
        }
        return host.boot.run_img2img(**{**fields, **changes})

    return run
