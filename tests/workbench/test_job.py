"""A job through process_images: hook order, batches, overrides, failures, masks."""

from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest
from PIL import Image

from tests.workbench.conftest import Run

STEPS_TAKEN = 4  # of 4 steps at strength 0.75 the host takes int(0.75 × 4) + 1
ORDER = [
    "setup",
    "before_process",
    "process",
    "before_process_batch",
    *["on_mask_blend"] * (STEPS_TAKEN + 1),
    "postprocess_image",
    "postprocess_maskoverlay",
    "postprocess_image_after_composite",
    "postprocess",
]


def test_hooks_come_in_the_hosts_order(host: SimpleNamespace, job: Run) -> None:
    job()
    assert host.probe.log == ORDER


def test_hooks_get_their_own_slice_of_the_arguments(host: SimpleNamespace, job: Run) -> None:
    job(alwayson_scripts={"probe": {"args": ["hello"]}})
    assert {args for _, args in host.probe.arguments if len(args) == 2} == {("hello", True)}


def test_two_batches_of_two_give_four_pictures(host: SimpleNamespace, job: Run) -> None:
    processed = job(batch_size=2, n_iter=2, save_images=False)
    assert [image.size for image in processed.images] == [(96, 64)] * 4
    assert len({image.tobytes() for image in processed.images}) == 4
    assert processed.all_seeds == [7, 8, 9, 10]
    assert host.probe.log.count("before_process_batch") == 2
    assert host.probe.log.count("postprocess_image") == 4


def test_a_picture_is_the_same_alone_and_in_a_batch(job: Run) -> None:
    pair = job(batch_size=2)
    alone = job(seed=8)
    assert pair.images[1].tobytes() == alone.images[0].tobytes()


def test_only_the_masked_cells_are_painted_but_everything_decoded_moves(
    job: Run, picture: Image.Image, mask: Image.Image
) -> None:
    original, inside = np.asarray(picture).astype(int), np.asarray(mask) > 0
    stitched = np.asarray(job().images[0]).astype(int)
    assert (stitched[~inside] == original[~inside]).all()
    assert (stitched[inside] != original[inside]).any(axis=-1).mean() > 0.9
    bare = np.asarray(job(override_settings={"overlay_inpaint": False}).images[0]).astype(int)
    assert (abs(bare - original)[~inside] == 1).all(), "the VAE's loss is one level, everywhere"


@pytest.mark.parametrize("change", [{"inpaint_full_res": True}, {"inpainting_fill": 0}])
def test_what_is_not_here_is_refused(job: Run, change: dict[str, Any]) -> None:
    """A hook that forgets to turn these off would let the host overwrite its crop."""
    with pytest.raises(NotImplementedError, match="whole picture"):
        job(**change)


def test_an_override_is_restored_when_the_config_has_the_key(host: SimpleNamespace, job: Run) -> None:
    host.opts.set("jpeg_quality", 70)
    job(override_settings={"jpeg_quality": 10, "save_mask": True})
    assert host.opts.jpeg_quality == 70
    assert host.opts.save_mask is True, "a key that no config has saved stays overridden"


def test_the_checkpoint_override_holds_for_its_job(host: SimpleNamespace, job: Run) -> None:
    user = host.opts.sd_model_checkpoint
    processed = job(override_settings={"sd_model_checkpoint": "sd2/inpaint.safetensors"})
    assert "Model: inpaint" in processed.info and "Conditional mask weight: 1.0" in processed.info
    assert host.opts.sd_model_checkpoint == user
    assert host.shared.sd_model.sd_checkpoint_info.name == "sd2/inpaint.safetensors", "weights stay until asked for"
    assert "Model: a-user" in host.boot.run_txt2img(width=64, height=64, steps=2).info


def test_an_unknown_checkpoint_is_dropped_without_a_word(host: SimpleNamespace, job: Run) -> None:
    assert "Model: a-user" in job(override_settings={"sd_model_checkpoint": "no such thing"}).info


def test_an_exception_in_a_hook_is_swallowed(host: SimpleNamespace, job: Run) -> None:
    for hook in ("setup", "before_process", "process", "postprocess_image", "postprocess"):
        host.probe.actions[hook] = _raise
    assert len(job().images) == 1
    assert sum("on purpose here" in record for record in host.errors.exception_records) == 5


