"""What a Web UI's answers mean, asked over HTTP from a stand-in."""

import socket
from typing import Any

import pytest

from click_inpaint.client.trouble import Refused, Unreachable, Unusable
from click_inpaint.client.webui import LOGIN_VARIABLE, MOST_TOLD, WebUI
from click_inpaint.errors import UserError
from tests.client.stand_in import serving


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://a:b", "http://a:99999", "http://a?b=c", "http://me@a"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UserError, match=r"--webui .*: give an address such as"):
        WebUI(url)


@pytest.mark.parametrize("given", ["127.0.0.1:{port}/sub/", "http://127.0.0.1:{port}/sub"])
def test_an_address_may_lack_its_scheme_and_have_a_path(given: str) -> None:
    with serving(lambda path, told: (200, {"path": path, **told})) as (url, _):
        webui = WebUI(given.format(port=url.rpartition(":")[2]))
        assert webui.url == f"{url}/sub"
        assert webui.ask("POST", "/x?y=1", {"a": "ö"}) == {"path": "/sub/x?y=1", "a": "ö"}


def test_the_login_goes_with_each_request_and_to_no_other_place() -> None:
    """A redirect is not followed: the login would go along."""
    with serving(lambda path, told: (302, b"")) as (url, asked), pytest.raises(Refused, match="HTTP 302"):
        WebUI(url, "ann:secret").ask("GET", "/a")
    assert [(path, headers.get("Authorization")) for path, headers in asked] == [("/a", "Basic YW5uOnNlY3JldA==")]


@pytest.mark.parametrize(
    ("status", "told", "kind", "says"),
    [
        (422, {"error": "HTTPException", "detail": "Click the object first."}, Refused, "^Click the object first.$"),
        (500, {"error": "OutOfMemoryError", "detail": "", "errors": "CUDA out of memory"}, Refused, "^CUDA out of"),
        (422, {"detail": [{"loc": ["body"], "msg": "no"}]}, Refused, r'"msg": "no"'),
        (500, b"<html>", Refused, "^HTTP 500$"),
        (401, {"detail": "Incorrect username or password"}, Unusable, LOGIN_VARIABLE),
        (403, b"", Unusable, LOGIN_VARIABLE),
        (404, {"detail": "Not Found"}, Unusable, "start that Web UI with --api"),
        (405, {"detail": "Method Not Allowed"}, Unusable, "start that Web UI with --api"),
        (200, b"<html>", Unusable, "start that Web UI with --api"),
        (404, {"error": "HTTPException", "detail": "Sampler not found"}, Refused, "^Sampler not found$"),
        (422, {"detail": "always on script Click Inpaint not found"}, Unusable, "has no Click Inpaint"),
        (502, b"", Unreachable, r"does not answer \(502\)"),
        (503, {"detail": "busy"}, Unreachable, r"does not answer \(503 busy\)"),
    ],
)
def test_each_error_says_what_it_is_about(status: int, told: Any, kind: type[UserError], says: str) -> None:
    with serving(lambda path, _: (status, told)) as (url, _), pytest.raises(UserError, match=says) as raised:
        WebUI(url).ask("POST", "/sdapi/v1/img2img", {})
    assert type(raised.value) is kind


def test_a_long_error_is_cut() -> None:
    with serving(lambda path, _: (500, {"errors": "x" * 9999})) as (url, _), pytest.raises(Refused) as raised:
        WebUI(url).ask("GET", "/")
    assert len(str(raised.value)) == MOST_TOLD


def test_where_nobody_listens_it_does_not_answer() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(Unreachable, match="does not answer"):
            WebUI(url).ask("GET", "/")


def test_one_that_goes_away_in_the_middle_no_longer_answers() -> None:
    def gone(path: str, told: dict[str, Any]) -> tuple[int, Any]:
        raise ConnectionError

    with serving(gone) as (url, _), pytest.raises(Unreachable):
        WebUI(url).ask("GET", "/")
