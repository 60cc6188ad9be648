"""The rest of the stand-in: scripts and callbacks, options, checkpoints, files, infotexts, the Generate handler."""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from tests.workbench.conftest import Run

WORKBENCH = Path(__file__).resolve().parents[2] / "workbench"


def test_it_runs_without_torch_and_gradio(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        f"sys.path.insert(0, {str(WORKBENCH)!r})\n"
        "import boot, checkpoints\n"
        f"data = Path({str(tmp_path)!r})\n"
        "checkpoints.write_tiny(data / 'models/Stable-diffusion/tiny.safetensors')\n"
        "boot.start([], data)\n"
        "print(boot.run_txt2img(width=64, height=64, steps=1).images[0].size, 'torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split("\n")[0] == "(64, 64) False"


def test_basedir_and_sys_path_hold_only_while_a_script_loads(host: SimpleNamespace) -> None:
    probe = Path(__file__).parent / "probe"
    assert host.probe.basedir == str(probe)
    assert host.scripts.basedir() == str(WORKBENCH)
    assert str(probe) not in sys.path


def test_a_broken_script_file_is_reported_and_left_out(host: SimpleNamespace) -> None:
    assert any("broken on purpose" in record for record in host.errors.exception_records)
    assert host.probe is not None


def test_callbacks_run_and_reload_ui_loads_scripts_afresh(host: SimpleNamespace) -> None:
    recorded = _events(host.probe)
    assert inspect.getmodule(type(host.probe).title) is None, "script files are not in sys.modules"
    assert recorded == ["before_ui", "ui_settings"]
    host.boot.unload()
    host.boot.build()
    assert recorded == ["before_ui", "ui_settings", "script_unloaded"]
    again = host.scripts.scripts_img2img.script("Probe")
    assert again is not host.probe
    assert _events(again) == ["before_ui", "ui_settings"]


def _events(probe: Any) -> Any:
    """The list itself, which grows, of the script file that this probe comes from."""
    return type(probe).title.__globals__["EVENTS"]


def test_only_what_the_config_holds_is_in_the_data(host: SimpleNamespace) -> None:
    assert set(host.opts.data) == {"sd_model_checkpoint"}
    host.opts.set("jpeg_quality", 3)
    assert host.opts.data["jpeg_quality"] == host.opts.jpeg_quality == 3
    host.opts.save(host.shared.config_filename)
    assert json.loads((host.data / "config.json").read_text(encoding="utf-8"))["jpeg_quality"] == 3
    with pytest.raises(KeyError):
        host.opts.set("no_such_option", 1)


def test_a_checkpoint_answers_to_its_names(host: SimpleNamespace) -> None:
    models = host.sd_models
    info = models.checkpoint_aliases["inpaint"]
    assert info.title == f"sd2/inpaint.safetensors [{info.shorthash}]" == list(models.checkpoints_list)[1]
    for name in (info.name, info.title, "inpaint", info.shorthash, info.sha256, "sd2_inpaint"):
        assert models.checkpoint_aliases[name] is info
    host.opts.set("sd_model_checkpoint", "inpaint")
    assert host.shared.sd_model.model.conditioning_key == "hybrid" and host.opts.sd_model_checkpoint == info.title


def test_a_damaged_checkpoint_fails_and_leaves_the_present_one(host: SimpleNamespace) -> None:
    bad = host.data / "models/Stable-diffusion/bad.safetensors"
    bad.write_bytes(b"not a header at all")
    host.sd_models.list_models()
    present = host.shared.sd_model
    with pytest.raises(ValueError, match="Expecting value"):
        host.boot.run_txt2img(override_settings={"sd_model_checkpoint": "bad.safetensors"})
    assert host.shared.sd_model is present


def test_tiny_checkpoints_are_real_safetensors(host: SimpleNamespace) -> None:
    safetensors = pytest.importorskip("safetensors")
    path = host.checkpoints.write_tiny(host.data / "x.safetensors", channels=9, context=768)
    with safetensors.safe_open(str(path), framework="numpy") as file:
        shapes = {key: file.get_slice(key).get_shape() for key in file.keys()}  # noqa: SIM118
    assert shapes["model.diffusion_model.input_blocks.0.0.weight"] == [4, 9, 1, 1]
    assert any(key.endswith("attn2.to_k.weight") and shape[1] == 768 for key, shape in shapes.items())
    assert path.stat().st_size < 20_000


def comment_of(image: Image.Image) -> str:
    """What a host writes into EXIF's comment."""
    comment: bytes = image.getexif().get_ifd(0x8769)[0x9286]
    return comment.removeprefix(b"UNICODE\0").decode("utf-16-be")


@pytest.mark.parametrize("file_format", ["png", "jpg", "webp"])
def test_files_are_saved_with_their_parameters_in_the_formats_of_the_host(
    host: SimpleNamespace, job: Run, file_format: str
) -> None:
    settings = {"samples_format": file_format, "save_mask": True}
    processed = job(save_images=True, prompt="a café, at night", override_settings=settings)
    assert processed.infotexts[0].startswith("a café, at night\nSteps: 4, Sampler: Euler")
    files = sorted((host.data / "outputs/img2img-images").rglob(f"*.{file_format}"))
    assert len(files) == 2 and files[1].stem.endswith("-mask")
    assert processed.images[0].already_saved_as == str(files[0])
    with Image.open(files[0]) as saved:
        text = saved.info["parameters"] if file_format == "png" else comment_of(saved)
        assert text == processed.infotexts[0]
        exact = saved.convert("RGB").tobytes() == processed.images[0].convert("RGB").tobytes()
        assert exact == (file_format == "png"), "the others lose something, as they do in the host"


def test_webp_loses_nothing_where_the_option_says_so(host: SimpleNamespace, job: Run) -> None:
    processed = job(save_images=True, override_settings={"samples_format": "webp", "webp_lossless": True})
    with Image.open(processed.images[0].already_saved_as) as saved:
        assert saved.convert("RGB").tobytes() == processed.images[0].convert("RGB").tobytes()


def test_a_callback_may_change_what_is_saved_and_where(host: SimpleNamespace, job: Run) -> None:
    def change(params: Any) -> None:
        params.image, params.filename = Image.new("RGB", (5, 5)), params.filename.replace(".png", "-small.png")
        seen.append(params.p)

    seen: list[Any] = []
    host.scripts.script_callbacks.on_before_image_saved(change)
    assert job(save_images=True).images[0].size == (96, 64) and seen[0].seed == 7
    (file,) = (host.data / "outputs").rglob("*.png")
    with Image.open(file) as saved:
        assert file.stem.endswith("-small") and saved.size == (5, 5)


def test_the_init_image_is_saved_by_its_hash(host: SimpleNamespace, job: Run, picture: Image.Image) -> None:
    processed = job(override_settings={"save_init_img": True})
    (file,) = (host.data / "outputs/init-images").iterdir()
    assert f"Init image hash: {file.stem}" in processed.infotexts[0]
    with Image.open(file) as saved:
        assert saved.tobytes() == picture.tobytes()


def test_an_infotext_can_be_read_back(host: SimpleNamespace, job: Run) -> None:
    def add(p: Any, *args: Any) -> None:
        p.extra_generation_params |= {"Ours": "b: c, d", "Nothing": None}

    host.probe.actions["process"] = add
    from modules.infotext_utils import parse_generation_parameters

    parsed = parse_generation_parameters(job(negative_prompt="rain").infotexts[0])
    assert parsed["Ours"] == "b: c, d" and "Nothing" not in parsed
    assert parsed["Negative prompt"] == "rain" and (parsed["Size-1"], parsed["Size-2"]) == ("96", "64")
    assert parsed["Workbench sampler"] == "Telea fill with grain"


def generate(host: SimpleNamespace, mode: int, picture: Image.Image | None = None, **changes: Any) -> tuple[Any, ...]:
    """Press Generate: the handler by parameter name, wrapped as the page wraps it."""
    from modules import call_queue, img2img

    values = dict.fromkeys(inspect.signature(img2img.img2img).parameters)
    values.pop("args")
    values |= {"id_task": "task(1)", "mode": mode, "prompt": "", "negative_prompt": "", "init_img": picture}
    values |= {"n_iter": 1, "batch_size": 1, "cfg_scale": 7, "denoising_strength": 0.75, "selected_scale_tab": 0}
    values |= {"width": 64, "height": 64, "scale_by": 2.0, "resize_mode": 0, "mask_blur": 4, "inpainting_fill": 1}
    values |= {"override_settings_texts": [], "inpaint_full_res": False, **changes}
    values = {name: values[name] for name in inspect.signature(img2img.img2img).parameters if name in values}
    controls = host.scripts.scripts_img2img.inputs
    args = [0, *(control.value for control in controls[1:])]
    return call_queue.wrap_gradio_gpu_call(img2img.img2img, extra_outputs=[None, "", ""])(*values.values(), *args)


def test_generate_in_the_img2img_tab(host: SimpleNamespace, picture: Image.Image) -> None:
    images, info, _, _ = generate(host, 0, picture)
    assert [image.size for image in images] == [(64, 64)]
    assert json.loads(info)["steps"] == 20, "the page's sampler row is a script"
    assert generate(host, 0, picture, selected_scale_tab=1)[0][0].size == (192, 128)


def test_an_unknown_mode_has_no_picture(host: SimpleNamespace) -> None:
    assert "&#x27;NoneType&#x27; object has no attribute &#x27;mode&#x27;" in generate(host, 6)[-1]


def test_resize_by_asserts_a_picture_before_any_hook(host: SimpleNamespace) -> None:
    assert "no image is selected" in generate(host, 6, selected_scale_tab=1)[-1]
    assert host.probe.log == []


def test_a_hook_can_make_an_inpaint_of_an_empty_unknown_mode(
    host: SimpleNamespace, picture: Image.Image, mask: Image.Image
) -> None:
    def give(p: Any, *args: Any) -> None:
        p.init_images, p.image_mask = [picture], mask

    host.probe.actions["setup"] = give
    assert generate(host, 6)[0][0].size == (64, 64)
    assert "on_mask_blend" in host.probe.log


def test_api_answers_for_bad_requests(host: SimpleNamespace, picture: Image.Image) -> None:
    from fastapi import HTTPException

    requests: list[tuple[dict[str, Any], int]] = [
        ({}, 404),
        ({"init_images": ["not base64 of a picture"]}, 500),
        ({"init_images": [picture], "alwayson_scripts": {"nobody": {}}}, 422),
        ({"init_images": [picture], "alwayson_scripts": {"loopback": {}}}, 422),
        ({"init_images": [picture], "sampler_name": "no such sampler"}, 400),
    ]
    for payload, status in requests:
        with pytest.raises(HTTPException) as error:
            host.boot.run_img2img(**payload)
        assert error.value.status_code == status


def test_one_workbench_per_process_at_a_time(host: SimpleNamespace) -> None:
    with pytest.raises(RuntimeError, match="stop"):
        host.boot.start([], host.data)


def test_what_a_script_says_beside_the_progress_bar_is_not_said_in_the_next_job(
    host: SimpleNamespace, job: Run
) -> None:
    def say(p: Any, *args: Any) -> None:
        host.shared.state.textinfo = "of this job"

    host.probe.actions["setup"] = say
    job()
    seen: list[Any] = []
    host.probe.actions = {"process": lambda p, *args: seen.append(host.shared.state.textinfo)}
    job()
    assert seen == [None]
