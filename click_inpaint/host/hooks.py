"""The script hooks of one job, in the order in which the host calls them.

The host calls `setup` before a selectable script (loopback, X/Y/Z) runs; there we give it the full picture. It calls
`before_process` at the start of every pass, with the picture or with a full-size result that was fed back; there we
always crop. The host logs the errors that a hook raises and goes on. So a job that must not go on is given an `init`
that raises the error: the host does not guard that call, and the message reaches the person.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from modules import shared
from PIL import Image

from click_inpaint import __version__
from click_inpaint import edit as edits
from click_inpaint.edit import Edit
from click_inpaint.errors import UnknownPicture, UserError
from click_inpaint.geometry import Size
from click_inpaint.host import checkpoints, memory, overlay, passes, payload, saving, sliders
from click_inpaint.host.kept import KeptResults
from click_inpaint.images import Picture, from_pil
from click_inpaint.messages import Message
from click_inpaint.pipeline import Job, Pipeline, finish
from click_inpaint.selection import with_named_segmenters

logger = logging.getLogger(__name__)

_CONTEXT = "_click_inpaint_context"
_REFUSAL = "_click_inpaint_refusal"
EDIT_KEY = "Click Inpaint edit"
CROP_KEY = "Click Inpaint crop"
VERSION_KEY = "Click Inpaint version"
OTHER_MASK = Message(
    "The mask is not the one that the page showed: it was computed again, by another segmenter or version."
)
TOO_LONG_FOR_JPEG = Message(
    "The selection is too long for a JPEG's infotext and is not kept there; save as PNG to keep it."
)
MAX_JPEG_CHARACTERS = 16_000
"""EXIF data holds 64 KB, into which the host writes the infotext as UTF-16; the prompts need room there, too."""


@dataclass(eq=False)
class CropPass:
    """One run of the host over the crop of `job`; after it, the `further` crops are painted. `composing` is set from
    when the host is about to lay its overlay over a picture until it has done so. `kept` keeps the results; None for an
    API caller, who has them in the answer.
    """

    job: Job
    further: Sequence[Job]
    kept: KeptResults | None
    composing: bool = False


@dataclass(eq=False)
class JobContext:
    """What we keep on a processing object from hook to hook: `shown` are the init pictures that we gave the host,
    `given` those that it had before. `area` is the size that the sliders are set to, `working` the one that we paint
    at.
    """

    edit: Edit
    picture: Picture
    given: list[Image.Image] | None
    shown: list[Image.Image]
    area: Size
    working: Size | None = None
    crop_pass: CropPass | None = None


class Hooks:
    """Turns an Edit into a job of the host's, and what the host has painted into the finished picture."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def setup(self, p: Any, document: Any) -> None:
        """Give the host the full picture. `document` is the Edit, as JSON text or as an object; without one, the job is
        not ours.
        """
        if _is_edit(document) and not _is_inner_pass(p):
            _run_or_fail(p, lambda: self._set_up(p, document))

    def before_process(self, p: Any, document: Any) -> None:
        """Give the host the crop, the mask, the size and the checkpoint of this pass."""
        if not _is_edit(document) or _is_inner_pass(p):
            _give_back(p)
            return
        if not hasattr(p, _CONTEXT):  # a host without `setup`
            self.setup(p, document)
        context = getattr(p, _CONTEXT, None)
        if context is not None:
            _run_or_fail(p, lambda: self._crop(p, context))

    def before_process_batch(self, p: Any, number: int = 0) -> None:
        """Forget where the last batch was pasted, since the host's soft inpainting would use it. Before the first
        batch, count the passes for further objects.
        """
        if now := _crop_pass(p):
            p.paste_to = None
            saving.name_init_image(p)
            if number == 0:
                passes.announce(p, len(now.further))

    def postprocess_image(self, p: Any, pp: Any) -> None:
        """Bring the decoded picture to the crop's size."""
        if now := _crop_pass(p):
            pp.image = overlay.to_crop_size(now.job, pp.image)

    def postprocess_maskoverlay(self, p: Any, ppmo: Any) -> None:
        """Take the host's overlay off our crop, and let the host show our mask at full size."""
        if now := _crop_pass(p):
            now.composing = True
            overlay.set_overlay(p, ppmo, now.job)

    def postprocess_image_after_composite(self, p: Any, pp: Any) -> None:
        """Blend what was painted into the full picture; then have the further objects painted on it, one after the
        other. Where one of them fails, those before it stay.
        """
        if now := _crop_pass(p):
            now.composing = False
            stitched = overlay.stitched(now.job, pp.image)
            try:
                for more in _with_further(p, now, stitched):
                    stitched = more
            finally:
                pp.image = overlay.shown(stitched, now.job.backdrop)
                if now.kept:
                    now.kept.keep(stitched, pp.image)

    def postprocess(self, p: Any, processed: Any) -> None:
        """Name the results that were kept by the infotexts that the host has given them."""
        now = _crop_pass(p)
        if now and now.kept:
            now.kept.name(processed)

    def before_image_saved(self, params: Any) -> None:
        """Let the host save the whole picture where it has only our crop. `params` is its ImageSaveParams."""
        if saving.exchange_init_image(params):
            return
        now = _crop_pass(params.p)
        if now and now.composing:  # what it saves now is the result before colour correction
            params.image = overlay.shown(overlay.stitched(now.job, params.image), now.job.backdrop)

    def _set_up(self, p: Any, document: Any) -> None:
        store = self._pipeline.store
        area = sliders.area(p)
        edit = payload.taken_in(p, edits.parse(document), store)
        preview = self._pipeline.preview(edit, area)  # an error raises here, before anything of the host's has changed
        _tell(p, [*preview.warnings, *([OTHER_MASK] if edit.shown not in ("", preview.digest) else [])])
        edit = replace(edit, selection=with_named_segmenters(edit.selection, preview.objects), shown=preview.digest)
        picture = store.picture(edit.image)
        context = JobContext(edit, picture, getattr(p, "init_images", None), [picture.to_pil()], area)
        setattr(p, _CONTEXT, context)
        p.init_images = context.shown

    def _crop(self, p: Any, context: JobContext) -> None:
        context = replace(context, crop_pass=None)  # another extension may call us with a copy of a running job
        setattr(p, _CONTEXT, context)
        image = p.init_images[0]
        if image.size != (context.picture.size.width, context.picture.size.height):
            return  # another script has cut or enlarged the picture: this pass is not about our crop
        if Size(p.width, p.height) != context.working:  # equal ones were set by us in an earlier pass
            context.area = sliders.area(p)
        picture = context.picture if image is context.shown[0] else from_pil(image)
        jobs = self._pipeline.prepare(context.edit, context.area, picture, overlay.backdrop())
        choice = checkpoints.choose(context.edit.checkpoint)
        largest = max((job.working for job in jobs), key=lambda working: working.area)
        memory.make_room(largest, p.batch_size, self._pipeline.embeddings.release)
        given = image if image is not context.shown[0] else next(iter(context.given or []), None)
        job, *further = jobs
        passes.hand_over(p, job, given)
        _override_checkpoint(p, choice)
        _record(p, context.edit, jobs)
        is_page = not getattr(p, "is_api", False)
        kept = KeptResults(self._pipeline.results, context.edit.image, context.picture, job) if is_page else None
        context.working, context.crop_pass = job.working, CropPass(job, further, kept)


