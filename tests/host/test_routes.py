"""Our routes as the host serves them: nothing that a client sends is a 500."""

import json
from typing import Any

import pytest

from click_inpaint import __version__
from tests.host.web import Web

pytestmark = pytest.mark.both_gradios


def test_status_tells_segmenters_and_checkpoints(web: Web) -> None:
    status = web.ask("GET", "/click-inpaint/status").json()
    assert status["version"] == __version__
    assert "grabcut" in [item["name"] for item in status["segmenters"]]
    kinds = {item["name"]: item["inpainting"] for item in status["checkpoints"]}
    assert kinds[status["auto"]["checkpoint"]] is True and False in kinds.values()


def test_modules_are_served_with_an_etag_and_without_a_cache(web: Web) -> None:
    reply = web.ask("GET", "/click-inpaint/page/main.mjs")
    assert reply.status == 200 and reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert web.ask("GET", "/click-inpaint/page/main.mjs", **{"If-None-Match": reply.headers["ETag"]}).status == 304


WRONG: list[tuple[str, str, Any, int]] = [
    ("POST", "images", b"", 422),
    ("POST", "images", b"no picture", 422),
    ("POST", "images", b"\x89PNG\r\n\x1a\n" + b"\0" * 200, 422),
    ("GET", "images", None, 405),
    ("GET", "images/0", None, 404),
    ("GET", "images/..%2f..%2fconfig.json", None, 404),
    ("POST", "preview", b"", 422),
    ("POST", "preview", b"{", 422),
    ("POST", "preview", b"null", 422),
    ("POST", "preview", b"[" * 90_000, 422),
    ("POST", "preview", b"\xff" * 100, 422),
    ("POST", "preview", json.dumps({"edit": {}, "width": 1, "height": 1}).encode(), 422),
    ("POST", "preview", json.dumps({"edit": {"image": "0" * 64}, "width": 256, "height": 256}).encode(), 422),
    ("POST", "preview", b'{"edit": "' + b"x" * 2_000_000 + b'"}', 413),
    ("GET", "preview", None, 405),
    ("POST", "embed", b"", 422),
    ("POST", "embed", b'{"image": "0", "segmenter": "absent"}', 422),
    ("POST", "embed", b'{"image": "0", "segmenter": "auto"}', 404),
    ("POST", "embed", b"x" * 5_000, 413),
    ("GET", "embed", None, 405),
    ("POST", "hover", b"{}", 422),
    ("POST", "hover", b'{"image": "0", "x": 1e400, "y": 0, "segmenter": "auto"}', 422),
    ("POST", "hover", b'{"image": "0", "x": NaN, "y": 0, "segmenter": "auto"}', 422),
    ("POST", "hover", b'{"image": "0", "x": 0, "y": 0, "segmenter": "auto"}', 404),
    ("POST", "status", b"{}", 405),
    ("GET", "page/absent.mjs", None, 404),
    ("GET", "page/..%2fapi.py", None, 404),
]


@pytest.mark.parametrize(("method", "path", "content", "status"), WRONG)
def test_wrong_input_is_a_client_error_that_says_so(
    web: Web, method: str, path: str, content: Any, status: int
) -> None:
    reply = web.ask(method, f"/click-inpaint/{path}", content)
    assert reply.status == status
    if status != 405:
        assert reply.json().get("error") or reply.json().get("detail")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}],
    ids=["origin", "fetch metadata", "host"],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "images"), ("GET", "status"), ("POST", "weights/mobile_sam")])
def test_another_website_gets_nothing(web: Web, method: str, path: str, headers: dict[str, str]) -> None:
    reply = web.ask(method, f"/click-inpaint/{path}", b"", **{"Content-Type": "text/plain", **headers})
    assert reply.status == 403 and json.loads(reply.content)["error"]
