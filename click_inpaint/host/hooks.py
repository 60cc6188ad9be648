"""The script hooks of one job, in the order in which the host calls them.

The host calls `setup` before a selectable script (loopback, X/Y/Z) runs; there we give it the full picture. It calls
`before_process` at the start of every pass, with the picture or with a full-size result that was fed back; there we
always crop. A pass over any other picture ends the job, unless another extension makes it inside a pass of ours. The
host logs the errors that a hook raises and goes on; `refusal` tells how a job ends all the same, and `report` who is
told.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from click_inpaint import edit as edits
from click_inpaint.edit import Edit
from click_inpaint.geometry import Size
from click_inpaint.host import (
    checkpoints,
    contexts,
    infotext,
    log,
    memory,
    overlay,
    passes,
    payload,
    report,
    saving,
    sharing,
    sliders,
    upscalers,
)
from click_inpaint.host.contexts import CropPass, JobContext
from click_inpaint.host.kept import KeptResults
from click_inpaint.host.notes import tell
from click_inpaint.host.recognition import check_script, picture_of_pass
from click_inpaint.host.refusal import no_picture_without, refuse_before_loading, run_or_refuse, withdraw
from click_inpaint.host.report import noted
from click_inpaint.limits import Limits
from click_inpaint.messages import Message
from click_inpaint.pipeline import NotEmbedded, Pipeline
from click_inpaint.selection import with_named_segmenters

OTHER_MASK = Message(
    "The mask is not the one that the page showed: it was computed again, by another segmenter or version."
)


class Hooks:
    """Turns an Edit into a job of the host's, and what the host has painted into the finished picture."""

    def __init__(self, pipeline: Pipeline, limits: Callable[[], Limits] = Limits) -> None:
        self._pipeline, self._limits = pipeline, limits

    def check(self, document: Any, width: Any, height: Any) -> None:
        """Raise what keeps a job of the page from being done, as far as that can be told without running an encoder."""
        edit = self._parsed(document)
        checkpoints.check(edit.checkpoint)
        upscalers.check(edit.upscaler)
        with suppress(NotEmbedded):
            self._pipeline.preview(edit, sliders.area_of(width, height), encode=False).prompts(edit)

    def setup(self, p: Any, document: Any) -> None:
        """Give the host the full picture. `document` is the Edit, as JSON text or as an object; without one, the job is
        not ours.
        """
        if _is_edit(document) and not contexts.is_inner_pass(p):
            report.begin(p, document)
            with log.step(p, log.SELECTING):
                run_or_refuse(p, lambda: self._set_up(p, document))

    def before_process(self, p: Any, document: Any) -> None:
        """Give the host the crop, the mask, the size and the checkpoint of this pass."""
        if not (_is_edit(document) or sharing.is_withheld(p)) or contexts.is_inner_pass(p):
            _give_back(p)
            return
        if not contexts.is_set_up(p):  # a host without `setup`
            self.setup(p, document)
        context = contexts.of(p)
        if context is not None:
            with log.step(p, log.PREPARING):
                run_or_refuse(p, lambda: self._crop(p, context))
            sharing.withhold(p, document)
        refuse_before_loading(p)

    def before_process_batch(self, p: Any, number: int = 0) -> None:
        """Forget where the last batch was pasted, since the host's soft inpainting would use it, and give the host the
        prompt of the first object. Before the first batch, count the passes for further objects.
        """
        if now := contexts.crop_pass(p):
            p.paste_to = None
            with noted(p):
                passes.prompt_first(p, now.job)
                saving.name_init_image(p)
                if number == 0:
                    passes.announce(p, len(now.further))

    def postprocess_image(self, p: Any, pp: Any) -> None:
        """Bring the decoded picture to the crop's size."""
        if now := contexts.crop_pass(p):
            with no_picture_without(p, pp):
                pp.image = overlay.to_crop_size(p, now.job, pp.image)

    def postprocess_maskoverlay(self, p: Any, ppmo: Any) -> None:
        """Take the host's overlay off our crop, and let the host show our mask at full size."""
        if now := contexts.crop_pass(p):
            now.composing = True
            now.failure = None
            try:
                overlay.set_overlay(p, ppmo, now.job)
            except Exception as error:
                now.failure = report.of(p).note(error)
                raise

    def postprocess_image_after_composite(self, p: Any, pp: Any) -> None:
        """Blend what was painted into the full picture; then have the further objects painted on it, one after the
        other. Where one of them fails, those before it stay.
        """
        if now := contexts.crop_pass(p):
            now.composing, now.stitched = False, True
            with no_picture_without(p, pp), log.step(p, log.STITCHING):
                now.raise_failure()
                stitched = overlay.stitched(now.job, pp.image)
            try:
                with noted(p):
                    for more in passes.with_further(p, now, stitched):
                        stitched = more
            finally:
                with no_picture_without(p, pp):
                    pp.image = overlay.shown(p, stitched, now.job.backdrop)
                    now.results.append(pp.image)
                report.of(p).is_painted = True
                if now.kept:
                    with noted(p):
                        now.kept.keep(stitched, pp.image)

    def postprocess(self, p: Any, processed: Any) -> None:
        """End the pass: stitch what other Web UIs have painted where this one has painted nothing, put back the init
        images, since a script may run the same `p` again, and name the results that were kept by the infotexts that the
        host has given them.
        """
        now = contexts.crop_pass(p)
        if not now or not now.belongs_to(p):
            return
        now.is_over = True
        log.finished(p, now)
        p.init_images = now.init_images
        if not now.stitched:
            with noted(p):
                sharing.stitch(p, processed, now)
        if now.kept:
            with noted(p):
                now.kept.name(processed)

    def before_image_saved(self, params: Any) -> None:
        """Let the host save the whole picture where it has only our crop. `params` is its ImageSaveParams."""
        if saving.exchange_init_image(params):
            return
        now = contexts.crop_pass(params.p)
        if now and now.composing:  # what it saves now is the result before colour correction
            params.image = overlay.shown(params.p, overlay.stitched(now.job, params.image), now.job.backdrop)

    def _parsed(self, document: Any) -> Edit:
        edit = edits.parse(document)
        self._limits().check(edit)
        return edit

    def _set_up(self, p: Any, document: Any) -> None:
        store = self._pipeline.store
        area = sliders.area(p)
        edit = payload.taken_in(p, self._parsed(document), store)
        checkpoints.check(edit.checkpoint)
        upscalers.check(edit.upscaler)
        preview = self._pipeline.preview(edit, area)  # an error raises here, before anything of the host's has changed
        preview.prompts(edit)
        tell(p, [*preview.warnings, *([OTHER_MASK] if edit.shown not in ("", preview.digest) else [])])
        edit = replace(edit, selection=with_named_segmenters(edit.selection, preview.objects), shown=preview.digest)
        picture = self._pipeline.picture(edit)
        context = JobContext(edit, picture, getattr(p, "init_images", None), [picture.to_pil()], area)
        contexts.put(p, context)
        p.init_images = context.shown
        check_script(p)  # should the host begin the script all the same, it finds a picture and comes to our refusal

    def _crop(self, p: Any, context: JobContext) -> None:
        before, images = context.crop_pass, p.init_images
        context = replace(context, crop_pass=None)  # another extension may call us with a copy of a running job
        contexts.put(p, context)
        picture = picture_of_pass(p, context, before)
        if picture is None:
            return
        if Size(p.width, p.height) != context.working:  # equal ones were set by us in an earlier pass
            context.area = sliders.area(p)
        choice = checkpoints.choose_for(p, context.edit.checkpoint)
        jobs = self._pipeline.prepare(context.edit, context.area, picture, overlay.backdrop())
        largest = max((job.working for job in jobs), key=lambda working: working.area)
        memory.make_room(largest, p.batch_size, self._pipeline.embeddings.release)
        given = images[0] if images[0] is not context.shown[0] else next(iter(context.given or []), None)
        job, *further = jobs
        passes.hand_over(p, job, given)
        checkpoints.override(p, choice)
        infotext.record(p, context.edit, jobs)
        is_page = not getattr(p, "is_api", False)
        kept = KeptResults(self._pipeline.results, context.edit, context.picture, job) if is_page else None
        context.working, context.crop_pass = job.working, CropPass(job, further, kept, images, weakref.ref(p))


def _is_edit(document: Any) -> bool:
    """Whether a job is meant for us: without an Edit, the page's box is empty, while an Edit may have no keys."""
    return document is not None and document != ""


def _give_back(p: Any) -> None:
    """Put back what `setup` took, for a pass of which another extension says only afterwards that it is its own."""
    context = contexts.of(p)
    if context is not None and p.init_images is context.shown:
        p.init_images = context.given
    withdraw(p)
