"""Settings of the host that hold for one job alone. The host sets them before the job, and sets them back after it."""

from __future__ import annotations

from typing import Any

from modules import shared


def is_changeable(key: str) -> bool:
    """Whether this host has the setting and lets a job change it. `--freeze-settings` and its kin forbid it.

    The host tells that only by raising an error when the setting is set, so it is set to the value that it has. That
    writes the value into the host's config, too, and the host restores only those settings which are in there.
    """
    if key not in shared.opts.data_labels:
        return False
    try:
        setattr(shared.opts, key, getattr(shared.opts, key))
    except (AssertionError, RuntimeError):  # these two are what the host raises for a setting that is frozen
        return False
    return True


def set_for_job(p: Any, key: str, value: object) -> None:
    """Have the host set this for the job. What the caller has asked for stays, and so does what may not be changed."""
    if key not in p.override_settings and is_changeable(key):
        p.override_settings[key] = value
