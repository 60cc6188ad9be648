"""The Edit: the one JSON document that says everything the user asked. Vectors only; no mask travels in it.

Lengths are picture pixels. Names, defaults and ranges stand once, in the dataclasses; `parse` refuses what they do not
know, by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from typing import Any, ClassVar, TypeVar, Union

from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Point

VERSION = 1
MAX_BYTES = 1_000_000
MAX_STEPS = 2_000
MAX_STROKE_POINTS = 20_000
"""In all strokes together."""
MAX_COORDINATE = 1 << 20
"""Pixels; larger than any side that the pixel limit of a picture allows to be useful."""

Check = Callable[[Any, str], Any]
T = TypeVar("T")


def _checked(check: Check, default: Any = MISSING) -> Any:
    return field(metadata={"check": check}) if default is MISSING else field(default=default, metadata={"check": check})


def _number(low: float, high: float, default: Any = MISSING) -> Any:
    def check(value: Any, where: str) -> float:
        # bool is an int in Python, and JSON as Python reads it may hold NaN.
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise BadEdit(f"{where} must be a number from {low:g} to {high:g}, not {_shown(value)}.")
        return _plain(value)

    return _checked(check, default)


def _whole(low: int, high: int, default: Any = MISSING) -> Any:
    def check(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadEdit(f"{where} must be a whole number from {low} to {high}, not {_shown(value)}.")
        return value

    return _checked(check, default)


def _flag(default: Any = MISSING) -> Any:
    def check(value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            raise BadEdit(f"{where} must be true or false, not {_shown(value)}.")
        return value

    return _checked(check, default)


def _text(longest: int, default: Any = MISSING) -> Any:
    def check(value: Any, where: str) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise BadEdit(f"{where} must be text of at most {longest} characters, not {_shown(value)}.")
        return value

    return _checked(check, default)


def _choice(*known: str, default: Any = MISSING) -> Any:
    def check(value: Any, where: str) -> str:
        if value not in known:
            raise BadEdit(f"{where} must be one of {', '.join(known)}, not {_shown(value)}.")
        return str(value)

    return _checked(check, default)


def _points() -> Any:
    def check(value: Any, where: str) -> tuple[Point, ...]:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_STROKE_POINTS:
            raise BadEdit(f"{where} must be a list of 1 to {MAX_STROKE_POINTS} points [x, y].")
        return tuple(_point(pair, f"{where}[{index}]") for index, pair in enumerate(value))

    return _checked(check)


def _point(value: Any, where: str) -> Point:
    if not isinstance(value, list) or len(value) != 2 or not all(_is_coordinate(part) for part in value):
        raise BadEdit(f"{where} must be [x, y] in pixels, not {_shown(value)}.")
    return Point(*map(_plain, value))


def _plain(value: float) -> float:
    """8.0 as 8, so that equal Edits have equal text."""
    return int(value) if value == int(value) else float(value)


def _is_coordinate(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= MAX_COORDINATE


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(frozen=True)
class Click:
    """A point on the object (include) or on what does not belong to it."""

    kind: ClassVar[str] = "click"
    x: float = _number(-MAX_COORDINATE, MAX_COORDINATE)
    y: float = _number(-MAX_COORDINATE, MAX_COORDINATE)
    include: bool = _flag(True)
    new_object: bool = _flag(False)
    segmenter: str = _text(64, "auto")
    weights: str = _text(64, "")
    candidate: int = _whole(0, 15, 0)

    @property
    def point(self) -> Point:
        """Where it is, in picture pixels."""
        return Point(self.x, self.y)


@dataclass(frozen=True)
class BoxStep:
    """A rectangle drawn around the object; a box always starts a new object."""

    kind: ClassVar[str] = "box"
    x0: float = _number(-MAX_COORDINATE, MAX_COORDINATE)
    y0: float = _number(-MAX_COORDINATE, MAX_COORDINATE)
    x1: float = _number(-MAX_COORDINATE, MAX_COORDINATE)
    y1: float = _number(-MAX_COORDINATE, MAX_COORDINATE)
    segmenter: str = _text(64, "auto")
    weights: str = _text(64, "")
    candidate: int = _whole(0, 15, 0)


@dataclass(frozen=True)
class Stroke:
    """A brush or eraser stroke of `radius` px along `points`."""

    kind: ClassVar[str] = "stroke"
    points: tuple[Point, ...] = _points()
    radius: float = _number(0.5, 4096)
    mode: str = _choice("brush", "eraser", default="brush")


@dataclass(frozen=True)
class UploadedMask:
    """A picture of the same size whose light pixels (>= 128 of 255, and opaque) are selected."""

    kind: ClassVar[str] = "mask"
    image: str = _text(64)
    mode: str = _choice("add", "subtract", "replace", default="add")


@dataclass(frozen=True)
class Invert:
    """Select what is not selected so far, and the other way round."""

    kind: ClassVar[str] = "invert"


Step = Union[Click, BoxStep, Stroke, UploadedMask, Invert]
STEPS: dict[str, type[Any]] = {cls.kind: cls for cls in (Click, BoxStep, Stroke, UploadedMask, Invert)}


@dataclass(frozen=True)
class Refine:
    """How the edge is treated: grown (or, below 0, shrunk) and then softened outward, in picture pixels.

    The soft edge falls evenly ("linear") or without a crease at its ends ("smooth").
    """

    grow: float = _number(-1024, 1024, 8)
    feather: float = _number(0, 1024, 8)
    ramp: str = _choice("linear", "smooth", default="linear")


@dataclass(frozen=True)
class Area:
    """What is sent to the sampler: a crop around the mask with `padding` px of context, or the whole picture."""

    mode: str = _choice("masked", "whole", default="masked")
    padding: int = _whole(0, 4096, 32)


@dataclass(frozen=True)
class Blend:
    """How new pixels are fitted in: whether their colours are matched to the surroundings ("auto": where it shows)."""

    match: str = _choice("auto", "on", "off", default="auto")


def _part(cls: type[Any]) -> Any:
    return field(default_factory=cls, metadata={"check": lambda value, where: _build(cls, value, where)})


def _steps() -> Any:
    def check(value: Any, where: str) -> tuple[Step, ...]:
        if not isinstance(value, list) or len(value) > MAX_STEPS:
            raise BadEdit(f"{where} must be a list of at most {MAX_STEPS} steps.")
        steps = tuple(_step(raw, f"{where}[{index}]") for index, raw in enumerate(value))
        if sum(len(step.points) for step in steps if isinstance(step, Stroke)) > MAX_STROKE_POINTS:
            raise BadEdit(f"The strokes have over {MAX_STROKE_POINTS} points together; simplify them.")
        return steps

    return _checked(check, ())


@dataclass(frozen=True)
class Edit:
    """Everything that was asked of one picture."""

    version: int = _whole(VERSION, VERSION, VERSION)
    image: str = _text(64, "")
    selection: tuple[Step, ...] = _steps()
    refine: Refine = _part(Refine)
    area: Area = _part(Area)
    fill: str = _choice("original", "telea", default="original")
    blend: Blend = _part(Blend)
    checkpoint: str = _text(400, "auto")

    @property
    def digest(self) -> str:
        """Hash of the document, equal for equal Edits."""
        return hashlib.sha256(dumps(self).encode()).hexdigest()


def parse(document: str | dict[str, Any]) -> Edit:
    """The Edit in JSON text or an already decoded object. Raises BadEdit, which names the key at fault."""
    if isinstance(document, str):
        if len(document.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise BadEdit(f"The Edit is over {MAX_BYTES:,} bytes; remove some strokes.")
        try:
            document = json.loads(document)
        except (ValueError, RecursionError) as error:
            raise BadEdit(f"The Edit is not JSON: {error}.") from error
    edit: Edit = _build(Edit, document, "")
    return edit


def to_json(edit: Edit) -> dict[str, Any]:
    """The Edit as plain JSON values; `parse(to_json(edit)) == edit`."""
    document = {item.name: getattr(edit, item.name) for item in fields(edit)}
    document["selection"] = [{"kind": step.kind, **_step_json(step)} for step in edit.selection]
    document |= {name: asdict(getattr(edit, name)) for name in ("refine", "area", "blend")}
    return document


def dumps(edit: Edit) -> str:
    """The Edit as compact JSON text, keys sorted: equal for equal Edits."""
    return json.dumps(to_json(edit), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _step_json(step: Step) -> dict[str, Any]:
    if isinstance(step, Stroke):
        return {"points": [[p.x, p.y] for p in step.points], "radius": step.radius, "mode": step.mode}
    return asdict(step)


def _step(raw: Any, where: str) -> Step:
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if not isinstance(kind, str) or kind not in STEPS:
        raise BadEdit(f"{where}.kind must be one of {', '.join(STEPS)}, not {_shown(kind)}.")
    step: Step = _build(STEPS[kind], {key: value for key, value in raw.items() if key != "kind"}, where)
    if isinstance(step, BoxStep) and not (step.x0 < step.x1 and step.y0 < step.y1):
        raise BadEdit(f"{where} must have x0 < x1 and y0 < y1.")
    return step


def _build(cls: type[T], raw: Any, where: str) -> T:
    if not isinstance(raw, dict):
        raise BadEdit(f"{where or 'The Edit'} must be a JSON object, not {_shown(raw)}.")
    known: dict[str, Field[Any]] = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]
    for key in raw:
        if key not in known:
            raise BadEdit(
                f"Unknown key {_shown(key)} in {where or 'the Edit'}; known are {', '.join(known) or 'none'}."
            )
    for key, item in known.items():
        if key not in raw and item.default is MISSING and item.default_factory is MISSING:
            raise BadEdit(f'{where or "The Edit"} lacks the key "{key}".')
    prefix = f"{where}." if where else ""
    return cls(**{key: known[key].metadata["check"](value, prefix + key) for key, value in raw.items()})
