"""What this host has to offer, as JSON values for the page."""

from __future__ import annotations

from typing import Any

from click_inpaint import __version__
from click_inpaint.errors import UserError
from click_inpaint.fill import FILLS
from click_inpaint.host import checkpoints, upscalers
from click_inpaint.segment.catalogue import BUILT_IN, label_of
from click_inpaint.service import Service


def status(service: Service) -> dict[str, Any]:
    """The segmenters and checkpoints that can be chosen now, best first, and which ones “auto” means."""
    names = service.pipeline.segmenters.available()
    return {
        "version": __version__,
        "segmenters": [_segmenter(name, service.hover_ms(name)) for name in names],
        "checkpoints": [_checkpoint(info) for info in checkpoints.listed()],
        "auto": {"segmenter": names[0], **_automatic(checkpoints.AUTO)},
        "auto_family": _automatic(checkpoints.AUTO_FAMILY),
        "fills": list(FILLS),
        "upscalers": upscalers.names(),
    }


def _segmenter(name: str, hover_ms: float | None) -> dict[str, Any]:
    return {"name": name, "label": label_of(name), "built_in": name == BUILT_IN, "hover_ms": hover_ms}


def _automatic(wanted: str) -> dict[str, Any]:
    """Which checkpoint an automatic choice means now, and the note that a job with it would bring."""
    try:
        choice = checkpoints.choose(wanted)
    except UserError as error:
        choice = checkpoints.Choice("", error.message)
    return {"checkpoint": choice.name, "note": choice.note and choice.note.as_json()}


def _checkpoint(info: Any) -> dict[str, Any]:
    kind = checkpoints.kind(info)
    return {
        "name": info.name,
        "label": info.name_for_extra,
        "inpainting": kind.inpainting,
        "family": kind.family,
    }
