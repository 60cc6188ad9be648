import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint import edit as edits
from click_inpaint.edit import MAX_EXTENSION, Area, Blend, Edit, Frame, Refine
from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Point
from click_inpaint.steps import BoxStep, Click, Damage, Invert, Lasso, Paint, Stroke, UploadedMask, Wand

MODES = ["add", "subtract", "intersect"]
coordinates = st.integers(-50, 5000) | st.floats(-50, 5000, allow_nan=False)
points = st.builds(Point, coordinates, coordinates)
steps = st.one_of(
    st.builds(Click, coordinates, coordinates, st.booleans(), st.booleans(), st.just("auto"), st.text(max_size=64)),
    st.builds(lambda x, y: BoxStep(x, y, x + 10, y + 2.5), st.integers(0, 99), st.integers(0, 99)),
    st.builds(
        Stroke,
        st.lists(points, min_size=1, max_size=5).map(tuple),
        st.floats(0.5, 99),
        st.sampled_from(["brush", "eraser"]),
    ),
    st.builds(
        Paint,
        st.lists(points, min_size=1, max_size=5).map(tuple),
        st.floats(0.5, 99),
        st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}"),
        st.floats(0, 1),
        st.booleans(),
    ),
    st.builds(Lasso, st.lists(points, min_size=3, max_size=5).map(tuple), st.sampled_from(MODES)),
    st.builds(UploadedMask, st.text(max_size=64), st.sampled_from([*MODES, "replace"]), st.booleans()),
    st.builds(Damage, st.floats(0, 1), st.integers(0, 10_000), st.sampled_from(MODES)),
    st.builds(Wand, coordinates, coordinates, st.floats(0, 100), st.booleans(), st.sampled_from(MODES)),
    st.just(Invert()),
)
contexts = st.builds(lambda x, y: (x, y, x + 10.5, y + 20), st.integers(0, 99), st.floats(0, 99))
documents = st.builds(
    Edit,
    image=st.text(max_size=64),
    selection=st.lists(steps, max_size=6).map(tuple),
    refine=st.builds(
        Refine,
        st.floats(-1024, 1024),
        st.floats(0, 1024),
        st.sampled_from(["linear", "smooth"]),
        st.integers(0, 100_000),
        st.integers(0, 100_000),
        st.floats(0, 64),
    ),
    area=st.builds(
        Area,
        st.sampled_from(["masked", "whole", "each", "twice"]),
        st.integers(0, 4096),
        st.none() | contexts,
        st.lists(st.text(max_size=20), max_size=3).map(tuple),
    ),
    frame=st.builds(Frame, *[st.integers(0, MAX_EXTENSION)] * 4),
    fill=st.sampled_from(["original", "neutral", "border", "telea", "patches", "colour", "noise", "nothing"]),
    fill_colour=st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}"),
    tint=st.just("") | st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}"),
    tint_amount=st.floats(0, 1),
    blend=st.builds(Blend, st.sampled_from(["auto", "on", "off"])),
    checkpoint=st.text(max_size=20),
)


@given(documents)
def test_json_there_and_back(edit: Edit) -> None:
    assert edits.parse(edits.dumps(edit)) == edit
    assert edits.parse(json.loads(json.dumps(edits.to_json(edit)))) == edit


@given(documents)
def test_equal_edits_have_equal_digests(edit: Edit) -> None:
    text = edits.dumps(edit)
    assert edits.parse(text).digest == edits.parse(json.dumps(json.loads(text), indent=3)).digest


def test_what_was_shown_is_no_part_of_what_was_asked() -> None:
    asked = edits.parse('{"image": "x", "shown": "abc"}')
    assert asked.shown == "abc"
    assert asked.digest == edits.parse('{"image": "x"}').digest


