"""What is painted, from the command line: the Edit, the host's own parameters, and what is wrong with either before any
Web UI is asked.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from click_inpaint import cli, recorded, strict_json
from click_inpaint import edit as edits
from click_inpaint.client.files import read
from click_inpaint.errors import UserError
from click_inpaint.geometry import Size

SCRIPT = "Click Inpaint"
_PARAMETERS: tuple[tuple[str, str, type, str, str], ...] = (
    ("prompt", "prompt", str, "TEXT", "what should be there"),
    ("negative", "negative_prompt", str, "TEXT", "what should not"),
    ("seed", "seed", int, "N", "the number that chance starts from"),
    ("steps", "steps", int, "N", "sampling steps"),
    ("sampler", "sampler_name", str, "NAME", "the sampler, as the Web UI calls it"),
    ("cfg", "cfg_scale", float, "N", "how closely the prompt is followed"),
    ("denoising", "denoising_strength", float, "N", "0 keeps what was there, 1 forgets it"),
    ("width", "width", int, "PX", "width that is painted at; the result has the picture's own size"),
    ("height", "height", int, "PX", "height that is painted at"),
)
"""Options of the host's: our name, the API's, type, placeholder, help. What is not given has the API's default."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add all options that say what is painted."""
    add_edit(parser)
    host = parser.add_argument_group("the Web UI's own settings")
    for name, _, kind, metavar, meaning in _PARAMETERS:
        host.add_argument(f"--{name}", type=kind, metavar=metavar, help=meaning)
    host.add_argument("--payload", type=Path, metavar="FILE", help="a JSON file with more of them, as the API has them")


def add_edit(parser: argparse.ArgumentParser) -> None:
    """Add those that say what is selected, and how."""
    edit = parser.add_argument_group("what is selected, and how")
    cli.add_place_options(edit)
    edit.add_argument("--grow", type=float, metavar="PX", help="pixels that the selection grows by")
    edit.add_argument("--feather", type=float, metavar="PX", help="pixels over which new fades into old")
    edit.add_argument("--edit", type=Path, metavar="FILE", help="a JSON file with an Edit, or a PNG made by this")
    edit.add_argument(
        *("--set", "-s"),
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="any other value of the Edit, such as fill=neutral or area.padding=64; can be repeated",
    )


class Wanted:
    """What the options say, as far as it is the same for all pictures. Raises UserError for what cannot be."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        payload = getattr(options, "payload", None)  # who erases has none of the Web UI's settings
        self._payload = _object(payload) if payload else {}
        for name, key, *_ in _PARAMETERS:
            if (given := getattr(options, name, None)) is not None:
                self._payload[key] = given
        self._document = _edit_file(options.edit) if options.edit else {}
        for name in ("grow", "feather"):
            if (given := getattr(options, name)) is not None:
                self._document["refine"] = {**self._document.get("refine", {}), name: given}
        for assignment in options.set:
            _assign(self._document, assignment)
        self._document |= {"image": "", "shown": ""}  # ids are those of another server's pictures
        self._extends = not edits.parse(self._document).frame.empty

    @property
    def has_places(self) -> bool:
        """Whether something is selected, by pixels of one picture."""
        return self._has_points or bool(self._document.get("selection"))

    @property
    def paints(self) -> bool:
        """Whether there is something to paint in a picture without a mask beside it."""
        return self.has_places or self._extends

    @property
    def _has_points(self) -> bool:
        return bool(self._options.click or self._options.exclude or self._options.box)

    def edit(self, size: Size | None) -> dict[str, Any]:
        """The Edit for a picture of this size; for None the one beside a mask, which has no selection. Raises UserError
        for what is not on the picture.
        """
        if size is None:
            return {**self._document, "selection": []}
        if self._has_points:
            return {**self._document, "selection": cli.steps_of(self._options, size)}
        return self._document

    def payload(self, picture: bytes, edit: Mapping[str, Any], mask: bytes | None) -> dict[str, Any]:
        """What POST /sdapi/v1/img2img takes. The mask is the selection of an Edit that has none."""
        scripts = {**self._payload.get("alwayson_scripts", {}), SCRIPT: {"args": [edit]}}
        pictures: dict[str, Any] = {"init_images": [base64.b64encode(picture).decode()]}
        if mask is not None:
            pictures["mask"] = base64.b64encode(mask).decode()
        return {"save_images": False, **self._payload, **pictures, "alwayson_scripts": scripts}


def _assign(document: dict[str, Any], assignment: str) -> None:
    """Set "a.b=value": the value is JSON, or the text itself where it is none."""
    path, equals, told = assignment.partition("=")
    *folders, key = path.strip().split(".")
    if not equals or not key:
        raise UserError("--set {given}: give a key and a value, such as fill=neutral.", given=assignment)
    try:
        value = strict_json.loads(told)
    except ValueError:
        value = told
    for name in folders:
        inner = document.get(name)
        document[name] = dict(inner) if isinstance(inner, dict) else {}
        document = document[name]
    document[key] = value


def _edit_file(path: Path) -> dict[str, Any]:
    """The Edit in a JSON file, or the one that a result of ours carries."""
    data = read(path)
    if not data.startswith(b"\x89PNG"):
        return edits.to_json(edits.parse(_object(path)))
    told = str(Image.open(io.BytesIO(data)).info.get("parameters", ""))
    token = told.rpartition("Click Inpaint edit: ")[2].split(",")[0].strip() if "Click Inpaint edit: " in told else ""
    if not token:
        raise UserError("--edit {file}: this picture carries no Edit of Click Inpaint.", file=str(path))
    return edits.to_json(recorded.read(json.loads(token) if token.startswith('"') else token))


def _object(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises UserError where there is none."""
    try:
        found = strict_json.loads(read(path))
    except ValueError as error:
        raise UserError("{file} is not JSON: {reason}.", file=str(path), reason=str(error)) from error
    if not isinstance(found, dict):
        raise UserError("{file} must hold a JSON object.", file=str(path))
    return found
