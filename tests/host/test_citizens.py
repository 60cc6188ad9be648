"""Our tab beside the host's own scripts, options and buttons: each leaves the picture outside the blend as it was, and
the host's options and checkpoint too. What a host does not have is left out.
"""

import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.browser import Person
from tests.host.test_jobs import edit_of
from tests.host.web import Web, assert_stitched, infotexts, named, pictures

CHANGED = {"save_mask", "save_mask_composite", "save_init_img", "save_images_before_color_correction", "return_grid"}
CHANGED |= {"img2img_color_correction", "show_progress_type", "show_progress_every_n_steps"}
"""The options that tests here set themselves."""
SAVING = CHANGED - {"return_grid", "show_progress_type", "show_progress_every_n_steps"}


@pytest.fixture(scope="module")
def edit(web: Web, large: bytes) -> dict[str, Any]:
    return edit_of(web.upload(large))


@pytest.fixture(scope="module")
def blend(web: Web, edit: dict[str, Any]) -> U8:
    return web.preview(edit)[1]


@pytest.fixture(scope="module")
def scripts(web: Web) -> dict[str, Any]:
    """What the host tells of its img2img scripts, by their names in lower case."""
    reply = web.ask("GET", "/sdapi/v1/script-info")
    return {one["name"]: one for one in reply.json() if one["is_img2img"]} if reply.status == 200 else {}


@pytest.fixture(autouse=True)
def untouched(web: Web) -> Iterator[None]:
    """Options and checkpoint are as before, but for the hash that the host takes of a checkpoint when it loads it."""

    def options() -> dict[str, Any]:
        return {**web.ask("GET", "/sdapi/v1/options").json(), "sd_checkpoint_hash": ""}

    own, before = web.txt2img_model(), options()
    yield
    web.options(**{name: before[name] for name in CHANGED if name in before})
    assert options() == before and web.txt2img_model() == own


def needs(scripts: dict[str, Any], name: str) -> None:
    if name not in scripts:
        pytest.skip(f"this host has no “{name}”")


def assert_all_stitched(reply: Any, source: U8, blend: U8, count: int) -> list[Image.Image]:
    """The results without grids: so many, stitched, each another. Returns them."""
    results = pictures(reply)[json.loads(reply.json()["info"])["index_of_first_image"] :]
    assert len(results) == count == len({image.tobytes() for image in results})
    for result in results:
        assert_stitched(result, source, blend)
    return results


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("sd upscale", [None, 64, "None", 2.0]),
        ("poor man's outpainting", [64, 4, 0, ["left", "up"]]),
        ("outpainting mk2", [None, 64, 8, ["left"], 1.0, 0.05]),
    ],
)
def test_scripts_that_paint_other_pictures_are_refused(
    web: Web, scripts: Any, large: bytes, edit: Any, script: str, arguments: Any
) -> None:
    needs(scripts, script)
    before = web.saved()
    began = time.monotonic()
    reply = web.img2img(large, edit, init_images=[], script_name=script, script_args=arguments, save_images=True)
    assert reply.status == 422 and "Choose “None” under Script" in json.dumps(reply.json(), ensure_ascii=False)
    assert time.monotonic() - began < 5 and web.saved() == before


@pytest.mark.one_gradio
def test_the_page_says_so_too(scripts: Any, person: Person, photograph: Path) -> None:
    needs(scripts, "sd upscale")
    person.open(photograph).click(540, 350)
    choice = person.page.locator("#img2img_script_container #script_list input").first
    choice.click()
    choice.fill("SD upscale")
    choice.press("Enter")
    person.page.wait_for_selector("#script_sd_upscale_overlap", state="visible")
    person.generate()
    assert "“SD upscale” gives the Web UI other pictures" in person.error()


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ("Seed", "3,4"),
        ("Steps", "2,5"),
        ("Denoising", "0.5,1.0"),
        ("Prompt S/R", "beach,forest"),
        ("Checkpoint name", ""),
    ],
)
def test_xyz_plot(
    web: Web, scripts: Any, large: bytes, source: U8, edit: Any, blend: U8, axis: str, values: str
) -> None:
    needs(scripts, "x/y/z plot")
    choices = scripts["x/y/z plot"]["args"][0]["choices"]
    models = [one["model_name"] for one in web.ask("GET", "/sdapi/v1/sd-models").json()]
    off = [choices.index("Nothing"), "", []]
    x = [choices.index(axis), values or ",".join(models), []]
    arguments = [*x, *off, *off, False, True, False, False, False, False, False, 0, True]
    reply = web.img2img(large, edit, script_name="x/y/z plot", script_args=arguments)
    assert_all_stitched(reply, source, blend, 2)
    if not values:
        assert {named(text, "Model") for text in infotexts(reply)[1:]} == set(models)


