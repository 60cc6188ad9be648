"""Pictures, downloads and modules; who is let in; and that nothing is a 500."""

import asyncio
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from click_inpaint import api
from click_inpaint.geometry import Box
from click_inpaint.ids import half
from click_inpaint.images import Picture
from click_inpaint.limits import Limits
from click_inpaint.origin import Site
from click_inpaint.pipeline import Pipeline
from click_inpaint.results import Change
from click_inpaint.service import Service
from tests.api.client import MODULES, PIXELS, asked, encoded, refusal, said, stroke_edit, uploaded


def test_a_picture_is_uploaded_once_and_shown(client: TestClient) -> None:
    reply = client.post("/click-inpaint/images", content=encoded(PIXELS))
    assert reply.status_code == 200 and reply.headers["cache-control"] == "no-store"
    told = reply.json()
    assert (told["width"], told["height"], told["notes"]) == (140, 90, [])
    assert client.post("/click-inpaint/images", content=encoded(PIXELS)).json() == told
    shown = client.get(f"/click-inpaint/images/{told['image']}")
    assert shown.headers["content-type"] == "image/png"
    assert (np.asarray(Image.open(io.BytesIO(shown.content))) == PIXELS).all()


def test_whether_a_picture_is_still_held_is_told_without_the_picture(client: TestClient) -> None:
    held = client.head(f"/click-inpaint/images/{uploaded(client)}")
    assert (held.status_code, held.content, held.headers["cache-control"]) == (200, b"", "no-store")
    assert client.head("/click-inpaint/images/nothing").status_code == 404


def test_a_result_is_sent_without_loss_by_its_infotext(client: TestClient, pipeline: Pipeline) -> None:
    image, finished = uploaded(client), PIXELS.copy()
    finished[20:40, 30:60] = 7
    name = pipeline.results.keep(Change.between(image, Picture(finished), Box(30, 20, 60, 40)))
    infotext = 'a kite\nSeed: 3, Click Inpaint edit: "{\\"version\\": 1}"'
    asking = {"infotext": infotext, "image": image}
    assert "take its file" in refusal(client.post("/click-inpaint/results", json=asking), 404)
    pipeline.results.name(name, infotext)
    reply = client.post("/click-inpaint/results", json=asking)
    assert reply.headers["content-type"] == "image/png" and reply.headers["cache-control"] == "no-store"
    assert (np.asarray(Image.open(io.BytesIO(reply.content))) == finished).all()


def test_half_an_id_as_saved_files_carry_it_opens_nothing(client: TestClient, pipeline: Pipeline) -> None:
    image = uploaded(client)
    pipeline.results.name(pipeline.results.keep(Change.between(image, Picture(PIXELS), Box(0, 0, 9, 9))), "a kite")
    known = half(image)
    mask = {"kind": "mask", "image": known}
    for reply in (
        client.get(f"/click-inpaint/images/{known}"),
        asked(client, stroke_edit(known)),
        asked(client, {"image": image, "selection": [mask]}),
        client.post("/click-inpaint/embed", json={"image": known, "segmenter": "auto"}),
        client.post("/click-inpaint/hover", json={"image": known, "segmenter": "auto", "x": 1, "y": 1}),
    ):
        assert "half an id" in refusal(reply, 404)
    assert client.head(f"/click-inpaint/images/{known}").status_code == 404
    refusal(client.post("/click-inpaint/results", json={"infotext": "a kite", "image": known}), 404)
    assert client.post("/click-inpaint/results", json={"infotext": "a kite", "image": image}).status_code == 200


@pytest.mark.parametrize(
    "asking", [{}, {"infotext": "x"}, {"infotext": 3, "image": ""}, {"infotext": "x", "image": 3}, []]
)
def test_what_names_no_result_is_422(client: TestClient, asking: Any) -> None:
    assert refusal(client.post("/click-inpaint/results", json=asking), 422)


def test_what_decoding_had_to_change_is_told_as_messages(client: TestClient) -> None:
    reply = client.post("/click-inpaint/images", content=encoded(np.full((8, 8), 9_999, np.uint16)))
    assert [said(note) for note in reply.json()["notes"]] == ["16 bits per channel were reduced to 8."]


