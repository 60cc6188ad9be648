"""All downloads of this process, by the name of what is downloaded."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from click_inpaint.download.base import Downloadable, DownloadError, DownloadProgress, System
from click_inpaint.download.download import Download


class Downloads:
    """Downloads of the `known` files, each in a thread of its own, and at most one for each file.

    `schemes` are the kinds of addresses that may be used; only tests on this machine use any other than https.
    """

    def __init__(
        self,
        known: Mapping[str, Downloadable],
        schemes: tuple[str, ...] = ("https",),
        system: System | None = None,
    ) -> None:
        self.known, self._schemes = known, schemes
        self._system = system or System()
        self._lock = threading.Lock()
        self._downloads: dict[str, Download] = {}

    def start(self, name: str) -> DownloadProgress:
        """Start the download of a known file, or go on with one that has stopped. One that is running stays as it is.

        Raises DownloadError for an unknown name.
        """
        wanted = self._wanted(name)
        with self._lock:
            download = self._downloads.get(name)
            if download is None or not download.progress.running:
                download = Download(wanted, self._schemes, self._system, download)
                self._downloads[name] = download
                download.thread.start()
            return download.progress

    def cancel(self, name: str) -> DownloadProgress | None:
        """Stop the download of a known file. The part that has come is kept for the next start.

        Raises DownloadError for an unknown name.
        """
        self._wanted(name)
        download = self._newest(name)
        return download.cancel() if download else None

    def progress(self, name: str) -> DownloadProgress | None:
        """How far the download has come; None where none was started."""
        download = self._newest(name)
        return download.progress if download else None

    def wait(self, name: str, timeout_s: float | None = None) -> DownloadProgress | None:
        """Wait until the thread of a download has ended, or for `timeout_s`, and say how far it has come."""
        download = self._newest(name)
        if download:
            download.thread.join(timeout_s)
        return download.progress if download else None

    def close(self, timeout_s: float = 2.0) -> None:
        """Cancel every download that runs, since the host is about to load this extension anew."""
        for name in list(self._downloads):
            self.cancel(name)
        for name in list(self._downloads):
            self.wait(name, timeout_s)

    def _newest(self, name: str) -> Download | None:
        with self._lock:
            return self._downloads.get(name)

    def _wanted(self, name: str) -> Downloadable:
        if name not in self.known:
            raise DownloadError(
                "There is no weight file “{name}”; known are {known}.", name=name, known=", ".join(self.known)
            )
        return self.known[name]