def test_prompt_matrix(web: Web, scripts: Any, large: bytes, source: U8, edit: Any, blend: U8) -> None:
    needs(scripts, "prompt matrix")
    more = {"prompt": "beach|rain", "script_name": "prompt matrix"}
    reply = web.img2img(large, edit, script_args=[False, False, "positive", "comma", 0], **more)
    assert_all_stitched(reply, source, blend, 2)


def test_prompts_from_file(web: Web, scripts: Any, large: bytes, source: U8, edit: Any, blend: U8) -> None:
    needs(scripts, "prompts from file or textbox")
    lines = 'beach\n--prompt "a forest" --seed 5 --steps 3'
    reply = web.img2img(
        large, edit, script_name="prompts from file or textbox", script_args=[False, False, "start", lines]
    )
    assert_all_stitched(reply, source, blend, 2)


@pytest.mark.parametrize("correct", [False, True])
def test_loopback_with_batches(
    web: Web, scripts: Any, large: bytes, source: U8, edit: Any, blend: U8, correct: bool
) -> None:
    needs(scripts, "loopback")
    web.options(img2img_color_correction=correct)
    reply = web.img2img(large, edit, n_iter=2, script_name="loopback", script_args=[2, 0.5, "Linear", "None"])
    assert_all_stitched(reply, source, blend, 2)


def test_soft_inpainting_leaves_the_picture_exact(
    web: Web, scripts: Any, large: bytes, source: U8, edit: Any, blend: U8
) -> None:
    needs(scripts, "soft inpainting")
    pictures(web.img2img(large, edit))  # a host's first job after a checkpoint switch does not repeat
    (hard,) = pictures(web.img2img(large, edit))
    ours = {"Click Inpaint": {"args": [edit]}}
    soft = {"Soft Inpainting": {"args": [True, 1, 0.5, 4, 0, 0.5, 2]}}
    (result,) = assert_all_stitched(web.img2img(large, edit, alwayson_scripts={**ours, **soft}), source, blend, 1)
    apart = np.abs(np.asarray(result.convert("RGB")).astype(int) - np.asarray(hard.convert("RGB")))
    print("soft inpainting changes", *(f"{name}: {apart[part].mean():.2f}" for name, part in parts_of(blend).items()))


def parts_of(blend: U8) -> dict[str, Any]:
    return {"the solid blend": blend == 255, "the feather": (blend > 0) & (blend < 255), "outside": blend == 0}


def test_a_variation_seed_varies(web: Web, scripts: Any, large: bytes, source: U8, edit: Any, blend: U8) -> None:
    needs(scripts, "seed")
    pictures(web.img2img(large, edit))
    (plain,) = pictures(web.img2img(large, edit))
    (varied,) = pictures(web.img2img(large, edit, subseed=9, subseed_strength=0.5))
    assert_stitched(varied, source, blend)
    assert plain.tobytes() != varied.tobytes()


def test_the_grid_is_made_of_whole_pictures(
    web: Web, scripts: Any, large: bytes, source: U8, edit: Any, blend: U8
) -> None:
    needs(scripts, "loopback")
    web.options(return_grid=True)
    reply = web.img2img(large, edit, batch_size=2, save_images=True)  # without files, the host makes no grid
    assert_all_stitched(reply, source, blend, 2)
    assert pictures(reply)[0].size in ((2 * 2144, 1206), (2144, 2 * 1206))


