"""Sentences with their values kept apart."""

import copy
import json
import pickle

import pytest

from click_inpaint.errors import BadWeights, UserError
from click_inpaint.messages import Message


def test_a_message_is_its_template_with_the_values_in_it() -> None:
    assert str(Message("{name} has {count} parts.", name="a", count=3)) == "a has 3 parts."


def test_what_looks_like_a_name_in_a_value_is_text_and_a_name_without_a_value_stays() -> None:
    assert str(Message("{a} and {b} and {c}", a="{b}", b="\\1")) == "{b} and \\1 and {c}"


def test_a_value_may_be_called_as_the_parameters_are() -> None:
    assert str(Message("{template} {values} {self}", template="a", values="b", self="c")) == "a b c"


def test_a_message_in_a_message_travels_with_its_own_values() -> None:
    inner = Message("get {url}", url="https://x/a")
    told = Message("It failed: {hint}.", hint=inner).as_json()
    assert json.loads(json.dumps(told)) == {
        "text": "It failed: get https://x/a.",
        "template": "It failed: {hint}.",
        "values": {"hint": {"text": "get https://x/a", "template": "get {url}", "values": {"url": "https://x/a"}}},
    }


def test_an_error_says_the_whole_sentence_and_keeps_its_parts() -> None:
    with pytest.raises(UserError, match=r"^There is no a\.pth\.$") as caught:
        raise BadWeights("There is no {file}.", file="a.pth")
    assert caught.value.message == Message("There is no {file}.", file="a.pth")


@pytest.mark.parametrize("copied", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_a_copied_error_says_the_same(copied) -> None:  # type: ignore[no-untyped-def]
    error = BadWeights("There is no {file}.", file="{file}")
    assert (type(copied(error)), str(copied(error)), copied(error).message) == (BadWeights, str(error), error.message)
