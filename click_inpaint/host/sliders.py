"""The width and height of one of the host's jobs, which its page bounds and its API does not."""

from __future__ import annotations

from typing import Any

from click_inpaint import wire
from click_inpaint.geometry import Size


def area(p: Any) -> Size:
    """What the sliders of the processing object `p` are set to. Raises BadEdit for what no slider can be set to."""
    return area_of(p.width, p.height)


def area_of(width: Any, height: Any) -> Size:
    """The same of two values. A host or a script may hold a whole number in another type than int."""
    return wire.area(_plain(width), _plain(height))


def _plain(side: Any) -> Any:
    if isinstance(side, (bool, str)):
        return side
    try:
        whole = int(side)
    except (TypeError, ValueError, OverflowError):  # no number, NaN, infinite
        return side
    return whole if whole == side else side
