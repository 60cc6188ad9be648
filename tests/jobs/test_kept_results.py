"""Results of the page's jobs are kept as they were stitched, whatever format the host saves in."""

import inspect
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint.errors import UnknownPicture
from tests.arrays import U8
from tests.jobs.conftest import EDIT
from tests.jobs.test_job import assert_exact, blend
from tests.jobs.test_neighbours import end_and_begin_with_copies, installed
from tests.squares import encoded

Generate = Callable[..., tuple[list[Image.Image], dict[str, Any]]]


@pytest.fixture
def ours(host: SimpleNamespace) -> dict[str, Any]:
    """What the loaded script has made: its store, its results."""
    from modules import scripts

    script = next(one for one in scripts.scripts_img2img.scripts if one.title() == "Click Inpaint")
    return dict(script.setup.__globals__)


@pytest.fixture
def generate(host: SimpleNamespace, ours: dict[str, Any], pixels: U8) -> Generate:
    """Press Generate at our tab: gallery and generation info."""
    from modules import call_queue, img2img, scripts

    def press(picture: U8 = pixels, script: str = "None", loops: int = 2, **changes: Any) -> Any:
        image = ours["store"].add(encoded(np.ascontiguousarray(picture)))
        values = dict.fromkeys(inspect.signature(img2img.img2img).parameters)
        values.pop("args")
        values |= {"id_task": "task(1)", "mode": 6, "prompt": "a kite", "negative_prompt": "", "n_iter": 1}
        values |= {"batch_size": 1, "cfg_scale": 7, "denoising_strength": 0.75, "selected_scale_tab": 0, "scale_by": 1}
        values |= {"width": 256, "height": 256, "mask_blur": 4, **changes}
        runner = scripts.scripts_img2img
        args = [0, *(control.value for control in runner.inputs[1:])]
        mine: Any = runner.script("Click Inpaint")
        args[mine.args_from] = json.dumps({**EDIT, "image": image})
        if script != "None":
            chosen: Any = runner.script(script)
            args[0] = runner.selectable_scripts.index(chosen) + 1
            args[chosen.args_from] = loops
        call = call_queue.wrap_gradio_gpu_call(img2img.img2img, extra_outputs=[None, "", ""])
        images, info, *_ = call(*values.values(), *args)
        assert images, "the job failed"
        return images, json.loads(info)

    return press


def pixels_of(ours: dict[str, Any], infotext: str, source: U8) -> U8:
    image = ours["store"].add(encoded(np.ascontiguousarray(source)))
    return np.asarray(ours["pipeline"].results.picture(infotext, image).to_pil())


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("composite", [False, True])
def test_each_picture_of_a_batch_is_found_by_its_infotext(
    host: SimpleNamespace, ours: dict[str, Any], generate: Generate, pixels: U8, channels: int, composite: bool
) -> None:
    host.opts.set("samples_format", "jpg")
    host.opts.set("return_mask_composite", composite)
    host.opts.set("return_mask", composite)
    images, info = generate(pixels[..., :channels], n_iter=2, batch_size=2)
    infotexts = info["infotexts"]
    assert len(set(infotexts)) == 4 and len(images) == (12 if composite else 4)
    for infotext, shown in zip(infotexts, images[:: 3 if composite else 1]):
        kept = pixels_of(ours, infotext, pixels[..., :channels])
        assert (kept[..., :3] == np.asarray(shown)[..., :3])[blend() == 255].all(), "its own picture, not another's"
        assert_exact(Image.fromarray(kept), pixels[..., :channels])


def test_a_batch_is_found_beside_an_extension_that_calls_hooks_with_copies(
    ours: dict[str, Any], generate: Generate, pixels: U8
) -> None:
    installed(end_and_begin_with_copies)
    images, info = generate(pixels[..., :3], n_iter=2, batch_size=2)
    for infotext, shown in zip(info["infotexts"], images):
        assert (pixels_of(ours, infotext, pixels[..., :3]) == np.asarray(shown)).all()


def test_the_last_pass_of_loopback_is_found_too(ours: dict[str, Any], generate: Generate, pixels: U8) -> None:
    images, info = generate(pixels[..., :3], script="Loopback", loops=3)
    for infotext, shown in zip(info["infotexts"], images):
        assert (pixels_of(ours, infotext, pixels[..., :3]) == np.asarray(shown)).all()


def test_only_what_was_painted_takes_memory(ours: dict[str, Any], generate: Generate, pixels: U8) -> None:
    generate(pixels[..., :3])
    ys, xs = np.nonzero(blend())
    assert ours["pipeline"].results.nbytes == (np.ptp(ys) + 1) * (np.ptp(xs) + 1) * 3


def test_what_another_extension_has_changed_since_is_not_kept_for_it(
    host: SimpleNamespace, ours: dict[str, Any], generate: Generate, pixels: U8
) -> None:
    from modules import scripts

    class Watermark(scripts.Script):
        def postprocess_image_after_composite(self, p: Any, pp: Any, *args: Any) -> None:
            pp.image = pp.image.copy()
            pp.image.paste("white", (0, 0, 9, 9))

    script = Watermark()
    script.args_from = script.args_to = 0
    scripts.scripts_img2img.alwayson_scripts.append(script)
    _, info = generate(pixels[..., :3])
    with pytest.raises(UnknownPicture):
        pixels_of(ours, info["infotexts"][0], pixels[..., :3])


def test_an_api_callers_results_are_not_kept(ours: dict[str, Any], job: Callable[..., Any]) -> None:
    job()
    assert not ours["pipeline"].results.nbytes
