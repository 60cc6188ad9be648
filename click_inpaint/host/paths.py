"""Folders of the host and of this extension."""

from __future__ import annotations

from pathlib import Path

from modules import paths_internal

EXTENSION = Path(__file__).resolve().parents[2]


def weight_folders() -> tuple[Path, ...]:
    """Where segmenter weights are looked for: our own folder first, then the one that extensions share."""
    return EXTENSION / "models", Path(paths_internal.models_path) / "sam"
