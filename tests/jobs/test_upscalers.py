"""Crops that are painted smaller than they are, brought back by the host's own upscalers."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint.errors import UserError
from tests.arrays import U8
from tests.jobs.conftest import EDIT

Run = Callable[..., Any]
NAME = "Marker 4x"
MARK = (255, 0, 255)


class Marker:
    """An upscaler whose work is easy to tell: one colour. It keeps what it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[tuple[int, int], float, str]] = []
        self._error = error

    def upscale(self, image: Image.Image, scale: float, path: str) -> Image.Image:
        self.asked.append((image.size, scale, path))
        if self._error:
            raise self._error
        return Image.new("RGB", (int(image.width * scale) // 8 * 8, int(image.height * scale) // 8 * 8), MARK)


@pytest.fixture
def installed(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Callable[[Marker], Marker]:
    from modules import shared

    def install(marker: Marker) -> Marker:
        known = [SimpleNamespace(name=name, scaler=marker, data_path=f"/{name}") for name in ("None", "Lanczos", NAME)]
        monkeypatch.setattr(shared, "sd_upscalers", known, raising=False)
        return marker

    return install


def whole(**more: Any) -> dict[str, Any]:
    """The whole picture of 260×200, painted at a quarter of its sides."""
    return {**EDIT, "area": {"mode": "whole"}, "refine": {"grow": 4, "feather": 4}, "blend": {"match": "off"}, **more}


def test_the_chosen_upscaler_brings_the_crop_back_and_the_stitch_stays_exact(
    job: Run, pixels: U8, installed: Callable[[Marker], Marker]
) -> None:
    marker = installed(Marker())
    (result,) = job(whole(upscaler=NAME), width=64, height=64).images
    found = np.asarray(result.convert("RGB"))
    ((size, scale, path),) = marker.asked
    assert path == f"/{NAME}" and scale == max(260 / size[0], 200 / size[1]) > 2
    y, x = np.mgrid[:200, :260]
    distance = np.hypot(x - 130, y - 100)
    assert (found[distance < 28] == MARK).all(), "what it made is in the picture"
    assert (found[distance > 48] == pixels[..., :3][distance > 48]).all()


def test_a_crop_that_is_painted_larger_needs_none(job: Run, installed: Callable[[Marker], Marker]) -> None:
    marker = installed(Marker())
    job({**EDIT, "upscaler": NAME}, width=512, height=512)
    assert marker.asked == []


def test_one_that_fails_costs_nobody_the_picture(job: Run, installed: Callable[[Marker], Marker]) -> None:
    installed(Marker(RuntimeError("CUDA out of memory")))
    done = job(whole(upscaler=NAME), width=64, height=64)
    assert len(done.images) == 1
    assert "Marker 4x could not enlarge the crop (CUDA out of memory)" in done.comments


def test_an_unknown_one_is_refused_before_anything_is_painted(job: Run, installed: Callable[[Marker], Marker]) -> None:
    installed(Marker())
    with pytest.raises(UserError, match="no upscaler Other: choose another one"):
        job(whole(upscaler="Other"))
    with pytest.raises(UserError, match="no upscaler Lanczos"):
        job(whole(upscaler="Lanczos"))


def test_the_status_names_those_with_a_model(host: SimpleNamespace, installed: Callable[[Marker], Marker]) -> None:
    from click_inpaint.host import upscalers

    installed(Marker())
    assert upscalers.names() == [NAME]
