"""The Edit as infotexts carry it. They go with every file that people share, and they are printed under every result.

It is a token without spaces: FORM, then in base64url the zlib-compressed JSON of the Edit, without the keys that have
their defaults. So FORM stands for these defaults, too: where one of them changes, it needs another letter and a reader
that knows the former ones. Up to version 0.2 the infotext had the whole JSON, which is read as well.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import fields, replace
from typing import Any

from click_inpaint import edit as edits
from click_inpaint.edit import MAX_BYTES, Edit
from click_inpaint.errors import BadEdit
from click_inpaint.ids import half
from click_inpaint.steps import Step, UploadedMask

FORM = "A"
_DEFAULTS = edits.to_json(Edit())


def written(edit: Edit) -> str:
    """The token of an Edit: letters, digits, "-" and "_". Pictures and masks are named by half their ids in it."""
    edit = shareable(edit)
    told = _told(edits.to_json(edit), _DEFAULTS)
    if edit.selection:
        told["selection"] = [_told_step(step, values) for step, values in zip(edit.selection, told["selection"])]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return FORM + base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def read(text: str) -> Edit:
    """The Edit that an infotext carries, as a token or as JSON. Raises BadEdit, also for a token that unpacks to more
    than any Edit may have.
    """
    return edits.parse(text if text.startswith("{") else _unpacked(text))


def shareable(edit: Edit) -> Edit:
    """The Edit with half the id of its picture and of each mask: with these, nobody can get them from a server."""
    return replace(edit, image=half(edit.image), selection=tuple(map(_shareable_step, edit.selection)))


def _shareable_step(step: Step) -> Step:
    return replace(step, image=half(step.image)) if isinstance(step, UploadedMask) else step


def _told(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The keys that do not have their defaults; likewise within values that are objects."""
    changed = {key: value for key, value in values.items() if key not in defaults or value != defaults[key]}
    return {
        key: _told(value, defaults.get(key, {})) if isinstance(value, dict) else value for key, value in changed.items()
    }


def _told_step(step: Step, values: dict[str, Any]) -> dict[str, Any]:
    return _told(values, {item.name: item.default for item in fields(step)})


def _unpacked(token: str) -> str:
    unreadable = BadEdit("The Edit in this infotext cannot be read: it was cut short or changed.")
    if not token.startswith(FORM):
        raise unreadable
    body = token[len(FORM) :]
    inflate = zlib.decompressobj()
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        text = inflate.decompress(packed, MAX_BYTES + 1).decode()
    except (binascii.Error, zlib.error, ValueError) as error:
        raise unreadable from error
    if not inflate.eof or inflate.unused_data:
        raise unreadable
    return text
