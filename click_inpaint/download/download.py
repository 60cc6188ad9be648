"""One download: mirrors in turn, resumed where it broke off, checked before the file takes its name."""

from __future__ import annotations

import threading
import urllib.parse
from collections import deque
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

from click_inpaint import weights
from click_inpaint.download.base import (
    Cancelled,
    DownloadError,
    DownloadProgress,
    NextMirror,
    Retry,
    Tools,
    reason,
    size_of,
)
from click_inpaint.download.part import Part
from click_inpaint.messages import Message
from click_inpaint.weights import WeightFile

ATTEMPTS_PER_MIRROR = 4
"""Tries in a row that brought nothing new; one that brought bytes starts the count again."""
BACKOFF_S = 1.0
MAX_WAIT_S = 30.0
"""The longest pause before another try, whatever Retry-After says."""
SPARE_BYTES = 64 << 20
"""What must stay free on the disk beside the file."""
SPEED_WINDOW_S = 5.0


@dataclass
class Download:
    """One download, from its start to its end; it waits for the one `before` it to let go of the file."""

    file: WeightFile
    folder: Path
    schemes: tuple[str, ...]
    tools: Tools
    before: Download | None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.target = self.folder / self.file.filename
        self.part = Part(self.target, self.file.size, self.schemes)
        self.progress = DownloadProgress("waiting", self.part.received, self.file.size)
        self._telling = threading.Lock()
        self._marks: deque[tuple[float, int]] = deque()
        self.thread = threading.Thread(target=self._go, name=f"download of {self.file.filename}", daemon=True)

    def cancel(self) -> DownloadProgress:
        """Stop soon, and say so at once."""
        self.cancelled.set()
        self._tell(stage="cancelled", speed=0.0)
        return self.progress

    def _tell(self, **changed: Any) -> None:
        """Change the progress, which its end settles for good."""
        with self._telling:
            if self.progress.running:
                self.progress = replace(self.progress, **changed)

    def _go(self) -> None:
        """The thread: however it ends, the progress tells."""
        try:
            if self.before:
                self.before.thread.join()
                self.before = None
            self._fetch_and_check()
            self._tell(stage="done", received=self.file.size, speed=0.0)
        except Cancelled:
            self._tell(stage="cancelled", speed=0.0)
        except DownloadError as error:
            self._tell(stage="failed", error=error.message, speed=0.0)
        except OSError as error:
            told = Message(
                "{folder} cannot be written to ({reason}). {by_hand}",
                folder=str(self.folder),
                reason=reason(error),
                by_hand=self._by_hand,
            )
            self._tell(stage="failed", error=told, speed=0.0)
        except Exception as error:  # noqa: BLE001  # above a thread is nobody: the person is told, whatever it was
            told = Message("{reason}. {by_hand}", reason=reason(error), by_hand=self._by_hand)
            self._tell(stage="failed", error=told, speed=0.0)

    def _fetch_and_check(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.target.is_file():
            self._check_what_is_there()
            return
        if not self.part.complete:
            self._make_sure_of_space()
            self._fetch()
        self._check()

    def _make_sure_of_space(self) -> None:
        free, needed = self.tools.free_bytes(self.folder), self.file.size - self.part.received + SPARE_BYTES
        if free < needed:
            raise DownloadError(
                "{folder} has {free} MB free; {file} needs {needed} MB. Make room and start the download again.",
                folder=str(self.folder),
                free=round(free / 1e6),
                file=self.file.filename,
                needed=round(needed / 1e6),
            )

    def _fetch(self) -> None:
        reasons: list[Message] = []
        for url in self.file.urls:
            try:
                self._fetch_from(url)
                return
            except NextMirror as error:  # noqa: PERF203
                host = urllib.parse.urlsplit(url).hostname or url
                reasons.append(Message("{host}: {reason}", host=host, reason=error.reason))
        raise DownloadError(
            "{file} could not be downloaded ({reasons}). {by_hand}",
            file=self.file.filename,
            reasons=reduce(lambda one, other: Message("{one}; {other}", one=one, other=other), reasons),
            by_hand=self._by_hand,
        )

    def _fetch_from(self, url: str) -> None:
        failed, most = 0, self.part.received
        while not self.part.complete:
            try:
                self._stop_if_cancelled()
                self._marks.clear()
                self.part.request(url, self._came)
            except Retry as error:  # noqa: PERF203
                failed = 1 if self.part.received > most else failed + 1
                most = max(most, self.part.received)
                if failed >= ATTEMPTS_PER_MIRROR:
                    raise NextMirror(error.reason) from error
                wait_s = BACKOFF_S * 2 ** (failed - 1) if error.wait_s is None else error.wait_s
                self._tell(speed=0.0)
                self.tools.pause(self.cancelled, min(max(wait_s, 0.0), MAX_WAIT_S))

    def _came(self, received: int) -> None:
        self._stop_if_cancelled()
        now = self.tools.clock()
        self._marks.append((now, received))
        while now - self._marks[0][0] > SPEED_WINDOW_S:
            self._marks.popleft()
        since, before = self._marks[0]
        self._tell(
            stage="loading", received=received, speed=(received - before) / (now - since) if now > since else 0.0
        )

    def _check_what_is_there(self) -> None:
        self._tell(stage="checking", received=size_of(self.target), speed=0.0)
        found = weights.digest(self.target)
        if found != self.file.sha256:
            raise DownloadError(
                "{file} is in {folder} already, but its sha256 is {found} and not {published}. "
                "Rename or remove it, then start the download again.",
                file=self.target.name,
                folder=str(self.folder),
                found=found,
                published=self.file.sha256,
            )

    def _check(self) -> None:
        """Give the file its name if it is the published one, or else set it aside."""
        self._tell(stage="checking", received=self.file.size, speed=0.0)
        found = weights.sha256_of(self.part.path, self._stop_if_cancelled)
        if found != self.file.sha256:
            aside = self.target.with_name(f"{self.target.name}.unverified")
            self.part.move(aside)
            raise DownloadError(
                "What came as {file} is not the published file: its sha256 is {found}, it should be {published}. "
                "It is kept as {aside} and not used; start the download again. {by_hand}",
                file=self.target.name,
                found=found,
                published=self.file.sha256,
                aside=aside.name,
                by_hand=self._by_hand,
            )
        self.part.move(self.target)
        weights.DIGESTS.remember(self.target, found)

    def _stop_if_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled

    @property
    def _by_hand(self) -> Message:
        return Message(
            "By hand: get {url} and put it into {folder} as {file}.",
            url=self.file.url,
            folder=str(self.folder),
            file=self.file.filename,
        )
