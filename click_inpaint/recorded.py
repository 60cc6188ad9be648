"""The Edit as infotexts carry it, which go with every file that people share."""

from __future__ import annotations

from dataclasses import replace

from click_inpaint.edit import Edit, Step, UploadedMask
from click_inpaint.ids import half


def shareable(edit: Edit) -> Edit:
    """The Edit with half the id of its picture and of each mask: with these, nobody can get them from a server."""
    return replace(edit, image=half(edit.image), selection=tuple(map(_shareable_step, edit.selection)))


def _shareable_step(step: Step) -> Step:
    return replace(step, image=half(step.image)) if isinstance(step, UploadedMask) else step
