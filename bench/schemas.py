"""JSON values that a schema of the OpenAPI document allows, the same with one wrong value, and damaged files: drawn by
hypothesis.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
Place = tuple[Any, ...]
"""Keys and indices that lead to a value in a document."""

ODD: list[Any] = [
    *(None, True, False, 0, -1, 0.5, 1e9, -1e9, 10**400, 2**63, float("nan"), float("inf"), 1e308),
    *("", "x", "\ud800", "x" * 5_000, "../../etc/passwd", "http://127.0.0.1:9/x", "%00", "{}", "NaN", "\u202eab\0"),
    *([], [[]], [None], [1, 2, 3], [float("nan"), 0], ["a"] * 100, {}, {"a": {}}, {"kind": []}, [[[[[[[[1]]]]]]]]),
]
NEAR = (0, 1, 5, 20, 60, 100)
"""Numbers that mean something in a picture of a hundred pixels."""
KNOWN_WORDS = {"segmenter": ["auto", "grabcut"], "weights": [""], "checkpoint": ["auto", "auto-family"], "shown": [""]}


def fits(value: Any, schema: Schema) -> bool:
    """Whether a JSON value is what the schema allows, as far as our schemas go."""
    if value is None:
        return bool(schema.get("nullable"))
    if "oneOf" in schema:
        return any(fits(value, one) for one in schema["oneOf"])
    if "enum" in schema:
        return value in schema["enum"]
    kind = schema.get("type")
    if kind in ("number", "integer"):
        is_number = isinstance(value, (int, float) if kind == "number" else int) and not isinstance(value, bool)
        return is_number and schema.get("minimum", -math.inf) <= value <= schema.get("maximum", math.inf)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str) and _fits_text(value, schema)
    if kind == "array":
        is_long = isinstance(value, list) and schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1e9)
        return is_long and all(fits(one, schema["items"]) for one in value)
    if not isinstance(value, dict) or not set(schema.get("required", ())) <= set(value):
        return False
    known = schema.get("properties", {})
    return set(value) <= set(known) and all(fits(one, known[key]) for key, one in value.items())


def _fits_text(value: str, schema: Schema) -> bool:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return False
    return len(value) <= schema.get("maxLength", 1e9) and not re.search("[\ud800-\udfff]", value)


def right(schema: Schema, ids: list[str], key: str = "") -> st.SearchStrategy[Any]:
    """Values that the schema allows; `ids` are those of pictures that are there."""
    if key == "image":
        return st.sampled_from(ids)
    if key in KNOWN_WORDS:
        return st.sampled_from(KNOWN_WORDS[key])
    if schema.get("nullable"):
        return st.none() | right({**schema, "nullable": False}, ids, key)
    if "oneOf" in schema:
        return st.one_of([right(one, ids) for one in schema["oneOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    makers: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "boolean": st.booleans,
        "integer": lambda: _numbers(schema, st.integers),
        "number": lambda: _numbers(schema, st.floats),
        "string": lambda: _texts(schema),
        "array": lambda: _lists(schema, ids),
        "object": lambda: _objects(schema, ids),
    }
    return makers[schema["type"]]()


def _numbers(schema: Schema, between: Callable[..., st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    as_asked = int if schema["type"] == "integer" else float  # OpenAPI writes the ends of either as 4.0
    low, high = as_asked(schema["minimum"]), as_asked(schema["maximum"])
    near = [value for value in (*NEAR, low, high) if low <= value <= high]
    return st.sampled_from(near) | between(max(low, -200), min(high, 200)) if low < high else st.just(low)


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.sampled_from(["#000000", "#c81E1e", "#ffffff"])
    return st.text(st.characters(codec="utf-8"), max_size=min(schema.get("maxLength", 40), 40))


def _lists(schema: Schema, ids: list[str]) -> st.SearchStrategy[list[Any]]:
    fewest = schema.get("minItems", 0)
    return st.lists(right(schema["items"], ids), min_size=fewest, max_size=min(schema["maxItems"], fewest + 4))


def _objects(schema: Schema, ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    made = {key: right(one, ids, key) for key, one in schema["properties"].items()}
    needed = set(schema["required"]) | {"selection", "image"} & set(made)
    fixed = {key: made[key] for key in made if key in needed}
    return st.fixed_dictionaries(fixed, optional={key: made[key] for key in made if key not in needed}).map(_ordered)


def _ordered(document: dict[str, Any]) -> dict[str, Any]:
    """The same with the corners of boxes in order, which no schema says."""
    for low, high in (("x0", "x1"), ("y0", "y1")):
        if low in document:
            document[low], document[high] = _apart(document[low], document[high])
    if box := document.get("context"):
        (box[0], box[2]), (box[1], box[3]) = _apart(box[0], box[2]), _apart(box[1], box[3])
    return document


def _apart(one: float, other: float) -> tuple[float, float]:
    low, high = sorted((one, other))
    return (low, high) if low < high else (min(low, 1_000_000), min(low, 1_000_000) + 5)


def places(value: Any, schema: Schema, place: Place = ()) -> Iterator[tuple[Place, Schema]]:
    """Every value in a document that fits its schema, with where it stands and what it may be."""
    if place:
        yield place, schema
    if "oneOf" in schema:
        schema = next(one for one in schema["oneOf"] if fits(value, one))
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, schema["properties"][key], (*place, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from places(one, schema["items"], (*place, at))


@st.composite
def documents(draw: st.DrawFn, schema: Schema, ids: list[str]) -> tuple[Any, str]:
    """A document, and the key of the one value in it that is wrong ("": none)."""
    document = draw(right(schema, ids))
    change = draw(st.sampled_from(["none", "none", "none", "value", "value", "value", "unknown key", "missing key"]))
    if change == "none":
        return document, ""
    document = copy.deepcopy(document)
    if change == "unknown key":
        draw(st.sampled_from([*_objects_in(document)]))["nobody_knows_this"] = draw(st.sampled_from(ODD))
        return document, "nobody_knows_this"
    if change == "missing key":
        key = draw(st.sampled_from(schema["required"]))
        del document[key]
        return document, key
    place, allowed = draw(st.sampled_from([*places(document, schema)]))
    near = [int(allowed[end]) + step for end, step in (("minimum", -1), ("maximum", 1)) if end in allowed]
    parent = document
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = draw(st.sampled_from([odd for odd in (*ODD, *near) if not fits(odd, allowed)]))
    return document, next(key for key in reversed(place) if isinstance(key, str))


def _objects_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects_in(one)


@st.composite
def damaged(draw: st.DrawFn, files: list[bytes]) -> bytes:
    """A picture's file with some of its bytes changed, lost or doubled."""
    data = bytearray(draw(st.sampled_from(files)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        until = at + draw(st.sampled_from([1, 4, 40]))
        data[at:until] = draw(
            st.sampled_from([b"", b"\xff\xff\xff\xff", bytes(data[at:until]) * 2]) | st.binary(max_size=4)
        )
    return bytes(data)
