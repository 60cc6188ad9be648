"""Which requests are answered: the page's own and those of programs, not those of other websites."""

import pytest

from click_inpaint.errors import ForeignRequest
from click_inpaint.origin import LOCAL_NAMES, Site, name_of

LOCAL = Site(LOCAL_NAMES)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:7860"},  # a program
        {"host": "LOCALHOST"},
        {"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"},
        {"host": "[::1]:7860", "origin": "http://[::1]:7860"},
        {"host": "localhost.:7860", "sec-fetch-site": "none"},
        {"host": "ui.localhost:7860", "sec-fetch-site": "same-origin"},
        {"host": "127.0.0.1:80", "x-forwarded-host": "localhost", "origin": "https://localhost"},
    ],
)
def test_our_page_and_programs_are_answered(headers: dict[str, str]) -> None:
    LOCAL.check(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site"},  # an <img> of another site
        {"origin": "http://localhost:9000", "sec-fetch-site": "same-site"},  # another program of this computer
        {"origin": "http://localhost:9000"},
        {"origin": "null"},
        {"origin": "http://localhost:7860.evil.example"},
        {"origin": "http://localhost:7860@evil.example"},
        {"origin": "http://[", "sec-fetch-site": ""},
    ],
)
def test_other_websites_are_not(headers: dict[str, str]) -> None:
    with pytest.raises(ForeignRequest, match="another website"):
        LOCAL.check({"host": "localhost:7860", **headers})


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "localhost.evil.example", "", "[", "127.0.0.1.nip.io"]
)
def test_a_name_that_was_pointed_here_gets_nothing_where_the_host_is_local(host: str) -> None:
    headers = {"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}
    for refuses in (LOCAL.check, LOCAL.check_name):
        with pytest.raises(ForeignRequest, match="Settings → Click Inpaint"):
            refuses(headers)
    Site().check(headers)  # who listens to the network has names that nobody can know


def test_the_person_names_other_sites_and_names() -> None:
    site = Site(LOCAL_NAMES | {"my.tunnel"}, frozenset({"https://friend.example"}), r"https://.*\.friends\.example")
    site.check({"host": "my.tunnel", "origin": "https://my.tunnel", "sec-fetch-site": "same-origin"})
    for friend in ("https://friend.example", "https://a.friends.example"):
        site.check({"host": "localhost", "origin": friend, "sec-fetch-site": "cross-site"})
    with pytest.raises(ForeignRequest):
        site.check({"host": "localhost", "origin": "https://a.friends.example.evil", "sec-fetch-site": "cross-site"})
    Site(None, frozenset({"*"})).check({"host": "a", "origin": "https://b"})


@pytest.mark.parametrize(
    ("host", "name"),
    [("A.b:1", "a.b"), ("[::1]:7860", "::1"), ("x", "x"), ("", ""), (":80", ""), ("[::1", ""), ("a.:1", "a")],
)
def test_the_name_in_a_host_header(host: str, name: str) -> None:
    assert name_of(host) == name
