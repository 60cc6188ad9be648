"""Jobs that are shared with other Web UIs, as sd-webui-distributed does.

Its script “Distribute” sends them, in its `before_process`, whatever it finds on `p`; the host calls it after ours, in
the order of the extensions' names. So they are given the crop, its mask and its size, and need neither the picture nor
this extension. What they have painted joins the images of this Web UI when those are decoded, and is stitched with
them. Where this Web UI paints no image itself, the other ones' come at the end, with no hook for a single image.
"""

from __future__ import annotations

from typing import Any

from click_inpaint.host import contexts, overlay, report
from click_inpaint.host.contexts import CropPass
from click_inpaint.host.notes import tell
from click_inpaint.messages import Message

_DISTRIBUTE = "Distribute"
"""The title of the script that shares jobs."""

OWN_PROMPT = Message(
    "The Web UIs that share this job paint the first object by the prompt of the job, not by that of the object."
)


def withhold(p: Any, document: Any) -> None:
    """Keep the Edit from other Web UIs, where the job may be shared: they lack the picture that it names, and would
    refuse the job. `document` is the value of our script's argument.
    """
    context = contexts.of(p)
    if context is None or context.crop_pass is None or not _is_shared(p):
        return
    p.script_args = ["" if value is document else value for value in p.script_args]  # copies of `p` keep theirs
    context.withheld = True
    if context.crop_pass.job.prompt:
        tell(p, [OWN_PROMPT])


def is_withheld(p: Any) -> bool:
    """Whether the job is ours, although its Edit is no longer among the arguments of the scripts."""
    context = contexts.of(p)
    return context is not None and context.withheld


def stitch(p: Any, processed: Any, now: CropPass) -> None:
    """Stitch the images of a pass of which this Web UI has painted none. `processed` is the host's Processed."""
    painted = [image.size for image in processed.images]
    working = now.job.working.width, now.job.working.height
    if not painted or set(painted) != {working}:
        return
    for number, image in enumerate(processed.images):
        stitched = overlay.stitched(now.job, overlay.to_crop_size(p, now.job, image))
        processed.images[number] = overlay.shown(p, stitched, now.job.backdrop)
    now.stitched = report.of(p).is_painted = True
    if now.further:
        note = Message(
            "The Web UIs that share this job painted the first of {count} objects alone; let this one paint an image "
            "too, and it paints all of them.",
            count=1 + len(now.further),
        )
        tell(p, [note])
        processed.comments += f"{note}\n"


def _is_shared(p: Any) -> bool:
    return any(script.title() == _DISTRIBUTE for script in getattr(p.scripts, "alwayson_scripts", ()))
