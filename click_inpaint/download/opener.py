"""How addresses are opened: over https alone, also where a server redirects to another address."""

from __future__ import annotations

import urllib.parse
import urllib.request
from typing import Any

from click_inpaint.download.base import NextMirror
from click_inpaint.messages import Message

MAX_REDIRECTS = 5


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, to addresses of the allowed schemes only, with the headers of the first request."""

    max_redirections = max_repeats = MAX_REDIRECTS

    def __init__(self, schemes: tuple[str, ...]) -> None:
        self._schemes = schemes

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """The same request for the new address. Raises NextMirror where its scheme is not allowed."""
        if urllib.parse.urlsplit(newurl).scheme not in self._schemes:
            raise NextMirror(
                Message(
                    "it redirects to {address}, which is not {schemes}",
                    address=newurl[:200],
                    schemes=", ".join(self._schemes),
                )
            )
        return urllib.request.Request(newurl.replace(" ", "%20"), headers=req.headers, unverifiable=True)

    http_error_308 = urllib.request.HTTPRedirectHandler.http_error_302  # Python 3.10 does not know it


def opener(schemes: tuple[str, ...]) -> urllib.request.OpenerDirector:
    """An opener for the allowed schemes and no others (neither files nor FTP), through the system's proxy."""
    handlers = {"https": urllib.request.HTTPSHandler, "http": urllib.request.HTTPHandler}
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        *(handlers[scheme]() for scheme in schemes),
        Redirects(schemes),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        made.add_handler(handler)
    return made