def test_an_unknown_picture_is_404_on_every_route(client: TestClient) -> None:
    gone = {"image": "0" * 64, "segmenter": "auto"}
    for reply in (
        asked(client, stroke_edit("0" * 64)),
        client.get("/click-inpaint/images/nothing"),
        client.post("/click-inpaint/embed", json=gone),
        client.post("/click-inpaint/hover", json={**gone, "x": 1, "y": 1}),
    ):
        assert "open it again" in refusal(reply, 404)


@pytest.mark.parametrize("content", [b"", b"hello", encoded(PIXELS)[:400]])
def test_what_is_no_picture_is_422(client: TestClient, content: bytes) -> None:
    reply = client.post("/click-inpaint/images", content=content)
    assert refusal(reply, 422)


def test_an_upload_over_the_limit_is_413_before_it_is_all_read(service: Service, weight_files: api.WeightFiles) -> None:
    app, read = FastAPI(), []

    def chunks() -> Any:
        for _ in range(1000):
            read.append(1)
            yield b"x" * 1_000_000

    access = api.Access(lambda: None, lambda *_: True, Site)
    api.register(app, service, access, dict, weight_files, MODULES, lambda: Limits(megabytes=3))
    reply = TestClient(app).post("/click-inpaint/images", content=chunks())
    assert "over 3 MB" in refusal(reply, 413)


def test_every_route_but_the_modules_asks_for_the_login(client: TestClient, gate: dict[str, bool]) -> None:
    gate["open"] = False
    for reply in (
        client.post("/click-inpaint/images", content=encoded(PIXELS)),
        client.get("/click-inpaint/images/x"),
        asked(client, {}),
        client.post("/click-inpaint/embed", json={}),
        client.post("/click-inpaint/hover", json={}),
        client.get("/click-inpaint/status"),
        client.post("/click-inpaint/results", json={"infotext": "x"}),
        client.get("/click-inpaint/weights"),
        client.post("/click-inpaint/weights/tiny"),
        client.delete("/click-inpaint/weights/tiny"),
    ):
        assert "Log in" in refusal(reply, 401)


def test_a_download_is_started_told_of_and_cancelled_by_name(client: TestClient, weight_files: api.WeightFiles) -> None:
    assert client.get("/click-inpaint/weights").json() == {"files": [{"name": "tiny"}]}
    assert client.delete("/click-inpaint/weights/tiny").json() is None
    started = client.post("/click-inpaint/weights/tiny")
    assert started.status_code == 200 and started.json()["total"] == 2_000_000 and "left" in started.json()
    weight_files.downloads.wait("tiny", 10)
    told = client.delete("/click-inpaint/weights/tiny").json()
    assert told["stage"] == "failed" and not told["running"]
    assert "By hand: get http://127.0.0.1:9/" in said(told["message"], told["error"])
    assert told["message"]["values"]["by_hand"]["values"]["url"] == "http://127.0.0.1:9/tiny.pth"


