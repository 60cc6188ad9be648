"""What this host has to offer, for the page."""

from __future__ import annotations

from typing import Any

from modules import sd_models

from click_inpaint.fill import FILLS
from click_inpaint.host import checkpoints
from click_inpaint.pipeline import Pipeline

LABELS = {"grabcut": "GrabCut (built in)", "sam_vit_b": "SAM ViT-B", "sam_vit_l": "SAM ViT-L", "sam_vit_h": "SAM ViT-H"}


def status(pipeline: Pipeline) -> dict[str, Any]:
    """Segmenters and checkpoints that can be chosen now, best first, and what “auto” means."""
    names = pipeline.segmenters.available()
    choice = checkpoints.choose(checkpoints.AUTO)
    return {
        "segmenters": [{"name": name, "label": LABELS[name]} for name in names],
        "checkpoints": [_checkpoint(info) for info in sd_models.checkpoints_list.values()],
        "auto": {"segmenter": names[0], "checkpoint": choice.name, "note": choice.note},
        "fills": list(FILLS),
    }


def _checkpoint(info: Any) -> dict[str, Any]:
    kind = checkpoints.kind_of(info.filename)
    return {
        "name": info.name,
        "label": info.name_for_extra,
        "inpainting": kind.inpainting,
        "family": kind.family,
    }
