"""A job that paints each separate object in a crop of its own."""

import copy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint import mask
from click_inpaint.geometry import Point, Size
from tests.arrays import U8
from tests.jobs.test_neighbours import installed

Run = Callable[..., Any]
LEFT = {"kind": "stroke", "points": [[40, 100]], "radius": 10}
RIGHT = {"kind": "stroke", "points": [[220, 100]], "radius": 10}


def edit_of(*steps: dict[str, Any], mode: str = "each") -> dict[str, Any]:
    return {"selection": list(steps), "refine": {"grow": 2, "feather": 4}, "area": {"mode": mode, "padding": 4}}


BOTH = edit_of(LEFT, RIGHT)


def blend_at(x: float) -> U8:
    return mask.grown_and_feathered(mask.stroke(Size(260, 200), [Point(x, 100)], 10), 2, 4)[1].full()


def array(image: Image.Image) -> U8:
    return np.asarray(image.convert("RGB"))


def assert_painted(image: Image.Image, before: U8, *at: float) -> None:
    """The objects at these places are new; all else is as it was, to the bit."""
    after, old = array(image), before[..., :3]
    outside = np.ones(old.shape[:2], bool)
    for x in at:
        assert (after[blend_at(x) == 255] != old[blend_at(x) == 255]).any(axis=-1).mean() > 0.9
        outside &= blend_at(x) == 0
    assert (after[outside] == old[outside]).all()


def test_both_objects_are_painted_in_one_result_that_is_saved_once(host: SimpleNamespace, job: Run, pixels: U8) -> None:
    done = job(BOTH, save_images=True)
    (image,) = done.images
    assert_painted(image, pixels, 40, 220)
    (file,) = (host.data / "outputs").rglob("*.png")
    assert (array(Image.open(file)) == array(image)).all()
    assert "Click Inpaint crop: 64x64+9+69 64x64+189+69," in done.infotexts[0]


def test_one_job_for_each_object_on_the_result_of_the_last_gives_the_same_bytes(job: Run) -> None:
    both = job(BOTH).images[0]
    left = job(edit_of(LEFT)).images[0]
    then = job(edit_of(RIGHT), picture=array(left)).images[0]
    assert then.tobytes() == both.tobytes()


def test_each_image_of_a_batch_is_the_one_that_its_seed_gives_alone(job: Run) -> None:
    batch = job(BOTH, batch_size=2, n_iter=2)
    assert len(batch.images) == 4 and batch.all_seeds == [7, 8, 9, 10]
    for seed, image in zip(batch.all_seeds, batch.images):
        assert job(BOTH, seed=seed).images[0].tobytes() == image.tobytes()


@pytest.mark.parametrize("correct", [False, True])
def test_both_ways_of_stitching_agree_and_show_the_mask_of_all_objects(
    host: SimpleNamespace, job: Run, pixels: U8, correct: bool
) -> None:
    host.opts.set("img2img_color_correction", correct)
    fast = job(BOTH).images[0]
    host.opts.set("return_mask", True)
    host.opts.set("return_mask_composite", True)
    layered, shown, composite = job(BOTH).images
    assert layered.tobytes() == fast.tobytes()
    assert (np.asarray(shown.convert("L")) == np.maximum(blend_at(40), blend_at(220))).all()
    assert composite.size == (260, 200)


def test_alpha_is_kept_outside_and_opaque_in_every_object(job: Run, pixels: U8) -> None:
    picture = pixels.copy()
    picture[..., 3] = 90
    alpha = np.asarray(job(BOTH, picture=picture).images[0])[..., 3]
    both = np.maximum(blend_at(40), blend_at(220))
    assert (alpha[both == 0] == 90).all() and (alpha[both == 255] == 255).all()


def test_a_selection_in_one_piece_is_the_usual_job(job: Run) -> None:
    assert job(edit_of(LEFT)).images[0].tobytes() == job(edit_of(LEFT, mode="masked")).images[0].tobytes()


def test_the_fields_the_options_and_the_progress_are_as_they_should_be(host: SimpleNamespace, job: Run) -> None:
    from modules import shared

    seen: list[tuple[Any, ...]] = []
    fields = ("width", "height", "seed", "prompt", "batch_size", "n_iter", "init_images", "image_mask", "scripts")

    def look(p: Any, pp: Any) -> None:
        seen.append((shared.state.job_no, shared.state.job_count, *(getattr(p, field) for field in fields)))

    installed(look)
    before = copy.deepcopy(host.opts.data)
    job(BOTH, n_iter=2)
    assert len(seen) == 2, "other extensions see the first object of each batch alone"
    assert [entry[:2] for entry in seen] == [(1, 4), (3, 4)] and seen[0][2:] == seen[1][2:]
    assert host.opts.data == before


def failing_from(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], None]) -> None:
    """The host's sampler, which does something at its call `number`."""
    from modules import processing

    calls: list[int] = []
    sample = processing.StableDiffusionProcessingImg2Img.sample

    def counted(p: Any) -> Any:
        calls.append(1)
        if len(calls) == number:
            act()
        return sample(p)

    monkeypatch.setattr(processing.StableDiffusionProcessingImg2Img, "sample", counted)


def test_where_an_object_fails_the_others_stay_and_the_person_is_told(
    host: SimpleNamespace, job: Run, pixels: U8, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("out of memory")

    before = copy.deepcopy(host.opts.data)
    reports: list[str] = []
    monkeypatch.setattr(host.errors, "report", lambda message, **_: reports.append(message))
    failing_from(monkeypatch, 2, fail)
    done = job(BOTH)
    assert_painted(done.images[0], pixels, 40)
    assert "1 of 2 objects are painted; the next one failed: out of memory" in done.comments
    assert len(reports) == 1 and host.opts.data == before
    monkeypatch.undo()


def test_a_job_that_is_stopped_paints_no_further_object(job: Run, pixels: U8, monkeypatch: pytest.MonkeyPatch) -> None:
    from modules import shared

    failing_from(monkeypatch, 1, shared.state.interrupt)
    done = job(BOTH, n_iter=2)
    (image,) = done.images
    outside = np.maximum(blend_at(40), blend_at(220)) == 0
    assert (array(image)[outside] == pixels[..., :3][outside]).all()
    assert (array(image)[blend_at(220) > 0] == pixels[..., :3][blend_at(220) > 0]).all()
    assert "The job was stopped: 1 of 2 objects are painted." in done.comments
