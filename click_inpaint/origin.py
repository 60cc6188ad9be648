"""Tells requests of our own page, and of programs, from those that another website makes a visitor's browser send.

A website can make a browser send requests to any address, also to a Web UI on the visitor's own computer, with the
cookies of that Web UI. It cannot set these headers: browsers add `Sec-Fetch-Site` (W3C Fetch Metadata) where the Web UI
is reached by https or on this computer, `Origin` (RFC 6454) to everything that is not a plain GET, and `Host` always.
A website whose name its owner points at this computer (DNS rebinding) passes for our own page, except by its `Host`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from click_inpaint.errors import ForeignRequest

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Site:
    """How the Web UI may be reached: by which host `names` (None: any), and from which other `origins`, such as
    "https://example.org", its pages may be used; `origin_pattern` is a regular expression for more of these, or "".
    """

    names: frozenset[str] | None = None
    origins: frozenset[str] = frozenset()
    origin_pattern: str = ""

    def check(self, headers: Mapping[str, str]) -> None:
        """Let a request with these headers (names in any case) pass, or raise ForeignRequest."""
        self.check_name(headers)
        origin, relation = headers.get("origin", ""), headers.get("sec-fetch-site", "")
        if self._is_trusted(origin) or relation in ("same-origin", "none"):
            return
        # another relation is that to another site, or to another port or name of this one
        if relation or (origin and not _is_own(origin, headers)):
            raise ForeignRequest("This request comes from another website; open the Web UI itself.")

    def check_name(self, headers: Mapping[str, str]) -> None:
        """Raise ForeignRequest where the name by which the Web UI was asked is none of its own."""
        name = name_of(headers.get("host", ""))
        if self.names is None or name in self.names or name.endswith(".localhost"):
            return
        raise ForeignRequest(
            "This Web UI does not answer to the name “{name}”; open it as “localhost”, or add that name in Settings → "
            "Click Inpaint.",
            name=name[:LONGEST_SHOWN],
        )

    def _is_trusted(self, origin: str) -> bool:
        if not origin:
            return False
        return bool(self.origins & {origin, "*"}) or bool(
            self.origin_pattern and re.fullmatch(self.origin_pattern, origin)
        )


def name_of(host: str) -> str:
    """The name in a Host header, in lower case and without its port; "" where there is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_own(origin: str, headers: Mapping[str, str]) -> bool:
    """Whether the page's origin is the place that was asked; behind a proxy, the place that the proxy was asked for.

    The scheme does not count: a proxy may end the encryption.
    """
    try:
        place = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    asked = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower()}
    return bool(place) and place in asked
