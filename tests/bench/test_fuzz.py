"""What the fuzzer counts as a fault, and that what it draws is what it says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import fuzz
from bench.fuzz import Case, complaint_about
from bench.schemas import documents, fits, right
from bench.webui import Answer
from click_inpaint import edit as edits
from click_inpaint.errors import BadEdit

SCHEMA = edits.schema()


def answered(status: int, told: Any) -> Answer:
    return Answer(status, json.dumps(told).encode(), 0.1)


@given(right(SCHEMA, ["0" * 64]))
def test_what_the_schema_allows_is_an_edit(document: Any) -> None:
    assert fits(document, SCHEMA)
    edits.parse(document)


@given(documents({**SCHEMA, "required": ["selection"]}, ["0" * 64]))
def test_what_it_does_not_allow_is_refused_by_name(drawn: tuple[Any, str]) -> None:
    document, wrong = drawn
    if wrong in ("", "selection"):  # which an Edit may lack
        assert fits(document, SCHEMA) or wrong
    else:
        assert not fits(document, SCHEMA)
    if not fits(document, SCHEMA):
        with pytest.raises(BadEdit) as refused:
            edits.parse(document)
        assert wrong in str(refused.value)


@pytest.mark.parametrize(
    ("case", "answer", "says"),
    [
        (Case("POST", "/a", wrong="x"), answered(200, {}), "nothing was said"),
        (Case("POST", "/a", wrong="x"), answered(422, {"error": "y is odd."}), "x is wrong"),
        (Case("POST", "/a"), answered(422, {"other": 1}), "without a sentence"),
        (Case("POST", "/a"), Answer(404, b"<html>", 0.1), "without a sentence"),
        (Case("POST", "/a", wrong="x"), answered(422, {"error": "x is odd."}), ""),
        (Case("POST", fuzz.JOB, wrong="x"), answered(422, {"error": "BadEdit", "detail": "x is odd."}), ""),
        (Case("POST", "/a", wrong="x"), answered(413, {"error": "That is over 1,000 bytes; send less."}), ""),
        (Case("HEAD", "/a"), Answer(404, b"", 0.1), ""),
        (Case("POST", "/a"), answered(200, {}), ""),
    ],
)
def test_what_is_a_complaint(case: Case, answer: Answer, says: str) -> None:
    complaint = complaint_about(case, answer)
    assert says in complaint and bool(says) == bool(complaint)


def test_errors_of_the_server_and_long_waits_are_counted_and_shown() -> None:
    tally, case = fuzz.Tally(), Case("POST", "/a", b'{"b": 1}')
    tally.add(case, Answer(500, b"broken", 0.1))
    tally.add(case, Answer(200, b"{}", fuzz.HANG_SECONDS + 1))
    tally.add(case, None)
    tally.add(case, Answer(200, b"{}", 0.1))
    assert (tally.count, len(tally.failed), len(tally.hung), len(tally.unnamed)) == (4, 1, 2, 0)
    assert [line.split(":")[0] for line in tally.complaints()] == ["500", "over 5 s", "over 5 s"]
    assert '{"b": 1}' in tally.complaints()[0]


@given(st.data())
def test_every_odd_value_is_told_from_those_that_fit(data: st.DataObject) -> None:
    number = {"type": "integer", "minimum": 2, "maximum": 5}
    assert fits(data.draw(st.integers(2, 5)), number)
    for value in (1, 6, True, 2.5, "3", None, float("nan"), [3]):
        assert not fits(value, number)
    assert fits(None, {**number, "nullable": True})
