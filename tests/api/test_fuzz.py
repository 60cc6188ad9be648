"""Whatever a request holds, it is answered, and never by an error of ours."""

import json
from typing import Any
from urllib.parse import quote

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.client import refusal, stroke_edit, uploaded

ROUTES = ["images", "images/{}", "preview", "embed", "hover", "status", "weights", "weights/{}", "page/{}", ""]
ODD_NUMBERS = [0, -1, 1e308, -1e308, float("nan"), float("inf"), 10**400, 2**63, 0.1, True, 1_000_000_000]
odd = st.recursive(
    st.none() | st.booleans() | st.sampled_from(ODD_NUMBERS) | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
STEPS: list[dict[str, Any]] = [
    {"kind": "click", "x": 20, "y": 30},
    {"kind": "box", "x0": 1, "y0": 2, "x1": 40, "y1": 50},
    {"kind": "stroke", "points": [[5, 5], [60, 40]], "radius": 4},
    {"kind": "lasso", "points": [[5, 5], [60, 40], [5, 60]]},
    {"kind": "damage", "sensitivity": 0.8, "smallest": 2, "mode": "add"},
    {"kind": "wand", "x": 9, "y": 8, "tolerance": 20, "contiguous": False, "mode": "add"},
    {"kind": "mask", "image": "0" * 64},
    {"kind": "invert"},
]


@st.composite
def edits(draw: st.DrawFn, image: str) -> Any:
    """An Edit that is right but for a few of its values, and perhaps for its keys."""
    edit: Any = stroke_edit(image, selection=draw(st.lists(st.sampled_from(STEPS), max_size=3)))
    edit |= {"refine": {"grow": 4}, "area": {"padding": 8}, "blend": {"match": "auto"}, "fill": "original"}
    edit = json.loads(json.dumps(edit))
    for _ in range(draw(st.integers(0, 2))):
        place = edit
        while True:
            key = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], (dict, list)) or not place[key] or draw(st.booleans()):
                break
            place = place[key]
        place[key] = draw(odd)
    return edit


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_edit_makes_the_server_fail(client: TestClient, data: st.DataObject) -> None:
    edit = data.draw(edits(uploaded(client)))
    sides = data.draw(st.tuples(*[st.just(256) | st.just(64) | odd] * 2))
    body = json.dumps({"edit": edit, "width": sides[0], "height": sides[1]}).encode()
    reply = client.post("/click-inpaint/preview", content=body)
    assert reply.status_code == 200 or (refusal(reply, reply.status_code) and 400 <= reply.status_code < 500)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(ROUTES),
    st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS"]),
    st.text(max_size=30) | st.sampled_from(["..", "../../x", "%00", "a" * 5000]),
    st.binary(max_size=200) | st.builds(lambda value: json.dumps(value).encode(), odd),
)
def test_no_request_makes_the_server_fail(
    client: TestClient, route: str, method: str, name: str, content: bytes
) -> None:
    path = route.format(quote(name.encode("utf-8", "replace"), safe=""))
    reply = client.request(method, f"/click-inpaint/{path}", content=content)
    assert reply.status_code < 500