def test_an_edit_that_extends_nothing_is_what_it_was_before_there_was_a_frame() -> None:
    before = '{"selection": [{"kind": "click", "x": 8, "y": 3}]}'
    framed = '{"selection": [{"kind": "click", "x": 8, "y": 3}], "frame": {"left": 0}}'
    assert "frame" not in edits.dumps(edits.parse(framed))
    assert edits.parse(before).digest == edits.parse(framed).digest
    assert edits.parse({}).digest == (
        "3ce0ea4891b7a1ff89358478302325d8570193ec2d10bf85ace167ee7df9105d"  # before
    )
    assert edits.parse({"frame": {"top": 1}}).digest != edits.parse({}).digest


def test_a_number_has_one_spelling() -> None:
    whole = edits.parse('{"selection":[{"kind":"click","x":8,"y":0}]}')
    fraction = edits.parse('{"selection":[{"kind":"click","x":8.0,"y":-0.0}]}')
    assert whole.digest == fraction.digest


def test_an_empty_document_is_the_default() -> None:
    assert edits.parse({}) == Edit()
    assert edits.parse("{}").refine == Refine(grow=8, feather=8)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (
            '{"refine": {"grwo": 3}}',
            'Unknown key "grwo" in refine; known are grow, feather, ramp, specks, holes, smooth',
        ),
        ('{"frame": {"left": -1}}', "frame.left must be a whole number from 0 to 8192, not -1"),
        ('{"frame": {"top": 8193}}', "frame.top must be a whole number from 0 to 8192, not 8193"),
        ('{"frame": {"right": 2.5}}', "frame.right must be a whole number"),
        ('{"frame": {"middle": 3}}', 'Unknown key "middle" in frame; known are left, top, right, bottom'),
        ('{"fil": "telea"}', 'Unknown key "fil" in the Edit'),
        ('{"selection": [{"kind": "click", "x": 1}]}', 'selection[0] lacks the key "y"'),
        (
            '{"selection": [{"kind": "spray"}]}',
            "selection[0].kind must be one of click, box, stroke, paint, lasso, wand, damage, mask, invert",
        ),
        ('{"selection": [3]}', "selection[0].kind must be one of"),
        ('{"selection": [{"kind": ["click"]}]}', "selection[0].kind must be one of"),
        ('{"selection": [{"kind": "invert", "x": 1}]}', "known are none"),
        ('{"selection": [{"kind": "click", "x": NaN, "y": 1}]}', "selection[0].x must be a number"),
        ('{"selection": [{"kind": "click", "x": true, "y": 1}]}', "selection[0].x must be a number"),
        ('{"selection": [{"kind": "box", "x0": 5, "y0": 1, "x1": 5, "y1": 9}]}', "must have x0 < x1"),
        ('{"selection": [{"kind": "stroke", "radius": 3, "points": []}]}', "selection[0].points must be a list of 1"),
        ('{"selection": [{"kind": "stroke", "radius": 3, "points": [[1, 2], [NaN, 1]]}]}', "points[1] must be [x, y]"),
        (
            '{"selection": [{"kind": "lasso", "points": [[1, 2], [9, 2], [9, 9]], "mode": "and"}]}',
            'selection[0].mode must be one of add, subtract, intersect, not "and"',
        ),
        (
            '{"selection": [{"kind": "mask", "image": "m", "mode": "and"}]}',
            'selection[0].mode must be one of add, subtract, intersect, replace, not "and"',
        ),
        ('{"selection": [{"kind": "damage", "sensitivity": 2}]}', "sensitivity must be a number from 0 to 1"),
        ('{"selection": [{"kind": "damage", "smallest": -1}]}', "smallest must be a whole number from 0 to 10000"),
        ('{"selection": [{"kind": "damage", "mode": "replace"}]}', "add, subtract, intersect, not"),
        ('{"selection": [{"kind": "wand", "x": 1}]}', 'selection[0] lacks the key "y"'),
        ('{"selection": [{"kind": "wand", "x": 1, "y": 1, "tolerance": 101}]}', "tolerance must be a number from 0 to"),
        ('{"selection": [{"kind": "wand", "x": 1, "y": 1, "contiguous": 1}]}', "contiguous must be true or false"),
        ('{"selection": [{"kind": "wand", "x": 1, "y": 1, "mode": "replace"}]}', "add, subtract, intersect, not"),
        ('{"selection": [{"kind": "stroke", "radius": 0, "points": [[1, 2]]}]}', "selection[0].radius must be"),
        ('{"refine": {"feather": 1e9}}', "refine.feather must be a number from 0 to 1024, not 1000000000.0"),
        ('{"refine": 3}', "refine must be a JSON object"),
        ('{"area": {"padding": 1.5}}', "area.padding must be a whole number"),
        ('{"area": {"context": [1, 2, 3]}}', "area.context must be null or [x0, y0, x1, y1] in pixels, not [1, 2, 3]"),
        ('{"area": {"context": [1, 2, "3", 4]}}', "area.context must be null or [x0, y0, x1, y1] in pixels"),
        ('{"area": {"context": [1, 2, NaN, 4]}}', "area.context must be null or [x0, y0, x1, y1] in pixels"),
        ('{"area": {"context": {"x0": 1}}}', "area.context must be null or [x0, y0, x1, y1] in pixels"),
        ('{"area": {"context": [9, 2, 3, 4]}}', "area.context must have x0 < x1 and y0 < y1"),
        ('{"area": {"context": [1, 4, 3, 4]}}', "area.context must have x0 < x1 and y0 < y1"),
        ('{"area": {"mode": "some"}}', 'area.mode must be one of masked, whole, each, twice, not "some"'),
        ('{"area": {"prompts": "a cat"}}', "area.prompts must be a list of at most 32 texts"),
        ('{"area": {"prompts": ["a cat", 3]}}', "area.prompts[1] must be text of at most 4000 characters, not 3"),
        ('{"area": {"prompts": ["\\ud83d"]}}', "area.prompts[0] must be text that UTF-8 can write"),
        (json.dumps({"area": {"prompts": [""] * 33}}), "area.prompts must be a list of at most 32 texts"),
        (json.dumps({"area": {"prompts": ["x" * 4001]}}), "area.prompts[0] must be text of at most 4000 characters"),
        ('{"blend": {"match": true}}', "blend.match must be one of auto, on, off, not true"),
        ('{"refine": {"ramp": "steep"}}', "refine.ramp must be one of linear, smooth"),
        ('{"checkpoint": "mod\\udce8le"}', 'checkpoint must be text that UTF-8 can write, not "mod\\udce8le"'),
        (
            '{"selection": [{"kind": "mask", "image": "\\ud83d"}]}',
            "selection[0].image must be text that UTF-8 can write",
        ),
        ('{"\\ud83d": 1}', 'Unknown key "\\ud83d" in the Edit'),
        ('{"fill_colour": "red"}', 'fill_colour must be a colour such as #7f9fbf, not "red"'),
        ('{"fill_colour": "#12345"}', 'fill_colour must be a colour such as #7f9fbf, not "#12345"'),
        ('{"fill_colour": 8355711}', "fill_colour must be a colour such as #7f9fbf, not 8355711"),
        (
            '{"selection": [{"kind": "paint", "radius": 3, "points": [[1, 2]], "colour": "sky"}]}',
            'selection[0].colour must be a colour such as #7f9fbf, not "sky"',
        ),
        ('{"selection": [{"kind": "paint", "radius": 3, "points": [[1, 2]]}]}', 'selection[0] lacks the key "colour"'),
        (
            '{"selection": [{"kind": "paint", "radius": 3, "points": [[1, 2]], "colour": "#ffffff", "opacity": 2}]}',
            "selection[0].opacity must be a number from 0 to 1, not 2",
        ),
        ('{"tint": "blueish"}', 'tint must be a colour such as #7f9fbf, not "blueish"'),
        ('{"tint": null}', "tint must be a colour such as #7f9fbf, not null"),
        ('{"fill_colour": ""}', 'fill_colour must be a colour such as #7f9fbf, not ""'),
        ('{"tint_amount": 1.5}', "tint_amount must be a number from 0 to 1, not 1.5"),
        (
            '{"fill": "\\ud83d"}',
            'fill must be one of original, neutral, border, telea, patches, colour, noise, nothing, not "\\ud83d"',
        ),
        ('{"version": 2}', "version must be a whole number from 1 to 1"),
        ("[]", "The Edit must be a JSON object"),
        ("{", "The Edit is not JSON"),
        ("[" * 100_000, "The Edit is not JSON"),
        (" " * 1_000_001, "The Edit is over 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_named(document: str, says: str) -> None:
    with pytest.raises(BadEdit) as caught:
        edits.parse(document)
    assert says in str(caught.value)
    assert str(caught.value).encode(), "it can be sent"


@pytest.mark.parametrize("depth", [40, 300, 900, 980, 3_000, 200_000])
@pytest.mark.parametrize("key", ["version", "image", "selection", "refine", "fill", "step", "point", "unknown"])
def test_what_is_nested_without_end_is_refused_as_text_and_as_an_object(depth: int, key: str) -> None:
    """A host's API hands over an object that it has parsed itself, with a limit of its own."""
    nested: object = 1
    for _ in range(depth):
        nested = [nested]
    documents: dict[str, dict[str, Any]] = {
        "step": {"selection": [nested]},
        "point": {"selection": [{"kind": "stroke", "radius": 3, "points": [nested]}]},
        "unknown": {"more": nested},
    }
    with pytest.raises(BadEdit) as caught:
        edits.parse(documents.get(key, {key: nested}))
    assert len(str(caught.value)) < 200
    with pytest.raises(BadEdit, match="The Edit is not JSON"):
        edits.parse(f'{{"{key}": {"[" * depth}{"]" * depth}}}')


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 300, "true", "null", '"8"']
)
@pytest.mark.parametrize(
    ("document", "key"),
    [
        ('{"refine": {"grow": #}}', "refine.grow"),
        ('{"refine": {"specks": #}}', "refine.specks"),
        ('{"area": {"padding": #}}', "area.padding"),
        ('{"area": {"context": [#, 1, 2, 3]}}', "area.context"),
        ('{"selection": [{"kind": "click", "x": 1, "y": #}]}', "selection[0].y"),
        ('{"selection": [{"kind": "click", "x": 1, "y": 1, "candidate": #}]}', "selection[0].candidate"),
        ('{"selection": [{"kind": "wand", "x": 1, "y": 1, "tolerance": #}]}', "selection[0].tolerance"),
        ('{"selection": [{"kind": "stroke", "radius": 2, "points": [[#, 1]]}]}', "selection[0].points[0]"),
    ],
)
def test_a_number_that_is_none_is_refused_by_its_name(document: str, key: str, number: str) -> None:
    with pytest.raises(BadEdit) as caught:
        edits.parse(document.replace("#", number))
    assert str(caught.value).startswith(f"{key} must be ")


def test_strokes_are_bounded_together() -> None:
    stroke = {"kind": "stroke", "radius": 2, "points": [[1, 2]] * 11_000}
    edits.parse({"selection": [stroke]})
    with pytest.raises(BadEdit, match="over 20000 points"):
        edits.parse({"selection": [stroke, stroke]})


def test_steps_are_bounded() -> None:
    with pytest.raises(BadEdit, match="at most 2000 steps"):
        edits.parse({"selection": [{"kind": "invert"}] * 2001})


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda v: (
            st.lists(v)
            | st.dictionaries(
                st.sampled_from(["selection", "refine", "kind", "x", "y", "points", "image", "fill", "a"]), v
            )
        ),
    )
)
def test_any_json_is_an_edit_or_a_bad_one(value: Any) -> None:
    try:
        edits.parse(value)
    except BadEdit as error:
        assert len(str(error)) < 400


def test_text_in_any_script_is_text() -> None:
    assert edits.parse('{"checkpoint": "\\ud83d\\ude00 模型"}').checkpoint == "😀 模型"
