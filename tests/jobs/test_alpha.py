"""Transparent pictures through a whole job: what is seen beside them, and what is left of them in each file format."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.jobs.conftest import EDIT

Run = Callable[..., Any]
HOLE = (slice(90, 190), slice(150, 250))
"""Transparent over black, from within the object to far away from it."""
FAR = (slice(160, 190), slice(200, 250))
SOFT = {**EDIT, "refine": {"grow": 0, "feather": 24}, "blend": {"match": "off"}}


@pytest.fixture
def holed(pixels: U8) -> U8:
    """200×260 RGBA: opaque but for the hole."""
    picture = pixels.copy()
    picture[..., 3] = 255
    picture[HOLE] = 0
    return picture


def over(image: Image.Image, colour: tuple[int, int, int]) -> U8:
    """RGB as a viewer shows it over that colour, float."""
    pixels = np.asarray(image.convert("RGBA")).astype(float)
    cover = pixels[..., 3:] / 255
    return np.asarray(pixels[..., :3] * cover + np.array(colour) * (1 - cover))


def test_the_feather_is_not_darkened_by_what_is_hidden(host: SimpleNamespace, job: Run, holed: U8) -> None:
    """The darkest that may be seen is the darkest of what was painted and of what was there, over white."""
    result = over(job(edit=SOFT, picture=holed).images[0], (255, 255, 255))
    before = over(Image.fromarray(holed), (255, 255, 255))
    hidden = job(edit=SOFT, picture=np.where(holed[..., 3:] > 0, holed, np.array([255, 255, 255, 0], np.uint8))).images[
        0
    ]
    assert np.abs(result - over(hidden, (255, 255, 255))).max() <= 1, "hidden colours do not count"
    assert (result[HOLE].min(axis=-1) >= min(before[..., 0].min(), 35) - 2).all()
    assert (result[FAR] == 255).all()


@pytest.mark.parametrize("format_", ["jpg", "jpeg", "webp", "bmp"])
@pytest.mark.parametrize(("colour", "shown"), [("#ffffff", (255, 255, 255)), ("#20c040", (32, 192, 64))])
def test_where_the_format_has_no_alpha_the_hosts_own_colour_shows(
    host: SimpleNamespace, job: Run, holed: U8, format_: str, colour: str, shown: tuple[int, int, int]
) -> None:
    host.opts.set("img2img_background_color", colour)
    host.opts.set("samples_format", format_)
    result = job(picture=holed).images[0]
    assert result.mode == "RGB" and (np.asarray(result)[FAR] == shown).all()
    kept = np.ones(holed.shape[:2], bool)
    kept[HOLE] = kept[50:150, 80:180] = False  # nor around the object
    assert (np.asarray(result)[kept] == holed[kept][..., :3]).all()
    host.opts.set("save_mask_composite", True)
    assert job(picture=holed).images[0].tobytes() == result.tobytes(), "both ways of stitching"


@pytest.mark.parametrize("format_", ["png", "avif", "tiff"])
def test_where_the_format_has_alpha_it_stays(host: SimpleNamespace, job: Run, holed: U8, format_: str) -> None:
    host.opts.set("samples_format", format_)
    result = job(picture=holed).images[0]
    assert result.mode == "RGBA" and (np.asarray(result)[FAR] == 0).all()


@pytest.mark.parametrize("option", ["stealth_pnginfo_option", "stealth_pnginfo_opt"])
def test_where_a_fork_hides_its_infotext_in_the_alpha_the_hosts_own_colour_shows(
    host: SimpleNamespace, job: Run, holed: U8, option: str
) -> None:
    """Forge calls `putalpha(255)` on what it saves as PNG, and every hidden colour comes out."""
    host.opts.data[option] = "Alpha"
    result = job(picture=holed, save_images=True).images[0]
    assert result.mode == "RGB" and (np.asarray(result)[FAR] == 255).all()
    assert job(picture=holed).images[0].mode == "RGBA", "nothing is saved"
    host.opts.data[option] = "RGB"
    assert job(picture=holed, save_images=True).images[0].mode == "RGBA"


def test_a_colour_that_is_none_counts_as_white(host: SimpleNamespace) -> None:
    from click_inpaint.host import overlay

    for text in ("", "no colour", "#12"):
        host.opts.set("img2img_background_color", text)
        assert overlay.backdrop() == (255, 255, 255)


@pytest.mark.parametrize("format_", ["jpg", "webp"])
def test_the_file_too(host: SimpleNamespace, job: Run, holed: U8, format_: str) -> None:
    host.opts.set("samples_format", format_)
    job(picture=holed, save_images=True)
    (file,) = (host.data / "outputs").rglob(f"*.{format_}")
    with Image.open(file) as saved:
        assert (np.asarray(saved.convert("RGB"))[FAR][8:-8, 8:-18] >= 250).all()


def test_the_sampler_sees_the_hosts_own_colour(
    host: SimpleNamespace, job: Run, holed: U8, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint.pipeline import Pipeline

    jobs: list[Any] = []
    prepare = Pipeline.prepare

    def noted(*args: Any) -> Any:
        prepared = prepare(*args)
        jobs.extend(prepared)
        return prepared

    monkeypatch.setattr(Pipeline, "prepare", noted)
    host.opts.set("img2img_background_color", "#20c040")
    job(picture=holed)
    assert (jobs[0].source == (32, 192, 64)).all(axis=-1).mean() > 0.1
