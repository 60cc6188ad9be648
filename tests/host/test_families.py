"""Checkpoints of each family, through the host's own API: who paints, and whose settings are back afterwards.

A real host is asked which families it has; the workbench has all three.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.conftest import ROOT, serve
from tests.host.test_jobs import edit_of
from tests.host.web import Web, assert_stitched, infotexts, named, pictures

CONTEXT = {"SD1": 768, "SD2": 1024, "SDXL": 2048}


@pytest.fixture(scope="module")
def families(web: Web, gradio: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A host with checkpoints of several families."""
    if web.real:
        before = web.option("show_progress_type")
        web.options(show_progress_type="Approx cheap")  # the usual preview of SDXL downloads a model of its own
        yield web
        web.options(show_progress_type=before)
        return
    folder = tmp_path_factory.mktemp("families")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "workbench"))
        import checkpoints

        for family, context in CONTEXT.items():
            for channels, what in ((4, "a-own"), (9, "inpaint")):
                path = folder / "models" / "Stable-diffusion" / f"{family}-{what}.safetensors"
                checkpoints.write_tiny(path, channels, context)
        sys.modules.pop("checkpoints")
    yield from serve(folder, gradio=gradio)


@pytest.fixture(scope="module")
def own(families: Web) -> Iterator[str]:
    """The checkpoint that the host had before; it is back afterwards."""
    before = families.option("sd_model_checkpoint")
    yield before
    families.options(sd_model_checkpoint=before)


@pytest.fixture(params=CONTEXT)
def pair(request: pytest.FixtureRequest, families: Web, own: str) -> tuple[str, str, str]:
    """A family, an ordinary checkpoint of it and an inpainting one; the ordinary one is the person's own now."""
    family = request.param
    listed = families.ask("GET", "/click-inpaint/status").json()["checkpoints"]
    of = {one["inpainting"]: one for one in reversed(listed) if one["family"] == family}
    if len(of) < 2:
        pytest.skip(f"this Web UI has no two checkpoints of the family {family}")
    families.options(sd_model_checkpoint=of[False]["name"])
    return family, of[False]["label"], of[True]["label"]


def painted_by(web: Web, large: bytes, checkpoint: str, **more: Any) -> tuple[str, Image.Image]:
    """The checkpoint that a job's infotext names, and the picture."""
    reply = web.img2img(large, edit_of(checkpoint=checkpoint), steps=2, **more)
    (picture,) = pictures(reply)
    return named(infotexts(reply)[0], "Model"), picture


@pytest.fixture
def blend(families: Web, large: bytes) -> U8:
    return families.preview(edit_of(families.upload(large)))[1]


def test_one_of_my_family_paints_and_mine_is_back(
    families: Web, pair: tuple[str, str, str], large: bytes, source: U8, blend: U8
) -> None:
    _, mine, inpainting = pair
    model, picture = painted_by(families, large, "auto-family")
    assert model == inpainting
    assert_stitched(picture, source, blend)
    assert families.txt2img_model() == mine


def test_each_can_be_chosen_by_its_name(
    families: Web, pair: tuple[str, str, str], large: bytes, source: U8, blend: U8
) -> None:
    _, mine, inpainting = pair
    for chosen in (inpainting, mine):
        model, picture = painted_by(families, large, chosen)
        assert model == chosen
        assert_stitched(picture, source, blend)


def test_auto_is_the_same_for_every_family(families: Web, pair: tuple[str, str, str], large: bytes) -> None:
    status = families.ask("GET", "/click-inpaint/status").json()
    names = {one["name"]: one for one in status["checkpoints"]}
    if "SD2" in [one["family"] for one in names.values() if one["inpainting"]]:
        assert names[status["auto"]["checkpoint"]]["family"] == "SD2"
    assert painted_by(families, large, "auto")[0] == names[status["auto"]["checkpoint"]]["label"]
    assert names[status["auto_family"]["checkpoint"]]["family"] == pair[0]


@dataclass(frozen=True)
class Vae:
    """A VAE's file, and how the host is told to use it for every checkpoint: `key` names it in infotexts."""

    option: str
    fixed: object
    free: object
    key: str
    name: str


def a_vae(web: Web) -> Vae:
    """A VAE's file of the host. A host that has none, or no such setting, skips the test."""
    reply = web.ask("GET", "/sdapi/v1/sd-modules")  # Forge: VAEs and text encoders in one list
    if reply.status == 200 and reply.json():
        path = Path(reply.json()[0]["filename"])
        return Vae("forge_additional_modules", [str(path)], [], "Module 1", path.stem)
    reply = web.ask("GET", "/sdapi/v1/sd-vae")
    if reply.status != 200 or not reply.json():
        pytest.skip("this Web UI has no VAE file")
    name = str(reply.json()[0]["model_name"])
    return Vae("sd_vae", name, "Automatic", "VAE", name)


def test_a_fixed_vae_is_back_after_another_family_has_painted(
    families: Web, pair: tuple[str, str, str], large: bytes
) -> None:
    family, mine, _ = pair
    vae = a_vae(families)
    families.options(**{vae.option: vae.fixed})
    try:
        for checkpoint, applied in (("auto-family", True), ("auto", family == "SD2"), ("current", True)):
            reply = families.img2img(large, edit_of(checkpoint=checkpoint), steps=2)
            assert (named(infotexts(reply)[0], vae.key) == vae.name) == applied, checkpoint
            assert families.option(vae.option) == vae.fixed
        plain = families.post("/sdapi/v1/txt2img", {"prompt": "x", "steps": 2, "width": 64, "height": 64})
        text = infotexts(plain)[0]
        assert (named(text, vae.key), named(text, "Model")) == (vae.name, mine)
    finally:
        families.options(**{vae.option: vae.free})


def test_the_set_aside_vae_leaves_no_trace_in_what_is_painted(
    families: Web, pair: tuple[str, str, str], large: bytes
) -> None:
    """Painted by another family, a job with a fixed VAE gives the picture that it gives without one."""
    if pair[0] == "SD2":
        pytest.skip("“auto” paints with the person's own family")
    vae = a_vae(families)
    painted_by(families, large, "auto")  # a host's first job after a checkpoint switch does not repeat
    (_, without) = painted_by(families, large, "auto")
    families.options(**{vae.option: vae.fixed})
    try:
        painted_by(families, large, "auto")
        (_, with_one) = painted_by(families, large, "auto")
        (_, applied) = painted_by(families, large, "current")
    finally:
        families.options(**{vae.option: vae.free})
    (_, plain) = painted_by(families, large, "current")
    assert (np.asarray(with_one) == np.asarray(without)).all()
    assert (np.asarray(applied) != np.asarray(plain)).any(), "the file changes what is painted where it is applied"
