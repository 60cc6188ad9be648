"""Every download of this process, by the name of the weight file."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from click_inpaint.download.base import DownloadError, DownloadProgress, Tools
from click_inpaint.download.download import Download
from click_inpaint.weights import WeightFile


class Downloads:
    """Downloads of known files into one folder, each on a thread of its own, at most one for a file.

    `schemes` are the addresses' schemes that may be asked; anything but https is for tests on this machine.
    """

    def __init__(
        self,
        folder: Path,
        known: Mapping[str, WeightFile],
        schemes: tuple[str, ...] = ("https",),
        tools: Tools | None = None,
    ) -> None:
        self.folder, self.known, self._schemes = folder, known, schemes
        self._tools = tools or Tools()
        self._lock = threading.Lock()
        self._downloads: dict[str, Download] = {}

    def start(self, name: str) -> DownloadProgress:
        """Begin, or go on with, the download of a known file; one that runs already stays as it is.

        Raises DownloadError for an unknown name.
        """
        file = self._file(name)
        with self._lock:
            run = self._downloads.get(name)
            if run is None or not run.progress.running:
                run = self._downloads[name] = Download(file, self.folder, self._schemes, self._tools, run)
                run.thread.start()
            return run.progress

    def cancel(self, name: str) -> DownloadProgress | None:
        """Stop the download of a known file; what has come is kept for the next start. Raises DownloadError for an
        unknown name.
        """
        self._file(name)
        run = self._newest(name)
        return run.cancel() if run else None

    def progress(self, name: str) -> DownloadProgress | None:
        """How far it is; None where none was started."""
        run = self._newest(name)
        return run.progress if run else None

    def wait(self, name: str, timeout_s: float | None = None) -> DownloadProgress | None:
        """Wait until the thread of a download has ended."""
        run = self._newest(name)
        if run:
            run.thread.join(timeout_s)
        return run.progress if run else None

    def close(self, timeout_s: float = 2.0) -> None:
        """Cancel whatever runs, since the host is about to load this extension anew."""
        for name in list(self._downloads):
            self.cancel(name)
        for name in list(self._downloads):
            self.wait(name, timeout_s)

    def _newest(self, name: str) -> Download | None:
        with self._lock:
            return self._downloads.get(name)

    def _file(self, name: str) -> WeightFile:
        if name not in self.known:
            raise DownloadError(
                "There is no weight file “{name}”; known are {known}.", name=name, known=", ".join(self.known)
            )
        return self.known[name]
