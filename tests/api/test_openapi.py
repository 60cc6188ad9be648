"""What the host's OpenAPI page tells of our routes, and that it tells the truth."""

import io
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint.wire import MASK_MARK
from tests.api.client import MODULES, asked, encoded, refusal, stroke_edit, unpacked, uploaded

V1 = "/click-inpaint/v1/"


def told(client: TestClient) -> dict[str, Any]:
    paths = client.get("/openapi.json").json()["paths"]
    return {path.removeprefix(V1): methods for path, methods in paths.items() if "click-inpaint" in path}


def operations(client: TestClient) -> list[Any]:
    return [operation for methods in told(client).values() for operation in methods.values()]


def test_every_route_stands_there_once_under_the_prefix_with_its_version(client: TestClient) -> None:
    assert set(told(client)) == {
        *("images", "images/{image_id}", "preview", "mask", "erase", "embed", "hover", "results"),
        *("status", "weights", "weights/{name}"),
    }


def test_each_tells_what_it_takes_what_it_answers_and_how_it_refuses(client: TestClient) -> None:
    for operation in operations(client):
        assert operation["summary"] and operation["tags"] == ["Click Inpaint"]
        answers = operation["responses"]
        assert answers["200"]["description"] and next(iter(answers["200"]["content"].values()))["schema"]
        assert {"401", "403"} <= set(answers)
        for status in set(answers) - {"200"}:
            assert set(answers[status]["content"]["application/json"]["schema"]["properties"]) == {"error", "message"}


def test_each_example_of_a_body_is_what_the_route_takes(client: TestClient) -> None:
    picture = np.random.default_rng(3).integers(0, 256, (400, 600, 3), np.uint8)
    image = client.post(V1 + "images", content=encoded(picture)).json()["image"]
    asked_for = set()
    for path, methods in told(client).items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json")
        if content and path != "results":  # which asks for the result of a job
            example = content["example"]
            (example.get("edit") or example)["image"] = image
            assert client.post(V1 + path, json=example).status_code in (200, 204)
            asked_for.add(path)
    assert asked_for == {"preview", "mask", "erase", "embed", "hover"}


def test_the_schema_of_an_edit_names_every_key_with_what_it_is_when_left_out() -> None:
    schema = edits.schema()
    default = {**edits.to_json(edits.Edit()), "frame": {"left": 0, "top": 0, "right": 0, "bottom": 0}}
    assert set(schema["properties"]) == set(default) and schema["required"] == []
    for name in set(default) - {"refine", "area", "frame", "blend"}:
        assert schema["properties"][name]["default"] == default[name]
    for part in ("refine", "area", "frame", "blend"):
        keys = schema["properties"][part]["properties"]
        assert {name: key["default"] for name, key in keys.items()} == default[part]


def test_the_routes_without_a_version_answer_the_same(client: TestClient) -> None:
    edit = stroke_edit(uploaded(client))
    asking = {"edit": edit, "width": 256, "height": 256}
    assert client.post(V1 + "preview", json=asking).content == asked(client, edit).content


def test_the_mask_comes_as_a_picture_and_goes_back_in_as_it_is(client: TestClient) -> None:
    edit = stroke_edit(uploaded(client), refine={"grow": 3, "feather": 5})
    reply = client.post(V1 + "mask", json={"edit": edit})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
    picture = Image.open(io.BytesIO(reply.content))
    header, rest = unpacked(asked(client, edit))
    x0, y0, x1, y1 = header["box"]
    pixels = np.asarray(picture)
    assert picture.mode == "L" and picture.size == tuple(header["frame"])
    assert (pixels[y0:y1, x0:x1] == rest.reshape(y1 - y0, x1 - x0)).all()
    assert pixels.sum() == rest.sum(), "nothing outside the box"
    assert picture.text == dict([MASK_MARK])
    page = (MODULES / "pictures" / "picture.mjs").read_text(encoding="utf-8")
    assert all(f'"{word}"' in page for word in MASK_MARK), "the page knows it as one of ours"
    mask = client.post(V1 + "images", content=reply.content).json()["image"]
    again = {**edit, "selection": [{"kind": "mask", "image": mask, "soft": True}]}
    assert unpacked(asked(client, again))[0]["digest"] == header["digest"]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "not JSON"), (b"{}", "exactly the keys edit"), (b'{"edit": {"fill": 3}}', "fill must be one of")],
)
def test_a_wrong_question_for_a_mask_is_told_what_is_wrong(client: TestClient, content: bytes, says: str) -> None:
    assert says in refusal(client.post(V1 + "mask", content=content), 422)
