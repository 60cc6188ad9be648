"""What comes with a job beside its Edit: the picture that the Edit does not name, and what an API caller sends."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import Any

from PIL import Image

from click_inpaint.edit import Edit
from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Size
from click_inpaint.images import from_pil
from click_inpaint.steps import Invert, Step, UploadedMask
from click_inpaint.store import Store


def taken_in(p: Any, edit: Edit, store: Store) -> Edit:
    """The Edit with the ids of all that it works on, which the store keeps for as long as `p` lives.

    Raises BadEdit for what an API caller sends beside the Edit and the Edit leaves no use for.
    """
    if getattr(p, "is_api", False):
        edit = _with_mask(p, edit, store)
        _check_pictures(p, edit, store)
    given = next(iter(getattr(p, "init_images", None) or []), None)
    if edit.image:
        store.pin(edit.image)
        weakref.finalize(p, store.unpin, edit.image)
    elif given is not None:
        edit = replace(edit, image=_held(p, given, store))
    return edit


def _with_mask(p: Any, edit: Edit, store: Store) -> Edit:
    """The caller's mask, read as the host reads it, is the selection of an Edit that has none."""
    given = getattr(p, "image_mask", None)
    if given is None:
        return edit
    if edit.selection:
        raise BadEdit("The job has a mask beside the Edit, which has a selection; send one of the two.")
    steps: tuple[Step, ...] = (UploadedMask(_held(p, given, store), "replace"),)
    if getattr(p, "inpainting_mask_invert", 0):
        steps = (*steps, Invert())
    return replace(edit, selection=steps)


def _check_pictures(p: Any, edit: Edit, store: Store) -> None:
    images = getattr(p, "init_images", None) or []
    if len(images) > 1:
        raise BadEdit(
            "An Edit is about one picture, and init_images holds {count}; send a job for each.", count=len(images)
        )
    if edit.image and images:
        given, named = Size(*images[0].size), store.size(edit.image)
        if given != named:
            raise BadEdit(
                "The Edit names a picture of {named}, and init_images holds one of {given}; leave init_images empty, "
                "or the Edit without an image.",
                named=str(named),
                given=str(given),
            )


def _held(p: Any, image: Image.Image, store: Store) -> str:
    image_id = store.hold(from_pil(image))
    weakref.finalize(p, store.unpin, image_id)
    return image_id
