"""A job from the Edit to the saved file, in the host's own order of hooks."""

import copy
import io
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint import __version__, mask, recorded
from click_inpaint import edit as edits
from click_inpaint.errors import UserError
from click_inpaint.geometry import Point, Size
from click_inpaint.ids import is_half
from tests.arrays import U8
from tests.jobs.conftest import EDIT, make_selectable

Run = Callable[..., Any]


def blend() -> U8:
    """What EDIT's blend mask must be, made with the library alone."""
    selection = mask.stroke(Size(260, 200), [Point(130, 100)], 32)
    return mask.grown_and_feathered(selection, 4, 6)[1].full()


def assert_exact(result: Image.Image, before: U8) -> None:
    """Every pixel outside the blend is the picture's, to the bit; inside it is new."""
    after = np.asarray(result)
    assert after.shape == before.shape
    outside = blend() == 0
    assert (after[outside] == before[outside]).all()
    assert (after[~outside] != before[~outside]).any(axis=-1).mean() > 0.9


def files(host: SimpleNamespace) -> list[Any]:
    return sorted((host.data / "outputs").rglob("*.png"))


def test_returned_and_saved_pictures_are_stitched_at_full_size(host: SimpleNamespace, job: Run, pixels: U8) -> None:
    host.opts.set("return_mask", True)
    host.opts.set("return_mask_composite", True)
    host.opts.set("save_mask", True)
    host.opts.set("save_mask_composite", True)
    picture, shown, composite = job(save_images=True).images
    assert_exact(picture, pixels[..., :3])
    assert (np.asarray(shown.convert("L")) == blend()).all()
    assert composite.size == (260, 200) and composite.mode == "RGBA"
    painted = np.asarray(composite)[blend() == 255]
    assert (painted[:, :3] == np.asarray(picture)[blend() == 255]).all()
    saved = {path.stem.rpartition("-")[2]: Image.open(io.BytesIO(path.read_bytes())) for path in files(host)}
    assert [image.size for image in saved.values()] == [(260, 200)] * 3
    assert (np.asarray(saved["mask"].convert("L")) == blend()).all()
    assert any((np.asarray(image.convert("RGB")) == np.asarray(picture)).all() for image in saved.values())


def test_the_object_is_gone(job: Run, pixels: U8) -> None:
    after = np.asarray(job().images[0]).astype(int)
    red = (after[..., 0] > 150) & (after[..., 1] < 90)
    assert ((pixels[..., 0] > 150) & (pixels[..., 1] < 90)).sum() > 2500 and red.sum() == 0


def test_alpha_is_kept_outside_and_opaque_inside(job: Run, pixels: U8) -> None:
    result = job(picture=pixels).images[0]
    assert result.mode == "RGBA"
    assert_exact(result, pixels)
    assert (np.asarray(result)[..., 3][blend() == 255] == 255).all()


@pytest.mark.parametrize("correct", [False, True])
@pytest.mark.parametrize(
    "option", ["return_mask_composite", "save_mask_composite", "save_images_before_color_correction"]
)
def test_both_ways_of_stitching_give_equal_bytes(
    host: SimpleNamespace, job: Run, pixels: U8, option: str, correct: bool
) -> None:
    host.opts.set("img2img_color_correction", correct)
    for picture in (pixels, pixels[..., :3]):
        fast = job(picture=picture, save_images=True).images[0]
        host.opts.set(option, True)
        layered = job(picture=picture, save_images=True).images[0]
        host.opts.set(option, False)
        assert fast.mode == layered.mode and fast.tobytes() == layered.tobytes()
        assert_exact(fast, picture)


@pytest.mark.parametrize("overlay", [True, False])
def test_without_the_hosts_overlay_the_stitch_is_the_same(
    host: SimpleNamespace, job: Run, pixels: U8, overlay: bool
) -> None:
    host.opts.set("overlay_inpaint", overlay)
    assert_exact(job().images[0], pixels[..., :3])


@pytest.mark.parametrize("composite", [False, True])
def test_two_batches_of_two_are_four_different_pictures(
    host: SimpleNamespace, job: Run, pixels: U8, composite: bool
) -> None:
    host.opts.set("save_mask_composite", composite)
    results = job(batch_size=2, n_iter=2).images
    assert len(results) == 4 and len({image.tobytes() for image in results}) == 4
    for result in results:
        assert_exact(result, pixels[..., :3])


def test_loopback_crops_again_at_every_round(host: SimpleNamespace, job: Run, pixels: U8) -> None:
    results = job(script_name="Loopback", script_args=[3]).images
    assert len(results) == 3 and len({image.tobytes() for image in results}) == 3
    for result in results:
        assert_exact(result, pixels[..., :3])
        assert result.size == (260, 200)


def test_every_round_paints_at_the_size_of_the_first(job: Run) -> None:
    wide = {**EDIT, "selection": [{"kind": "stroke", "points": [[60, 100], [200, 100]], "radius": 12}]}
    sizes = set(
        re.findall(r"Size: (\d+x\d+)", "\n".join(job(edit=wide, script_name="Loopback", script_args=[1]).infotexts))
    )
    many = set(
        re.findall(r"Size: (\d+x\d+)", "\n".join(job(edit=wide, script_name="Loopback", script_args=[4]).infotexts))
    )
    assert sizes == many and sizes != {"256x256"}