def test_every_file_that_is_saved_holds_the_whole_picture(
    web: Web, large: bytes, source: U8, edit: Any, blend: U8
) -> None:
    web.options(**dict.fromkeys(SAVING, True))
    before = web.saved()
    pictures(web.img2img(large, edit, save_images=True))
    new = web.saved() - before
    assert len(new) >= 4
    for path in new:
        with Image.open(path) as image:
            assert image.size == (2144, 1206), path.name
            if "mask" not in path.name and "init-images" not in path.parts:
                assert_stitched(image, source, blend)


@pytest.fixture
def lora(web: Web) -> Iterator[str]:
    """The name of a LoRA of random numbers, which the host has found."""
    if web.ask("POST", "/sdapi/v1/refresh-loras").status != 200:
        pytest.skip("this host's API knows no LoRA")
    checkpoints = web.outputs.parent / "models/Stable-diffusion"
    name = "click-inpaint-test"
    path = web.outputs.parent / f"models/Lora/{name}.safetensors"
    path.parent.mkdir(exist_ok=True)
    write_lora(path, next(checkpoints.glob("*.safetensors")))
    try:
        web.ask("POST", "/sdapi/v1/refresh-loras")
        yield name
    finally:
        path.unlink()
        web.ask("POST", "/sdapi/v1/refresh-loras")


def write_lora(path: Path, checkpoint: Path) -> None:
    """A safetensors file of rank 4 for the first self-attention of the checkpoint's UNet."""
    with checkpoint.open("rb") as file:
        shapes = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    width = shapes["model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight"]["shape"][0]
    rank, random = 4, np.random.default_rng(1)
    layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"
    header, content = dict[str, Any](), b""
    for part, shape in (("lora_down", (rank, width)), ("lora_up", (width, rank))):
        values = random.standard_normal(shape).astype("<f4").tobytes()
        offsets = [len(content), len(content) + len(values)]
        header[f"{layer}.{part}.weight"] = {"dtype": "F32", "shape": shape, "data_offsets": offsets}
        content += values
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content)


def test_a_lora_is_applied(web: Web, large: bytes, source: U8, edit: Any, blend: U8, lora: str) -> None:
    pictures(web.img2img(large, edit))  # a host's first job after a checkpoint switch does not repeat
    (plain,) = pictures(web.img2img(large, edit))
    reply = web.img2img(large, edit, prompt=f"empty beach <lora:{lora}:1>")
    (result,) = assert_all_stitched(reply, source, blend, 1)
    assert result.tobytes() != plain.tobytes() and f"{lora}:" in named(infotexts(reply)[0], "Lora hashes")


@contextmanager
def sampling(web: Web, large: bytes, edit: Any, batch: int = 0, **more: Any) -> Iterator[list[Any]]:
    """While the host samples a batch of a long job; its reply is in the list when the job has ended."""
    replies: list[Any] = []
    job = threading.Thread(target=lambda: replies.append(web.img2img(large, edit, steps=60, **more)))
    job.start()
    try:
        for _ in range(1200):
            state = web.ask("GET", "/sdapi/v1/progress?skip_current_image=true").json()["state"]
            if state["job_no"] == batch and state["sampling_step"] > 2:
                break
            time.sleep(0.05)
        yield replies
    finally:
        job.join(240)


def test_the_live_preview_shows_the_whole_crop(web: Web, scripts: Any, large: bytes, edit: Any) -> None:
    needs(scripts, "loopback")
    web.options(show_progress_type="Full", show_progress_every_n_steps=1)
    shown = None
    with sampling(web, large, edit) as replies:
        while not shown and not replies:
            shown = web.ask("GET", "/sdapi/v1/progress").json()["current_image"]
    assert shown
    with Image.open(io.BytesIO(base64.b64decode(shown))) as image:
        assert f"{image.width}x{image.height}" == named(infotexts(replies[0])[0], "Size")


@pytest.mark.parametrize("how", ["skip", "interrupt"])
def test_what_is_finished_when_the_job_is_ended_is_stitched(
    web: Web, scripts: Any, large: bytes, source: U8, edit: Any, blend: U8, how: str
) -> None:
    needs(scripts, "loopback")
    with sampling(web, large, edit, batch=1, n_iter=3) as replies:
        assert web.ask("POST", f"/sdapi/v1/{how}").status == 200
    assert_all_stitched(replies[0], source, blend, 3 if how == "skip" else 2)
