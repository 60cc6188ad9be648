"""The script hooks of one job, in the order in which the host calls them.

`setup` comes before a selectable script (loopback, X/Y/Z) runs and gives the host the full picture; `before_process`
comes at the start of every pass, with the picture or with a full-size result fed back, and always crops. The host logs
what a hook raises and goes on, so a job that must not go on gets an `init` that raises instead: that one call is
unguarded, and its message reaches the person.
"""

from __future__ import annotations

import copy
import logging
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from modules import shared
from PIL import Image

from click_inpaint import __version__
from click_inpaint import edit as edits
from click_inpaint.edit import Edit
from click_inpaint.errors import UnknownPicture, UserError
from click_inpaint.geometry import Size
from click_inpaint.host import checkpoints, memory, overlay
from click_inpaint.images import Picture, from_pil
from click_inpaint.messages import Message
from click_inpaint.pipeline import Job, Pipeline
from click_inpaint.selection import with_named_segmenters

logger = logging.getLogger(__name__)

_RUN = "_click_inpaint_run"
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
MOST_JPEG_CHARACTERS = 16_000
"""EXIF holds 64 KB, the host writes the infotext into it as UTF-16, and the prompts want room too."""
FILL_ORIGINAL = 1
"""The host's `inpainting_fill` that leaves what we put under the mask."""


@dataclass(eq=False)
class JobContext:
    """What one processing object carries from hook to hook. `given` is what the host had in the place of `shown`."""

    edit: Edit
    picture: Picture
    given: list[Image.Image] | None
    shown: list[Image.Image]
    area: Size
    working: Size | None = None
    job: Job | None = None


class Hooks:
    """Turns an Edit into a job of the host's, and what the host painted into the picture."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def setup(self, p: Any, document: Any) -> None:
        """Give the host the full picture, when `document` (an Edit as text or object) asks for a job."""
        if document and not _inner(p):
            _or_fail(p, lambda: self._set_up(p, document))

    def before_process(self, p: Any, document: Any) -> None:
        """Crop: give the host the picture's part, the mask, the size and the checkpoint of this pass."""
        if not document or _inner(p):
            _give_back(p)
            return
        if not hasattr(p, _RUN):  # a host without `setup`
            self.setup(p, document)
        run = getattr(p, _RUN, None)
        if run is not None:
            _or_fail(p, lambda: self._crop(p, run))

    def before_process_batch(self, p: Any) -> None:
        """Forget where the last batch was pasted: soft inpainting would take it for its own."""
        if _job(p):
            p.paste_to = None

    def postprocess_image(self, p: Any, pp: Any) -> None:
        """Bring the decoded picture to the crop's size."""
        if job := _job(p):
            pp.image = overlay.to_crop_size(job, pp.image)

    def postprocess_maskoverlay(self, p: Any, ppmo: Any) -> None:
        """Take the host's overlay off our crop and show our mask at full size."""
        if job := _job(p):
            overlay.layer(p, ppmo, job)

    def postprocess_image_after_composite(self, p: Any, pp: Any) -> None:
        """Stitch."""
        if job := _job(p):
            pp.image = overlay.finished(job, pp.image)

    def _set_up(self, p: Any, document: Any) -> None:
        edit = edits.parse(document)
        area = Size(p.width, p.height)
        store = self._pipeline.store
        if edit.image:
            store.pin(edit.image)
        elif given := next(iter(getattr(p, "init_images", None) or []), None):
            edit = replace(edit, image=store.hold(from_pil(given)))  # an API caller's
        if edit.image:
            weakref.finalize(p, store.unpin, edit.image)
        preview = self._pipeline.preview(edit, area)  # raises here, before anything of the host's has changed
        _tell(p, [*preview.warnings, *([OTHER_MASK] if edit.shown not in ("", preview.digest) else [])])
        edit = replace(edit, selection=with_named_segmenters(edit.selection, preview.objects), shown=preview.digest)
        picture = store.picture(edit.image)
        run = JobContext(edit, picture, getattr(p, "init_images", None), [picture.to_pil()], area)
        setattr(p, _RUN, run)
        p.init_images = run.shown

    def _crop(self, p: Any, run: JobContext) -> None:
        run = replace(run, job=None)  # another extension may call this with a copy of a job that is not over
        setattr(p, _RUN, run)
        image = p.init_images[0]
        if image.size != (run.picture.size.width, run.picture.size.height):
            return  # another script cut or enlarged the picture: this pass is not about our crop
        if Size(p.width, p.height) != run.working:  # else a pass over the same object: these are our own numbers
            run.area = Size(p.width, p.height)
        picture = run.picture if image is run.shown[0] else from_pil(image)
        job = self._pipeline.prepare(run.edit, run.area, picture)
        choice = checkpoints.choose(run.edit.checkpoint)
        memory.make_room(job.working, p.batch_size, self._pipeline.embeddings.release)
        _hand_over(p, job)
        _override_checkpoint(p, choice)
        _record(p, run.edit, job)
        run.working, run.job = job.working, job


