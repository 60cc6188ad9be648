"""The routes over HTTP, without a host."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from click_inpaint import api
from click_inpaint.download.base import Downloadable, System
from click_inpaint.download.downloads import Downloads
from click_inpaint.origin import Site
from click_inpaint.pipeline import Pipeline
from click_inpaint.service import Service
from click_inpaint.store import Store
from click_inpaint.weights import WeightFile
from tests.api.client import MODULES
from tests.squares import OnlySquares


@pytest.fixture
def gate() -> dict[str, bool]:
    return {"open": True}


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), OnlySquares())


@pytest.fixture
def service(pipeline: Pipeline) -> Iterator[Service]:
    service = Service(pipeline)
    yield service
    service.close()


@pytest.fixture
def weight_files(tmp_path: Path) -> api.WeightFiles:
    """One known file, which nobody has: nothing answers at its address."""
    file = WeightFile("tiny.pth", ("http://127.0.0.1:9/tiny.pth",), 2_000_000, "0" * 64)
    system = System(pause=lambda *_: None)
    downloads = Downloads({"tiny": Downloadable(file, tmp_path / "sam")}, ("http",), system)
    return api.WeightFiles(lambda: {"files": [{"name": "tiny"}]}, downloads)


@pytest.fixture
def client(service: Service, gate: dict[str, bool], weight_files: api.WeightFiles) -> TestClient:
    app = FastAPI()
    access = api.Access(lambda: None, lambda headers, user: gate["open"], lambda: Site(frozenset({"testserver"})))
    api.register(app, service, access, lambda: {"segmenters": []}, weight_files, MODULES)
    return TestClient(app, raise_server_exceptions=False)
