"""The files that can be downloaded here: where each goes, where it lies by now, and which ones to begin with."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modules import shared

from click_inpaint import checkpoint_catalogue, weights
from click_inpaint.download.base import Downloadable
from click_inpaint.download.downloads import Downloads
from click_inpaint.host import checkpoints, paths
from click_inpaint.segment import catalogue
from click_inpaint.weights import WeightFile

SMALL, LARGE = "mobile_sam", "sam_vit_b"
LARGE_VRAM_BYTES = 6 << 30
"""A GPU with this much memory holds the large segmenter beside the model that paints."""


def downloadable() -> dict[str, Downloadable]:
    """By name: the weight files of segmenters, smallest first, then the inpainting checkpoint."""
    folder = paths.download_folder()
    segmenters = {name: Downloadable(file, folder) for name, file in catalogue.downloadable().items()}
    checkpoint = Downloadable(
        checkpoint_catalogue.SD2_INPAINTING, checkpoints.folder(), _configuration(), checkpoints.list_anew
    )
    return {**segmenters, checkpoint_catalogue.NAME: checkpoint}


def told(downloads: Downloads) -> dict[str, Any]:
    """What the page is told: of each file its kind, where it lies and comes from, and how far its download has come."""
    best = recommended(), checkpoint_catalogue.NAME if checkpoints.lacks_inpainting() else ""
    return {
        "files": [
            {**_described(name, wanted, recommended=name in best), "progress": _progress(downloads, name)}
            for name, wanted in downloads.known.items()
        ]
    }


def recommended() -> str:
    """The segmenter whose weight file to begin with: the small one on the CPU and on small GPUs, else the large one."""
    return SMALL if _vram_bytes() < LARGE_VRAM_BYTES else LARGE


def _described(name: str, wanted: Downloadable, *, recommended: bool) -> dict[str, Any]:
    paints = name == checkpoint_catalogue.NAME
    present = checkpoints.find(wanted.file.filename) if paints else _find(wanted.file)
    return {
        "name": name,
        "kind": "checkpoint" if paints else "segmenter",
        "label": checkpoint_catalogue.LABEL if paints else catalogue.label_of(name),
        "filename": wanted.file.filename,
        "size": wanted.file.size,
        "url": wanted.file.url,
        "folder": str(wanted.folder),
        "present": str(present.parent) if present else "",
        "recommended": recommended,
    }


def _progress(downloads: Downloads, name: str) -> dict[str, Any] | None:
    progress = downloads.progress(name)
    return progress.as_json() if progress else None


def _find(file: WeightFile) -> Path | None:
    return weights.find(file.filename, paths.weight_folders())


def _configuration() -> Mapping[str, bytes]:
    """The checkpoint's configuration, for a host that builds models by such files and lacks this one: its author has
    withdrawn the repository that hosts take theirs from.
    """
    if importlib.util.find_spec("modules.sd_models_config") is None:
        return {}
    own = getattr(importlib.import_module("modules.sd_models_config"), "config_sd2_inpainting", None)
    if not own or Path(own).is_file():
        return {}
    path = checkpoint_catalogue.CONFIGURATION
    return {path.name: path.read_bytes()}


def _vram_bytes() -> int:
    """How much memory the host's GPU has in all; 0 where there is no GPU, or none that the host can measure."""
    monitor = getattr(shared, "mem_mon", None)
    if monitor is None or monitor.disabled:
        return 0
    return int(monitor.cuda_mem_get_info()[1])
