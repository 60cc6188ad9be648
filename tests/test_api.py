"""The routes over HTTP, without a host: what comes in, what goes out, and that nothing is a 500."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from click_inpaint import api
from click_inpaint.download.base import Tools
from click_inpaint.download.downloads import Downloads
from click_inpaint.geometry import Size
from click_inpaint.images import Store
from click_inpaint.pipeline import Pipeline
from click_inpaint.segment.registry import Registry
from click_inpaint.weights import WeightFile

MODULES = Path(__file__).resolve().parents[1] / "javascript" / "click_inpaint"
PIXELS = np.random.default_rng(2).integers(0, 256, (90, 140, 3), np.uint8)


def encoded(pixels: np.ndarray, format_: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format_)
    return file.getvalue()


@pytest.fixture
def gate() -> dict[str, bool]:
    return {"open": True}


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), Registry())


@pytest.fixture
def shelf(tmp_path: Path) -> api.Shelf:
    """One known file, which nobody has: nothing answers at its address."""
    file = WeightFile("tiny.pth", ("http://127.0.0.1:9/tiny.pth",), 2_000_000, "0" * 64)
    tools = Tools(pause=lambda *_: None)
    downloads = Downloads(tmp_path / "sam", {"tiny": file}, ("http",), tools)
    return api.Shelf(lambda: {"files": [{"name": "tiny"}]}, downloads)


@pytest.fixture
def client(pipeline: Pipeline, gate: dict[str, bool], shelf: api.Shelf) -> TestClient:
    app = FastAPI()
    doors = api.Doors(lambda: None, lambda headers, user: gate["open"])
    api.register(app, pipeline, doors, lambda: {"segmenters": []}, shelf, MODULES)
    return TestClient(app, raise_server_exceptions=False)


def stroke_edit(image: str, **more: Any) -> dict[str, Any]:
    return {"image": image, "selection": [{"kind": "stroke", "points": [[70, 45]], "radius": 12}], **more}


def asked(client: TestClient, edit: Any, width: Any = 256, height: Any = 256) -> Any:
    return client.post("/click-inpaint/preview", json={"edit": edit, "width": width, "height": height})


def test_a_picture_is_uploaded_once_and_shown(client: TestClient) -> None:
    reply = client.post("/click-inpaint/images", content=encoded(PIXELS))
    assert reply.status_code == 200 and reply.headers["cache-control"] == "no-store"
    told = reply.json()
    assert (told["width"], told["height"], told["notes"]) == (140, 90, [])
    assert client.post("/click-inpaint/images", content=encoded(PIXELS)).json() == told
    shown = client.get(f"/click-inpaint/images/{told['image']}")
    assert Image.open(io.BytesIO(shown.content)).size == (140, 90) and shown.headers["content-type"] == "image/jpeg"


def test_a_preview_is_one_binary_reply(client: TestClient, pipeline: Pipeline) -> None:
    image = client.post("/click-inpaint/images", content=encoded(PIXELS)).json()["image"]
    reply = asked(client, stroke_edit(image, refine={"grow": 3, "feather": 5}))
    assert reply.status_code == 200 and reply.headers["cache-control"] == "no-store"
    length = int.from_bytes(reply.content[:4], "little")
    header = json.loads(reply.content[4 : 4 + length])
    x0, y0, x1, y1 = header["box"]
    pixels = np.frombuffer(reply.content[4 + length :], np.uint8).reshape(y1 - y0, x1 - x0)
    shown = pipeline.preview(api.edits.parse(stroke_edit(image, refine={"grow": 3, "feather": 5})), Size(256, 256))
    assert (pixels == shown.blend.pixels).all() and header["digest"] == shown.digest
    assert (
        header["frame"] == [140, 90]
        and header["working"] == [shown.plan.working.width, shown.plan.working.height]
        and header["advice"] == []
    )
    crop = header["crop"]
    assert crop[0] <= x0 and crop[1] <= y0 and crop[2] >= x1 and crop[3] >= y1


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 422, "not JSON"),
        (b"[" * 50_000, 422, "not JSON"),
        (b"\xff\xfe", 422, "not JSON"),
        (b"[]", 422, "exactly the keys"),
        (b'{"edit": {}}', 422, "exactly the keys"),
        (b'{"edit": {}, "width": 256, "height": "256"}', 422, "whole numbers from 64 to 8192"),
        (b'{"edit": {}, "width": true, "height": 256}', 422, "whole numbers"),
        (b'{"edit": {}, "width": 256, "height": 1e9}', 422, "whole numbers"),
        (b'{"edit": [], "width": 256, "height": 256}', 422, "The Edit must be a JSON object"),
        (b'{"edit": null, "width": 256, "height": 256}', 422, "The Edit must be a JSON object"),
        (b'{"edit": {}, "width": 256, "height": 256}', 422, "Open a picture first."),
        (b'{"edit": {"image": "x"}, "width": 256, "height": 256}', 422, "Click the object first."),
        (b'{"edit": {"fil": 1}, "width": 256, "height": 256}', 422, 'Unknown key "fil"'),
        (b'{"edit": "' + b"x" * 1_100_000 + b'", "width": 256, "height": 256}', 413, "over 1 MB"),
    ],
)
def test_a_wrong_preview_request_is_told_what_is_wrong(
    client: TestClient, content: bytes, status: int, says: str
) -> None:
    reply = client.post("/click-inpaint/preview", content=content)
    assert reply.status_code == status and says in reply.json()["error"]


def test_an_unknown_picture_is_404_on_every_route(client: TestClient) -> None:
    for reply in (asked(client, stroke_edit("0" * 64)), client.get("/click-inpaint/images/nothing")):
        assert reply.status_code == 404 and "open it again" in reply.json()["error"]


@pytest.mark.parametrize("content", [b"", b"hello", encoded(PIXELS)[:400]])
def test_what_is_no_picture_is_422(client: TestClient, content: bytes) -> None:
    reply = client.post("/click-inpaint/images", content=content)
    assert reply.status_code == 422 and reply.json()["error"]


def test_an_upload_over_the_limit_is_413_before_it_is_all_read(shelf: api.Shelf, monkeypatch: Any) -> None:
    app, read = FastAPI(), []

    def chunks() -> Any:
        for _ in range(1000):
            read.append(1)
            yield b"x" * 1_000_000

    monkeypatch.setattr(api, "STORE_BYTES", 3_000_000)
    api.register(app, Pipeline(Store(), Registry()), api.Doors(lambda: None, lambda *_: True), dict, shelf, MODULES)
    reply = TestClient(app).post("/click-inpaint/images", content=chunks())
    assert reply.status_code == 413 and "over 3 MB" in reply.json()["error"]


def test_every_route_but_the_modules_asks_for_the_login(client: TestClient, gate: dict[str, bool]) -> None:
    gate["open"] = False
    for reply in (
        client.post("/click-inpaint/images", content=encoded(PIXELS)),
        client.get("/click-inpaint/images/x"),
        asked(client, {}),
        client.get("/click-inpaint/status"),
        client.get("/click-inpaint/weights"),
        client.post("/click-inpaint/weights/tiny"),
        client.delete("/click-inpaint/weights/tiny"),
    ):
        assert reply.status_code == 401 and "Log in" in reply.json()["error"]


def test_a_download_is_started_told_of_and_cancelled_by_name(client: TestClient, shelf: api.Shelf) -> None:
    assert client.get("/click-inpaint/weights").json() == {"files": [{"name": "tiny"}]}
    assert client.delete("/click-inpaint/weights/tiny").json() is None
    started = client.post("/click-inpaint/weights/tiny")
    assert started.status_code == 200 and started.json()["total"] == 2_000_000 and "left" in started.json()
    shelf.downloads.wait("tiny", 10)
    told = client.delete("/click-inpaint/weights/tiny").json()
    assert told["stage"] == "failed" and not told["running"] and "By hand: get http://127.0.0.1:9/" in told["error"]


@pytest.mark.parametrize(
    "name", ["absent", "..", "tiny.pth", "http:%2f%2f127.0.0.1%2fx", "%2e%2e%2fx", "x" * 9000, "%00"]
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_only_known_files_are_downloaded(client: TestClient, shelf: api.Shelf, method: str, name: str) -> None:
    reply = client.request(method, f"/click-inpaint/weights/{name}", json={"url": "http://127.0.0.1:9/", "folder": "/"})
    assert reply.status_code in (404, 405) and len(reply.content) < 500
    assert shelf.downloads.progress("tiny") is None


def test_modules_are_asked_for_again_each_time(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "main.mjs").write_text("export const a = 1;")
    first = api.page_module(tmp_path, "main.mjs", "")
    assert first.headers["cache-control"] == "no-cache" and first.media_type == "text/javascript"
    assert api.page_module(tmp_path, "main.mjs", first.headers["etag"]).status_code == 304
    (tmp_path / "main.mjs").write_text("export const a = 2;")
    assert api.page_module(tmp_path, "main.mjs", first.headers["etag"]).status_code == 200


@pytest.mark.parametrize("name", ["..%2f..%2fREADME.md", "absent.mjs", "main.py", "%2e%2e", "a/b.mjs", "main.mjs%00"])
def test_no_path_leaves_the_modules_folder(client: TestClient, name: str) -> None:
    assert client.get(f"/click-inpaint/page/{name}").status_code == 404
