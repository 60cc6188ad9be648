"""The place in the host's page where our tab goes."""

from __future__ import annotations

from typing import Any

ANCHOR = "img2img_batch_input_dir"
"""The id of a component that every host has inside the last of its img2img tabs."""
TABS = "mode_img2img"


def tabs_of(component: Any, elem_id: str | None) -> Any:
    """The group of the img2img tabs, if `component` is the one whose making we wait for; else None."""
    if elem_id != ANCHOR:
        return None
    block = component
    while block is not None and getattr(block, "elem_id", None) != TABS:
        block = getattr(block, "parent", None)
    return block
