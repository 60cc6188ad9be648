"""Strangers and crowds at the routes of a workbench: `python -m bench.api --json`."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import command, fuzz, load
from bench.webui import Served, resident_mb, serving

WARM_SHARE = 4
"""Memory is compared with what it was after the first of so many parts: by then everything has been used once."""


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """See `fuzzed`, `crowded` and `mixed`, each in a workbench of its own."""
    given = _arguments(argv)
    parts: tuple[Callable[[Served], dict[str, float]], ...] = (
        lambda served: fuzzed(served, given.cases, given.seed),
        lambda served: crowded(served, given.clients, given.seconds),
        lambda served: mixed(served, given.clients, given.mixed_seconds),
    )
    figures: dict[str, float] = {}
    for part in parts:
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
            figures |= part(served)
    return figures


def fuzzed(served: Served, count: int, number: int) -> dict[str, float]:
    """`fuzz_cases` were sent; `fuzz_5xx` were answered by an error of the server's, `fuzz_hung` took over five seconds,
    of `fuzz_unnamed` the refusal did not say what is wrong. `fuzz_grown_mb` is what memory grew by since the first
    quarter.
    """
    memory: list[float] = []

    def measure(tally: fuzz.Tally) -> None:
        if tally.count in (count // WARM_SHARE, count):
            memory.append(resident_mb(served.pid))

    tally = fuzz.send_cases(served.url, count, number, measure)
    slowest_s, slowest = tally.slowest
    for line in [*tally.complaints(), *([f"slowest: {fuzz.shown(slowest)}"] if slowest else [])]:
        print(line, file=sys.stderr)
    return {
        "fuzz_cases": tally.count,
        "fuzz_5xx": len(tally.failed),
        "fuzz_hung": len(tally.hung),
        "fuzz_unnamed": len(tally.unnamed),
        "fuzz_slowest_s": slowest_s,
        "fuzz_grown_mb": memory[-1] - memory[0],
    }


def crowded(served: Served, clients: int, seconds: float) -> dict[str, float]:
    """So many clients click for so long, each as soon as it was answered. `load_lost` clicks were not answered;
    `load_p95_ratio` is the 95th percentile over what the whole queue takes, clients × `load_alone_s` of one by itself;
    `load_grown_mb` is what memory grew by since the first quarter.
    """
    alone = load.alone(served.url)
    warm = load.crowd(served.url, clients, seconds / WARM_SHARE)
    before = resident_mb(served.pid)
    found = load.crowd(served.url, clients, seconds * (1 - 1 / WARM_SHARE))
    _show([*warm.lost, *found.lost])
    return {
        "load_clicks": len(warm.seconds) + len(found.seconds),
        "load_lost": len(warm.lost) + len(found.lost),
        "load_alone_s": alone,
        "load_p50_s": statistics.median(found.seconds),
        "load_p95_s": found.p95(),
        "load_p95_ratio": found.p95() / (clients * alone),
        "load_grown_mb": resident_mb(served.pid) - before,
    }


def mixed(served: Served, clients: int, seconds: float) -> dict[str, float]:
    """Half of the clients click while the others have jobs painted: whether they block one another."""
    warm = load.crowd(served.url, clients // 2, seconds / WARM_SHARE, clients // 2)
    before = resident_mb(served.pid)
    found = load.crowd(served.url, clients // 2, seconds * (1 - 1 / WARM_SHARE), clients // 2)
    _show([*warm.lost, *found.lost])
    return {
        "mixed_clicks": len(warm.seconds) + len(found.seconds),
        "mixed_jobs": warm.jobs + found.jobs,
        "mixed_lost": len(warm.lost) + len(found.lost),
        "mixed_grown_mb": resident_mb(served.pid) - before,
    }


def _show(lost: list[str]) -> None:
    for line in lost[:5]:
        print(f"lost: {line}", file=sys.stderr)


def _arguments(argv: list[str]) -> argparse.Namespace:
    arguments = command.parser("api", "Strangers and crowds at the routes of a workbench.")
    arguments.add_argument("--cases", type=int, default=20_000, help="fuzzed requests")
    arguments.add_argument("--seed", type=int, default=1, help="another one draws other requests")
    arguments.add_argument("--clients", type=int, default=8)
    arguments.add_argument("--seconds", type=float, default=60, help="that clients click")
    arguments.add_argument("--mixed-seconds", type=float, default=180, help="of clicks and jobs together")
    return arguments.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
