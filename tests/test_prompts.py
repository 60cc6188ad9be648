"""What the steps of an Edit ask the segmenters, object by object, and what is made of the answers."""

import pytest

from click_inpaint.geometry import Box, Point, Size
from click_inpaint.pipeline import Pipeline
from click_inpaint.segment.base import Prompt
from click_inpaint.selection import CHAIN_LENGTH, SelectedObject, with_named_segmenters
from click_inpaint.steps import Click
from click_inpaint.store import Store
from tests.squares import AREA, OnlySquares, click, edit_of, expected, registry_of, selected


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), OnlySquares())


def test_clicks_on_one_object_are_one_prompt(pipeline: Pipeline) -> None:
    full = selected(pipeline, click(50, 50), click(80, 50), click(52, 50, include=False))
    assert (full == expected((40, 40, 60, 60), (70, 40, 90, 60), less=((47, 45, 57, 55),))).all()
    first, second = Prompt((Point(50, 50),)), (Point(50, 50), Point(80, 50))
    assert registry_of(pipeline).squares.prompts == [
        Prompt(second, (Point(52, 50),), previous=(Prompt(second, previous=(first, 0)), 0))
    ]


def test_each_click_builds_on_the_candidate_that_was_chosen_before_it(pipeline: Pipeline) -> None:
    box = {"kind": "box", "x0": 10, "y0": 10, "x1": 30, "y1": 30, "candidate": 1}
    selected(pipeline, box, click(20, 20, candidate=2), click(80, 50, new_object=True))
    refined, other = registry_of(pipeline).squares.prompts
    assert refined.previous == (Prompt(box=refined.box), 1) and refined.include == (Point(20, 20),)
    assert other == Prompt((Point(80, 50),))


def test_an_object_to_take_away_is_no_start_for_one_to_add(pipeline: Pipeline) -> None:
    selected(pipeline, click(50, 50), {"kind": "invert"}, click(90, 90, include=False), click(120, 90))
    assert registry_of(pipeline).squares.prompts[-1] == Prompt((Point(120, 90),), (Point(90, 90),))


def test_a_chain_of_clicks_has_an_end(pipeline: Pipeline) -> None:
    selected(pipeline, *(click(10 + index / 10, 50) for index in range(CHAIN_LENGTH + 2)))
    (prompt,) = registry_of(pipeline).squares.prompts
    assert prompt.previous is not None
    before, _ = prompt.previous
    assert len(prompt.include) == CHAIN_LENGTH + 2
    assert before.previous is None and len(before.include) == CHAIN_LENGTH + 1


def test_many_clicks_at_one_object_are_no_burden(pipeline: Pipeline) -> None:
    assert selected(pipeline, *(click(10 + index / 10, 50) for index in range(2_000))).any()


def test_each_object_tells_who_answered_and_what_was_offered(pipeline: Pipeline) -> None:
    edit = edit_of(
        pipeline,
        click(50, 50),
        click(60, 50, candidate=9),
        {"kind": "stroke", "points": [[5, 5]], "radius": 3},
        click(80, 50),
        click(150, 50, new_object=True),
    )
    assert pipeline.preview(edit, AREA).objects == (
        SelectedObject((0, 1), "squares", "0", (0.9, 0.5), 1),
        SelectedObject((3,), "squares", "0", (0.9, 0.5), 0),
        SelectedObject((4,), "squares", "0", (0.9, 0.5), 0),
    )


def test_a_new_object_and_a_box_start_prompts_of_their_own(pipeline: Pipeline) -> None:
    full = selected(
        pipeline,
        click(50, 50),
        click(80, 50, new_object=True),
        {"kind": "box", "x0": 9.6, "y0": 100, "x1": 30, "y1": 120},
    )
    assert (full == expected((40, 40, 60, 60), (70, 40, 90, 60), (9, 100, 30, 120))).all()
    assert len(registry_of(pipeline).squares.prompts) == 3


def test_an_exclude_click_alone_takes_its_object_away(pipeline: Pipeline) -> None:
    full = selected(pipeline, click(50, 50), {"kind": "invert"}, click(200, 100, include=False))
    assert (full == 255 - expected((40, 40, 60, 60), (190, 90, 210, 110))).all()


def test_an_exclude_click_shapes_the_object_that_it_points_at(pipeline: Pipeline) -> None:
    steps = [click(50, 50), click(200, 100, new_object=True), click(52, 50, include=False)]
    assert (
        selected(pipeline, *steps) == expected((40, 40, 60, 60), (190, 90, 210, 110), less=((47, 45, 57, 55),))
    ).all()
    more = [*steps, click(230, 100), click(231, 100, include=False)]
    assert (
        selected(pipeline, *more)
        == expected(
            (40, 40, 60, 60), (190, 90, 210, 110), (220, 90, 240, 110), less=((47, 45, 57, 55), (226, 95, 236, 105))
        )
    ).all()
    edit = edit_of(pipeline, *more)
    objects = pipeline.preview(edit, AREA).objects
    assert [found.steps for found in objects] == [(0, 2), (1, 3, 4)]
    steps_after = with_named_segmenters(edit.selection, objects)
    assert [step.segmenter for step in steps_after if isinstance(step, Click)] == ["squares"] * 5


def test_an_exclude_click_where_objects_overlap_takes_from_both(pipeline: Pipeline) -> None:
    full = selected(pipeline, click(50, 50), click(60, 50, new_object=True), click(55, 50, include=False))
    assert (full == expected((40, 40, 70, 60), less=((50, 45, 60, 55),))).all()


def test_an_exclude_click_beside_every_object_shapes_the_last(pipeline: Pipeline) -> None:
    selected(pipeline, click(50, 50), click(90, 50, new_object=True), click(150, 50, include=False))
    assert registry_of(pipeline).squares.prompts[-1].exclude == (Point(150, 50),)
    selected(pipeline, click(50, 50), {"kind": "invert"}, click(90, 50), click(51, 50, include=False))
    assert Point(90, 50) in registry_of(pipeline).squares.prompts[-1].include


def test_a_walked_candidate_is_taken(pipeline: Pipeline) -> None:
    assert (selected(pipeline, click(50, 50, candidate=1))[50, 38:62] == 255)[1:-1].all()
    assert (selected(pipeline, click(50, 50, candidate=9)) == selected(pipeline, click(50, 50, candidate=1))).all()


def test_other_weights_than_the_steps_name_are_told(pipeline: Pipeline) -> None:
    edit = edit_of(pipeline, click(50, 50, weights="0"), click(60, 50, weights="1"), click(90, 50, new_object=True))
    (said,) = pipeline.preview(edit, AREA).warnings
    assert "other weights than squares has" in str(said)
    assert pipeline.preview(edit_of(pipeline, click(50, 50, weights="0")), AREA).warnings == ()


def test_a_hover_mask_lies_where_the_object_is(pipeline: Pipeline) -> None:
    edit, squares = edit_of(pipeline, click(50, 50)), registry_of(pipeline).squares
    pipeline.preview(edit, AREA)
    frame, hovered = pipeline.hover(squares, edit.image, Point(70, 50))
    assert frame == Size(300, 200) and hovered.box == Box(60, 40, 80, 60) and hovered.pixels.all()