def test_a_copy_of_the_job_is_a_job_of_its_own(host: SimpleNamespace, job: Run, pixels: U8) -> None:
    """What X/Y/Z does: copy the processing object after `setup`, change a value, run, for each value."""
    from modules import processing
    from modules import scripts as host_scripts

    results = []

    class Grid(host_scripts.Script):
        def title(self) -> str:
            return "Grid"

        def ui(self, is_img2img: bool) -> list[Any]:
            return []

        def run(self, p: Any, *args: Any) -> Any:
            for width in (256, 128):
                inner = copy.copy(p)
                inner.override_settings = dict(p.override_settings)
                inner.width, inner.seed = width, p.seed + width
                results.append(processing.process_images(inner))
            return results[-1]

    make_selectable(Grid())
    job(script_name="Grid", script_args=[])
    large, small = (item.width * item.height for item in results)
    assert large > small and results[0].images[0].tobytes() != results[1].images[0].tobytes()
    for item in results:
        assert_exact(item.images[0], pixels[..., :3])


@pytest.mark.parametrize("size", [(100, 80), (260, 200)])
def test_another_picture_from_an_extension_is_refused(
    host: SimpleNamespace, job: Run, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    from modules import scripts as host_scripts

    runner = host_scripts.scripts_img2img
    before = runner.before_process

    def exchange(p: Any) -> None:
        p.init_images = [Image.new("RGB", size, "white")]
        before(p)

    monkeypatch.setattr(runner, "before_process", exchange)
    with pytest.raises(UserError, match="Another extension gives the Web UI another picture"):
        job()


def test_an_inner_pass_of_another_extension_is_left_alone(
    host: SimpleNamespace, job: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules import scripts as host_scripts

    runner = host_scripts.scripts_img2img
    setup = runner.setup_scrips

    def mark(p: Any, **kwargs: Any) -> None:
        p._ad_inner = True
        setup(p, **kwargs)

    monkeypatch.setattr(runner, "setup_scrips", mark)
    assert job(width=64, height=64).images[0].size == (64, 64)


@pytest.mark.parametrize("shape", [(500, 3), (3, 500)])
def test_a_picture_may_be_a_few_pixels_wide(job: Run, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    middle = {**EDIT, "selection": [{"kind": "stroke", "points": [[shape[1] // 2, shape[0] // 2]], "radius": 9}]}
    result = np.asarray(job(edit=middle, picture=picture).images[0])
    assert result.shape == picture.shape and (result != picture).any() and (result[0, 0] == picture[0, 0]).all()


def test_the_infotext_holds_the_edit_and_the_crop(job: Run) -> None:
    processed = job()
    from modules import infotext_utils

    params = infotext_utils.parse_generation_parameters(processed.infotexts[0])
    stored = recorded.read(params["Click Inpaint edit"])
    assert stored.selection == edits.parse(EDIT).selection and is_half(stored.image)
    assert re.fullmatch(r"\d+x\d+\+\d+\+\d+", params["Click Inpaint crop"])
    assert params["Model"] == "sd2-inpainting"


def test_the_selection_stays_out_of_the_infotext_where_the_person_says_so(host: SimpleNamespace, job: Run) -> None:
    from click_inpaint.host import settings

    host.opts.data[settings.SELECTION] = False
    (infotext,) = job().infotexts
    assert "Click Inpaint edit" not in infotext
    assert "Click Inpaint crop" in infotext and "Click Inpaint version" in infotext


def test_the_infotext_names_the_version(job: Run) -> None:
    processed = job()
    from modules import infotext_utils

    params = infotext_utils.parse_generation_parameters(processed.infotexts[0])
    assert params["Click Inpaint version"] == __version__


def test_the_edit_may_come_as_text(job: Run, pixels: U8) -> None:
    assert_exact(job(edit=json.dumps(EDIT)).images[0], pixels[..., :3])


def test_without_an_edit_the_host_is_left_alone(job: Run) -> None:
    assert job(edit="", width=128, height=96).images[0].size == (128, 96)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ({"selection": []}, r"^Click the object first\.$"),
        ({"image": "0" * 64, **EDIT}, "no longer has this picture"),
        ({**EDIT, "fil": "telea"}, 'Unknown key "fil"'),
        ("{", "not JSON"),
        ({**EDIT, "checkpoint": "absent"}, "no checkpoint “absent”"),
        ({"selection": [{"kind": "click", "x": 999, "y": 1}]}, "outside the picture"),
    ],
)
def test_a_job_that_cannot_be_done_ends_before_anything_happens(
    host: SimpleNamespace, job: Run, edit: Any, says: str
) -> None:
    loaded = host.sd_models.model_data.sd_model
    with pytest.raises(UserError, match=says):
        job(edit=edit, save_images=True)
    assert host.sd_models.model_data.sd_model is loaded and not files(host)


def test_an_unforeseen_failure_ends_the_job_too(
    host: SimpleNamespace, job: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint.pipeline import Pipeline

    def broken(*args: Any) -> None:
        raise KeyError("a bug of ours")

    monkeypatch.setattr(Pipeline, "prepare", broken)
    with pytest.raises(UserError, match="Click Inpaint failed: 'a bug of ours'"):
        job()


def test_no_picture_is_said_although_a_stand_in_is_put_for_other_scripts(
    host: SimpleNamespace, job: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host's page gives [None] for our tab: scripts that look at the picture must not speak before we do."""
    from modules import scripts as host_scripts

    runner = host_scripts.scripts_img2img
    setup = runner.setup_scrips

    def without_picture(p: Any, **kwargs: Any) -> None:
        p.init_images = [None]
        setup(p, **kwargs)

    monkeypatch.setattr(runner, "setup_scrips", without_picture)
    with pytest.raises(UserError, match="Open a picture first"):
        job()
