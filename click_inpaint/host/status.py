"""What this host has to offer, as JSON values for the page."""

from __future__ import annotations

from typing import Any

from modules import shared

from click_inpaint import __version__, weights
from click_inpaint.download.base import DownloadProgress
from click_inpaint.download.downloads import Downloads
from click_inpaint.errors import UserError
from click_inpaint.fill import FILLS
from click_inpaint.host import checkpoints, paths
from click_inpaint.segment.catalogue import BUILT_IN, SEGMENTERS
from click_inpaint.service import Service

SMALL, LARGE = "mobile_sam", "sam_vit_b"
LARGE_VRAM_BYTES = 6 << 30
"""A GPU with this much memory holds the large segmenter beside the model that paints."""


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
    }


def weight_files(downloads: Downloads) -> dict[str, Any]:
    """The weight files that can be downloaded: where each lies, where it comes from, how far its download has come."""
    best = recommended()
    return {
        "folder": str(downloads.folder),
        "files": [
            _weight_file(name, file, name == best, downloads.progress(name)) for name, file in downloads.known.items()
        ],
    }


def recommended() -> str:
    """The segmenter whose weight file to begin with: the small one on the CPU and on small GPUs, else the large one."""
    return SMALL if _vram_bytes() < LARGE_VRAM_BYTES else LARGE


def label_of(name: str) -> str:
    """What people call a segmenter."""
    return SEGMENTERS[name].label if name in SEGMENTERS else name


def _segmenter(name: str, hover_ms: float | None) -> dict[str, Any]:
    return {"name": name, "label": label_of(name), "built_in": name == BUILT_IN, "hover_ms": hover_ms}


def _vram_bytes() -> int:
    """How much memory the host's GPU has in all; 0 where there is no GPU, or none that the host can measure."""
    monitor = getattr(shared, "mem_mon", None)
    if monitor is None or monitor.disabled:
        return 0
    return int(monitor.cuda_mem_get_info()[1])


def _weight_file(name: str, file: weights.WeightFile, best: bool, progress: DownloadProgress | None) -> dict[str, Any]:
    path = weights.find(file.filename, paths.weight_folders())
    return {
        "name": name,
        "label": label_of(name),
        "filename": file.filename,
        "size": file.size,
        "url": file.url,
        "present": str(path.parent) if path else "",
        "recommended": best,
        "progress": progress.as_json() if progress else None,
    }


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
