from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint.errors import EmptySelection
from click_inpaint.pipeline import Job, Pipeline, finish
from click_inpaint.store import Store
from tests.squares import AREA, PHOTO, OnlySquares, click, edit_of, expected, selected

RED = [200, 20, 40]
PLAIN = np.full((256, 256, 3), 100, np.uint8)
"""Of the working size, so that every pixel of a job is one of the picture."""


def paint(*points: list[float], radius: float = 10, colour: str = "#c81428", **more: Any) -> dict[str, Any]:
    return {"kind": "paint", "points": list(points), "radius": radius, "colour": colour, **more}


def job_of(*steps: dict[str, Any], **more: Any) -> Job:
    pipeline = Pipeline(Store(), OnlySquares())
    (job,) = pipeline.prepare(edit_of(pipeline, *steps, picture=PLAIN, area={"mode": "whole"}, **more), AREA)
    return job


def test_a_stroke_lies_where_it_was_painted_and_is_selected() -> None:
    job = job_of(paint([100, 50], [140, 50]))
    changed = (job.init != 100).any(axis=2)
    assert (changed == (job.blend.full() > 0)).all() and changed[41:59, 92:148].mean() > 0.95
    assert (job.init[changed] == RED).all() and (job.source == 100).all()


def test_beside_a_selection_it_selects_nothing_and_lies_under_the_mask_alone() -> None:
    job = job_of(click(100, 100), paint([100, 100], [200, 100], selects=False))
    under = np.zeros((256, 256), bool)
    under[90:110, 90:110] = True
    assert (job.blend.full()[under] == 255).all() and job.blend.full().sum() == 255 * 400
    assert (job.init[~under] == 100).all() and (job.init[95:105, 95:110] == RED).all()


def test_the_next_one_lies_on_top_as_opaque_as_it_says() -> None:
    over = paint([100, 50], colour="#0000ff", opacity=0.5)
    job = job_of(paint([100, 50], [140, 50]), over, fill="colour", fill_colour="#ffffff", tint="#00ff00")
    assert job.init[50, 100].tolist() == [100, 10, 148] and job.init[50, 140].tolist() == RED
    under, clear = job_of(over, paint([100, 50], [140, 50])), job_of(paint([100, 50], opacity=0))
    assert under.init[50, 100].tolist() == RED and (clear.init == 100).all() and not clear.blend.empty


def test_what_was_erased_is_not_painted() -> None:
    eraser = {"kind": "stroke", "points": [[120, 50]], "radius": 8, "mode": "eraser"}
    job = job_of(paint([100, 50], [140, 50]), eraser)
    assert (job.init[46:54, 116:124] == 100).all() and job.init[50, 100].tolist() == RED


def test_nothing_changes_outside_the_blend() -> None:
    pipeline = Pipeline(Store(), OnlySquares())
    steps = click(150, 100), paint([20, 20], [280, 180], radius=30, selects=False)
    edit = edit_of(pipeline, *steps, refine={"grow": 6, "feather": 9}, blend={"match": "off"})
    (job,) = pipeline.prepare(edit, AREA)
    assert (job.init[job.band] == job.source[job.band]).all()
    result, outside = finish(job, job.init).rgb, job.blend.full() == 0
    assert (result[outside] == PHOTO[outside]).all()
    assert (np.abs(result[100, 150].astype(int) - RED) <= 2).all()


@given(
    st.lists(st.tuples(st.floats(-50, 350), st.floats(-50, 250)).map(list), min_size=1, max_size=4),
    st.floats(0.5, 60),
    st.floats(0, 1),
)
def test_a_colour_goes_no_further_than_the_grown_selection(
    points: list[list[float]], radius: float, opacity: float
) -> None:
    job = job_of(click(100, 100), paint(*points, radius=radius, opacity=opacity, selects=False), refine={"grow": 5})
    assert (job.init[job.blend.full() == 0] == 100).all()
    low, high = np.sort([[100] * 3, RED], axis=0)
    assert (job.init >= low).all() and (job.init <= high).all()


def test_paint_that_selects_nothing_is_no_selection() -> None:
    pipeline = Pipeline(Store(), OnlySquares())
    with pytest.raises(EmptySelection):
        selected(pipeline, paint([100, 50], selects=False))
    both = selected(pipeline, click(50, 50), paint([100, 50], radius=0.5))
    assert (both[expected((40, 40, 60, 60)) > 0] == 255).all() and both[49:51, 99:101].any()
