"""How the finished picture passes through the host's own overlay, masks and saving.

What was painted is blended in once, after the host's composite. Before that, the host's colour correction and
everything else between decoding and composite sees the painted crop at its size in the picture.

Some options make the host compose layers of its own with ours. Then it needs `full_size_layers`: it pastes the crop
into a transparent layer of the picture's size, and we read the crop back out of it. Both ways give equal bytes.

The host drops the alpha of what it saves or answers as JPEG or WebP, and the colours that nobody saw come out. So do
forks in the PNG files in whose alpha they hide their infotext. There the result is laid over the colour that the host
itself puts under transparent pictures.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from modules import shared
from PIL import Image, ImageColor

from click_inpaint import crop
from click_inpaint.host import upscalers
from click_inpaint.images import WHITE, Colour, Picture, flattened
from click_inpaint.pipeline import Job, finish

_COMPOSING_OPTIONS = ("return_mask_composite", "save_mask_composite")
"""Where one of these is on, the host composes what was painted with layers that must have the picture's size."""

_BACKDROP = "img2img_background_color"
"""The host's option; older hosts have none, and lay transparent pictures over white."""
_FORMATS_WITH_ALPHA = ("png", "avif", "tif", "tiff")
"""Of `samples_format`: what the host writes as it is. It converts JPEG and WebP to RGB, and others cannot hold alpha or
are seldom read with it.
"""
_STEALTH = ("stealth_pnginfo_option", "stealth_pnginfo_opt")
"""Forge's option and reForge's. At "Alpha" they make a PNG that they save opaque; alpha's lowest bit has the infotext.
"""


def backdrop() -> Colour:
    """The colour that the host puts under transparent pictures."""
    try:
        red, green, blue, *_ = ImageColor.getrgb(getattr(shared.opts, _BACKDROP, "") or "white")
    except ValueError:  # the option takes any text
        return WHITE
    return red, green, blue


def full_size_layers() -> bool:
    """Whether an option makes the host compose layers of its own with what was painted."""
    return any(getattr(shared.opts, name, False) for name in _COMPOSING_OPTIONS)


def to_crop_size(p: Any, job: Job, image: Image.Image) -> Image.Image:
    """The picture that the host has decoded, at the crop's size: enlarged by its upscaler where the Edit names one."""
    image = upscalers.enlarged(p, image.convert("RGB"), job.crop.size, job.upscaler)
    return Image.fromarray(crop.resize(np.asarray(image.convert("RGB")), job.crop.size))


def set_overlay(p: Any, ppmo: Any, job: Job) -> None:
    """Tell the host where the crop lies and which mask to show; `ppmo` is the host's PostProcessMaskOverlayArgs."""
    p.paste_to, ppmo.overlay_image = None, None
    ppmo.mask_for_overlay = Image.fromarray(job.shown.full())
    if not full_size_layers():
        return
    p.paste_to = (job.crop.x0, job.crop.y0, job.crop.width, job.crop.height)
    overlay = np.dstack([flattened(job.picture, job.backdrop), np.full(job.picture.rgb.shape[:2], 255, np.uint8)])
    overlay[job.crop.slices] = 0  # transparent over the whole crop: the host must not mix in there
    ppmo.overlay_image = Image.fromarray(overlay)


def stitched(job: Job, image: Image.Image) -> Picture:
    """The finished picture, from what the host has composed: the crop alone, or the crop in a layer of full size."""
    pixels = np.asarray(image.convert("RGB"))
    size = job.picture.size
    if pixels.shape[:2] == (size.height, size.width) and full_size_layers():
        pixels = pixels[job.crop.slices]
    return finish(job, pixels)


def shown(p: Any, picture: Picture, backdrop: Colour) -> Image.Image:
    """A finished picture as the host shows and saves it: over `backdrop` where the host keeps no alpha of it."""
    return picture.to_pil() if _keeps_alpha(p) else Image.fromarray(flattened(picture, backdrop))


def _keeps_alpha(p: Any) -> bool:
    file_format = str(getattr(shared.opts, "samples_format", "png")).lower()
    return file_format in _FORMATS_WITH_ALPHA and not (file_format == "png" and _hides_text_in_alpha(p))


def _hides_text_in_alpha(p: Any) -> bool:
    saves = getattr(shared.opts, "samples_save", True) and not getattr(p, "do_not_save_samples", False)
    told = getattr(shared.opts, "enable_pnginfo", True)
    return bool(saves and told and any(getattr(shared.opts, name, None) == "Alpha" for name in _STEALTH))
