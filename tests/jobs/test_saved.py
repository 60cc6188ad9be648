"""What the host saves of a job beside the result: the whole picture, stitched, as its own only-masked job saves it."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.jobs.test_job import assert_exact

Run = Callable[..., Any]


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
    return image


def saved(host: SimpleNamespace, ending: str) -> list[Image.Image]:
    """The pictures whose file name ends like this, oldest first."""
    return [opened(path) for path in sorted((host.data / "outputs").rglob(f"*{ending}.png"))]


@pytest.mark.parametrize("channels", [3, 4])
def test_the_init_image_is_the_picture(host: SimpleNamespace, job: Run, pixels: U8, channels: int) -> None:
    host.opts.set("save_init_img", True)
    picture = pixels[..., :channels]
    processed = job(picture=picture, batch_size=2)
    (file,) = (host.data / "outputs/init-images").iterdir()
    assert (np.asarray(opened(file)) == picture).all()
    assert file.stem == hashlib.md5(picture.tobytes()).hexdigest(), "the host calls it by its hash"
    assert all(f"Init image hash: {file.stem}" in text for text in processed.infotexts)


def test_each_pass_of_loopback_saves_the_picture_that_it_began_with(
    host: SimpleNamespace, job: Run, pixels: U8
) -> None:
    host.opts.set("save_init_img", True)
    first, second = job(script_name="Loopback", script_args=[2]).images
    kept = {opened(path).tobytes() for path in (host.data / "outputs/init-images").iterdir()}
    assert kept == {pixels[..., :3].tobytes(), first.tobytes()} and second.tobytes() not in kept


@pytest.mark.parametrize("composite", [False, True])
@pytest.mark.parametrize("channels", [3, 4])
def test_before_colour_correction_is_the_stitched_picture_without_it(
    host: SimpleNamespace, job: Run, pixels: U8, channels: int, composite: bool
) -> None:
    picture = pixels[..., :channels]
    plain = job(picture=picture, batch_size=2).images
    host.opts.set("img2img_color_correction", True)
    host.opts.set("save_images_before_color_correction", True)
    host.opts.set("save_mask_composite", composite)
    corrected = job(picture=picture, batch_size=2, save_images=True).images
    before = saved(host, "-before-color-correction")
    assert [image.tobytes() for image in before] == [image.tobytes() for image in plain]
    for image, after in zip(before, corrected):
        assert_exact(image, picture)
        assert image.tobytes() != after.tobytes()
        assert any(image.tobytes() == after.tobytes() for image in saved(host, ""))


def test_jobs_that_are_none_of_ours_are_saved_as_they_are(host: SimpleNamespace, job: Run, pixels: U8) -> None:
    host.opts.set("save_init_img", True)
    host.opts.set("img2img_color_correction", True)
    host.opts.set("save_images_before_color_correction", True)
    job(edit="", width=128, height=96, save_images=True)
    assert (np.asarray(saved(host, "")[-1]) == pixels[..., :3]).all()
    assert [image.size for image in saved(host, "-before-color-correction")] == [(128, 96)]
