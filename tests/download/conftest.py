"""A server on this machine and a folder that is downloaded into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from click_inpaint.download import part as parts
from tests.misbehaving import Desk, Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    yield from serving()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(parts, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(parts, "TIMEOUT_S", 2.0)


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Desk:
    return Desk(tmp_path / "sam", server.url("/tiny.pth"))