def _with_further(p: Any, now: CropPass, stitched: Picture) -> Iterator[Picture]:
    """The picture with one further object after the other. It ends where the person stops the job."""
    for number, job in enumerate(now.further, 1):
        image = _painted(p, job, number, 1 + len(now.further))
        if image is None:
            return
        stitched = finish(replace(job, picture=stitched), np.asarray(image.convert("RGB")))
        yield stitched


def _painted(p: Any, job: Job, number: int, count: int) -> Image.Image | None:
    """What the host paints for the job `number` of `count`; None where the person has stopped it, who is told."""
    try:
        image = None if passes.is_stopped() else passes.painted(p, job)
    except Exception as error:
        failed = Message(
            "{painted} of {count} objects are painted; the next one failed: {reason}",
            painted=number,
            count=count,
            reason=str(error),
        )
        _tell(p, [failed])
        raise
    if image is None:
        stopped = Message("The job was stopped: {painted} of {count} objects are painted.", painted=number, count=count)
        _tell(p, [stopped])
    return image


def _record(p: Any, edit: Edit, jobs: Sequence[Job]) -> None:
    text = edits.dumps(edit)
    formats = {str(getattr(shared.opts, name, "")).lower() for name in ("samples_format", "grid_format")}
    if len(text) <= MAX_JPEG_CHARACTERS or not formats & {"jpg", "jpeg"}:
        p.extra_generation_params[EDIT_KEY] = text
    else:
        _tell(p, [TOO_LONG_FOR_JPEG])  # with it, the host could not save the result at all
    crops = (job.crop for job in jobs)
    p.extra_generation_params[CROP_KEY] = " ".join(f"{one.width}x{one.height}+{one.x0}+{one.y0}" for one in crops)
    p.extra_generation_params[VERSION_KEY] = __version__


