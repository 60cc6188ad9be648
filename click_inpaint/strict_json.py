"""JSON from outside, read within bounds: what nests without end and whole numbers without end are one ValueError,
before anything walks through the document.
"""

from __future__ import annotations

import json
from typing import Any

MOST_DEEP = 32
"""No document of ours has more than six levels, no safetensors header more than three."""
LONGEST_NUMBER = 400
"""Digits of a whole number. Python before 3.10.7 takes minutes to read some millions of them."""


def loads(data: str | bytes) -> Any:
    """The value of a JSON text; as in Python's own reader it may hold NaN and Infinity. Raises ValueError, also for one
    that is nested more than MOST_DEEP levels.
    """
    try:
        value = json.loads(data, parse_int=_whole)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    level = [value]
    for _ in range(MOST_DEEP):
        level = [inner for outer in level if isinstance(outer, (list, dict)) for inner in _within(outer)]
        if not level:
            return value
    raise ValueError("it is nested too deep")


def _within(value: list[Any] | dict[str, Any]) -> Any:
    return value if isinstance(value, list) else value.values()


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)
