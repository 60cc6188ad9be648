"""Our options on the host's settings page. On a host that has no such page, the defaults hold."""

from __future__ import annotations

import math

from modules import shared

from click_inpaint import limits
from click_inpaint.edit import MAX_STEPS
from click_inpaint.embeddings import EMBEDDING_BYTES
from click_inpaint.images import MAX_MEGAPIXELS
from click_inpaint.limits import Limits
from click_inpaint.steps import MAX_STROKE_POINTS
from click_inpaint.store import STORE_BYTES

SECTION = ("click_inpaint", "Click Inpaint")
NAMES = "click_inpaint_names"
IDLE = "click_inpaint_idle_minutes"
IDLE_MINUTES = 10
"""The default: long enough for thinking, and for a few paintings in between. Loading an encoder again takes seconds."""
MEGAPIXELS = "click_inpaint_max_megapixels"
MEGABYTES = "click_inpaint_max_megabytes"
UPLOAD_SECONDS = "click_inpaint_upload_seconds"
IN_FLIGHT = "click_inpaint_requests_at_once"
STEPS = "click_inpaint_max_steps"
POINTS = "click_inpaint_max_points"
STORE = "click_inpaint_store_megabytes"
EMBEDDINGS = "click_inpaint_embeddings_megabytes"
SELECTION = "click_inpaint_infotext_selection"
OPTIONS: dict[str, tuple[str | int, str]] = {
    NAMES: ("", "Other names by which a tunnel or proxy reaches this Web UI, separated by commas"),
    IDLE: (IDLE_MINUTES, "Take the segmenter out of memory when nothing was clicked for so many minutes (0: never)"),
    MEGAPIXELS: (
        MAX_MEGAPIXELS,
        "Largest picture that is opened, in megapixels (each takes about 15 MB of the server's memory while the "
        "picture is opened, and 4 MB for as long as it is in use)",
    ),
    MEGABYTES: (limits.MEGABYTES, "Largest file that is opened, in MB"),
    UPLOAD_SECONDS: (limits.UPLOAD_SECONDS, "Seconds that sending a file may take"),
    IN_FLIGHT: (limits.IN_FLIGHT, "Requests that one computer may have under way at once"),
    STEPS: (MAX_STEPS, "Most steps of a selection (more than the default counts as the default)"),
    POINTS: (MAX_STROKE_POINTS, "Most points of all its strokes and lassos (likewise)"),
    STORE: (
        STORE_BYTES >> 20,
        "Memory for opened files, in MB; the least recently used go first (applies after Reload UI)",
    ),
    EMBEDDINGS: (
        EMBEDDING_BYTES >> 20,
        "Memory for what segmenters have made of pictures, in MB (applies after Reload UI)",
    ),
    SELECTION: (
        True,
        "Write the selection and its settings into the infotext, and so into saved files (without them, an opened file "
        "brings no steps back)",
    ),
}
"""Default and label of each. The host makes its field from the type of the default, and knows none for float."""


def register() -> None:
    """Add our options. The host calls this when it collects the options of extensions."""
    if not hasattr(shared, "OptionInfo") or not hasattr(shared.opts, "add_option"):
        return
    for name, (default, label) in OPTIONS.items():
        shared.opts.add_option(name, shared.OptionInfo(default, label, section=SECTION))


def names() -> frozenset[str]:
    """Names of this Web UI, in lower case, beside those that this computer has."""
    value = getattr(shared.opts, NAMES, "")
    return frozenset(name.strip().lower() for name in str(value or "").split(",") if name.strip())


def idle_minutes() -> float:
    """After how many minutes without a click the segmenters' models are taken out of memory. 0 means never."""
    return _number(IDLE, IDLE_MINUTES)


def max_megapixels() -> float:
    """Pictures with more pixels are not opened."""
    return _above_zero(MEGAPIXELS, MAX_MEGAPIXELS)


def request_limits() -> Limits:
    """What a request may cost, as the person has set it. A value that makes no sense counts as the default."""
    return Limits(
        round(_above_zero(MEGABYTES, limits.MEGABYTES)),
        _above_zero(UPLOAD_SECONDS, limits.UPLOAD_SECONDS),
        round(_above_zero(IN_FLIGHT, limits.IN_FLIGHT)),
        round(min(_above_zero(STEPS, MAX_STEPS), MAX_STEPS)),
        round(min(_above_zero(POINTS, MAX_STROKE_POINTS), MAX_STROKE_POINTS)),
    )


def store_bytes() -> int:
    """How much memory opened files may take."""
    return round(_above_zero(STORE, STORE_BYTES >> 20)) << 20


def embedding_bytes() -> int:
    """How much memory embeddings may take."""
    return round(_above_zero(EMBEDDINGS, EMBEDDING_BYTES >> 20)) << 20


def writes_selection() -> bool:
    """Whether the infotext carries the Edit."""
    return getattr(shared.opts, SELECTION, True) is not False


def _above_zero(name: str, default: float) -> float:
    """The person's value, or the default where it is none that makes sense."""
    chosen = _number(name, default)
    return chosen if 0 < chosen < math.inf else default


def _number(name: str, default: float) -> float:
    """The person's value, or the default where it is no number."""
    value = getattr(shared.opts, name, default)
    return float(value) if isinstance(value, (int, float)) else default