def _override_checkpoint(p: Any, choice: checkpoints.Choice) -> None:
    """Have the host load the checkpoint for this job. This comes last, when nothing of ours can fail any more, since
    the host loads it before it calls anything else.
    """
    _tell(p, [choice.note] if choice.note else [])
    if choice.name and not p.override_settings.get(checkpoints.OPTION):
        checkpoints.keep_restorable()
        p.override_settings[checkpoints.OPTION] = choice.name


def _tell(p: Any, notes: Sequence[Message]) -> None:
    """Show notes to the person: beside the progress bar before sampling, and below the result. Both are the host's
    places, which take a whole sentence.
    """
    for note in map(str, notes):
        logger.warning(note)
        shared.state.textinfo = note
        if hasattr(p, "comment"):
            p.comment(note)


def _run_or_fail(p: Any, step: Callable[[], None]) -> None:
    """Run a step of ours; where it raises an error, make the job end with that error's message."""
    try:
        step()
    except UserError as error:
        # where an error has these two attributes, the host's API answers with them instead of a bare 500
        vars(error).update(status_code=404 if isinstance(error, UnknownPicture) else 422, detail=str(error))
        _fail(p, error)
    except Exception as error:
        _fail(p, RuntimeError(f"Click Inpaint failed: {error!r}. The log has the details."))
        raise


def _fail(p: Any, error: Exception) -> None:
    """Make the job end with this error at the first call that the host does not guard, before any sampling."""
    refusal = copy.copy(error)  # without the traceback, whose frames would keep the job and its pictures in memory

    def init(*args: Any, **kwargs: Any) -> None:
        raise copy.copy(refusal)

    p.init = init
    setattr(p, _REFUSAL, init)
    setattr(p, _CONTEXT, None)
    if not any(getattr(p, "init_images", None) or []):
        p.init_images = [Image.new("RGB", (8, 8))]  # selectable scripts look at the picture before `init` is called


def _is_edit(document: Any) -> bool:
    """Whether a job is meant for us: without an Edit, the page's box is empty, while an Edit may have no keys."""
    return document is not None and document != ""


def _is_inner_pass(p: Any) -> bool:
    """Whether another extension (ADetailer) makes this pass, over a part of our result."""
    return bool(getattr(p, "_ad_inner", False))


def _give_back(p: Any) -> None:
    """Put back what `setup` took, for a pass of which another extension says only afterwards that it is its own."""
    context = getattr(p, _CONTEXT, None)
    if context is not None and p.init_images is context.shown:
        p.init_images = context.given
    if "init" in vars(p) and p.init is getattr(p, _REFUSAL, None):
        del p.init  # so that the class's own is called


def _crop_pass(p: Any) -> CropPass | None:
    """The pass over a crop of ours that is under way; None while another extension uses the job for its own."""
    context = getattr(p, _CONTEXT, None)
    return None if context is None or _is_inner_pass(p) else context.crop_pass
