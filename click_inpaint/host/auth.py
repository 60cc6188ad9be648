"""The host's own login, for our routes too: `--gradio-auth` guards only Gradio's routes, `--api-auth` only
the host's.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import Any

from modules import shared

from click_inpaint.host import settings
from click_inpaint.origin import LOCAL_NAMES, Site, name_of

TOKEN_HEADER = "x-click-inpaint-token"
_REACHED_BY_OTHERS = (
    *("listen", "share", "ngrok", "subpath", "cloudflared", "localhostrun", "remotemoe", "googleusercontent", "bore"),
)
"""The host's options, and those of extensions that make tunnels, by which the host has names that we do not know."""


def gradio_user(app: Any) -> Any:
    """Gradio's function that finds the user of a request who is logged in; where Gradio serves no page, one that finds
    none.
    """
    for route in app.routes:
        if getattr(route, "path", "") == "/user":
            return route.endpoint
    return lambda: None


class Gate:
    """Decides which requests are let in. Where only `--api-auth` is set, our own page identifies itself by a token,
    which is a new one at each start.
    """

    def __init__(self, app: Any, token: str) -> None:
        self._app, self._token = app, token

    def allowed(self, headers: Mapping[str, str], user: Any) -> bool:
        """Whether a request with these headers is let in; `user` is the Gradio user who sent it, or None."""
        pairs = _credentials()
        login = getattr(self._app, "auth", None) is not None
        if not pairs and not login:
            return True
        if user is not None and login:
            return True
        if pairs and _is_basic_login(headers.get("authorization", ""), pairs):
            return True
        offered = headers.get(TOKEN_HEADER, "")
        return bool(pairs) and not login and secrets.compare_digest(offered.encode(), self._token.encode())


def site(app: Any) -> Site:
    """How the host is reached, as far as it was told; asked at each request, since options change.

    Where it listens to this computer alone it has the names of this computer, and those that the person added. Where
    Gradio asks for a login, a website that was pointed here has no cookie of its visitor, so that names do not matter.
    """
    told = shared.cmd_opts
    origins = {one for one in (getattr(told, "cors_allow_origins", None) or "").split(",") if one}
    pattern = getattr(told, "cors_allow_origins_regex", None) or ""
    has_login = getattr(app, "auth", None) is not None
    names = None if has_login or not _listens_locally() else LOCAL_NAMES | settings.names()
    return Site(names, frozenset(origins), pattern)


def _listens_locally() -> bool:
    """Whether nothing says that others reach the host, be it directly or through a tunnel."""
    told = shared.cmd_opts
    if any(getattr(told, option, None) for option in _REACHED_BY_OTHERS):
        return False
    name = getattr(told, "server_name", None)
    return name_of(name) in LOCAL_NAMES if name else hasattr(told, "listen")


def _credentials() -> list[str]:
    """The pairs "user:password" that `--api-auth` names."""
    return [pair for pair in (getattr(shared.cmd_opts, "api_auth", None) or "").split(",") if pair]


def _is_basic_login(header: str, pairs: list[str]) -> bool:
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        offered = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    # every pair is compared, so that the time which this takes tells nothing
    return sum(secrets.compare_digest(offered, pair.encode()) for pair in pairs) > 0
