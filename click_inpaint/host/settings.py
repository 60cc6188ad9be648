"""Our options on the host's settings page. On a host that has no such page, the defaults hold."""

from __future__ import annotations

from modules import shared

SECTION = ("click_inpaint", "Click Inpaint")
NAMES = "click_inpaint_names"
IDLE = "click_inpaint_idle_minutes"
IDLE_MINUTES = 10
"""The default: long enough for thinking, and for a few paintings in between. Loading an encoder again takes seconds."""


def register() -> None:
    """Add our options. The host calls this when it collects the options of extensions."""
    if not hasattr(shared, "OptionInfo") or not hasattr(shared.opts, "add_option"):
        return
    names = "Other names by which a tunnel or proxy reaches this Web UI, separated by commas"
    shared.opts.add_option(NAMES, shared.OptionInfo("", names, section=SECTION))
    label = "Take the segmenter out of memory when nothing was clicked for so many minutes (0: never)"
    shared.opts.add_option(IDLE, shared.OptionInfo(IDLE_MINUTES, label, section=SECTION))


def names() -> frozenset[str]:
    """Names of this Web UI, in lower case, beside those that this computer has."""
    value = getattr(shared.opts, NAMES, "")
    return frozenset(name.strip().lower() for name in str(value or "").split(",") if name.strip())


def idle_minutes() -> float:
    """After how many minutes without a click the segmenters' models are taken out of memory. 0 means never."""
    value = getattr(shared.opts, IDLE, IDLE_MINUTES)
    return float(value) if isinstance(value, (int, float)) else IDLE_MINUTES
