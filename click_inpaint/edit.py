"""The Edit: the one JSON document that says everything that the user asked for. It holds vectors only, and no mask.

Lengths are in picture pixels. Names, defaults and ranges are stated once, in the dataclasses here; `parse` refuses
everything else by name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, Field, asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from click_inpaint import strict_json
from click_inpaint.errors import BadEdit
from click_inpaint.fields import (
    Schema,
    checked,
    choice,
    colour,
    corners,
    number,
    object_of,
    shown_value,
    text,
    texts,
    whole,
)
from click_inpaint.messages import Message
from click_inpaint.steps import MAX_STROKE_POINTS, STEPS, BoxStep, Lasso, Paint, Step, Stroke

VERSION = 1
MAX_BYTES = 1_000_000
MAX_STEPS = 2_000
MAX_AREA = 100_000
MAX_OBJECTS = 32
"""The most objects that one job paints each in a crop of its own."""
MAX_EXTENSION = 8_192
"""The most pixels that one side of the picture is extended by."""
MAX_PROMPT = 4_000
"""Characters in the prompt of one object."""

T = TypeVar("T")


@dataclass(frozen=True)
class Refine:
    """How the selection is refined; lengths are in picture pixels, areas in square ones.

    It is done in this order: pieces below `specks` px² are dropped, and holes up to `holes` px² are filled. The edge is
    smoothed by discs of `smooth` px and moved outward by `grow` px (below 0: inward). Then it is softened outward over
    `feather` px, with a `ramp` that is "linear", or "smooth" and so without a crease at its ends.

    After an odd number of `invert` steps, what is left out is an object to keep. Then `grow` and `feather` extend that
    object, so that neither of them repaints a part of it.
    """

    grow: float = number(-1024, 1024, 8)
    feather: float = number(0, 1024, 8)
    ramp: str = choice("linear", "smooth", default="linear")
    specks: int = whole(0, MAX_AREA, 0)
    holes: int = whole(0, MAX_AREA, 0)
    smooth: float = number(0, 64, 0)


@dataclass(frozen=True)
class Area:
    """What the sampler is given: one crop around the mask with `padding` px of context ("masked"), the whole picture
    ("whole"), a crop for each separate piece of the mask, one after the other ("each"), or the whole picture and then,
    with at most half the denoising strength, the crop around the mask in what came of that ("twice").

    Every crop holds `context`, a box (x0, y0, x1, y1) in the picture, where the person has drawn one. So with "each",
    whose crops must not overlap, there is one crop for all pieces then.

    With "each", `prompts` has one prompt for each object, in the order in which they are painted: by rows from the top.
    "" is the job's own prompt, as is every prompt where there are none. The other modes do not look at them.
    """

    mode: str = choice("masked", "whole", "each", "twice", default="masked")
    padding: int = whole(0, 4096, 32)
    context: tuple[float, float, float, float] | None = corners(None)
    prompts: tuple[str, ...] = texts(MAX_OBJECTS, MAX_PROMPT)


@dataclass(frozen=True)
class Blend:
    """How new pixels are fitted in: `match` says whether their colours are matched to the surroundings ("auto": where a
    difference would show).
    """

    match: str = choice("auto", "on", "off", default="auto")


@dataclass(frozen=True)
class Frame:
    """How many pixels the picture is extended by on each side. All of them are painted, and so is a strip of the
    picture beside them, over which new fades into old by the feather of Refine.

    Every place in the Edit stays where it is in the picture: (0, 0) is its corner, not that of the extended one.
    """

    left: int = whole(0, MAX_EXTENSION, 0)
    top: int = whole(0, MAX_EXTENSION, 0)
    right: int = whole(0, MAX_EXTENSION, 0)
    bottom: int = whole(0, MAX_EXTENSION, 0)

    @property
    def empty(self) -> bool:
        """Whether the picture keeps its size."""
        return not (self.left or self.top or self.right or self.bottom)


UNCHANGED = Frame()


def _part(cls: type[Any]) -> Any:
    check = {"check": lambda value, where: _build(cls, value, where)}
    return field(default_factory=cls, metadata={**check, "schema": object_of(cls)})


def _steps() -> Any:
    def check(value: Any, where: str) -> tuple[Step, ...]:
        if not isinstance(value, list) or len(value) > MAX_STEPS:
            raise BadEdit("{where} must be a list of at most {most} steps.", where=where, most=MAX_STEPS)
        steps = tuple(_step(raw, f"{where}[{index}]") for index, raw in enumerate(value))
        if sum(len(step.points) for step in steps if isinstance(step, (Stroke, Paint, Lasso))) > MAX_STROKE_POINTS:
            raise BadEdit("The strokes have over {most} points together; simplify them.", most=MAX_STROKE_POINTS)
        return steps

    kinds = [object_of(cls, kind={"type": "string", "enum": [name]}) for name, cls in STEPS.items()]
    return checked(check, {"type": "array", "items": {"oneOf": kinds}, "maxItems": MAX_STEPS}, ())


@dataclass(frozen=True)
class Edit:
    """Everything that the user asked for, of one picture."""

    version: int = whole(VERSION, VERSION, VERSION)
    image: str = text(64, "")
    selection: tuple[Step, ...] = _steps()
    refine: Refine = _part(Refine)
    area: Area = _part(Area)
    frame: Frame = _part(Frame)
    fill: str = choice(
        "original", "neutral", "border", "telea", "patches", "colour", "noise", "nothing", default="original"
    )
    fill_colour: str = colour("#7f7f7f")
    """What the fill "colour" puts under the mask; the other fills do not look at it."""
    tint: str = colour("")
    """The colour whose hue and chroma the grown selection gets after the fill and before sampling; "" for none."""
    tint_amount: float = number(0, 1, 1)
    blend: Blend = _part(Blend)
    upscaler: str = text(400, "")
    """The host's upscaler that enlarges a crop that is painted smaller than it is; "" for none."""
    checkpoint: str = text(400, "auto")
    shown: str = text(64, "")
    """Digest of the blend mask that the person saw; "" where none was shown."""

    @property
    def digest(self) -> str:
        """Hash of what was asked for: equal for Edits that differ at most in `shown`."""
        asked = to_json(replace(self, shown=""))
        if not self.upscaler:  # so that Edits of before there was one have the digest that they had
            del asked["upscaler"]
        return hashlib.sha256(_written(asked).encode()).hexdigest()


