"""Folders of the host, of this extension, and of its neighbours."""

from __future__ import annotations

from pathlib import Path

from modules import paths_internal

EXTENSION = Path(__file__).resolve().parents[2]
OWN = EXTENSION / "models"
NEIGHBOURS = ("sd-webui-segment-anything/models/sam", "sd-webui-inpaint-anything/models")
"""Where other extensions keep Segment Anything's files, below the folder of extensions. Read, never written to."""


def weight_folders() -> tuple[Path, ...]:
    """Where segmenter weights are looked for: our own folder, the one that extensions share, then our neighbours'."""
    return OWN, _shared(), *_neighbours()


def download_folder() -> Path:
    """Where downloads go: the folder that extensions share.

    sd-webui-segment-anything reads the shared folder as soon as there is one, and then no longer its own. Where it is
    about to lose sight of files that way, ours is taken.
    """
    own = _neighbours()[0]
    hides = not _shared().is_dir() and own.is_dir() and any(own.glob("*.pt*"))
    return OWN if hides else _shared()


def hashes() -> Path:
    """The file that remembers the weight files' hashes."""
    return Path(paths_internal.data_path) / "cache" / "click_inpaint_hashes.json"


def _shared() -> Path:
    return Path(paths_internal.models_path) / "sam"


def _neighbours() -> tuple[Path, ...]:
    usual = Path(paths_internal.data_path) / "extensions"
    extensions = Path(getattr(paths_internal, "extensions_dir", usual))
    return tuple(extensions / folder for folder in NEIGHBOURS)
