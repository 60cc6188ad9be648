"""Whatever is sent to our routes, or as our script's argument to the Web UI's API, is answered, and by no error of the
server's. `dev.py test --fuzz` sends 20,000 requests, and the usual run a few.
"""

import random

import pytest

from bench import fuzz
from bench.webui import resident_mb
from tests.host.web import Web

MANY, FEW = 20_000, 250
ALWAYS_THE_SAME = 3
"""The usual run sends the same requests each time; the long one others each time, and names its seed."""
CACHES_MB = 2 * 128
"""What the server may keep of predictions and of previews, by its own bounds."""


def test_no_request_makes_the_server_fail(web: Web, request: pytest.FixtureRequest) -> None:
    is_long = request.config.getoption("--fuzz")
    count, seed = (MANY, random.randrange(1 << 32)) if is_long else (FEW, ALWAYS_THE_SAME)
    memory_mb: list[float] = []

    def measure(tally: fuzz.Tally) -> None:
        if web.pid and tally.count in (count // 4, count):
            memory_mb.append(resident_mb(web.pid))

    tally = fuzz.send_cases(web.url, count, seed, measure)
    found = "\n".join([f"seed {seed}:", *tally.complaints()])
    assert tally.count == count
    assert not tally.failed, found
    assert not tally.unnamed, found
    if is_long:  # a share of it would test the machine
        assert not tally.hung, found
        assert not memory_mb or not memory_mb[1] - memory_mb[0] > CACHES_MB, memory_mb
    used = {"200", "404", "405", "422"}
    assert used <= set(map(str, tally.statuses)), f"the requests reach everything: {tally.statuses}"
