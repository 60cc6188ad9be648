import json
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint import strict_json

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_what_is_json_comes_back(value: object) -> None:
    assert strict_json.loads(json.dumps(value)) == value == strict_json.loads(json.dumps(value).encode())


@pytest.mark.parametrize("depth", [33, 500, 980, 5_000, 400_000])
@pytest.mark.parametrize("brackets", ["[]", '{"a":}'])
def test_what_is_nested_too_deep_is_refused(depth: int, brackets: str) -> None:
    opening, closing = brackets[:-1], brackets[-1]
    with pytest.raises(ValueError, match="too deep"):
        strict_json.loads(opening * depth + "1" + closing * depth)


def test_it_is_refused_in_a_thread_with_hardly_any_stack_left_too() -> None:
    def deeper(left: int) -> None:
        if left:
            return deeper(left - 1)
        with pytest.raises(ValueError, match="too deep"):
            strict_json.loads("[" * 300 + "]" * 300)

    deeper(sys.getrecursionlimit() - 200)


@pytest.mark.parametrize("text", ["9" * 401, "-" + "9" * 400, "", "{", b"\xff\xff", "[1,]", "'a'"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"digits|Expecting|decode|enclosed|Illegal|property"):
        strict_json.loads(text)


def test_a_number_of_a_million_digits_costs_nothing() -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match="1000000 digits"):
        strict_json.loads("9" * 1_000_000)
    assert time.perf_counter() - start < 1
