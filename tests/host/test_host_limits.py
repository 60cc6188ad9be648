"""Limits that the person has set in the host's settings, as clients meet them at once and without a restart."""

import socket
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.host.web import Reply, Web

pytestmark = pytest.mark.one_gradio
LASSO = {"kind": "lasso", "points": [[40, 30], [90, 30], [90, 80], [40, 80]]}


@contextmanager
def option(web: Web, **values: Any) -> Iterator[None]:
    before = {name: web.option(name) for name in values}
    web.options(**values)
    try:
        yield
    finally:
        web.options(**before)


def test_a_longer_file_and_a_larger_selection_are_refused_by_name(web: Web, photograph: Path) -> None:
    edit = {"image": web.upload(photograph.read_bytes()), "selection": [LASSO]}
    with option(web, click_inpaint_max_megabytes=1, click_inpaint_max_points=3, click_inpaint_max_steps=1):
        refused = web.ask("POST", "/click-inpaint/v1/images", b"x" * (2 << 20))
        assert refused.status == 413 and "over 1 MB" in refused.json()["error"]
        refused = web.post("/click-inpaint/v1/mask", {"edit": edit})
        assert refused.status == 422 and "takes 3 (Settings" in refused.json()["error"]
        refused = web.post("/click-inpaint/v1/mask", {"edit": {**edit, "selection": [{"kind": "invert"}] * 2}})
        assert refused.status == 422 and "2 steps, and this Web UI takes 1" in refused.json()["error"]
        refused = web.img2img(photograph.read_bytes(), {"selection": [LASSO]})
        assert refused.status == 422 and "takes 3 (Settings" in refused.json()["detail"]
    assert web.post("/click-inpaint/v1/mask", {"edit": edit}).status == 200


@contextmanager
def uploading(web: Web) -> Iterator[socket.socket]:
    """An upload that has begun and goes no further."""
    parts = urllib.parse.urlsplit(web.url)
    head = f"POST /click-inpaint/v1/images HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port or 80)) as slow:
        slow.sendall(head.encode() + b"x")
        yield slow


def awaited(web: Web, status: int) -> Reply:
    """The answer to a request that is sent again until it is answered like this."""
    until = time.monotonic() + 60
    while (reply := web.ask("GET", "/click-inpaint/v1/status")).status != status:
        assert time.monotonic() < until, reply.content
    return reply


def test_who_sends_too_slowly_is_let_go(web: Web) -> None:
    with option(web, click_inpaint_upload_seconds=1), uploading(web) as slow:
        slow.settimeout(60)
        assert slow.recv(4096).startswith(b"HTTP/1.1 408")


def test_one_computer_with_too_many_requests_is_told_to_wait_and_counted_no_longer_than_it_asks(web: Web) -> None:
    with option(web, click_inpaint_requests_at_once=1):
        with uploading(web):
            refused = awaited(web, 429)
            assert "1 requests under way" in refused.json()["error"] and float(refused.headers["Retry-After"]) > 0
        awaited(web, 200)
