"""Where in the host's page our tab goes."""

from __future__ import annotations

from typing import Any

ANCHOR = "img2img_batch_input_dir"
"""A component inside the last of the host's img2img tabs, in every host."""
TABS = "mode_img2img"


def tabs_of(component: Any, elem_id: str | None) -> Any:
    """The group of img2img tabs, when `component` is the one to wait for; else None."""
    if elem_id != ANCHOR:
        return None
    block = component
    while block is not None and getattr(block, "elem_id", None) != TABS:
        block = getattr(block, "parent", None)
    return block
