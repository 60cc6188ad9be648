"""Where a Chromium lies on this machine, and how tests and benchmarks start it.

Standard library only, since dev.py asks too.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

VARIABLE = "CHROMIUM"
"""Names another browser than the one that would be found: a program, or the path of one."""
# The address bar's suggestions (the first three) are a page of their own in each new window, even in one that nobody
# sees: a quarter of the time that a test's page takes. Chromium reads the last option of this name alone, so that
# Playwright's own choice stands here too.
_FEATURES_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxAimPopup",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "Translate",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-features=" + ",".join(_FEATURES_OFF),
)
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_MAC_APPLICATIONS = ("Chromium", "Google Chrome", "Microsoft Edge")
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_WINDOWS_PROGRAMS = (
    "Chromium/Application/chrome.exe",
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)


class NoChromium(RuntimeError):
    """There is no browser of this kind; the message says how to get one."""


def find(environment: Mapping[str, str] = os.environ, applications: Path = Path("/Applications")) -> Path | None:
    """The first Chromium, Chrome or Edge of this machine, or the one that the variable CHROMIUM names; None without.

    `applications` is where macOS keeps its programs.
    """
    if named := environment.get(VARIABLE):
        return _program(named, environment) or _existing(Path(named))
    on_path = (_program(name, environment) for name in _PROGRAMS)
    usual = (_existing(place) for place in _usual_places(environment, applications))
    return next((found for places in (on_path, usual) for found in places if found), None)


def path() -> Path:
    """The browser to start. Raises NoChromium."""
    found = find()
    if found is None:
        raise NoChromium(
            f"No Chromium, Chrome or Edge was found; install one, or name its program in the variable {VARIABLE}."
        )
    return found


def _usual_places(environment: Mapping[str, str], applications: Path) -> Iterator[Path]:
    for name in _MAC_APPLICATIONS:
        yield applications / f"{name}.app" / "Contents" / "MacOS" / name
    for folder in filter(None, map(environment.get, _WINDOWS_FOLDERS)):
        for program in _WINDOWS_PROGRAMS:
            yield Path(folder, program)


def _program(name: str, environment: Mapping[str, str]) -> Path | None:
    found = shutil.which(name, path=environment.get("PATH"))
    return Path(found) if found else None


def _existing(place: Path) -> Path | None:
    return place if place.is_file() else None
