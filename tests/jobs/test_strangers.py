"""Strangers: who is let in where the host has no page, is below a path, or has several API logins."""

import base64
import secrets
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.client import PIXELS, encoded, refusal
from tests.jobs.pressing import Press

LOGINS = "bot:key,other:secret"


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def shared() -> Any:
    from modules import shared

    return shared


@pytest.fixture
def app(host: SimpleNamespace) -> FastAPI:
    """The host's app with `--nowebui`: a bare one, for which the host has no page to hand over."""
    from modules import scripts

    ours = next(script for script in scripts.scripts_img2img.scripts if script.title() == "Click Inpaint")
    app = FastAPI()
    ours.setup.__globals__["add_routes"](None, app)
    return app


def asking(app: Any) -> TestClient:
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


def test_without_a_page_the_routes_are_as_open_as_the_host(app: FastAPI) -> None:
    client = asking(app)
    assert client.get("/click-inpaint/v1/status").status_code == 200
    assert client.post("/click-inpaint/v1/images", content=encoded(PIXELS)).status_code == 200
    assert "another website" in refusal(client.get("/click-inpaint/v1/status", headers={"Origin": "http://a.b"}), 403)
    assert "does not answer to" in refusal(client.get("/click-inpaint/v1/status", headers={"Host": "a.b"}), 403)


def test_without_a_page_the_api_login_guards_them(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared().cmd_opts, "api_auth", LOGINS)
    client = asking(app)
    for wrong in ({}, basic("bot:secret"), basic("bot:"), basic("bot:key,other:secret"), {"Authorization": "Basic a"}):
        assert "Log in" in refusal(client.get("/click-inpaint/v1/status", headers=wrong), 401)
    for right in LOGINS.split(","):
        assert client.get("/click-inpaint/v1/status", headers=basic(right)).status_code == 200


def test_a_picture_is_not_shown_to_who_guesses_its_id_without_the_login(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared().cmd_opts, "api_auth", LOGINS)
    client, login = asking(app), basic("bot:key")
    image = client.post("/click-inpaint/v1/images", content=encoded(PIXELS), headers=login).json()["image"]
    for path in (f"/click-inpaint/v1/images/{image}", f"/click-inpaint/images/{image}"):
        assert client.get(path, headers=login).status_code == 200
        assert refusal(client.get(path), 401) and client.head(path).status_code == 401
        assert refusal(client.get(path[:-1], headers=login), 404)


@pytest.mark.parametrize("offered", ["bot:key", "other:secret", "nobody:x"])
def test_every_login_is_compared_in_constant_time_whichever_fits(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, offered: str
) -> None:
    monkeypatch.setattr(shared().cmd_opts, "api_auth", LOGINS)
    compared: list[bytes] = []
    compare = secrets.compare_digest

    def noted(one: Any, other: Any) -> bool:
        compared.append(other)
        return compare(one, other)

    monkeypatch.setattr(secrets, "compare_digest", noted)
    status = asking(app).get("/click-inpaint/v1/status", headers=basic(offered)).status_code
    assert (status == 200) == (offered in LOGINS)
    assert compared[:2] == [pair.encode() for pair in LOGINS.split(",")]


def test_below_a_path_they_are_found_and_guarded_there(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared().cmd_opts, "api_auth", LOGINS)
    monkeypatch.setattr(shared().cmd_opts, "subpath", "sd", raising=False)
    outer = FastAPI()
    outer.mount("/sd", app)
    behind_a_proxy = TestClient(app, base_url="http://localhost", root_path="/sd")  # which takes the path off
    for client, path in ((asking(outer), "/sd"), (behind_a_proxy, "")):
        named = {"Host": "example.org", "Origin": "https://example.org", **basic("bot:key")}
        assert client.get(f"{path}/click-inpaint/v1/status", headers=named).status_code == 200
        assert refusal(client.get(f"{path}/click-inpaint/v1/status"), 401)
        assert refusal(client.get(f"{path}/click-inpaint/v1/status", headers={**named, "Origin": "https://a.b"}), 403)


def test_what_a_job_is_refused_for_is_no_markup(press_plainly: Press) -> None:
    markup = "<img src=x onerror=alert(1)>"
    shown = press_plainly({"selection": [{"kind": markup}], markup: 1})
    assert "<img" not in shown.below and "onerror" in unescape(shown.below)
