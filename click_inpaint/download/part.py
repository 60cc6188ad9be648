"""The part of a file that has come so far, and one request for the rest of it.

Range and If-Range as in RFC 9110, sections 13.1.5 and 14. Beside the file NAME lie `NAME.part` and `NAME.part.json`,
which tells the address that the part came from and the validator that it gave.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from click_inpaint.download.base import NextMirror, Retry, reason, size_of
from click_inpaint.download.opener import opener
from click_inpaint.messages import Message

TIMEOUT_S = 30.0
BLOCK_BYTES = 256 << 10
AGENT = "sd-webui-click-inpaint"
AGAIN = (408, 425, 429)
"""Refusals that are not for good, beside those from 500 on."""


class Part:
    """The part of a file that is `size` bytes long and will lie at `target`."""

    def __init__(self, target: Path, size: int, schemes: tuple[str, ...]) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.json")
        self._size, self._schemes = size, schemes

    @property
    def received(self) -> int:
        """Bytes on disk."""
        return size_of(self.path)

    @property
    def complete(self) -> bool:
        """Whether all of it is here; it may still be wrong."""
        return self.received == self._size

    def move(self, target: Path) -> None:
        """Give it its name; the note goes."""
        self.path.replace(target)
        self._note.unlink(missing_ok=True)

    def request(self, url: str, came: Callable[[int], None]) -> None:
        """Ask one address for what is missing; `came` hears of the bytes on disk and may raise to stop.

        Raises Retry where another try may succeed, NextMirror where this address will not do.
        """
        asked, start = self._asked(url)
        try:
            with opener(self._schemes).open(asked, timeout=TIMEOUT_S) as response:
                self._take(url, response, start, came)
        except urllib.error.HTTPError as error:
            with error:
                self._refused(error, start)
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise NextMirror(reason(error.reason)) from error
            raise Retry(reason(error.reason)) from error
        except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
            raise Retry(reason(error)) from error

    def _asked(self, url: str) -> tuple[urllib.request.Request, int]:
        """For what is missing, with the validator that this address gave; or else for all of it."""
        headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
        start, note = self.received, _read(self._note)
        validator = str(note.get("validator", "")) if note.get("url") == url else ""
        if not validator or not 0 < start < self._size:
            return urllib.request.Request(url, headers=headers), 0
        headers |= {"Range": f"bytes={start}-", "If-Range": validator}
        return urllib.request.Request(url, headers=headers), start

    def _take(self, url: str, response: Any, start: int, came: Callable[[int], None]) -> None:
        if response.status == 206:
            self._make_sure_it_goes_on(response.headers.get("Content-Range", ""), start)
        else:
            start = 0  # it does not resume, or the file there has changed
            self._make_sure_of_length(response.headers.get("Content-Length", ""))
            self._note.write_text(json.dumps({"url": url, "validator": _validator(response.headers)}), "utf-8")
        with self.path.open("ab" if start else "wb") as file:
            while start <= self._size and (block := _next(response)):
                start += len(block)
                if start <= self._size:
                    came(start)  # first: one that was cancelled writes no more
                    file.write(block)
        if start > self._size:
            self.path.unlink(missing_ok=True)  # here: Windows removes no file that is open
            raise NextMirror(Message("it sends more than {size} bytes", size=self._size))
        if start < self._size:
            raise Retry(
                Message("the connection broke off after {received} of {size} bytes", received=start, size=self._size)
            )

    def _make_sure_it_goes_on(self, told: str, start: int) -> None:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", told)
        if not start or not found or int(found[1]) != start:
            self.path.unlink(missing_ok=True)
            raise Retry(Message("the server sent another part than it was asked for"))
        self._make_sure_of_length(found[2])

    def _make_sure_of_length(self, told: str) -> None:
        if told.isdecimal() and int(told) != self._size:
            raise NextMirror(Message("its file has {told} bytes, not {size}", told=int(told), size=self._size))

    def _refused(self, error: urllib.error.HTTPError, start: int) -> None:
        told = f"{error.code} {error.reason}"
        if error.code == 416 and start:
            self._make_sure_of_length(error.headers.get("Content-Range", "").removeprefix("bytes */"))
            self.path.unlink(missing_ok=True)
            raise Retry(told) from error
        if error.code in AGAIN or error.code >= 500:
            raise Retry(told, _retry_after(error.headers.get("Retry-After", ""))) from error
        raise NextMirror(told) from error


def _next(response: Any) -> bytes:
    """What has come by now; b"" at the end. Raises Retry, so that other failures are the disk's."""
    try:
        return bytes(response.read1(BLOCK_BYTES))
    except (OSError, http.client.HTTPException) as error:
        raise Retry(reason(error)) from error


def _validator(headers: Any) -> str:
    """What If-Range may name: a strong ETag, or else the date of the last change; "" where there is neither."""
    tag = str(headers.get("ETag", ""))
    return tag if tag.startswith('"') else str(headers.get("Last-Modified", ""))


def _retry_after(told: str) -> float | None:
    if told.strip().isdecimal():
        return float(told)
    with contextlib.suppress(ValueError, TypeError):  # neither seconds nor a date: our own pause will do
        return parsedate_to_datetime(told).timestamp() - time.time()
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # without the note the download begins again, no more
        return {}
    return content if isinstance(content, dict) else {}
