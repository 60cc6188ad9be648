"""What the modules of this package share: a download's progress, the ways that it ends, and what tests replace."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from click_inpaint.errors import UserError
from click_inpaint.messages import Message, Value
from click_inpaint.weights import WeightFile

Stage = Literal["waiting", "loading", "checking", "done", "failed", "cancelled"]
RUNNING: tuple[Stage, ...] = ("waiting", "loading", "checking")


class DownloadError(UserError):
    """The file could not be downloaded; the message says what to do instead."""


@dataclass(frozen=True)
class Downloadable:
    """A file that can be downloaded, and the `folder` that it goes to.

    `beside` are the contents of small files by name, which the folder gets with it where it has none of that name.
    `arrived` is called when the file is there; it may raise an error, which is told as the download's own.
    """

    file: WeightFile
    folder: Path
    beside: Mapping[str, bytes] = field(default_factory=dict)
    arrived: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class DownloadProgress:
    """How far a download has come: `received` of `total` bytes are on disk, `speed` is in bytes per second over the
    last few seconds, and `error` says what went wrong.
    """

    stage: Stage
    received: int = 0
    total: int = 0
    speed: float = 0.0
    error: Message | None = None

    @property
    def running(self) -> bool:
        """Whether the download still goes on."""
        return self.stage in RUNNING

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take; None while the speed is not known."""
        return (self.total - self.received) / self.speed if self.speed > 0 else None

    def as_json(self) -> dict[str, Any]:
        """JSON values for the page, in bytes, bytes per second and seconds. What went wrong is told as in every
        refusal: a sentence under "error", and the message that it is made of.
        """
        return {
            "stage": self.stage,
            "received": self.received,
            "total": self.total,
            "speed": self.speed,
            "running": self.running,
            "left": self.seconds_left,
            "error": str(self.error or ""),
            "message": self.error and self.error.as_json(),
        }


@dataclass(frozen=True)
class System:
    """What tests replace: the clock, the pause of so many seconds (which the event ends early), and the free bytes of a
    folder's disk.
    """

    clock: Callable[[], float] = time.monotonic
    pause: Callable[[threading.Event, float], object] = threading.Event.wait
    free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free


class Cancelled(Exception):
    """The person does not want the file any more."""


class Retry(Exception):
    """A try failed, and the same request may succeed later; `wait_s` is how long the server asked us to wait."""

    def __init__(self, reason: Value, wait_s: float | None = None) -> None:
        super().__init__(str(reason))
        self.reason, self.wait_s = reason, wait_s


class NextMirror(Exception):
    """An address cannot give us the file; the next one may."""

    def __init__(self, reason: Value) -> None:
        super().__init__(str(reason))
        self.reason = reason


def reason(error: object) -> str:
    """The first line of an error's message, or the name of its class where it has none."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [""])[0][:200] or type(error).__name__


def size_of(path: Path) -> int:
    """The size of a file in bytes; 0 where there is no such file."""
    return path.stat().st_size if path.is_file() else 0
