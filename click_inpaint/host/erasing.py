"""Pictures that were filled without a sampler, saved as the host saves results of img2img."""

from __future__ import annotations

from modules import images, shared

from click_inpaint.edit import Edit
from click_inpaint.errors import UserError
from click_inpaint.geometry import Box
from click_inpaint.host import infotext, overlay
from click_inpaint.images import Picture


def save(edit: Edit, picture: Picture, box: Box, is_saved: bool) -> str:
    """The infotext of a picture that differs from the Edit's within `box`. With `is_saved` it is saved first, in the
    host's folder and format, where the host saves results at all. Raises UserError where that fails.

    The file has a number and no seed: a job that saves at the same moment cannot have chosen the same name.
    """
    told = infotext.of_erasing(edit, box)
    options = shared.opts
    if not is_saved or not getattr(options, "samples_save", True):
        return told
    folder = getattr(options, "outdir_samples", "") or options.outdir_img2img_samples
    shown = overlay.shown(None, picture, overlay.backdrop())
    try:
        images.save_image(shown, folder, "", extension=options.samples_format, info=told)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserError("The result could not be saved ({reason}), so nothing was erased.", reason=reason) from error
    return told
