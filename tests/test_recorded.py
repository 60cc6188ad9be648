"""What of an Edit goes into files that people share, and how it is written there."""

import base64
import json
import re
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint import edit as edits
from click_inpaint.edit import Edit
from click_inpaint.errors import BadEdit
from click_inpaint.ids import half, id_of, is_half
from click_inpaint.recorded import FORM, read, shareable, written
from tests.test_edit import documents

PICTURE, MASK = id_of(b"picture"), id_of(b"mask")
CLICK = {"kind": "click", "x": 540.3, "y": 350.25, "segmenter": "mobile_sam", "weights": "e" * 30 + "17" * 17}


def token(data: bytes) -> str:
    return FORM + base64.urlsafe_b64encode(zlib.compress(data)).decode().rstrip("=")


def test_pictures_and_masks_are_named_by_half_their_ids_and_all_else_stays() -> None:
    mask = {"kind": "mask", "image": MASK, "mode": "replace", "soft": True}
    edit = edits.parse({"image": PICTURE, "selection": [CLICK, mask], "refine": {"grow": 21}, "shown": "0" * 64})
    shared = edits.dumps(shareable(edit))
    assert PICTURE not in shared and MASK not in shared
    whole = shared.replace(half(PICTURE), PICTURE).replace(half(MASK), MASK)
    assert edits.parse(whole) == edit and edits.dumps(shareable(edits.parse(shared))) == shared


def test_half_an_id_is_told_from_every_other_name() -> None:
    assert is_half(half(PICTURE)) and half(half(PICTURE)) == half(PICTURE) and half("") == ""
    assert not any(is_half(one) for one in ("", PICTURE, "photo", "z" * 32, half(PICTURE) + "\n"))


@given(documents)
def test_a_token_is_read_as_what_was_written_and_the_host_need_not_quote_it(edit: Edit) -> None:
    said = written(edit)
    assert re.fullmatch(r"[\w-]+", said, re.ASCII) and read(said) == shareable(edit)


@given(documents)
def test_the_json_of_older_files_is_read(edit: Edit) -> None:
    assert read(edits.dumps(edit)) == edit


def test_a_token_of_one_click_is_short() -> None:
    """Beside the digests, which nothing packs: 16 bytes of the picture, 32 of the weights, 16 of the mask."""
    edit = edits.parse({"image": PICTURE, "selection": [{**CLICK, "weights": MASK}], "shown": half(id_of(b"shown"))})
    assert len(written(edit)) < 260 < len(edits.dumps(edit)) / 1.8


def test_the_letter_stands_for_these_defaults() -> None:
    """Where one of them changes, older tokens would be read as something else: give the new ones another letter."""
    steps: list[dict[str, Any]] = [
        {"kind": "click", "x": 1, "y": 2},
        {"kind": "box", "x0": 1, "y0": 2, "x1": 3, "y1": 4},
        {"kind": "stroke", "points": [[1, 2]], "radius": 3},
        {"kind": "paint", "points": [[1, 2]], "radius": 3, "colour": "#aabbcc"},
        {"kind": "lasso", "points": [[1, 2], [3, 4], [5, 9]]},
        {"kind": "wand", "x": 1, "y": 2},
        {"kind": "damage"},
        {"kind": "mask", "image": "m"},
        {"kind": "invert"},
    ]
    prompted: dict[str, Any] = {"segmenter": "auto", "weights": "", "candidate": 0}
    more: list[dict[str, Any]] = [
        {"include": True, "new_object": False, **prompted},
        prompted,
        {"mode": "brush"},
        {"opacity": 1, "selects": True},
        {"mode": "add"},
        {"tolerance": 12, "contiguous": True, "mode": "add"},
        {"sensitivity": 0.5, "smallest": 4, "mode": "add"},
        {"mode": "add", "soft": False},
        {},
    ]
    assert FORM == "A"
    assert edits.to_json(read(token(json.dumps({"selection": steps}).encode()))) == {
        "version": 1,
        "image": "",
        "selection": [{**step, **defaults} for step, defaults in zip(steps, more)],
        "refine": {"grow": 8, "feather": 8, "ramp": "linear", "specks": 0, "holes": 0, "smooth": 0},
        "area": {"mode": "masked", "padding": 32, "context": None, "prompts": []},
        "upscaler": "",
        "fill": "original",
        "fill_colour": "#7f7f7f",
        "tint": "",
        "tint_amount": 1,
        "blend": {"match": "auto"},
        "checkpoint": "auto",
        "shown": "",
    }


GOOD = written(edits.parse({"image": PICTURE, "selection": [CLICK]}))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "null",
        "B" + GOOD[1:],
        GOOD[:-5],
        GOOD + "AAAA",
        GOOD + "é",
        "A",
        "A====",
        token(b"\xff"),
        FORM + " " + GOOD[1:],
    ],
)
def test_what_is_damaged_is_refused(said: str) -> None:
    with pytest.raises(BadEdit, match="cut short or changed"):
        read(said)


@given(st.text() | st.binary().map(token) | st.integers(0, len(GOOD)).map(lambda at: GOOD[:at] + "x" + GOOD[at + 1 :]))
def test_whatever_stands_there_is_read_or_refused(said: str) -> None:
    try:
        edits.dumps(read(said))
    except BadEdit as error:
        assert str(error)


def test_what_a_token_holds_is_checked_like_any_edit() -> None:
    for text, wrong in (
        ("[]", "JSON object"),
        ('{"selection": [{"kind": "x"}]}', "kind"),
        ('{"refine": {"grow": 1e9}}', "grow"),
    ):
        with pytest.raises(BadEdit, match=wrong):
            read(token(text.encode()))


def test_a_token_that_unpacks_without_end_takes_no_memory() -> None:
    bomb = token(b'{"checkpoint": "' + b" " * 200_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(BadEdit):
            read(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
