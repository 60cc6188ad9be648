"""What the infotext of a result tells about its job, and what the page is told of an infotext that is pasted."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Mapping, Sequence
from typing import Any

from modules import shared

from click_inpaint import __version__, recorded
from click_inpaint import edit as edits
from click_inpaint.edit import Edit
from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Box
from click_inpaint.host import settings
from click_inpaint.host.notes import tell
from click_inpaint.messages import Message
from click_inpaint.pipeline import Job

EDIT_KEY = "Click Inpaint edit"
CROP_KEY = "Click Inpaint crop"
ERASE_KEY = "Click Inpaint erase"
PROMPTS_KEY = "Click Inpaint prompts"
VERSION_KEY = "Click Inpaint version"
TOO_LONG_FOR_JPEG = Message(
    "The selection is too long for a JPEG's infotext and is not kept there; save as PNG to keep it."
)
MAX_PROMPT_CHARACTERS = 60
"""What people read of an object's own prompt; the Edit has all of it."""
MAX_JPEG_CHARACTERS = 16_000
"""EXIF data holds 64 KB, into which the host writes the infotext as UTF-16; the prompts need room there, too."""


def record(p: Any, edit: Edit, jobs: Sequence[Job]) -> None:
    """Write the crops, the objects' own prompts, our version and the Edit into the infotext of the job `p`: what people
    read comes first. Where the person wants no selection in saved files, the Edit stays out of it.
    """
    p.extra_generation_params[CROP_KEY] = " ".join(_place(job.crop) for job in jobs)
    if told := [f"{n}: {_shortened(job.prompt)}" for n, job in enumerate(jobs, 1) if job.prompt]:
        p.extra_generation_params[PROMPTS_KEY] = "; ".join(told)
    p.extra_generation_params[VERSION_KEY] = __version__
    if not settings.writes_selection():
        return
    text = recorded.written(edit)
    if len(text) <= MAX_JPEG_CHARACTERS or not _saves_as_jpeg():
        p.extra_generation_params[EDIT_KEY] = text
    else:
        tell(p, [TOO_LONG_FOR_JPEG])  # with it, the host could not save the result at all


def of_erasing(edit: Edit, box: Box) -> str:
    """The infotext of a picture that was filled without a sampler, within `box`. It has no prompt and no steps."""
    told = {ERASE_KEY: "patches", CROP_KEY: _place(box), VERSION_KEY: __version__}
    if settings.writes_selection():
        told[EDIT_KEY] = recorded.written(edit)
        if len(told[EDIT_KEY]) > MAX_JPEG_CHARACTERS and _saves_as_jpeg():
            del told[EDIT_KEY]
    return ", ".join(f"{key}: {value}" for key, value in told.items())


def _place(box: Box) -> str:
    return f"{box.width}x{box.height}+{box.x0}+{box.y0}"


def _saves_as_jpeg() -> bool:
    formats = {str(getattr(shared.opts, name, "")).lower() for name in ("samples_format", "grid_format")}
    return bool(formats & {"jpg", "jpeg"})


def _shortened(prompt: str) -> str:
    return textwrap.shorten(prompt, MAX_PROMPT_CHARACTERS, placeholder="…")


def pasted(params: Mapping[str, Any]) -> str | None:
    """What the page is handed when the host has read an infotext into `params`: a JSON object with the Edit as `edit`,
    or with a message as `error` where it cannot be read. None, which leaves our tab as it is, for an infotext without
    an Edit.
    """
    said = params.get(EDIT_KEY)
    if not isinstance(said, str):
        return None
    try:
        told: dict[str, Any] = {"edit": edits.to_json(recorded.read(said))}
    except BadEdit as error:
        told = {"error": error.message.as_json()}
    return json.dumps({**told, "time": time.time_ns()})  # Gradio tells the page of changes: the same may come again