@pytest.mark.parametrize(
    "name", ["absent", "..", "tiny.pth", "http:%2f%2f127.0.0.1%2fx", "%2e%2e%2fx", "x" * 9000, "%00"]
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_only_known_files_are_downloaded(
    client: TestClient, weight_files: api.WeightFiles, method: str, name: str
) -> None:
    reply = client.request(method, f"/click-inpaint/weights/{name}", json={"url": "http://127.0.0.1:9/", "folder": "/"})
    assert reply.status_code in (404, 405) and len(reply.content) < 500
    assert weight_files.downloads.progress("tiny") is None


def test_modules_are_asked_for_again_each_time(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "main.mjs").write_text("export const a = 1;", encoding="utf-8")
    first = api.page_module(tmp_path, "main.mjs", "")
    assert first.headers["cache-control"] == "no-cache" and first.media_type == "text/javascript"
    assert api.page_module(tmp_path, "main.mjs", first.headers["etag"]).status_code == 304
    (tmp_path / "main.mjs").write_text("export const a = 2;", encoding="utf-8")
    assert api.page_module(tmp_path, "main.mjs", first.headers["etag"]).status_code == 200


def test_a_module_that_is_not_there_is_refused_as_everything_else_is(client: TestClient) -> None:
    assert refusal(client.get("/click-inpaint/page/absent.mjs"), 404) == "There is no such module."


def test_modules_come_from_their_rooms(client: TestClient) -> None:
    module = client.get("/click-inpaint/page/edit/geometry.mjs")
    assert module.status_code == 200 and module.content == (MODULES / "edit" / "geometry.mjs").read_bytes()
    sheet = client.get("/click-inpaint/page/styles/panel.css")
    assert sheet.status_code == 200 and sheet.headers["content-type"].startswith("text/css")


OUTSIDE = [
    *("..%2f..%2fREADME.md", "absent.mjs", "main.py", "%2e%2e", "a/b.mjs", "main.mjs%00", "edit", "edit/"),
    *("edit/..%2fmain.mjs", "edit%2f..%2f..%2fclick_inpaint.mjs", "..%2fclick_inpaint.mjs", "%2e%2e/click_inpaint.mjs"),
    *("edit/%2e%2e/main.mjs", "edit/../../click_inpaint.mjs", "/edit/state.mjs", "//main.mjs", "edit//state.mjs"),
    *("edit%5cstate.mjs", "..%5cclick_inpaint.mjs", "edit/deep/state.mjs", "main.mjs/", "Edit/state.mjs"),
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_path_leaves_the_modules_folder(client: TestClient, name: str) -> None:
    assert client.get(f"/click-inpaint/page/{name}").status_code == 404


ASKED = [
    *(("POST", "images"), ("GET", "images/x"), ("POST", "preview"), ("POST", "embed"), ("POST", "hover")),
    *(("GET", "status"), ("GET", "weights"), ("POST", "weights/tiny"), ("DELETE", "weights/tiny")),
]


@pytest.mark.parametrize(("method", "path"), ASKED)
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}],
    ids=["origin", "fetch metadata", "host"],
)
def test_other_websites_get_nothing(
    client: TestClient, weight_files: api.WeightFiles, method: str, path: str, headers: dict[str, str]
) -> None:
    plain = {"Content-Type": "text/plain"}  # what a page may send without asking first
    reply = client.request(method, f"/click-inpaint/{path}", content=encoded(PIXELS), headers={**plain, **headers})
    assert refusal(reply, 403)
    assert weight_files.downloads.progress("tiny") is None


def test_a_name_that_was_pointed_here_gets_no_module_either(client: TestClient) -> None:
    assert client.get("/click-inpaint/page/main.mjs", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("name", ["a" * 900 + ".mjs", "a" * 240 + "/" + "b" * 240 + ".mjs"])
def test_a_name_that_no_disk_takes_is_no_module(client: TestClient, name: str) -> None:
    reply = client.get(f"/click-inpaint/page/{name}")
    assert refusal(reply, 404) == "There is no such module."


def test_a_client_that_hangs_up_leaves_no_traceback(client: TestClient) -> None:
    """An error that reaches the server is logged with its traceback, once for each client that goes."""
    told = iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(told)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/click-inpaint/images", "headers": [(b"host", b"testserver")]}
    more = {"query_string": b"", "root_path": "", "http_version": "1.1", "scheme": "http", "client": ("a", 1)}

    async def ask() -> None:
        await client.app({**scope, **more, "server": ("testserver", 80)}, receive, send)

    asyncio.run(ask())
    assert [message.get("status") for message in sent] == [499, None]


def test_an_upload_for_which_there_is_no_room_is_to_be_sent_again(client: TestClient, pipeline: Pipeline) -> None:
    with pipeline.store.room.taken(1 << 40, 0):
        reply = client.post("/click-inpaint/images", content=encoded(PIXELS))
        assert refusal(reply, 423) and float(reply.headers["retry-after"]) > 0
    assert client.post("/click-inpaint/images", content=encoded(PIXELS)).status_code == 200