def _hand_over(p: Any, job: Job) -> None:
    p.init_images = [Image.fromarray(job.init)]
    p.image_mask = Image.fromarray(job.model_mask)
    p.width, p.height = job.working.width, job.working.height
    p.resize_mode = 0
    p.inpaint_full_res = False
    p.inpainting_mask_invert = 0
    p.mask_blur_x = p.mask_blur_y = 0
    p.latent_mask = None
    p.inpainting_fill = FILL_ORIGINAL
    p.color_corrections = None  # loopback's are of the whole picture; the host takes new ones from the crop
    p.paste_to = None


def _record(p: Any, edit: Edit, job: Job) -> None:
    text = edits.dumps(edit)
    formats = {str(getattr(shared.opts, name, "")).lower() for name in ("samples_format", "grid_format")}
    if len(text) <= MOST_JPEG_CHARACTERS or not formats & {"jpg", "jpeg"}:
        p.extra_generation_params[EDIT_KEY] = text
    else:
        _tell(p, [TOO_LONG_FOR_JPEG])  # the host could not save the result at all
    p.extra_generation_params[CROP_KEY] = f"{job.crop.width}x{job.crop.height}+{job.crop.x0}+{job.crop.y0}"
    p.extra_generation_params[VERSION_KEY] = __version__


def _override_checkpoint(p: Any, choice: checkpoints.Choice) -> None:
    """Set only now, when nothing of ours can fail any more: the host loads it before it asks for anything else."""
    _tell(p, [choice.note] if choice.note else [])
    if choice.name and not p.override_settings.get(checkpoints.OPTION):
        checkpoints.keep_restorable()
        p.override_settings[checkpoints.OPTION] = choice.name


def _tell(p: Any, notes: Sequence[Message]) -> None:
    """Say it before the sampling, beside the progress bar, and again below the result: both are the host's own places,
    which take a whole sentence.
    """
    for note in map(str, notes):
        logger.warning(note)
        shared.state.textinfo = note
        if hasattr(p, "comment"):
            p.comment(note)


def _or_fail(p: Any, step: Callable[[], None]) -> None:
    try:
        step()
    except UserError as error:
        # The host's API answers with these two, where an error has them, instead of a bare 500.
        vars(error).update(status_code=404 if isinstance(error, UnknownPicture) else 422, detail=str(error))
        _fail(p, error)
    except Exception as error:
        _fail(p, RuntimeError(f"Click Inpaint failed: {error!r}. The log has the details."))
        raise


def _fail(p: Any, error: Exception) -> None:
    """Make the job end with this message at the first call that the host does not guard, before any sampling."""
    refusal = copy.copy(error)  # without its traceback, whose frames hold `p`: the job and its pictures would stay

    def init(*args: Any, **kwargs: Any) -> None:
        raise copy.copy(refusal)

    p.init = init
    setattr(p, _REFUSAL, init)
    setattr(p, _RUN, None)
    if not any(getattr(p, "init_images", None) or []):
        p.init_images = [Image.new("RGB", (8, 8))]  # selectable scripts look at the picture before `init` can speak


def _inner(p: Any) -> bool:
    """Whether this is a pass that another extension (ADetailer) makes over a part of our result."""
    return bool(getattr(p, "_ad_inner", False))


def _give_back(p: Any) -> None:
    """Where another extension says only after `setup` that a pass is its own, what was taken there is put back."""
    run = getattr(p, _RUN, None)
    if run is not None and p.init_images is run.shown:
        p.init_images = run.given
    if "init" in vars(p) and p.init is getattr(p, _REFUSAL, None):
        del p.init  # the class' own


def _job(p: Any) -> Job | None:
    run = getattr(p, _RUN, None)
    return None if run is None or _inner(p) else run.job
