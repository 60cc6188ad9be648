"""Which part, or which parts one after the other, an Edit has painted."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint import mask, pieces
from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Box, Size
from click_inpaint.pipeline import Pipeline, finish
from click_inpaint.preview import Preview
from click_inpaint.store import Store
from tests.squares import AREA, OnlySquares, edit_of


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), OnlySquares())


CORNERS = (
    {"kind": "stroke", "points": [[30, 30]], "radius": 10},
    {"kind": "stroke", "points": [[1970, 1470]], "radius": 10},
)
LARGE = np.random.default_rng(5).integers(0, 256, (1500, 2000, 3), np.uint8)
EACH = {"mode": "each", "padding": 16}


def test_far_apart_objects_are_offered_one_by_one(pipeline: Pipeline) -> None:
    shown = pipeline.preview(edit_of(pipeline, *CORNERS, picture=LARGE), AREA)
    assert shown.apart == 2 and len(shown.plans) == 1
    assert str(shown.advice[0]).startswith("Painted at 13 % of its size: paint each of the 2 separate objects")
    one = pipeline.preview(edit_of(pipeline, CORNERS[0], picture=LARGE), AREA)
    assert one.apart == 0 and one.advice == ()
    each = pipeline.preview(edit_of(pipeline, *CORNERS, picture=LARGE, area=EACH), AREA)
    assert each.apart == 0 and each.advice == () and min(plan.zoom for plan in each.plans) >= 1
    assert each.digest == shown.digest, "what is painted is the same, only larger"


def test_each_object_has_a_job_of_its_own_and_all_else_stays(pipeline: Pipeline) -> None:
    edit = edit_of(pipeline, *CORNERS, picture=LARGE, area=EACH, refine={"grow": 4, "feather": 6})
    shown = pipeline.preview(edit, AREA)
    jobs = pipeline.prepare(edit, AREA)
    assert [job.crop for job in jobs] == [plan.crop for plan in shown.plans] and len(jobs) == 2
    assert mask.union(jobs[0].blend, jobs[1].blend) == shown.blend
    assert all(job.shown == shown.blend for job in jobs)
    picture = jobs[0].picture
    for job in jobs:
        picture = finish(replace(job, picture=picture), np.bitwise_not(job.init))
    blend = shown.blend.full()
    assert (picture.rgb[blend == 0] == LARGE[blend == 0]).all()
    assert (picture.rgb[blend > 128] != LARGE[blend > 128]).any(axis=-1).mean() > 0.9


def test_prompts_go_to_the_objects_by_rows_whatever_was_selected_first(pipeline: Pipeline) -> None:
    def prompts(*steps: dict[str, Any], mode: str = "each", given: tuple[str, ...] = ("upper", "lower")) -> list[str]:
        edit = edit_of(pipeline, *steps, picture=LARGE, area={"mode": mode, "padding": 16, "prompts": list(given)})
        return [job.prompt for job in pipeline.prepare(edit, AREA)]

    assert prompts(*CORNERS) == prompts(*reversed(CORNERS)) == ["upper", "lower"]
    assert prompts(*CORNERS, given=()) == ["", ""]
    assert prompts(*CORNERS, mode="masked") == prompts(*CORNERS, mode="whole") == [""], "they do not look at them"


def test_prompts_for_another_number_of_objects_are_refused_with_the_job(pipeline: Pipeline) -> None:
    edit = edit_of(pipeline, *CORNERS, picture=LARGE, area={**EACH, "prompts": ["a cat", "a dog", ""]})
    says = "area.prompts has 3 of 2 prompts; give one for each object, or none."
    shown = pipeline.preview(edit, AREA)
    assert len(shown.plans) == 2, "the page shows the objects all the same"
    with pytest.raises(BadEdit, match=says):
        shown.prompts(edit)
    with pytest.raises(BadEdit, match=says):
        pipeline.prepare(edit, AREA)


def test_objects_whose_crops_touch_are_painted_together(pipeline: Pipeline) -> None:
    near = {"kind": "stroke", "points": [[90, 30]], "radius": 10}
    shown = pipeline.preview(edit_of(pipeline, *CORNERS, near, picture=LARGE, area=EACH), AREA)
    assert len(shown.plans) == 2 and shown.parts[0][0].contains(Box(22, 22, 98, 38))


@given(st.lists(st.tuples(st.integers(0, 1990), st.integers(0, 1490), st.integers(1, 40)), min_size=1, max_size=12))
def test_no_crop_of_one_object_holds_a_pixel_of_another(spots: list[tuple[int, int, int]]) -> None:
    frame = Size(2000, 1500)
    blend = mask.nothing(frame)
    for x, y, side in spots:
        blend = mask.union(blend, mask.rectangle(frame, Box(x, y, x + side, y + side)))
    parts = pieces.plan_each(blend, AREA, 8)
    for number, (box, planned) in enumerate(parts):
        assert planned.crop.contains(box)
        assert all(planned.crop.intersection(other.crop).empty for _, other in parts[number + 1 :])
    shares = [pieces.only(blend, box) for box, _ in parts]
    union = mask.nothing(frame)
    for share in shares:
        assert not share.empty
        union = mask.union(union, share)
    assert union == blend


@pytest.mark.parametrize("mode", ["masked", "each"])
def test_every_crop_holds_the_context_and_nothing_else_changes(pipeline: Pipeline, mode: str) -> None:
    def shown(**area: Any) -> Preview:
        return pipeline.preview(edit_of(pipeline, *CORNERS, picture=LARGE, area={"mode": mode, **area}), AREA)

    context = shown(context=[900.5, 700, 1000, 800.25])
    (planned,) = context.plans
    assert planned.crop.contains(Box(900, 700, 1000, 801)) and planned.crop.contains(context.blend.box)
    assert context.digest == shown().digest, "it is no part of the selection"
    assert not context.apart


@pytest.mark.parametrize("mode", ["masked", "each", "whole"])
@pytest.mark.parametrize("context", [[2000, 10, 2010, 20], [-1, 10, 20, 20], [10, 10, 20, 1500.5]])
def test_a_context_box_outside_the_picture_is_refused(pipeline: Pipeline, mode: str, context: list[float]) -> None:
    edit = edit_of(pipeline, *CORNERS, picture=LARGE, area={"mode": mode, "context": context})
    with pytest.raises(BadEdit, match=r"area.context \[.*\] lies outside the picture \(2000×1500\)"):
        pipeline.preview(edit, AREA)


def test_too_many_pieces_are_painted_as_one(pipeline: Pipeline) -> None:
    dots = [
        {"kind": "stroke", "points": [[100 * x + 50, 100 * y + 50]], "radius": 2} for x in range(20) for y in range(15)
    ]
    shown = pipeline.preview(edit_of(pipeline, *dots, picture=LARGE, area={"mode": "each", "padding": 0}), AREA)
    assert len(shown.plans) == 1 and shown.plans[0].crop.contains(shown.blend.box)


def test_what_prompts_say_changes_no_preview(pipeline: Pipeline) -> None:
    edits = [edit_of(pipeline, *CORNERS, picture=LARGE, area={**EACH, "prompts": said}) for said in ([], ["a", "b"])]
    assert pipeline.preview(edits[0], AREA) is pipeline.preview(edits[1], AREA)
