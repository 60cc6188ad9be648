"""By which names the host may be asked, as its options tell."""

from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint.origin import LOCAL_NAMES

OPEN = SimpleNamespace(auth=None)


def shared() -> Any:
    from modules import shared

    return shared


def site(host: SimpleNamespace, app: Any = OPEN) -> Any:
    from click_inpaint.host import auth

    return auth.site(app)


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ({}, LOCAL_NAMES),
        ({"server_name": "localhost"}, LOCAL_NAMES),
        ({"server_name": "0.0.0.0"}, LOCAL_NAMES),
        ({"server_name": "my.box"}, None),
        ({"listen": True}, None),
        ({"share": True, "server_name": "localhost"}, None),
        ({"cloudflared": True}, None),
        ({"subpath": "sd"}, None),
    ],
)
def test_a_host_that_others_reach_has_any_name(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], names: Any
) -> None:
    for option, value in told.items():
        monkeypatch.setattr(shared().cmd_opts, option, value, raising=False)
    assert site(host).names == names


def test_the_person_adds_names_and_the_host_trusts_origins(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shared().opts.data, "click_inpaint_names", " My.Tunnel ,other")
    monkeypatch.setattr(shared().cmd_opts, "cors_allow_origins", "https://a.example,https://b.example", raising=False)
    found = site(host)
    assert found.names == LOCAL_NAMES | {"my.tunnel", "other"}
    assert found.origins == {"https://a.example", "https://b.example"}


def test_behind_gradios_login_names_do_not_matter(host: SimpleNamespace) -> None:
    assert site(host, SimpleNamespace(auth={"user": "password"})).names is None
