"""Limits of requests as clients meet them."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from click_inpaint import api
from click_inpaint.limits import Limits
from click_inpaint.origin import Site
from click_inpaint.pipeline import Pipeline
from click_inpaint.service import Service
from tests.api.client import MODULES, PIXELS, asked, encoded, refusal, stroke_edit, uploaded
from tests.squares import registry_of

Make = Callable[[Limits], TestClient]


@pytest.fixture
def limited(service: Service, weight_files: api.WeightFiles) -> Make:
    def make(limits: Limits) -> TestClient:
        app, access = FastAPI(), api.Access(lambda: None, lambda *_: True, Site)
        api.register(app, service, access, dict, weight_files, MODULES, lambda: limits)
        return TestClient(app)

    return make


def test_a_client_with_too_many_requests_is_told_so_and_served_again_after_them(
    limited: Make, pipeline: Pipeline
) -> None:
    client, squares = limited(Limits(in_flight=1)), registry_of(pipeline).squares
    click = {"image": uploaded(client), "selection": [{"kind": "click", "x": 40, "y": 30}]}
    squares.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(asked, client, click)
        assert squares.begun.wait(20)
        reply = client.get("/click-inpaint/v1/status")
        squares.gate.set()
        assert "1 requests under way" in refusal(reply, 429) and float(reply.headers["retry-after"]) > 0
        assert first.result(20).status_code == 200
    assert client.get("/click-inpaint/v1/status").status_code == 200


def test_who_sends_too_slowly_is_let_go_and_holds_no_thread(limited: Make) -> None:
    client = limited(Limits(upload_seconds=0.2))
    threads = threading.active_count()
    sent: list[Any] = []

    async def receive() -> Any:
        if not sent:
            sent.append(threading.active_count())
            return {"type": "http.request", "body": b"x", "more_body": True}
        await asyncio.sleep(60)

    replies: list[Any] = []

    async def send(message: Any) -> None:
        replies.append(message)

    scope = {"type": "http", "method": "POST", "path": "/click-inpaint/v1/images", "headers": [(b"host", b"a")]}
    more = {"query_string": b"", "root_path": "", "http_version": "1.1", "scheme": "http", "client": ("a", 1)}
    asyncio.run(client.app({**scope, **more, "server": ("a", 80)}, receive, send))  # type: ignore[arg-type]
    assert replies[0]["status"] == 408 and b"It took over" in replies[1]["body"]
    assert sent[0] <= threads + 2, "the loop's own, and the one that looked for a login"


def test_a_selection_beyond_what_the_person_has_set_is_refused_by_name(limited: Make) -> None:
    client = limited(Limits(points=3))
    edit = stroke_edit(uploaded(client))
    assert asked(client, edit).status_code == 200
    edit["selection"][0]["points"] = [[1, 1]] * 4
    assert "The points of selection are 4" in refusal(asked(client, edit), 422)
    assert "takes 3" in refusal(client.post("/click-inpaint/v1/mask", json={"edit": edit}), 422)


def test_a_file_beyond_what_the_person_has_set_is_refused(limited: Make) -> None:
    assert "over 1 MB" in refusal(limited(Limits(megabytes=1)).post("/click-inpaint/images", content=b"x" * 2**21), 413)
    assert limited(Limits(megabytes=1)).post("/click-inpaint/images", content=encoded(PIXELS)).status_code == 200


def test_an_upload_comes_through_the_middleware_of_a_host(service: Service, weight_files: api.WeightFiles) -> None:
    """Hosts wrap every request in a function of theirs, which hands the body on from a task of its own."""
    app, access = FastAPI(), api.Access(lambda: None, lambda *_: True, Site)
    seen: list[str] = []

    @app.middleware("http")
    async def outer(request: Any, call_next: Any) -> Any:
        seen.append(request.url.path)
        return await call_next(request)

    api.register(app, service, access, dict, weight_files, MODULES, lambda: Limits(upload_seconds=30))
    client = TestClient(app)
    image = uploaded(client)
    assert asked(client, stroke_edit(image)).status_code == 200
    assert "over 1" in refusal(client.post("/click-inpaint/v1/embed", content=b"x" * 2_000), 413)
    assert len(seen) == 3
