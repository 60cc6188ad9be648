"""Jobs of two passes: the whole picture first, then the crop around the mask in what came of that."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.arrays import U8
from tests.jobs.conftest import EDIT
from tests.jobs.test_job import assert_exact, blend

Run = Callable[..., Any]
TWICE = {**EDIT, "area": {"mode": "twice", "padding": 8}, "fill": "noise", "tint": "#ff0000"}


@pytest.fixture
def passes(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The job of each pass, and with which denoising strength the host samples it."""
    from click_inpaint.host import passes as ours

    found: list[Any] = []
    original = ours.hand_over

    def seen(p: Any, job: Any, *more: Any) -> None:
        original(p, job, *more)
        found.append((job, p.denoising_strength, p.inpainting_fill))

    monkeypatch.setattr(ours, "hand_over", seen)
    return found


def test_the_second_pass_paints_in_the_result_of_the_first(job: Run, pixels: U8, passes: list[Any]) -> None:
    result = job(TWICE, denoising_strength=1).images[0]
    (first, strength, fill), (second, less, kept) = passes
    assert first.crop.size.area == 260 * 200 > second.crop.size.area
    assert (strength, less) == (1, 0.5) and (fill, kept) == (2, 1), "what the first has painted is what it starts from"
    inside = blend() == 255
    assert (first.picture.rgb == pixels[..., :3]).all()
    assert (second.picture.rgb[inside] != pixels[..., :3][inside]).any(axis=-1).mean() > 0.9
    assert (second.init == second.source).all(), "neither filled nor tinted again"
    assert_exact(result, pixels[..., :3])
    assert (np.asarray(result)[inside] != second.picture.rgb[inside]).any()


def test_a_weaker_job_is_not_made_stronger(job: Run, passes: list[Any]) -> None:
    job(TWICE, denoising_strength=0.3)
    assert [strength for _, strength, _ in passes] == [0.3, 0.3]


def test_each_picture_of_a_batch_is_painted_twice(job: Run, pixels: U8, passes: list[Any]) -> None:
    results = job(TWICE, batch_size=2).images
    assert len(passes) == 3 and len({image.tobytes() for image in results}) == 2
    for result in results:
        assert_exact(result, pixels[..., :3])


def test_both_crops_are_in_the_infotext(job: Run) -> None:
    text = job(TWICE).images[0].info["parameters"]
    crops = text.partition("Click Inpaint crop: ")[2].partition(",")[0].split()
    assert len(crops) == 2 and crops[0] == "260x200+0+0"


def test_a_person_who_stops_it_between_the_passes_keeps_the_first(
    host: SimpleNamespace, job: Run, pixels: U8, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint.host import passes as ours

    monkeypatch.setattr(ours, "is_stopped", lambda: True)
    assert_exact(job(TWICE).images[0], pixels[..., :3])
