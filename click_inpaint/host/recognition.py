"""Which picture a pass of the host is about: the Edit's own, a result of ours, or one that is none of our business.

Selectable scripts start the passes of a job. Loopback, X/Y/Z plot and others have the picture painted, or a result of
the pass before. Others cut the picture into tiles or put it into a larger one, and have that painted; a selection has
no place in what they make.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image

from click_inpaint.errors import UserError
from click_inpaint.host.contexts import CropPass, JobContext
from click_inpaint.images import Picture, from_pil

PAINT_OTHER_PICTURES = {"sd upscale", "poor man's outpainting", "outpainting mk2", "ultimate sd upscale"}
"""Titles in lower case. Any script that does so is found out by its first pass. These are named, since before it they
may work for minutes (an upscaler, noise of the picture's size).
"""


class OtherPicture(UserError):
    """The host is to paint another picture than the one that the selection belongs to."""


def check_script(p: Any) -> None:
    """Raise OtherPicture where the script that was chosen for a job is known to have other pictures painted."""
    title = chosen_script(p)
    if title.lower() in PAINT_OTHER_PICTURES:
        raise _other_picture(title)


def picture_of_pass(p: Any, context: JobContext, before: CropPass | None) -> Picture | None:
    """The picture that the pass begins with of which the host tells us now; `before` is the last one that we knew of.
    None for one that another extension makes inside `before`, while that is under way.

    Raises OtherPicture for any other pass over pictures that are not the Edit's and no results of `before`.
    """
    title = chosen_script(p)
    if before and not (before.is_over and title):  # without a script, a job has one pass of the host's own
        return None
    pictures = [_recognised(image, context, before.results if before else ()) for image in p.init_images]
    if None in pictures:
        raise _other_picture(title)
    return pictures[0]


def chosen_script(p: Any) -> str:
    """The title of the selectable script that was chosen for a job; "" for none. Its first argument counts from 1."""
    number = next(iter(getattr(p, "script_args", None) or ()), 0)
    selectable = getattr(getattr(p, "scripts", None), "selectable_scripts", ())
    if isinstance(number, int) and 0 < number <= len(selectable):
        return str(selectable[number - 1].title())
    return ""


def _recognised(image: Image.Image, context: JobContext, results: Sequence[Image.Image]) -> Picture | None:
    """The Edit's own picture, or one of the results, which scripts such as Loopback give back; also a copy of either.
    None for any other image, even one of the same size: a tile can be as large as the picture.
    """
    own = context.shown[0]
    if image is own:
        return context.picture
    if any(image is result for result in results):
        return from_pil(image)
    if _is_equal(image, own):
        return context.picture
    return from_pil(image) if any(_is_equal(image, result) for result in results) else None


def _is_equal(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and bool(one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes())


def _other_picture(title: str) -> OtherPicture:
    """`title` names the script that was chosen; it is "" where none was."""
    if not title:
        return OtherPicture(
            "Another extension gives the Web UI another picture than the open one, so that the selection cannot be "
            "painted. Turn that extension off, or use it in the tab “img2img”."
        )
    return OtherPicture(
        "The script “{title}” gives the Web UI other pictures than the open one, so that the selection cannot be "
        "painted. Choose “None” under Script, or run the script in the tab “img2img”.",
        title=title,
    )