def test_an_exception_in_init_reaches_the_caller_and_options_come_back(host: SimpleNamespace, job: Run) -> None:
    def break_init(p: Any, *args: Any) -> None:
        p.init = _raise

    host.probe.actions["before_process"] = break_init
    user = host.opts.sd_model_checkpoint
    with pytest.raises(RuntimeError, match="on purpose here"):
        job(override_settings={"sd_model_checkpoint": "sd2/inpaint.safetensors"})
    assert host.opts.sd_model_checkpoint == user
    host.probe.actions.clear()
    assert len(job().images) == 1, "the queue's lock is free again"


def _raise(*args: Any, **kwargs: Any) -> NoReturn:
    raise RuntimeError("on purpose here")


def test_masks_are_returned_behind_their_picture(job: Run) -> None:
    processed = job(override_settings={"return_mask": True, "return_mask_composite": True})
    assert [image.mode for image in processed.images] == ["RGB", "RGB", "RGBA"]
    assert len(processed.infotexts) == 1


def test_a_mask_composite_of_two_sizes_kills_the_job(host: SimpleNamespace, job: Run, picture: Image.Image) -> None:
    def enlarge(p: Any, pp: Any, *args: Any) -> None:
        pp.image = pp.image.resize((960, 640))

    host.probe.actions["postprocess_image_after_composite"] = enlarge
    host.probe.actions["postprocess_maskoverlay"] = _no_overlay
    assert job().images[0].size == (960, 640)
    with pytest.raises(ValueError, match="images do not match"):
        job(override_settings={"return_mask_composite": True})


def _no_overlay(p: Any, ppmo: Any, *args: Any) -> None:
    ppmo.overlay_image = None


def test_an_overlay_set_by_a_hook_makes_everything_full_size(
    host: SimpleNamespace, job: Run, picture: Image.Image
) -> None:
    full = picture.resize((192, 128))
    overlay = full.convert("RGBA")
    overlay.paste((0, 0, 0, 0), (40, 40, 136, 104))

    def layer(p: Any, ppmo: Any, *args: Any) -> None:
        p.paste_to = (40, 40, 96, 64)
        ppmo.overlay_image = overlay
        ppmo.mask_for_overlay = Image.new("L", full.size)

    host.probe.actions["postprocess_maskoverlay"] = layer
    settings = {"return_mask": True, "return_mask_composite": True, "img2img_color_correction": True}
    processed = job(override_settings=settings)
    assert {image.size for image in processed.images} == {full.size}
    assert np.array_equal(np.asarray(processed.images[0])[:40], np.asarray(full)[:40])


def test_interrupt_stops_between_steps_and_keeps_what_is_there(
    host: SimpleNamespace, job: Run, picture: Image.Image, mask: Image.Image
) -> None:
    def interrupt(p: Any, mba: Any, *args: Any) -> None:
        if mba.sigma is not None and mba.sigma < 0.8:
            host.shared.state.interrupt()

    whole = job(steps=20).images[0]
    host.probe.log.clear()
    host.probe.actions["on_mask_blend"] = interrupt
    processed = job(steps=20, n_iter=3, save_images=True)
    assert len(processed.images) == 1 and processed.images[0].tobytes() != whole.tobytes()
    assert host.probe.log.count("on_mask_blend") == 4 + 1
    assert not list((host.data / "outputs").rglob("*.png")), "unfinished pictures are not saved"
    assert host.probe.log[-1] == "postprocess"


def test_cells_under_half_covered_stay_pinned(job: Run, picture: Image.Image) -> None:
    partly = np.zeros((64, 96), np.uint8)
    partly[16:48, 32:59] = 255  # the last column of cells: 3 of 8 pixels
    settings = {"overlay_inpaint": False}
    painted = np.asarray(job(mask=Image.fromarray(partly), override_settings=settings).images[0]).astype(int)
    drift = abs(painted - np.asarray(picture)).max(axis=-1)
    assert (drift[16:48, 56:64] == 1).all() and (drift[16:48, 32:56] > 1).any()


def test_loopback_feeds_results_back_and_runs_setup_once(host: SimpleNamespace, job: Run) -> None:
    sizes = []
    host.probe.actions["before_process"] = lambda p, *args: sizes.append(p.init_images[0].size)
    host.probe.actions["postprocess_image_after_composite"] = lambda p, pp, *args: setattr(
        pp, "image", pp.image.resize((192, 128))
    )
    processed = job(script_name="Loopback", script_args=[3])
    assert sizes == [(96, 64), (192, 128), (192, 128)]
    assert host.probe.log.count("setup") == 1
    assert len(processed.images) == 3
