"""The extension loaded into the workbench, in this process, and taken out of it again."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.jobs.pressing import KINDS, Press, page_of
from tests.squares import encoded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The running stand-in, with a user's SD1 checkpoint loaded and an SD2 inpainting one beside it."""
    monkeypatch.syspath_prepend(str(ROOT / "workbench"))
    import boot
    import checkpoints

    folder = tmp_path / "models" / "Stable-diffusion"
    checkpoints.write_tiny(folder / "a-user.safetensors", channels=4, context=768)
    checkpoints.write_tiny(folder / "sd2-inpainting.safetensors", channels=9, context=1024)
    boot.start([ROOT], tmp_path)
    try:
        from modules import errors, sd_models, shared

        shared.opts.set("return_grid", False)
        shared.opts.set("grid_save", False)

        yield SimpleNamespace(
            boot=boot,
            checkpoints=checkpoints,
            folder=folder,
            errors=errors,
            sd_models=sd_models,
            opts=shared.opts,
            data=tmp_path,
        )
    finally:
        boot.stop()
        gone = ("boot", "checkpoints")
        for name in [n for n in sys.modules if n in gone or n.startswith(("click_inpaint.host", "click_inpaint.tab"))]:
            del sys.modules[name]


@pytest.fixture(scope="session")
def pixels() -> U8:
    """260×200 RGBA: a smooth ground, a red disc at (130, 100), and alpha that is opaque but at the left."""
    y, x = np.mgrid[:200, :260]
    rgb = np.stack([60 + x // 4, 120 + y // 4, 200 - x // 4], axis=-1).astype(np.uint8)
    rgb[np.hypot(x - 130, y - 100) < 30] = (210, 40, 30)
    alpha = np.where(x < 20, 90, 255).astype(np.uint8)
    return np.dstack([rgb, alpha])


EDIT: dict[str, Any] = {
    "selection": [{"kind": "stroke", "points": [[130, 100]], "radius": 32}],
    "refine": {"grow": 4, "feather": 6},
    "area": {"padding": 16},
}


@pytest.fixture
def job(host: SimpleNamespace, pixels: U8) -> Callable[..., Any]:
    """Run the main job through the API's way; keywords change the payload, `edit` the Edit."""

    def run(edit: Any = EDIT, picture: U8 | None = None, **changes: Any) -> Any:
        payload = {
            "init_images": [Image.fromarray(pixels[..., :3] if picture is None else picture)],
            "width": 256,
            "height": 256,
            "steps": 4,
            "seed": 7,
            "alwayson_scripts": {"Click Inpaint": {"args": [edit]}},
        }
        return host.boot.run_img2img(**{**payload, **changes})

    return run


@pytest.fixture
def image(host: SimpleNamespace, pixels: U8) -> str:
    """The id of the picture, which the page has sent before."""
    from modules import scripts

    ours = next(script for script in scripts.scripts_img2img.scripts if script.title() == "Click Inpaint")
    return str(ours.setup.__globals__["store"].add(encoded(pixels[..., :3])))


@pytest.fixture(params=KINDS)
def press(request: pytest.FixtureRequest, host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Press:
    return page_of(request.param, monkeypatch)


@pytest.fixture
def press_plainly(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Press:
    return page_of("A1111", monkeypatch)


@pytest.fixture
def loads(host: SimpleNamespace, job: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checkpoints that the host loads from now on. The last job was ours, so it would have to load the person's."""
    job()
    found: list[str] = []
    reload = host.sd_models.reload_model_weights

    def counted() -> Any:
        before = host.sd_models.model_data.sd_model
        if reload() is not before:
            found.append(host.sd_models.model_data.sd_model.sd_checkpoint_info.name)
        return host.sd_models.model_data.sd_model

    monkeypatch.setattr(host.sd_models, "reload_model_weights", counted)
    assert host.sd_models.model_data.sd_model.sd_checkpoint_info.name == "sd2-inpainting.safetensors"
    return found


def make_selectable(script: Any) -> None:
    """Add a script to those that can be chosen in the stand-in's img2img; it has no arguments of its own."""
    from modules import scripts

    runner = scripts.scripts_img2img
    script.args_from = script.args_to = 0
    script.is_img2img, script.alwayson = True, False
    runner.scripts.append(script)
    runner.selectable_scripts.append(script)
