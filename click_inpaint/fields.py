"""Fields of dataclasses that check the values of a JSON document, and that name the key whose value is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, field, fields
from typing import Any, ClassVar, Protocol

from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Point

MAX_COORDINATE = 1 << 20
"""In pixels: longer than any side that is of use, given the limit on a picture's pixels."""

Check = Callable[[Any, str], Any]
Schema = dict[str, Any]
"""What a value may be, as JSON Schema."""


def checked(check: Check, schema: Schema, default: Any = MISSING) -> Any:
    """A dataclass field whose value comes from `check(value, where)`, which returns it, changed or not, or raises
    BadEdit. `schema` says the same of the value to readers and generators.
    """
    metadata = {"check": check, "schema": schema}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


class Checked(Protocol):
    """A dataclass whose fields are all of those here."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def object_of(cls: type[Checked], **first: Schema) -> Schema:
    """The schema of a JSON object with the fields of a dataclass, and with those of `first`, which it must have."""
    known = fields(cls)
    return {
        "type": "object",
        "description": " ".join((cls.__doc__ or "").split()),
        "properties": {**first, **{item.name: _with_default(item) for item in known}},
        "required": [*first, *(item.name for item in known if item.default is item.default_factory is MISSING)],
        "additionalProperties": False,
    }


def _with_default(item: Field[Any]) -> Schema:
    schema: Schema = item.metadata["schema"]
    if item.default is MISSING:
        return schema
    return {**schema, "default": [*item.default] if isinstance(item.default, tuple) else item.default}


def _list_of(items: Schema, fewest: int, most: int) -> Schema:
    return {"type": "array", "items": items, "minItems": fewest, "maxItems": most}


_COORDINATE: Schema = {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE}
_POINT: Schema = _list_of(_COORDINATE, 2, 2)


def number(low: float, high: float, default: Any = MISSING) -> Any:
    """A field for a number from `low` to `high`."""

    def check(value: Any, where: str) -> float:
        # in Python a bool is an int, and JSON as Python reads it may hold NaN
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise BadEdit(
                "{where} must be a number from {low} to {high}, not {value}.",
                where=where,
                low=f"{low:g}",
                high=f"{high:g}",
                value=shown_value(value),
            )
        return _plain(value)

    return checked(check, {"type": "number", "minimum": low, "maximum": high}, default)


def whole(low: int, high: int, default: Any = MISSING) -> Any:
    """A field for a whole number from `low` to `high`."""

    def check(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadEdit(
                "{where} must be a whole number from {low} to {high}, not {value}.",
                where=where,
                low=low,
                high=high,
                value=shown_value(value),
            )
        return value

    return checked(check, {"type": "integer", "minimum": low, "maximum": high}, default)


def flag(default: Any = MISSING) -> Any:
    """A field for true or false."""

    def check(value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            raise BadEdit("{where} must be true or false, not {value}.", where=where, value=shown_value(value))
        return value

    return checked(check, {"type": "boolean"}, default)


def text(longest: int, default: Any = MISSING) -> Any:
    """A field for text of at most `longest` characters, each of which UTF-8 can write."""

    def check(value: Any, where: str) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise BadEdit(
                "{where} must be text of at most {longest} characters, not {value}.",
                where=where,
                longest=longest,
                value=shown_value(value),
            )
        if _in_utf_8(value) != value:  # JSON may hold half a surrogate pair
            raise BadEdit(
                "{where} must be text that UTF-8 can write, not {value}.", where=where, value=shown_value(value)
            )
        return value

    return checked(check, {"type": "string", "maxLength": longest}, default)


def texts(most: int, longest: int) -> Any:
    """A field for a list of at most `most` texts of at most `longest` characters each; by default it is empty."""
    one = text(longest).metadata["check"]

    def check(value: Any, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise BadEdit("{where} must be a list of at most {most} texts.", where=where, most=most)
        return tuple(one(part, f"{where}[{index}]") for index, part in enumerate(value))

    return checked(check, {"type": "array", "items": {"type": "string", "maxLength": longest}, "maxItems": most}, ())


def choice(*known: str, default: Any = MISSING) -> Any:
    """A field for one of the `known` words."""

    def check(value: Any, where: str) -> str:
        if value not in known:
            raise BadEdit(
                "{where} must be one of {known}, not {value}.",
                where=where,
                known=", ".join(known),
                value=shown_value(value),
            )
        return str(value)

    return checked(check, {"type": "string", "enum": [*known]}, default)


def colour(default: Any = MISSING) -> Any:
    """A field for a colour "#rrggbb", whose letters become lower-case ones. With the default "" that means none, which
    may be given too.
    """
    none = "|^$" if default == "" else ""

    def check(value: Any, where: str) -> str:
        if value == default == "":
            return ""
        if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
            raise BadEdit(
                "{where} must be a colour such as #7f9fbf, not {value}.", where=where, value=shown_value(value)
            )
        return value.lower()

    return checked(check, {"type": "string", "pattern": f"^#[0-9a-fA-F]{{6}}${none}"}, default)


def corners(default: Any = MISSING) -> Any:
    """A field for a box as its corners (x0, y0, x1, y1), or for None."""

    def check(value: Any, where: str) -> tuple[float, ...] | None:
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 4 or not all(_is_coordinate(part) for part in value):
            raise BadEdit(
                "{where} must be null or [x0, y0, x1, y1] in pixels, not {value}.",
                where=where,
                value=shown_value(value),
            )
        x0, y0, x1, y1 = map(_plain, value)
        if not (x0 < x1 and y0 < y1):
            raise BadEdit("{where} must have x0 < x1 and y0 < y1.", where=where)
        return x0, y0, x1, y1

    return checked(check, {**_list_of(_COORDINATE, 4, 4), "nullable": True}, default)


def path(fewest: int, most: int) -> Any:
    """A field for a list of `fewest` to `most` points."""

    def check(value: Any, where: str) -> tuple[Point, ...]:
        if not isinstance(value, list) or not fewest <= len(value) <= most:
            raise BadEdit(
                "{where} must be a list of {fewest} to {most} points [x, y].", where=where, fewest=fewest, most=most
            )
        return tuple(_point(pair, f"{where}[{index}]") for index, pair in enumerate(value))

    return checked(check, _list_of(_POINT, fewest, most))


def _point(value: Any, where: str) -> Point:
    if not isinstance(value, list) or len(value) != 2 or not all(_is_coordinate(part) for part in value):
        raise BadEdit("{where} must be [x, y] in pixels, not {value}.", where=where, value=shown_value(value))
    return Point(*map(_plain, value))


def _plain(value: float) -> float:
    """The number, with 8.0 as 8, so that equal Edits have equal text."""
    return int(value) if value == int(value) else float(value)


def _is_coordinate(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= MAX_COORDINATE


def _in_utf_8(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shown_value(value: Any) -> str:
    """A value as a message shows it: its JSON, cut short; characters that UTF-8 cannot write are escaped, since the
    message must be sent.
    """
    try:
        text = _in_utf_8(json.dumps(value, ensure_ascii=False, default=str))
    except RecursionError:  # an object that a host has parsed may be nested deeper than one that we would read
        return "something nested without end"
    return text if len(text) <= 40 else text[:39] + "…"