def schema() -> Schema:
    """What an Edit may be, as JSON Schema (in the dialect of OpenAPI 3.0): every key with its range and its default."""
    return object_of(Edit)


def parse(document: str | dict[str, Any]) -> Edit:
    """The Edit in a JSON text, or in an object that was decoded already. Raises BadEdit, which names the wrong key."""
    if isinstance(document, str):
        if len(document.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise BadEdit("The Edit is over {most} bytes; remove some strokes.", most=f"{MAX_BYTES:,}")
        try:
            document = strict_json.loads(document)
        except ValueError as error:
            raise BadEdit("The Edit is not JSON: {reason}.", reason=str(error)) from error
    edit: Edit = _build(Edit, document, "")
    return edit


def to_json(edit: Edit) -> dict[str, Any]:
    """The Edit as plain JSON values; `parse(to_json(edit)) == edit`."""
    document = {item.name: getattr(edit, item.name) for item in fields(edit)}
    document["selection"] = [{"kind": step.kind, **_step_json(step)} for step in edit.selection]
    document |= {name: asdict(getattr(edit, name)) for name in ("refine", "area", "frame", "blend")}
    document["area"]["context"] = edit.area.context and list(edit.area.context)
    document["area"]["prompts"] = list(edit.area.prompts)
    if edit.frame.empty:  # so that Edits of before there was a frame have the digest that they had
        del document["frame"]
    return document


def dumps(edit: Edit) -> str:
    """The Edit as compact JSON text with sorted keys, which is equal for equal Edits."""
    return _written(to_json(edit))


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _step_json(step: Step) -> dict[str, Any]:
    values = asdict(step)
    if isinstance(step, (Stroke, Paint, Lasso)):
        values["points"] = [[point.x, point.y] for point in step.points]
    return values


def _step(raw: Any, where: str) -> Step:
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if not isinstance(kind, str) or kind not in STEPS:
        raise BadEdit(
            "{where} must be one of {known}, not {value}.",
            where=f"{where}.kind",
            known=", ".join(STEPS),
            value=shown_value(kind),
        )
    step: Step = _build(STEPS[kind], {key: value for key, value in raw.items() if key != "kind"}, where)
    if isinstance(step, BoxStep) and not (step.x0 < step.x1 and step.y0 < step.y1):
        raise BadEdit("{where} must have x0 < x1 and y0 < y1.", where=where)
    return step


def _build(cls: type[T], raw: Any, where: str) -> T:
    if not isinstance(raw, dict):
        raise BadEdit(
            "{where} must be a JSON object, not {value}.", where=where or Message("The Edit"), value=shown_value(raw)
        )
    known: dict[str, Field[Any]] = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]
    for key in raw:
        if key not in known:
            raise BadEdit(
                "Unknown key {key} in {where}; known are {known}.",
                key=shown_value(key),
                where=where or Message("the Edit"),
                known=", ".join(known) or Message("none"),
            )
    for key, item in known.items():
        if key not in raw and item.default is MISSING and item.default_factory is MISSING:
            raise BadEdit('{where} lacks the key "{key}".', where=where or Message("The Edit"), key=key)
    prefix = f"{where}." if where else ""
    return cls(**{key: known[key].metadata["check"](value, prefix + key) for key, value in raw.items()})
