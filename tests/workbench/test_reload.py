"""The workbench's "Reload UI" while its pages go on asking."""

import asyncio
import contextlib
import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import websockets
from websockets.exceptions import WebSocketException

from tests.host.conftest import serve

JOINS, PAUSE_S = 80, 0.005
"""Gradio's queue is joined through all of the moment in which it is closed and the server still listens."""


def test_who_joins_the_queue_while_it_closes_does_not_hold_up_the_restart(tmp_path: Path) -> None:
    with contextlib.contextmanager(serve)(tmp_path) as web:
        asyncio.run(_reload(web.url, _reload_button(web.url)))
        until = time.monotonic() + 60
        while not _answers(web.url):
            assert time.monotonic() < until, "it does not come back"
            time.sleep(0.2)


def _reload_button(url: str) -> int:
    """The number of what happens at a press of "Reload UI"."""
    config = json.loads(urllib.request.urlopen(url + "/config", timeout=20).read())
    button = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "settings_restart_gradio")
    return next(index for index, event in enumerate(config["dependencies"]) if button in event["targets"])


async def _reload(url: str, button: int) -> None:
    """Press it, while others do, too."""
    pages = []
    for number in range(JOINS):
        pages.append(asyncio.create_task(_press(url, button, f"page {number}")))
        await asyncio.sleep(PAUSE_S)
    for page in pages:
        page.cancel()


async def _press(url: str, button: int, page: str) -> None:
    where: dict[str, Any] = {"fn_index": button, "session_hash": page}
    address = url.replace("http", "ws", 1) + "/queue/join"
    with contextlib.suppress(WebSocketException, OSError):  # the server may be gone before or meanwhile
        async with websockets.connect(address) as queue:  # type: ignore[attr-defined]
            while json.loads(await queue.recv())["msg"] != "process_completed":
                await queue.send(json.dumps({**where, "data": []}))


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except (urllib.error.URLError, OSError):
        return False
    return True
