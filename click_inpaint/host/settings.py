"""Our options on the host's settings page. On a host that has no such page, the defaults hold."""

from __future__ import annotations

from modules import shared

from click_inpaint.images import MAX_MEGAPIXELS

SECTION = ("click_inpaint", "Click Inpaint")
NAMES = "click_inpaint_names"
IDLE = "click_inpaint_idle_minutes"
IDLE_MINUTES = 10
"""The default: long enough for thinking, and for a few paintings in between. Loading an encoder again takes seconds."""
MEGAPIXELS = "click_inpaint_max_megapixels"
SELECTION = "click_inpaint_infotext_selection"
OPTIONS: dict[str, tuple[str | int, str]] = {
    NAMES: ("", "Other names by which a tunnel or proxy reaches this Web UI, separated by commas"),
    IDLE: (IDLE_MINUTES, "Take the segmenter out of memory when nothing was clicked for so many minutes (0: never)"),
    MEGAPIXELS: (
        MAX_MEGAPIXELS,
        "Largest picture that is opened, in megapixels (each takes about 15 MB of the server's memory while the "
        "picture is opened, and 4 MB for as long as it is in use)",
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
    chosen = _number(MEGAPIXELS, MAX_MEGAPIXELS)
    return chosen if chosen > 0 else MAX_MEGAPIXELS


def writes_selection() -> bool:
    """Whether the infotext carries the Edit."""
    return getattr(shared.opts, SELECTION, True) is not False


def _number(name: str, default: float) -> float:
    """The person's value, or the default where it is no number."""
    value = getattr(shared.opts, name, default)
    return float(value) if isinstance(value, (int, float)) else default
