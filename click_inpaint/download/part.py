"""The part of a file that has come so far, and requests for the rest of it.

Range and If-Range are used as RFC 9110 says, sections 13.1.5 and 14. Until the file NAME is complete, `NAME.part` holds
the part, and `NAME.part.json` the address that it came from, with the validator (ETag or date) which that address gave.
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

from click_inpaint import own_file, strict_json
from click_inpaint.download.base import NextMirror, Retry, reason
from click_inpaint.download.opener import opener
from click_inpaint.messages import Message

TIMEOUT_S = 30.0
BLOCK_BYTES = 256 << 10
AGENT = "sd-webui-click-inpaint"
AGAIN = (408, 425, 429)
"""Status codes below 500 after which the same request may succeed later."""


class Part:
    """The part that is here of a file which is `size` bytes long and will be `target`."""

    def __init__(self, target: Path, size: int, schemes: tuple[str, ...]) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.json")
        self._size, self._schemes = size, schemes

    @property
    def received(self) -> int:
        """How many bytes of the file are on disk; 0 where somebody has put a link in the part's place."""
        return own_file.size(self.path)

    @property
    def complete(self) -> bool:
        """Whether all bytes of the file are here. Whether they are the right ones is not known yet."""
        return self.received == self._size

    def move(self, target: Path) -> None:
        """Rename the part to `target`, and remove the note beside it."""
        self.path.replace(target)
        self._note.unlink(missing_ok=True)

    def request(self, url: str, came: Callable[[int], None]) -> None:
        """Ask one address for the bytes that are missing. Before each block is written, `came` is called with the
        number of bytes that there will be; it may raise an error to stop.

        Raises Retry where the same request may succeed later, NextMirror where this address is of no use.
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
        """The request, and the byte that it starts at: for the missing bytes where this address gave a validator for
        the part, else for the whole file.
        """
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
            start = 0  # the server cannot resume, or its file has changed
            self._make_sure_of_length(response.headers.get("Content-Length", ""))
            with own_file.fresh(self._note) as note:
                note.write(json.dumps({"url": url, "validator": _validator(response.headers)}).encode())
        with own_file.resumed(self.path) if start else own_file.fresh(self.path) as file:
            while start <= self._size and (block := _next(response)):
                start += len(block)
                if start <= self._size:
                    came(start)  # before writing: a cancelled download writes nothing more
                    file.write(block)
        if start > self._size:
            self.path.unlink(missing_ok=True)  # not before: Windows removes no file that is open
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
    """The bytes that have come by now, b"" at the end. Raises Retry for every error of the network, so that an OSError
    elsewhere means the disk.
    """
    try:
        return bytes(response.read1(BLOCK_BYTES))
    except (OSError, http.client.HTTPException) as error:
        raise Retry(reason(error)) from error


def _validator(headers: Any) -> str:
    """What If-Range may name: a strong ETag, else the date of the last change; "" where there is neither."""
    tag = str(headers.get("ETag", ""))
    return tag if tag.startswith('"') else str(headers.get("Last-Modified", ""))


def _retry_after(told: str) -> float | None:
    if told.strip().isdecimal():
        return float(told)
    with contextlib.suppress(ValueError, TypeError):  # neither seconds nor a date: we pause for as long as we choose
        return parsedate_to_datetime(told).timestamp() - time.time()
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = strict_json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # without the note the download only starts again from the beginning
        return {}
    return content if isinstance(content, dict) else {}
