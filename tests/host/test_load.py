"""Several clients at once: every click is answered, and jobs and clicks hold up neither each other nor the server."""

import pytest

from bench import load
from bench.webui import resident_mb
from tests.host.web import Web

CLIENTS = 8
CACHES_MB = 2 * 128 + 256
"""What the server may keep of predictions, previews and embeddings, by its own bounds."""
FEW_SECONDS = 3


def long(seconds: float) -> object:
    return pytest.param(seconds, marks=pytest.mark.full)


@pytest.mark.parametrize("seconds", [FEW_SECONDS, long(60)])
def test_no_click_of_a_crowd_is_lost(web: Web, seconds: float) -> None:
    warm = load.crowd(web.url, CLIENTS, seconds / 4)
    before = resident_mb(web.pid) if web.pid else 0
    found = load.crowd(web.url, CLIENTS, seconds)
    assert not warm.lost and not found.lost
    assert len(found.seconds) >= CLIENTS
    assert not web.pid or not resident_mb(web.pid) - before > CACHES_MB


@pytest.mark.parametrize("seconds", [FEW_SECONDS, long(180)])
def test_clicks_and_jobs_go_on_beside_each_other(web: Web, seconds: float) -> None:
    found = load.crowd(web.url, CLIENTS // 2, seconds, painters=CLIENTS // 2)
    assert not found.lost
    assert len(found.seconds) >= CLIENTS // 2 and found.jobs >= CLIENTS // 2
