"""The host's selectable scripts: those that give other pictures than the open one are refused before any sampling."""

import copy
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint.errors import UserError
from tests.arrays import U8
from tests.jobs.test_job import assert_exact, files
from tests.jobs.test_neighbours import installed

Run = Callable[..., Any]
Body = Callable[[Any], Any]
REFUSED = "other pictures than the open one.*“None” under Script"


def selectable(title: str, body: Body) -> dict[str, Any]:
    """Add a selectable script that does this with the job; the payload that chooses it is returned."""
    from modules import scripts as host_scripts

    class Selectable(host_scripts.Script):
        def title(self) -> str:
            return title

        def ui(self, is_img2img: bool) -> list[Any]:
            return []

        def run(self, p: Any, *args: Any) -> Any:
            return body(p)

    script = Selectable()
    script.args_from = script.args_to = 0
    script.is_img2img, script.alwayson = True, False
    host_scripts.scripts_img2img.scripts.append(script)
    host_scripts.scripts_img2img.selectable_scripts.append(script)
    return {"script_name": title, "script_args": []}


def feeding(*changes: Callable[[Image.Image], Image.Image]) -> Body:
    """Paint once for each change: the first gets the picture, the others what came of the pass before."""

    def body(p: Any) -> Any:
        from modules import processing

        image, processed = p.init_images[0], None
        for change in changes:
            p.init_images = [change(image)]
            processed = processing.process_images(p)
            image = processed.images[0]
        return processed

    return body


def tile(image: Image.Image) -> Image.Image:
    return image.crop((0, 0, 128, 128))


def upscaled_tile(image: Image.Image) -> Image.Image:
    """A tile that has the picture's size and is not the picture."""
    return image.resize((2 * image.width, 2 * image.height)).crop((0, 0, *image.size))


def outpainted(image: Image.Image) -> Image.Image:
    wider = Image.new("RGB", (image.width + 64, image.height))
    wider.paste(image, (64, 0))
    return wider


def loaded(host: SimpleNamespace) -> Any:
    return host.sd_models.model_data.sd_model


@pytest.fixture(params=[tile, upscaled_tile, outpainted])
def other(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_another_picture_is_refused_and_nothing_is_loaded_painted_or_saved(
    host: SimpleNamespace, job: Run, other: Any
) -> None:
    before = loaded(host)
    chosen = selectable("Parts", feeding(other))
    with pytest.raises(UserError, match=f"“Parts” .*{REFUSED}"):
        job(**chosen, width=128, height=128, save_images=True)
    assert loaded(host) is before and not files(host)


def test_it_is_refused_at_a_later_pass_too(host: SimpleNamespace, job: Run, other: Any) -> None:
    with pytest.raises(UserError, match=REFUSED):
        job(**selectable("Parts", feeding(lambda image: image, other)))


def test_one_foreign_picture_among_several_is_enough(job: Run) -> None:
    def body(p: Any) -> Any:
        from modules import processing

        p.init_images = [p.init_images[0], upscaled_tile(p.init_images[0])]
        return processing.process_images(p)

    with pytest.raises(UserError, match=REFUSED):
        job(**selectable("Parts", body), batch_size=2)


@pytest.mark.parametrize("title", ["SD upscale", "Poor man's outpainting", "Outpainting mk2", "Ultimate SD upscale"])
def test_scripts_that_are_known_are_refused_whatever_they_do(host: SimpleNamespace, job: Run, title: str) -> None:
    before = loaded(host)
    with pytest.raises(UserError, match=f"“{title}” .*{REFUSED}"):
        job(**selectable(title, feeding(lambda image: image)), save_images=True)
    assert loaded(host) is before and not files(host)


def test_without_our_tab_they_run_as_ever(job: Run) -> None:
    assert job(edit="", **selectable("SD upscale", feeding(tile))).images[0].size == (256, 256)


def test_a_script_that_is_not_chosen_changes_nothing(job: Run, pixels: U8) -> None:
    selectable("SD upscale", feeding(tile))
    assert_exact(job().images[0], pixels[..., :3])


@pytest.mark.parametrize("channels", [3, 4])
def test_a_copy_of_the_picture_and_of_a_result_are_recognised(job: Run, pixels: U8, channels: int) -> None:
    chosen = selectable("Copies", feeding(Image.Image.copy, Image.Image.copy, lambda image: image))
    result = job(picture=np.ascontiguousarray(pixels[..., :channels]), **chosen).images[0]
    assert_exact(result, pixels[..., :channels])


def test_going_back_to_the_picture_after_a_result_is_recognised(job: Run, pixels: U8) -> None:
    """Loopback does so at the start of each of its batches."""
    kept: list[Image.Image] = []

    def first(image: Image.Image) -> Image.Image:
        kept.append(image)
        return image

    chosen = selectable("Back", feeding(first, lambda image: kept[0]))
    assert_exact(job(**chosen).images[0], pixels[..., :3])


def test_one_job_may_be_run_again_as_it_is(job: Run, pixels: U8) -> None:
    results = []

    def body(p: Any) -> Any:
        from modules import processing

        for seed in (3, 4):
            p.seed = seed
            results.append(processing.process_images(p))
        return results[-1]

    job(**selectable("Twice", body))
    first, second = (one.images[0] for one in results)
    assert first.tobytes() != second.tobytes()
    for image in (first, second):
        assert_exact(image, pixels[..., :3])


@pytest.fixture
def nested() -> Iterator[list[Any]]:
    """An always-on neighbour that paints a tile of each result by a pass of its own; what came of it is listed."""
    seen: list[Any] = []

    def detail(p: Any, pp: Any) -> None:
        from modules import processing

        inner = copy.copy(p)
        inner.init_images, inner.image_mask = [tile(pp.image)], None
        for name in ("mask", "nmask", "mask_for_overlay", "overlay_images", "paste_to"):
            setattr(inner, name, None)
        inner.width = inner.height = 128
        inner.batch_size = inner.n_iter = 1
        inner.scripts = copy.copy(p.scripts)
        inner.scripts.alwayson_scripts = [one for one in p.scripts.alwayson_scripts if one.title() != "Neighbour"]
        seen.append(processing.process_images(inner).images[0].size)

    installed(detail)
    yield seen


@pytest.mark.parametrize("script", [{}, {"script_name": "Loopback", "script_args": [2]}])
def test_passes_inside_a_pass_of_ours_stay_their_makers_own(
    host: SimpleNamespace, job: Run, pixels: U8, script: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    seen = request.getfixturevalue("nested")  # after the host
    for image in job(**script).images:
        assert_exact(image, pixels[..., :3])
    assert seen and set(seen) == {(128, 128)}
