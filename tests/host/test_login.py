"""The host's login guards our routes too. These start workbenches of their own.

A real Web UI is asked too where it was started with `--gradio-auth ann:secret` (`--login gradio`), with
`--api-auth bot:key` (`--login api`) or with both (`--login both`).
"""

import base64
import re
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.host.conftest import serve
from tests.host.web import Web

pytestmark = [pytest.mark.both_gradios, pytest.mark.own_host]
ROUTES = [
    ("POST", "images"),
    ("GET", "images/0"),
    ("HEAD", "images/0"),
    ("POST", "preview"),
    ("POST", "embed"),
    ("POST", "hover"),
    ("POST", "mask"),
    ("GET", "status"),
    ("GET", "weights"),
]
GUARDED = [(method, prefix + route) for method, route in ROUTES for prefix in ("", "v1/")]


def statuses(web: Web, **headers: str) -> set[int]:
    return {
        web.ask(method, f"/click-inpaint/{path}", b"" if method == "POST" else None, **headers).status
        for method, path in GUARDED
    }


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@pytest.fixture(scope="module", params=["gradio", "api", "both"])
def guarded(
    request: pytest.FixtureRequest, gradio: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Web]]:
    options = {"gradio": ["--gradio-auth", "ann:secret"], "api": ["--api-auth", "bot:key"]}
    if request.config.getoption("--webui-url"):
        yield request.param, request.getfixturevalue("web")
        return
    chosen = [*options["gradio"], *options["api"]] if request.param == "both" else options[request.param]
    for web in serve(tmp_path_factory.mktemp("guarded"), *chosen, gradio=gradio):
        yield request.param, web


@pytest.fixture
def plain_options() -> None:
    """Not here: the options route is guarded as well."""


def test_without_a_login_nothing_but_the_modules_is_served(guarded: tuple[str, Web]) -> None:
    _, web = guarded
    assert statuses(web) == {401}
    assert statuses(web, **basic("bot:wrong")) == {401}
    assert statuses(web, Authorization="Basic ???") == {401}
    assert web.ask("GET", "/click-inpaint/page/main.mjs").status == 200


def test_each_login_of_the_host_opens_them(guarded: tuple[str, Web], tmp_path: Path) -> None:
    kind, web = guarded
    if kind != "api":
        form = urllib.parse.urlencode({"username": "ann", "password": "secret"}).encode()
        login = web.ask("POST", "/login", form, **{"Content-Type": "application/x-www-form-urlencoded"})
        cookie = "; ".join(part.split(";")[0] for part in login.headers.get_all("set-cookie"))
        assert 401 not in statuses(web, Cookie=cookie)
        assert statuses(web, Cookie="access-token=guessed") == {401}
    if kind != "gradio":
        assert 401 not in statuses(web, **basic("bot:key"))


def test_with_only_an_api_login_the_page_knows_the_way_in(guarded: tuple[str, Web]) -> None:
    kind, web = guarded
    reply = web.ask("GET", "/")
    token = re.search(rb"data-token=\\?[\"']+([\w-]+)", reply.content)
    if kind != "api":
        assert token is None  # the page itself comes after the login
    else:
        assert token is not None
        assert 401 not in statuses(web, **{"X-Click-Inpaint-Token": token[1].decode()})
        assert statuses(web, **{"X-Click-Inpaint-Token": "guessed"}) == {401}
