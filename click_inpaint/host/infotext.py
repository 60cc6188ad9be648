"""What the infotext of a result tells about its job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modules import shared

from click_inpaint import __version__, recorded
from click_inpaint.edit import Edit
from click_inpaint.host import settings
from click_inpaint.host.notes import tell
from click_inpaint.messages import Message
from click_inpaint.pipeline import Job

EDIT_KEY = "Click Inpaint edit"
CROP_KEY = "Click Inpaint crop"
VERSION_KEY = "Click Inpaint version"
TOO_LONG_FOR_JPEG = Message(
    "The selection is too long for a JPEG's infotext and is not kept there; save as PNG to keep it."
)
MAX_JPEG_CHARACTERS = 16_000
"""EXIF data holds 64 KB, into which the host writes the infotext as UTF-16; the prompts need room there, too."""


def record(p: Any, edit: Edit, jobs: Sequence[Job]) -> None:
    """Write the crops, our version and the Edit into the infotext of the job `p`: what people read comes first. Where
    the person wants no selection in saved files, the Edit stays out of it.
    """
    crops = (job.crop for job in jobs)
    p.extra_generation_params[CROP_KEY] = " ".join(f"{one.width}x{one.height}+{one.x0}+{one.y0}" for one in crops)
    p.extra_generation_params[VERSION_KEY] = __version__
    if not settings.writes_selection():
        return
    text = recorded.written(edit)
    formats = {str(getattr(shared.opts, name, "")).lower() for name in ("samples_format", "grid_format")}
    if len(text) <= MAX_JPEG_CHARACTERS or not formats & {"jpg", "jpeg"}:
        p.extra_generation_params[EDIT_KEY] = text
    else:
        tell(p, [TOO_LONG_FOR_JPEG])  # with it, the host could not save the result at all
