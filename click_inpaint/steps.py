"""The steps of an Edit's selection. Lengths are in picture pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Union

from click_inpaint.fields import MAX_COORDINATE, choice, colour, flag, number, path, text, whole
from click_inpaint.geometry import Point

MAX_STROKE_POINTS = 20_000
"""The most points that all strokes and lassos have together."""


@dataclass(frozen=True)
class Click:
    """A point on the object (include) or on what does not belong to it."""

    kind: ClassVar[str] = "click"
    x: float = number(-MAX_COORDINATE, MAX_COORDINATE)
    y: float = number(-MAX_COORDINATE, MAX_COORDINATE)
    include: bool = flag(True)
    new_object: bool = flag(False)
    segmenter: str = text(64, "auto")
    weights: str = text(64, "")
    candidate: int = whole(0, 15, 0)

    @property
    def point(self) -> Point:
        """The point that was clicked, in picture pixels."""
        return Point(self.x, self.y)


@dataclass(frozen=True)
class BoxStep:
    """A rectangle drawn around the object; a box always starts a new object."""

    kind: ClassVar[str] = "box"
    x0: float = number(-MAX_COORDINATE, MAX_COORDINATE)
    y0: float = number(-MAX_COORDINATE, MAX_COORDINATE)
    x1: float = number(-MAX_COORDINATE, MAX_COORDINATE)
    y1: float = number(-MAX_COORDINATE, MAX_COORDINATE)
    segmenter: str = text(64, "auto")
    weights: str = text(64, "")
    candidate: int = whole(0, 15, 0)


@dataclass(frozen=True)
class Stroke:
    """A brush or eraser stroke of `radius` px along `points`."""

    kind: ClassVar[str] = "stroke"
    points: tuple[Point, ...] = path(1, MAX_STROKE_POINTS)
    radius: float = number(0.5, 4096)
    mode: str = choice("brush", "eraser", default="brush")


@dataclass(frozen=True)
class Paint:
    """A stroke of `radius` px along `points` in a colour, which lies on what the sampler starts from; only where the
    grown selection covers it. With `selects` it is selected, too, as in the Web UI's own Inpaint sketch.
    """

    kind: ClassVar[str] = "paint"
    points: tuple[Point, ...] = path(1, MAX_STROKE_POINTS)
    radius: float = number(0.5, 4096)
    colour: str = colour()
    opacity: float = number(0, 1, 1)
    selects: bool = flag(True)


@dataclass(frozen=True)
class Lasso:
    """The area that a closed line through `points` encloses, by the even-odd rule. It is selected too, or no longer, or
    nothing but what is selected within it stays so ("intersect").
    """

    kind: ClassVar[str] = "lasso"
    points: tuple[Point, ...] = path(3, MAX_STROKE_POINTS)
    mode: str = choice("add", "subtract", "intersect", default="add")


@dataclass(frozen=True)
class Wand:
    """The pixels whose colour is at most `tolerance` away from that of the pixel at (x, y), in CIELAB (ΔE*ab; 100 lies
    between black and white). With `contiguous`, only those that such pixels join to it.
    """

    kind: ClassVar[str] = "wand"
    x: float = number(-MAX_COORDINATE, MAX_COORDINATE)
    y: float = number(-MAX_COORDINATE, MAX_COORDINATE)
    tolerance: float = number(0, 100, 12)
    contiguous: bool = flag(True)
    mode: str = choice("add", "subtract", "intersect", default="add")

    @property
    def point(self) -> Point:
        """The point that was clicked, in picture pixels."""
        return Point(self.x, self.y)


@dataclass(frozen=True)
class Damage:
    """The scratches, dust and creases that are found in the picture. The higher `sensitivity` is, the fainter may they
    be; what covers fewer than `smallest` px² is left out.
    """

    kind: ClassVar[str] = "damage"
    sensitivity: float = number(0, 1, 0.5)
    smallest: int = whole(0, 10_000, 4)
    mode: str = choice("add", "subtract", "intersect", default="add")


@dataclass(frozen=True)
class UploadedMask:
    """A picture of the same size whose light pixels (>= 128 of 255) are selected; where not all of it is opaque, those
    whose alpha is above 128, whatever their colours.

    With `soft`, its greys (or its alpha) become part of the blend mask as they are, and Refine does not touch them: so
    a mask that was saved here comes back as it was.
    """

    kind: ClassVar[str] = "mask"
    image: str = text(64)
    mode: str = choice("add", "subtract", "intersect", "replace", default="add")
    soft: bool = flag(False)


@dataclass(frozen=True)
class Invert:
    """Selects what is not selected so far, and takes away what is."""

    kind: ClassVar[str] = "invert"


Step = Union[Click, BoxStep, Stroke, Paint, Lasso, Wand, Damage, UploadedMask, Invert]
STEPS: dict[str, type[Any]] = {
    cls.kind: cls for cls in (Click, BoxStep, Stroke, Paint, Lasso, Wand, Damage, UploadedMask, Invert)
}
