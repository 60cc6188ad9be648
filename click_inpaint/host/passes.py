"""The passes of one job: what the host is given to paint one crop, and the further passes where an Edit has several.

Where each object has a crop of its own, the job that the person started paints the first one. The others are painted
by passes inside that job, when the host has decoded and composed the first: so one picture leaves the host, with one
infotext, and the host saves it once.

A further pass runs without scripts. Other extensions (ADetailer, ControlNet) have begun their work on the job already,
and some would end it for good at the end of a pass inside it. The host's options, its checkpoint and the fields of
its `p` stay as they are: the pass works on a copy, and `process_images_inner` sets no option.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
from modules import processing, scripts, sd_models, shared
from PIL import Image

from click_inpaint.errors import UserError
from click_inpaint.host import overlay, saving
from click_inpaint.host.contexts import CropPass
from click_inpaint.host.notes import tell
from click_inpaint.images import Picture
from click_inpaint.messages import Message
from click_inpaint.pipeline import Job, finish

LATENT_FILLS = {"": 1, "noise": 2, "nothing": 3}
"""The host's `inpainting_fill` for what a job asks to have under the mask; with 1 that is what we give it there."""
_OF_ONE_IMAGE = {"prompt": "prompts", "negative_prompt": "negative_prompts", "seed": "seeds", "subseed": "subseeds"}
"""Fields of `p`, and the fields that hold their values for each image of the batch that is being painted."""


def hand_over(p: Any, job: Job, given: Image.Image | None) -> None:
    """Give the host the crop, the mask and the size of a job, instead of the picture that it was given."""
    p.init_images = [saving.as_init_image(Image.fromarray(job.init), job.picture, given)]
    p.image_mask = Image.fromarray(job.model_mask)
    p.width, p.height = job.working.width, job.working.height
    p.resize_mode = 0
    p.inpaint_full_res = False
    p.inpainting_mask_invert = 0
    p.mask_blur_x = p.mask_blur_y = 0
    p.latent_mask = None
    p.inpainting_fill = LATENT_FILLS[job.latent]
    p.color_corrections = None  # loopback's are of the whole picture: the host takes new ones from the crop
    p.paste_to = None


def prompt_first(p: Any, job: Job) -> None:
    """Give the host the prompt of the first object for the batch that it is about to paint, before it looks for extra
    networks in it. The host's infotext and its later batches know the job's own prompts alone.
    """
    if job.prompt:
        p.prompts = [_styled(p, job.prompt)] * len(p.prompts)


def with_further(p: Any, now: CropPass, stitched: Picture) -> Iterator[Picture]:
    """The picture with one further object after the other. It ends where the person stops the job."""
    for number, job in enumerate(now.further, 1):
        job = job.on(stitched)
        image = _painted_of(p, job, number, 1 + len(now.further))
        if image is None:
            return
        stitched = finish(job, np.asarray(image.convert("RGB")))
        yield stitched


def painted(p: Any, job: Job) -> Image.Image | None:
    """What the host paints for another crop of the image `p.batch_index`, at the crop's size; None where it was
    stopped before it had begun. Whatever the host raises is raised.

    Every object of an image is painted with that image's seed: the host counts the images of a batch (seed + i), and
    the objects of one image are not images of their own. So the seed in the infotext of an image repeats all of it,
    and a job for one object alone, with the same seed, paints that object in the same way. Subseeds likewise.
    """
    inner = _copy_of(p)
    if job.prompt:
        inner.prompt = _styled(p, job.prompt)
    inner.denoising_strength = min(inner.denoising_strength, job.strength)
    hand_over(inner, job, p.init_images[0])
    sd_models.reload_model_weights()  # after a refiner, the host has that in memory
    try:
        images = processing.process_images_inner(inner).images
    finally:
        del inner.init  # it refers to `inner`, which holds latents
    return overlay.to_crop_size(p, job, images[0]) if images else None


def is_stopped() -> bool:
    """Whether the person has pressed Skip or Interrupt."""
    return any(getattr(shared.state, flag, False) for flag in ("interrupted", "skipped", "stopping_generation"))


def announce(p: Any, more: int) -> None:
    """Count `more` further passes for each image of this job in the host's progress bar."""
    shared.state.job_count += more * p.batch_size * p.n_iter


def _painted_of(p: Any, job: Job, number: int, count: int) -> Image.Image | None:
    """What the host paints for the job `number` of `count`; None where the person has stopped it, who is told."""
    try:
        image = None if is_stopped() else painted(p, job)
    except Exception as error:
        failed = _failed(job, number, count, str(error))
        tell(p, [failed.message])
        raise failed from error
    if image is None:
        tell(p, [_stopped(job, number, count)])
    return image


def _failed(job: Job, number: int, count: int, reason: str) -> UserError:
    if job.again:
        return UserError("The first pass is painted; the second one failed: {reason}", reason=reason)
    return UserError(
        "{painted} of {count} objects are painted; the next one failed: {reason}",
        painted=number,
        count=count,
        reason=reason,
    )


def _stopped(job: Job, number: int, count: int) -> Message:
    if job.again:
        return Message("The job was stopped: the first of two passes is painted.")
    return Message("The job was stopped: {painted} of {count} objects are painted.", painted=number, count=count)


def _styled(p: Any, prompt: str) -> str:
    """An object's prompt with the styles that the person has chosen for the job."""
    known = getattr(shared, "prompt_styles", None)
    styled: str = known.apply_styles_to_prompt(prompt, p.styles) if known and p.styles else prompt
    return styled


def _copy_of(p: Any) -> Any:
    """A `p` that paints one image, the one that is being finished, and saves nothing."""
    inner = copy.copy(p)
    inner.scripts = scripts.ScriptRunner()  # one without scripts: reForge asks it without asking whether there is one
    inner.extra_generation_params = dict(p.extra_generation_params)
    inner.override_settings = dict(p.override_settings)
    inner.styles = []  # the prompts of the images have the styles in them
    for field, of_each in _OF_ONE_IMAGE.items():
        if values := getattr(p, of_each, None):
            setattr(inner, field, values[p.batch_index])
    inner.batch_size = inner.n_iter = 1
    inner.do_not_save_samples = inner.do_not_save_grid = True

    def init(*args: Any, **kwargs: Any) -> None:
        type(p).init(inner, *args, **kwargs)
        inner.overlay_images = None  # what is outside the mask tells how the VAE shifts colours

    inner.init = init
    return inner
