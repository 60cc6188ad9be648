"""Set-up for every test: no network and few threads."""

import os
import socket
from pathlib import Path
from typing import Any

import cv2
import pytest
from hypothesis import HealthCheck, settings

from bench.cpu_torch import torch_for_segment_anything
from tests.host.table import Recorder

ROOT = Path(__file__).resolve().parents[1]

cv2.setNumThreads(2)
os.environ.setdefault("OMP_NUM_THREADS", "2")
# Machines are noisy: a deadline would test them, not the code. Derandomised, so that a red run can be run again.
settings.register_profile("tests", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--webui-url", help="run the contract in tests/host against the real Web UI that answers here")
    parser.addoption("--webui", help="that Web UI's folder")
    parser.addoption("--gradio", help="run the contract on the workbench with this version of Gradio alone")
    parser.addoption("--login", choices=["gradio", "api", "both"], help="how that Web UI was started (test_login.py)")
    parser.addoption("--install-from", help="git URL to install the extension from, through the Extensions tab")
    parser.addoption("--fuzz", action="store_true", help="send 20,000 requests in tests/host/test_fuzz.py, not a few")
    parser.addoption("--renew-template", action="store_true", help="write docs/localization-template.json anew")
    parser.addoption("--screenshots", help="folder to write the screenshots of the page to")
    parser.addoption("--table", help="file with the table of hosts, which the run fills (docs/KNOWN.md)")
    parser.addoption("--column", default="workbench", help="the column of that table that this run is about")


@pytest.hookimpl(trylast=True)  # pytest's cache comes first
def pytest_configure(config: pytest.Config) -> None:
    if table := config.getoption("--table"):
        assert config.cache, "without pytest's cache there is no table"
        config.pluginmanager.register(Recorder(Path(table), config.getoption("--column"), config.cache))


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is marked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a page, so that a machine without a browser can do without it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def torch() -> Any:
    """torch, with segment-anything importable."""
    pytest.importorskip("torch")
    return torch_for_segment_anything()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine is reachable from a test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "localhost", "127.0.0.1", "::1"):
            raise AssertionError(f"a test reached for {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def photograph() -> Path:
    """The photograph of two dogs that the project bundles."""
    return ROOT / "workbench" / "photos" / "dogs.jpg"
