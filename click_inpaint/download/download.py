"""One download: it tries the addresses in turn, goes on where it broke off, and checks the file before that gets its
name.
"""

from __future__ import annotations

import os
import threading
import urllib.parse
from collections import deque
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from click_inpaint import own_file, weights
from click_inpaint.download.base import (
    Cancelled,
    Downloadable,
    DownloadError,
    DownloadProgress,
    NextMirror,
    Retry,
    System,
    reason,
    size_of,
)
from click_inpaint.download.part import Part
from click_inpaint.messages import Message

ATTEMPTS_PER_MIRROR = 4
"""So many tries in a row may bring nothing new before the next address is tried."""
BACKOFF_S = 1.0
MAX_WAIT_S = 30.0
"""The longest pause before another try, whatever the server's Retry-After says."""
SPARE_BYTES = 64 << 20
"""So much space must stay free on the disk beside the file."""
SPEED_WINDOW_S = 5.0


@dataclass
class Download:
    """The download of one file, from its start to its end. It first waits until the one `before` it has ended, which
    writes the same file.
    """

    wanted: Downloadable
    schemes: tuple[str, ...]
    system: System
    before: Download | None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.file, self.folder = self.wanted.file, self.wanted.folder
        self.target = self.folder / self.file.filename
        self.part = Part(self.target, self.file.size, self.schemes)
        self.progress = DownloadProgress("waiting", self.part.received, self.file.size)
        self._progress_lock = threading.Lock()
        self._arrivals: deque[tuple[float, int]] = deque()
        self.thread = threading.Thread(target=self._run, name=f"download of {self.file.filename}", daemon=True)

    def cancel(self) -> DownloadProgress:
        """Let the download stop soon, and let its progress say so at once."""
        self.cancelled.set()
        self._update(stage="cancelled", speed=0.0)
        return self.progress

    def _update(self, **changed: Any) -> None:
        """Change the progress, unless the download has ended: then it stays as it is."""
        with self._progress_lock:
            if self.progress.running:
                self.progress = replace(self.progress, **changed)

    def _run(self) -> None:
        """What the thread runs. However it ends, the progress says so."""
        try:
            if self.before:
                self.before.thread.join()
                self.before = None
            self._fetch_and_check()
            self.wanted.arrived()
            self._update(stage="done", received=self.file.size, speed=0.0)
        except Cancelled:
            self._update(stage="cancelled", speed=0.0)
        except DownloadError as error:
            self._update(stage="failed", error=error.message, speed=0.0)
        except OSError as error:
            told = Message(
                "{folder} cannot be written to ({reason}). {by_hand}",
                folder=str(self.folder),
                reason=reason(error),
                by_hand=self._by_hand,
            )
            self._update(stage="failed", error=told, speed=0.0)
        except Exception as error:  # noqa: BLE001  # nobody catches a thread's errors: the person is told
            told = Message("{reason}. {by_hand}", reason=reason(error), by_hand=self._by_hand)
            self._update(stage="failed", error=told, speed=0.0)

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
        free, needed = self.system.free_bytes(self.folder), self.file.size - self.part.received + SPARE_BYTES
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
                self._arrivals.clear()
                self.part.request(url, self._came)
            except Retry as error:  # noqa: PERF203
                failed = 1 if self.part.received > most else failed + 1
                most = max(most, self.part.received)
                if failed >= ATTEMPTS_PER_MIRROR:
                    raise NextMirror(error.reason) from error
                wait_s = BACKOFF_S * 2 ** (failed - 1) if error.wait_s is None else error.wait_s
                self._update(speed=0.0)
                self.system.pause(self.cancelled, min(max(wait_s, 0.0), MAX_WAIT_S))

    def _came(self, received: int) -> None:
        self._stop_if_cancelled()
        now = self.system.clock()
        self._arrivals.append((now, received))
        while now - self._arrivals[0][0] > SPEED_WINDOW_S:
            self._arrivals.popleft()
        since, before = self._arrivals[0]
        self._update(
            stage="loading", received=received, speed=(received - before) / (now - since) if now > since else 0.0
        )

    def _check_what_is_there(self) -> None:
        self._update(stage="checking", received=size_of(self.target), speed=0.0)
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
        self._put_beside()

    def _check(self) -> None:
        """Give the file its name if it is the published one, else set it aside under another name."""
        self._update(stage="checking", received=self.file.size, speed=0.0)
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
        self._put_beside()
        self.part.move(self.target)
        weights.DIGESTS.remember(self.target, found)

    def _put_beside(self) -> None:
        """Write the small files that go with this one. What has such a name already stays, a link that leads nowhere
        too.
        """
        for name, content in self.wanted.beside.items():
            path = self.folder / name
            if not os.path.lexists(path):
                with own_file.fresh(path) as file:
                    file.write(content)

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
