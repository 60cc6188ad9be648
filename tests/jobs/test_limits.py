"""What a job leaves behind, and what does not fit into what the host writes."""

import gc
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint.images import Picture
from click_inpaint.store import Store
from tests.arrays import U8
from tests.jobs.conftest import EDIT

Run = Callable[..., Any]
TOO_MANY = {
    **EDIT,
    "selection": [{"kind": "stroke", "points": [[130 + k % 9, 100] for k in range(2500)], "radius": 32}],
}


@pytest.mark.parametrize(("samples", "grid"), [("jpg", "png"), ("png", "JPEG")])
def test_a_selection_that_no_jpeg_can_hold_stays_out_of_it(
    host: SimpleNamespace, job: Run, samples: str, grid: str
) -> None:
    assert len(json.dumps(TOO_MANY)) > 16_000
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
