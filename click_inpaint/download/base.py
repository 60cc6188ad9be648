"""What the parts of a download share: its progress, how it ends, and what a test replaces."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from click_inpaint.errors import UserError
from click_inpaint.messages import Message, Value

Stage = Literal["waiting", "loading", "checking", "done", "failed", "cancelled"]
RUNNING: tuple[Stage, ...] = ("waiting", "loading", "checking")


class DownloadError(UserError):
    """The file could not be had; the message says what to do instead."""


@dataclass(frozen=True)
class DownloadProgress:
    """How far one download is: bytes on disk of `total`, bytes per second of late, and what went wrong, if anything."""

    stage: Stage
    received: int = 0
    total: int = 0
    speed: float = 0.0
    error: Message | None = None

    @property
    def running(self) -> bool:
        """Whether it still goes on."""
        return self.stage in RUNNING

    @property
    def seconds_left(self) -> float | None:
        """None while the speed is not known."""
        return (self.total - self.received) / self.speed if self.speed > 0 else None

    def as_json(self) -> dict[str, Any]:
        """For the page; bytes, bytes per second and seconds. What went wrong is told as in every refusal: a sentence
        under "error", and the message that it is made of.
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
class Tools:
    """What a test replaces: the clock, the pause (seconds, ended early by the event), free bytes of a folder."""

    clock: Callable[[], float] = time.monotonic
    pause: Callable[[threading.Event, float], object] = threading.Event.wait
    free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free


class Cancelled(Exception):
    """The person does not want it any more."""


class Retry(Exception):
    """A try failed in a way that another one may not; `wait_s` is how long the server asked to be left alone."""

    def __init__(self, reason: Value, wait_s: float | None = None) -> None:
        super().__init__(str(reason))
        self.reason, self.wait_s = reason, wait_s


class NextMirror(Exception):
    """An address does not have the file."""

    def __init__(self, reason: Value) -> None:
        super().__init__(str(reason))
        self.reason = reason


def reason(error: object) -> str:
    """The first line of what an error says, or else what it is called."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [""])[0][:200] or type(error).__name__


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    return path.stat().st_size if path.is_file() else 0
