"""A workbench in a process of its own, with this extension: what benchmarks and tests ask over HTTP."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 120
END_SECONDS = 20


@dataclass(frozen=True)
class Served:
    """Where it answers, and the process that it is."""

    url: str
    pid: int


@dataclass(frozen=True)
class Answer:
    """`seconds` is from the first byte that was sent to the last one that came."""

    status: int
    content: bytes
    seconds: float

    def json(self) -> Any:
        """The content's JSON value; None where it is none."""
        with contextlib.suppress(ValueError):
            return json.loads(self.content)
        return None


class Connection:
    """One client, which keeps its connection, and makes another where that one was closed."""

    def __init__(self, url: str, timeout_s: float) -> None:
        parts = urllib.parse.urlsplit(url)
        assert parts.hostname, url
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)

    def ask(self, method: str, target: str, content: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Raises TimeoutError where no answer comes in time."""
        begin = time.perf_counter()
        try:
            status, told = self._once(method, target, content, headers or {})
        except (ConnectionError, http.client.BadStatusLine):  # it was closed meanwhile; the server has seen nothing
            self._connection.close()
            status, told = self._once(method, target, content, headers or {})
        return Answer(status, told, time.perf_counter() - begin)

    def close(self) -> None:
        """End the connection; the next question makes another."""
        self._connection.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _once(self, method: str, target: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            self._connection.request(method, target, content, dict(headers))
            reply = self._connection.getresponse()
            return reply.status, reply.read()
        except BaseException:
            self._connection.close()
            raise


@contextlib.contextmanager
def serving(folder: Path, *options: str, python: str | Path = sys.executable, port: int = 0) -> Iterator[Served]:
    """A workbench whose data and log are in `folder`, ended afterwards. It takes any free port where none is given."""
    port = port or free_port()
    command = [str(python), str(ROOT / "workbench" / "serve.py"), "--port", str(port)]
    command += ["--data", str(folder), "--extension", str(ROOT), *options]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
        try:
            served = Served(f"http://127.0.0.1:{port}", process.pid)
            _wait_for(served.url, process, folder / "log.txt")
            yield served
        finally:
            process.terminate()
            process.wait(END_SECONDS)


def free_port() -> int:
    """A port of this computer that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_mb(pid: int) -> float:
    """Memory that a process holds now, in MB; NaN where the system does not say."""
    try:
        lines = Path(os.sep, "proc", str(pid), "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS:"))


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if "Running on local URL" in log.read_text(encoding="utf-8"):
            urllib.request.urlopen(url, timeout=20).close()
            return
        time.sleep(0.2)
    raise AssertionError(f"the workbench did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
