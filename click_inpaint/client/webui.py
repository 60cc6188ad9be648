"""One running Web UI: requests to its API over HTTP, and what its answers mean.

The standard library alone, and no proxy: most Web UIs run on this computer or beside it. No redirect is followed, since
it could carry the login to another computer.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import urllib.parse
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from click_inpaint.client.trouble import Refused, Unreachable, Unusable
from click_inpaint.errors import UserError

CONNECT_SECONDS = 10.0
TRANSFER_SECONDS = 300.0
"""For a picture on its way, or a mask that is made."""
ROUTES = "/click-inpaint/v1"
DEFAULT_SIDE = 512
"""What a job of the host's API is painted at where it does not say."""
MOST_TOLD = 600
"""Characters of a Web UI's own error that are shown."""
_GATEWAYS = (502, 503, 504)
"""What a proxy answers for a Web UI that does not."""


class Request:
    """One request on a connection of its own, which another thread may break off."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection

    def break_off(self) -> None:
        """Whoever waits for the answer gets Unreachable."""
        if self.connection.sock is not None:
            with suppress(OSError):
                self.connection.sock.shutdown(socket.SHUT_RDWR)


class WebUI:
    """Where it answers: `url` as it was given, such as http://127.0.0.1:7860, with its sub-path if it has one.

    `login` is "user:password" of the Web UI's `--api-auth`, or "". Raises UserError for what is no address.
    """

    def __init__(self, url: str, login: str = "") -> None:
        parts = urllib.parse.urlsplit(url if "://" in url else f"http://{url}")
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.query or parts.username:
            raise UserError("--webui {url}: give an address such as http://127.0.0.1:7860.", url=url)
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._path = parts.path.rstrip("/")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, port
        self._headers = {"Content-Type": "application/json"}
        if login:
            self._headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()

    def request(self, seconds: float = CONNECT_SECONDS) -> Request:
        """A connection that is not open yet; each answer may take so many seconds."""
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return Request(kind(self._host, self._port, timeout=seconds))

    def ask(self, method: str, path: str, document: Any = None, request: Request | None = None) -> Any:
        """The JSON value that the Web UI answers. Raises Unreachable, Unusable and Refused."""
        body = None if document is None else json.dumps(document).encode()
        return self._read(*self._exchange(method, path, body, request or self.request()))

    def upload(self, picture: bytes) -> str:
        """The id that this Web UI gives to a picture or mask. Raises as `ask` does."""
        reply = self._exchange("POST", f"{ROUTES}/images", picture, self.request(TRANSFER_SECONDS))
        return str(self._read(*reply)["image"])

    def digest(self, edit: Mapping[str, Any], area: Mapping[str, Any]) -> str:
        """The digest of an Edit's blend mask where it is painted at `area`'s width and height. Raises as `ask` does."""
        sides = {name: area.get(name, DEFAULT_SIDE) for name in ("width", "height")}
        body = json.dumps({"edit": edit, **sides}).encode()
        status, content = self._exchange("POST", f"{ROUTES}/preview", body, self.request(TRANSFER_SECONDS))
        if status != HTTPStatus.OK:
            self._read(status, content)
        length = int.from_bytes(content[:4], "little")
        return str(json.loads(content[4 : 4 + length])["digest"])

    def erase(self, edit: Mapping[str, Any], seconds: float = TRANSFER_SECONDS) -> bytes:
        """The PNG file of the Edit's picture with what it selects filled, which is not saved there. Raises as `ask`."""
        body = json.dumps({"edit": edit, "save": False}).encode()
        status, content = self._exchange("POST", f"{ROUTES}/erase", body, self.request(seconds))
        if status != HTTPStatus.OK:
            self._read(status, content)
        return content

    def _exchange(self, method: str, path: str, body: bytes | None, request: Request) -> tuple[int, bytes]:
        """The status and the body that are answered. Raises Unreachable."""
        connection = request.connection
        try:
            connection.request(method, self._path + path, body, self._headers)
            reply = connection.getresponse()
            return reply.status, reply.read()
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise Unreachable("{url} does not answer ({reason}).", url=self.url, reason=reason) from error
        finally:
            connection.close()

    def _read(self, status: int, content: bytes) -> Any:
        try:
            told = json.loads(content)
        except ValueError:
            told = None
        if status == 200 and told is not None:
            return told
        reason = _reason(told)
        if status in _GATEWAYS:
            raise Unreachable("{url} does not answer ({reason}).", url=self.url, reason=f"{status} {reason}".strip())
        if status in (401, 403):
            raise Unusable(
                "{url} wants a login: give the name and password of its --api-auth in the variable {variable}.",
                url=self.url,
                variable=LOGIN_VARIABLE,
            )
        if "Click Inpaint" in reason and "not found" in reason:
            raise Unusable("{url} has no Click Inpaint: install it there, and restart that Web UI.", url=self.url)
        if status == 200 or (status in (404, 405) and not _is_own(told)):
            raise Unusable("{url} has no API: start that Web UI with --api.", url=self.url)
        raise Refused("{reason}", reason=reason or f"HTTP {status}")


LOGIN_VARIABLE = "CLICK_INPAINT_LOGIN"
"""The environment's variable with the login; on the command line every user of the computer could read it."""


def _is_own(told: Any) -> bool:
    """Whether an answer was made by the Web UI's API, and not by the server for a path that it does not know."""
    return isinstance(told, dict) and told.get("detail") not in ("Not Found", "Method Not Allowed")


def _reason(told: Any) -> str:
    """The sentence in an error's JSON, whichever of its keys holds it."""
    if not isinstance(told, dict):
        return ""
    found = next((told[key] for key in ("detail", "errors", "error") if told.get(key)), "")
    return (found if isinstance(found, str) else json.dumps(found))[:MOST_TOLD]
