"""The client's events, shown: lines for people with a bar below them, or one JSON object a line for programs."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import asdict
from typing import IO

from click_inpaint.client.events import (
    Compared,
    Done,
    Dropped,
    Event,
    Failed,
    Finished,
    Progress,
    Report,
    Skipped,
    Started,
)

BAR = 24
"""Characters of the bar."""


def as_json(out: IO[str]) -> Report:
    """Writes {"event": "done", …} a line; paths are as they were given."""
    lock = threading.Lock()

    def tell(event: Event) -> None:
        told = {"event": type(event).__name__.lower(), **asdict(event)}
        with lock:
            out.write(json.dumps(told, default=str, ensure_ascii=False) + "\n")
            out.flush()

    return tell


class Text:
    """Lines on `out`. Where `bar` is a terminal its last line has a bar for each Web UI that paints; it comes and goes.

    `total` pictures will be done, skipped or failed.
    """

    def __init__(self, out: IO[str], bar: IO[str], total: int) -> None:
        self._out, self._total, self._ended = out, total, 0
        self._bar = bar if bar.isatty() else None
        self._running: dict[str, str] = {}
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Show what happened."""
        with self._lock:
            self._follow(event)
            if self._bar:
                self._bar.write("\r\x1b[K")
                self._bar.flush()
            self._out.write("".join(f"{line}\n" for line in self._lines(event)))
            self._out.flush()
            self._draw()

    def _follow(self, event: Event) -> None:
        """The bars and the count of what has ended."""
        if isinstance(event, Started):
            self._running[event.webui] = bar(event.picture.name, 0, 0)
        elif isinstance(event, Progress):
            self._running[event.webui] = bar(event.picture.name, event.fraction, event.seconds_left)
        elif isinstance(event, (Done, Dropped)):
            self._running.pop(event.webui, None)
        self._ended += isinstance(event, (Done, Skipped, Failed))

    def _lines(self, event: Event) -> tuple[str, ...]:
        if isinstance(event, Done):
            return (f"{event.out}: seed {event.seed}, {event.seconds:.1f} s", *event.notes)
        if isinstance(event, Compared):
            return (compared(event),)
        if isinstance(event, Skipped):
            return (f"{event.out}: there already",)
        if isinstance(event, Failed):
            return (f"{event.picture}: {event.reason}",)
        if isinstance(event, Dropped):
            return (f"{event.reason} It is asked no longer.",)
        if isinstance(event, Finished) and (self._total > 1 or event.left):
            return (summary(event),)
        return ()

    def _draw(self) -> None:
        if self._bar and self._running:
            count = [f"{self._ended}/{self._total}"] if self._total > 1 else []
            line = "  ".join([*count, *self._running.values()])
            self._bar.write(line[: shutil.get_terminal_size().columns - 1])
            self._bar.flush()


def bar(name: str, fraction: float, seconds_left: float) -> str:
    """A job in a few characters, such as `dogs.jpg ############------------ 50 % 12 s left`."""
    full = round(BAR * min(max(fraction, 0.0), 1.0))
    told = f"{name} {'#' * full}{'-' * (BAR - full)} {100 * fraction:.0f} %"
    return f"{told} {seconds_left:.0f} s left" if seconds_left >= 1 else told


def compared(event: Compared) -> str:
    """`out/1.png: the same mask, the same pixels`."""
    masks = {True: "the same mask", False: "another mask", None: "a mask of which nothing is known"}
    pixels = f"{event.differing_pixels} pixels differ" if event.differing_pixels else "the same pixels"
    return f"{event.out}: {masks[event.same_mask]}, {pixels}"


def summary(event: Finished) -> str:
    """`37 done, 2 there before, 1 failed`; what none became is left out."""
    told = {"there before": event.skipped, "failed": event.failed, "left, as no Web UI could be used": event.left}
    return ", ".join([f"{event.done} done", *(f"{count} {what}" for what, count in told.items() if count)])
