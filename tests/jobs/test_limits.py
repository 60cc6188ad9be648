"""What a job leaves behind, and what does not fit into what the host writes."""

import gc
import tracemalloc
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint import recorded
from click_inpaint.errors import UserError
from click_inpaint.images import Picture
from click_inpaint.store import Store
from tests.arrays import U8
from tests.jobs.conftest import EDIT

Run = Callable[..., Any]
POINTS = np.random.default_rng(1).random((4000, 2))
TOO_MANY = {
    **EDIT,
    "selection": [{"kind": "stroke", "points": (100 + 60 * POINTS).round(2).tolist(), "radius": 32}],
}


@pytest.mark.parametrize(("samples", "grid"), [("jpg", "png"), ("png", "JPEG")])
def test_a_selection_that_no_jpeg_can_hold_stays_out_of_it(
    host: SimpleNamespace, job: Run, samples: str, grid: str
) -> None:
    assert len(recorded.written(edits.parse(TOO_MANY))) > 16_000
    host.opts.data.update(samples_format=samples, grid_format=grid)
    processed = job(edit=TOO_MANY)
    assert "Click Inpaint edit" not in processed.infotexts[0] and "Click Inpaint crop" in processed.infotexts[0]
    assert "too long for a JPEG" in processed.comments
    assert "Click Inpaint edit" in job().infotexts[0]


def test_a_png_holds_any_selection(host: SimpleNamespace, job: Run) -> None:
    assert "Click Inpaint edit" in job(edit=TOO_MANY).infotexts[0]


def test_a_refused_job_holds_no_picture(
    host: SimpleNamespace, job: Run, pixels: U8, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores: set[Store] = set()
    hold = Store.hold

    def noted(store: Store, picture: Picture) -> str:
        stores.add(store)
        return hold(store, picture)

    monkeypatch.setattr(Store, "hold", noted)
    outside = {**EDIT, "selection": [{"kind": "click", "x": 999, "y": 1}]}
    gc.disable()  # nothing may hang in a circle that only the collector would find
    try:
        for grey in range(4):
            picture = pixels[..., :3].copy()
            picture[0, 0] = grey
            with pytest.raises(Exception, match="999"):
                job(edit=outside, picture=picture)
        (store,) = stores
        assert not any(store._pins.values())
    finally:
        gc.enable()


NO_SIDES = [0, -512, 63, 8193, 10**9, 10**30, 0.5, float("nan"), float("inf"), True, "512", None, [512]]


@pytest.mark.parametrize("side", NO_SIDES)
@pytest.mark.parametrize("name", ["width", "height"])
def test_a_size_that_is_none_is_refused_before_anything_is_allocated(job: Run, name: str, side: Any) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match="width and height must be whole numbers from 64 to 8192") as refused:
            job(**{name: side})
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert vars(refused.value)["status_code"] == 422


def test_a_size_that_a_host_tells_in_another_type_is_taken(job: Run) -> None:
    assert job(width=256.0, height=np.int64(256)).images[0].size == (260, 200)


class Processing(SimpleNamespace):
    """What a host calls p; it can be referred to weakly."""


@pytest.mark.parametrize("side", [0, -8, 10**9])
def test_a_size_that_a_selected_script_has_changed_is_refused_too(host: SimpleNamespace, pixels: U8, side: int) -> None:
    """X/Y/Z plots set the size of a copy that has been set up before."""
    from click_inpaint.host.hooks import Hooks
    from click_inpaint.pipeline import Pipeline
    from click_inpaint.segment.registry import Registry

    p = Processing(width=256, height=256, init_images=[Image.fromarray(pixels[..., :3])], batch_size=1)
    hooks = Hooks(Pipeline(Store(), Registry()))
    hooks.setup(p, EDIT)
    p.width = side
    hooks.before_process(p, EDIT)
    with pytest.raises(UserError, match="width and height must be whole numbers"):
        p.init()
