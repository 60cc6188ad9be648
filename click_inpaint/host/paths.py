"""The folders of the host, of this extension, and of other extensions that use the same weight files."""

from __future__ import annotations

from pathlib import Path

from modules import paths_internal

EXTENSION = Path(__file__).resolve().parents[2]
OWN = EXTENSION / "models"
NEIGHBOURS = ("sd-webui-segment-anything/models/sam", "sd-webui-inpaint-anything/models")
"""Where other extensions keep Segment Anything's files, below the folder of extensions. We only read them."""


def weight_folders() -> tuple[Path, ...]:
    """Where segmenters' weight files are looked for: in our own folder, in the one that extensions share, and in those
    of other extensions.
    """
    return OWN, _shared(), *_neighbours()


def download_folder() -> Path:
    """Where downloads go: to the folder that extensions share, mostly.

    As soon as that folder exists, sd-webui-segment-anything reads it, and no longer its own. So where it does not
    exist yet, and that extension's own folder holds files, downloads go to our folder instead.
    """
    own = _neighbours()[0]
    hides = not _shared().is_dir() and own.is_dir() and any(own.glob("*.pt*"))
    return OWN if hides else _shared()


def hashes() -> Path:
    """The file in which the hashes of weight files are remembered."""
    return Path(paths_internal.data_path) / "cache" / "click_inpaint_hashes.json"


def _shared() -> Path:
    return Path(paths_internal.models_path) / "sam"


def _neighbours() -> tuple[Path, ...]:
    usual = Path(paths_internal.data_path) / "extensions"
    extensions = Path(getattr(paths_internal, "extensions_dir", usual))
    return tuple(extensions / folder for folder in NEIGHBOURS)
