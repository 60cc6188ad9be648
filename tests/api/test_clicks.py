"""Previews, embeddings and hover masks as they travel."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from click_inpaint import edit as edits
from click_inpaint.geometry import Size
from click_inpaint.pipeline import Pipeline
from click_inpaint.service import Busy, EmbeddingStatus, Service
from click_inpaint.worker import Superseded
from tests.api.client import asked, refusal, said, stroke_edit, unpacked, uploaded
from tests.squares import registry_of


def test_a_preview_is_one_binary_reply(client: TestClient, pipeline: Pipeline) -> None:
    image = uploaded(client)
    reply = asked(client, stroke_edit(image, refine={"grow": 3, "feather": 5}))
    assert reply.status_code == 200 and reply.headers["cache-control"] == "no-store"
    header, rest = unpacked(reply)
    x0, y0, x1, y1 = header["box"]
    pixels = rest.reshape(y1 - y0, x1 - x0)
    shown = pipeline.preview(edits.parse(stroke_edit(image, refine={"grow": 3, "feather": 5})), Size(256, 256))
    assert (pixels == shown.blend.pixels).all() and header["digest"] == shown.digest
    assert (
        header["frame"] == [140, 90]
        and [part["working"] for part in header["parts"]]
        == [[plan.working.width, plan.working.height] for plan in shown.plans]
        and header["apart"] == 0
        and header["advice"] == [] == header["objects"]
    )
    (part,) = header["parts"]
    crop = part["crop"]
    assert crop[0] <= x0 and crop[1] <= y0 and crop[2] >= x1 and crop[3] >= y1


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 422, "not JSON"),
        (b"[" * 50_000, 422, "not JSON"),
        (b"\xff\xfe", 422, "not JSON"),
        (b'{"edit": {}, "width": 256, "height": %s}' % nested(980), 422, "not JSON"),
        *(
            (b'{"edit": {"fill": %s}, "width": 256, "height": 256}' % nested(n), 422, "not JSON")
            for n in (40, 900, 980)
        ),
        (b"[]", 422, "exactly the keys"),
        (b'{"edit": {}}', 422, "exactly the keys"),
        (b'{"edit": {}, "width": 256, "height": "256"}', 422, "whole numbers from 64 to 8192"),
        (b'{"edit": {}, "width": true, "height": 256}', 422, "whole numbers"),
        (b'{"edit": {}, "width": 256, "height": 1e9}', 422, "whole numbers"),
        (b'{"edit": [], "width": 256, "height": 256}', 422, "The Edit must be a JSON object"),
        (b'{"edit": null, "width": 256, "height": 256}', 422, "The Edit must be a JSON object"),
        (b'{"edit": {}, "width": 256, "height": 256}', 422, "Open a picture first. If one is open"),
        (b'{"edit": {"image": "x"}, "width": 256, "height": 256}', 422, "Click the object first."),
        (b'{"edit": {"fil": 1}, "width": 256, "height": 256}', 422, 'Unknown key "fil"'),
        (b'{"edit": "' + b"x" * 1_100_000 + b'", "width": 256, "height": 256}', 413, "over 1 MB"),
    ],
)
def test_a_wrong_preview_request_is_told_what_is_wrong(
    client: TestClient, content: bytes, status: int, says: str
) -> None:
    reply = client.post("/click-inpaint/preview", content=content)
    assert says in refusal(reply, status)


def test_the_header_tells_of_objects_and_of_other_weights(client: TestClient) -> None:
    step = {"kind": "click", "x": 30, "y": 30, "weights": "1", "candidate": 1}
    header, _ = unpacked(asked(client, {"image": uploaded(client), "selection": [step]}))
    assert header["objects"] == [
        {"last": 0, "steps": [0], "segmenter": "squares", "weights": "0", "scores": [0.9, 0.5], "candidate": 1}
    ]
    assert "other weights" in said(header["advice"][0]) and header["advice"][0]["values"] == {"segmenter": "squares"}


def test_an_embedding_is_started_and_told_of_until_it_is_ready(client: TestClient, pipeline: Pipeline) -> None:
    squares, image = registry_of(pipeline).squares, uploaded(client)
    squares.gate.clear()

    def told() -> Any:
        reply = client.post("/click-inpaint/embed", json={"image": image, "segmenter": "auto"})
        assert reply.status_code == 200
        return reply.json()

    first = told()
    assert first.pop("progress") < 0.95
    assert first == {"segmenter": "squares", "ready": False, "seconds_left": None, "note": None}
    assert squares.begun.wait(10) and not told()["ready"]
    squares.gate.set()
    while not (last := told())["ready"]:
        pass
    assert last == {"segmenter": "squares", "ready": True, "progress": 1.0, "seconds_left": 0.0, "note": None}
    assert squares.embeds == 1


def test_what_an_embedding_waits_for_is_told_as_a_message(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told = EmbeddingStatus("squares", False, 0.0, None, Busy().message)
    monkeypatch.setattr(Service, "embed", lambda *_: told)
    reply = client.post("/click-inpaint/embed", json={"image": "x", "segmenter": "auto"})
    assert said(reply.json()["note"]) == str(Busy())


def test_hovering_shows_what_lies_under_the_pointer(client: TestClient, pipeline: Pipeline) -> None:
    image = uploaded(client)
    document = {"image": image, "x": 40.5, "y": 30, "segmenter": "auto"}
    reply = client.post("/click-inpaint/hover", json=document)
    assert reply.status_code == 204 and registry_of(pipeline).squares.embeds == 0
    pipeline.embeddings.get(pipeline.segmenters.get("auto"), image)
    reply = client.post("/click-inpaint/hover", json=document)
    header, pixels = unpacked(reply)
    assert reply.headers["cache-control"] == "no-store" and header.pop("ms") >= 0
    assert header == {
        "frame": [140, 90],
        "box": [30, 20, 50, 40],
        "size": [20, 20],
        "segmenter": "squares",
        "score": 0.9,
    }
    assert pixels.size == 400 and (pixels == 255).all()


@pytest.mark.parametrize(("error", "status"), [(Superseded(), 409), (Busy(), 423)])
def test_a_request_that_comes_at_a_bad_time_is_told_so(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    async def refuse(*args: Any) -> None:
        raise error

    monkeypatch.setattr(service, "preview", refuse)
    reply = asked(client, stroke_edit("0" * 64))
    assert refusal(reply, status)
    assert (status == 423) == ("retry-after" in reply.headers)


@pytest.mark.parametrize(
    ("route", "document", "says"),
    [
        ("embed", {}, "exactly the keys image, segmenter"),
        ("embed", {"image": 1, "segmenter": "auto"}, "image must be text"),
        ("embed", {"image": "0", "segmenter": "x" * 65}, "segmenter must be text"),
        ("embed", {"image": "0", "segmenter": "absent"}, "no segmenter “absent”"),
        ("hover", {"image": "0", "x": True, "y": 0, "segmenter": "auto"}, "x must be a number"),
        ("hover", {"image": "0", "x": 0, "y": 1e99, "segmenter": "auto"}, "y must be a number"),
        ("hover", {"image": "0", "x": 0, "y": "1", "segmenter": "auto"}, "y must be a number"),
        ("hover", {"image": "0", "x": 0, "y": 0, "segmenter": "absent"}, "no segmenter “absent”"),
        ("hover", [], "exactly the keys"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(client: TestClient, route: str, document: Any, says: str) -> None:
    reply = client.post(f"/click-inpaint/{route}", json=document)
    assert says in refusal(reply, 422)


def test_hovering_beside_the_picture_is_refused(client: TestClient, pipeline: Pipeline) -> None:
    image = uploaded(client)
    pipeline.embeddings.get(pipeline.segmenters.get("auto"), image)
    reply = client.post("/click-inpaint/hover", json={"image": image, "x": 140, "y": 3, "segmenter": "auto"})
    assert "(140, 3) lies outside the picture (140×90)" in refusal(reply, 422)
    assert reply.json()["message"]["values"] == {"x": "140", "y": "3", "size": "140×90"}
