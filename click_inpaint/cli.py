"""An Edit from the options of a command line, and where its result may go. What could not be done later is refused by
the option's name, before any work is done.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from click_inpaint.errors import UserError
from click_inpaint.geometry import Size
from click_inpaint.messages import Message

LOSSY_ENDINGS = (".jpg", ".jpeg")
ENDINGS = (".png", ".tif", ".tiff", *LOSSY_ENDINGS)
"""Of the names of files that a result is written to."""


def numbers(count: int) -> Callable[[str], tuple[float, ...]]:
    """What makes `count` numbers of an option's text, with commas between them."""

    def parse(text: str) -> tuple[float, ...]:
        with contextlib.suppress(ValueError):
            if len(parts := tuple(map(float, text.split(",")))) == count:
                return parts
        raise argparse.ArgumentTypeError(f"give {count} numbers with commas between them")

    return parse


def add_edit_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `edit_of` reads."""
    add_place_options(parser)
    for name, default, meaning in (
        ("grow", 10, "pixels that the selection grows by (%(default)s)"),
        ("feather", 12, "pixels over which new fades into old (%(default)s)"),
    ):
        parser.add_argument(f"--{name}", type=float, default=default, metavar="PX", help=meaning)


def add_place_options(parser: argparse._ActionsContainer) -> None:
    """Add the options that `steps_of` reads, to a parser or to a group of one."""
    for name, count, metavar, meaning in (
        ("click", 2, "X,Y", "a point on the object, in pixels; can be repeated"),
        ("exclude", 2, "X,Y", "a point that is not on it; can be repeated"),
        ("box", 4, "X0,Y0,X1,Y1", "two opposite corners of a box around it; can be repeated"),
    ):
        parser.add_argument(
            f"--{name}", type=numbers(count), action="append", default=[], metavar=metavar, help=meaning
        )


def edit_of(options: argparse.Namespace, size: Size) -> dict[str, Any]:
    """The Edit of a picture of this size, as JSON values. Raises UserError for what is not on the picture."""
    return {"selection": steps_of(options, size), "refine": {"grow": options.grow, "feather": options.feather}}


def steps_of(options: argparse.Namespace, size: Size) -> list[dict[str, Any]]:
    """The steps of its selection. Raises UserError for what is not on the picture."""
    for name in ("click", "exclude", "box"):
        for given in getattr(options, name):
            _check_place(name, given, size)
    corners = [(*sorted(box[::2]), *sorted(box[1::2])) for box in options.box]  # drawn in any direction
    steps: list[dict[str, Any]] = [{"kind": "box", **dict(zip(("x0", "x1", "y0", "y1"), box))} for box in corners]
    steps += [{"kind": "click", "x": x, "y": y} for x, y in options.click]
    steps += [{"kind": "click", "x": x, "y": y, "include": False} for x, y in options.exclude]
    return steps


def check_outputs(option: str, places: Sequence[Path], sources: Iterable[Path]) -> None:
    """Raise UserError where one of `places`, all of one folder, could not be written, or would overwrite a source. The
    first is the one that `option` named; its name must end as a picture's does.
    """
    out = places[0]
    if out.suffix.lower() not in ENDINGS:
        raise UserError(
            "{option} needs a file whose name ends with one of {endings}.", option=option, endings=", ".join(ENDINGS)
        )
    try:
        for place in filter(Path.exists, places):
            kept = place.is_dir() or any(place.samefile(source) for source in sources)
            if kept or not os.access(place, os.W_OK):
                raise UserError(
                    "{option} {file} would overwrite {place}, which must stay; choose another name.",
                    option=option,
                    file=str(out),
                    place=str(place),
                )
        tempfile.TemporaryFile(dir=out.parent).close()
    except OSError as error:
        raise UserError(
            "{option} {file}: {folder} takes no files ({reason}).",
            option=option,
            file=str(out),
            folder=str(out.parent),
            reason=error.strerror or "",
        ) from error


def _check_place(name: str, given: tuple[float, ...], size: Size) -> None:
    """`given` is a point (x, y), or a box by two opposite corners (x, y, x, y); a box ends behind its last pixel."""
    is_box = name == "box"
    sides = (size.width, size.height) * 2
    inside = all(0 <= value < side + is_box for value, side in zip(given, sides))
    if not inside or (is_box and (given[0] == given[2] or given[1] == given[3])):
        raise UserError(
            "--{option} {given}: give {what} the picture, which is {size}.",
            option=name,
            given=",".join(f"{value:g}" for value in given),
            what=Message("two opposite corners on") if is_box else Message("a pixel of"),
            size=str(size),
        )
