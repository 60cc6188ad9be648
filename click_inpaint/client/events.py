"""What happens while the client works; whoever shows it is told in the thread where it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Union


@dataclass(frozen=True)
class Started:
    """A job is about to be sent."""

    picture: Path
    webui: str


@dataclass(frozen=True)
class Progress:
    """`fraction` of the job is done, 0..1, and `seconds_left` are left, as far as the Web UI can tell."""

    picture: Path
    webui: str
    fraction: float
    seconds_left: float


@dataclass(frozen=True)
class Done:
    """A picture was painted and written; `notes` are what the Web UI and we have to say about it."""

    picture: Path
    out: Path
    webui: str
    seconds: float
    seed: int
    infotext: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """A round that was painted again is beside what it was: whether the mask is the same (None where it is not known
    what it was), and how many pixels differ.
    """

    picture: Path
    out: Path
    same_mask: bool | None
    differing_pixels: int


@dataclass(frozen=True)
class Skipped:
    """Its result was there already."""

    picture: Path
    out: Path


@dataclass(frozen=True)
class Failed:
    """A picture will not be painted."""

    picture: Path
    reason: str


@dataclass(frozen=True)
class Dropped:
    """A Web UI is asked no longer; its picture goes to another."""

    webui: str
    reason: str


@dataclass(frozen=True)
class Finished:
    """Nothing more will come: how many pictures became what. `left` had no Web UI that could paint them."""

    done: int
    skipped: int
    failed: int
    left: int


Event = Union[Started, Progress, Done, Compared, Skipped, Failed, Dropped, Finished]
Report = Callable[[Event], None]
