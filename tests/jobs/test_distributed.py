"""Jobs of which other Web UIs paint a part, as sd-webui-distributed shares them (its commit 8fd65eb is imitated)."""

import base64
import copy
import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.jobs.conftest import EDIT
from tests.jobs.test_each import BOTH, assert_painted
from tests.jobs.test_job import assert_exact

Run = Callable[..., Any]


LEFT_BEHIND = {"mask_for_overlay", "overlay_images", "init_latent", "nmask", "image_conditioning", "mask"}
"""What the host itself leaves on `p` after a pass, and no JSON takes; it is not what these tests are about."""


class Workers:
    """The other Web UIs: what they were sent, and what they answer."""

    def __init__(self, images: int) -> None:
        self.images = images
        self.payloads: list[dict[str, Any]] = []

    def send(self, p: Any) -> None:
        """What the extension does in `before_process`: all attributes of `p`, deeply copied, as JSON."""
        packed = {
            script.title(): {"args": list(p.script_args[script.args_from : script.args_to])}
            for script in p.scripts.alwayson_scripts
        }
        payload = {key: value for key, value in vars(p).items() if key not in {"scripts", "script_args", *LEFT_BEHIND}}
        payload = copy.deepcopy({**payload, "alwayson_scripts": packed})
        payload["init_images"] = [encoded(image) for image in payload["init_images"]]
        payload["mask"] = encoded(payload.pop("image_mask"))
        self.payloads.append(json.loads(json.dumps(payload)))

    def painted(self) -> list[U8]:
        """As many pictures of noise, HxWx3, of the size that the last job asked for."""
        asked, random = self.payloads[-1], np.random.default_rng(len(self.payloads))
        shape = (self.images, asked["height"], asked["width"], 3)
        return list(random.integers(0, 256, shape, np.uint8))


def encoded(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def decoded(text: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(text)))


@pytest.fixture
def workers(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Workers:
    """Two images of each job come from other Web UIs, when those of this one are decoded."""
    from modules import processing
    from modules import scripts as host_scripts

    workers, sample = Workers(2), processing._sample_batch

    class Distribute(host_scripts.Script):
        def title(self) -> str:
            return "Distribute"

        def before_process(self, p: Any, *args: Any, **kwargs: Any) -> None:
            workers.send(p)

    def sampled(p: Any, number: int) -> Any:
        own = list(sample(p, number))
        more = [picture.transpose(2, 0, 1) / 255 for picture in workers.painted()]
        p.prompts, p.seeds = [*p.prompts, *p.prompts[:1] * len(more)], [*p.seeds, *range(90, 90 + len(more))]
        p.batch_size = len(own) + len(more)
        return own + more

    monkeypatch.setattr(processing, "_sample_batch", sampled)
    script = Distribute()
    script.alwayson = True
    host_scripts.scripts_img2img.scripts.append(script)
    host_scripts.scripts_img2img.alwayson_scripts.append(script)
    return workers


def test_what_others_have_painted_is_stitched_too(workers: Workers, job: Run, pixels: U8) -> None:
    images = job(batch_size=2).images
    assert len(images) == 4 and len({image.tobytes() for image in images}) == 4
    for image in images:
        assert_exact(image, pixels[..., :3])


def test_others_are_asked_for_the_crop_alone(host: SimpleNamespace, workers: Workers, job: Run) -> None:
    """So they need neither the picture that the Edit names nor this extension."""
    done = job()
    (asked,) = workers.payloads
    assert asked["alwayson_scripts"]["Click Inpaint"] == {"args": [""]}
    sent, mask = decoded(asked["init_images"][0]), decoded(asked["mask"])
    assert sent.size == mask.size == (asked["width"], asked["height"]) != (260, 200)
    assert (asked["mask_blur_x"], asked["inpainting_fill"], asked["inpaint_full_res"]) == (0, 1, False)
    assert asked["override_settings"]["sd_model_checkpoint"].startswith("sd2-inpainting")
    assert all("Click Inpaint edit" in text for text in done.infotexts), "what is saved here can be made again"


def test_one_that_has_this_extension_paints_the_crop(
    host: SimpleNamespace, workers: Workers, job: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    job()
    (asked,) = workers.payloads
    workers.images = 0
    keys = ("mask", "width", "height", "mask_blur_x", "mask_blur_y", "inpainting_fill", "inpaint_full_res", "seed")
    given = {key: asked[key] for key in (*keys, "steps", "alwayson_scripts", "override_settings")}
    done = host.boot.run_img2img(init_images=asked["init_images"], **given)
    assert done.images[0].size == (asked["width"], asked["height"])
    assert "Click Inpaint" not in done.infotexts[0] and "Model: sd2-inpainting" in done.infotexts[0]


def test_loopback_is_shared_round_by_round(workers: Workers, job: Run, pixels: U8) -> None:
    images = job(script_name="Loopback", script_args=[2]).images
    assert len(workers.payloads) == 2
    for asked in workers.payloads:
        assert asked["alwayson_scripts"]["Click Inpaint"] == {"args": [""]}
        assert decoded(asked["init_images"][0]).size == (asked["width"], asked["height"])
    for image in images:
        assert_exact(image, pixels[..., :3])


def test_further_objects_of_their_images_are_painted_here(workers: Workers, job: Run, pixels: U8) -> None:
    images = job(BOTH).images
    assert len(images) == 3
    for image in images:
        assert_painted(image, pixels, 40, 220)


@pytest.fixture
def bypassed(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Workers:
    """This Web UI paints nothing: the extension then answers in the host's place, and calls `postprocess` alone."""
    from modules import processing

    def inner(p: Any) -> Any:
        p.all_prompts, p.all_seeds, p.seeds, p.prompts = [p.prompt] * 2, [1, 2], [1, 2], [p.prompt] * 2
        processed = processing.Processed(p, [Image.fromarray(picture) for picture in workers.painted()], ["", ""])
        p.scripts.postprocess(p, processed)
        return processed

    monkeypatch.setattr(processing, "process_images_inner", inner)
    return workers


def test_what_others_have_painted_alone_is_stitched_at_the_end(bypassed: Workers, job: Run, pixels: U8) -> None:
    images = job().images
    assert len(images) == 2
    for image in images:
        assert_exact(image, pixels[..., :3])


def test_further_objects_that_nobody_paints_are_told(bypassed: Workers, job: Run, pixels: U8) -> None:
    done = job(BOTH)
    for image in done.images:
        assert_painted(image, pixels, 40)
    assert "the first of 2 objects alone" in done.comments


def test_a_job_that_nobody_shares_keeps_its_arguments(host: SimpleNamespace, job: Run) -> None:
    from modules import scripts as host_scripts

    seen: list[Any] = []

    class Reader(host_scripts.Script):
        def title(self) -> str:
            return "Reader"

        def before_process(self, p: Any, *args: Any, **kwargs: Any) -> None:
            seen.append(list(p.script_args))

    script = Reader()
    script.alwayson = True
    host_scripts.scripts_img2img.alwayson_scripts.append(script)
    job()
    assert EDIT in seen[0] or json.dumps(EDIT) in seen[0]
