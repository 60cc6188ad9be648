"""Strangers and crowds at the routes of a workbench: `python -m bench.api --json`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import command, fuzz
from bench.webui import resident_mb, serving

WARM_SHARE = 4
"""Memory is compared with what it was after the first of so many parts: by then everything has been used once."""


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """See `fuzzed`."""
    given = _arguments(argv)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
        return fuzzed(served.url, served.pid, given.cases, given.seed)


def fuzzed(url: str, pid: int, count: int, number: int) -> dict[str, float]:
    """`fuzz_cases` were sent; `fuzz_5xx` were answered by an error of the server's, `fuzz_hung` took over five seconds,
    of `fuzz_unnamed` the refusal did not say what is wrong. `fuzz_grown_mb` is what memory grew by since the first
    quarter.
    """
    memory: list[float] = []

    def measure(tally: fuzz.Tally) -> None:
        if tally.count in (count // WARM_SHARE, count):
            memory.append(resident_mb(pid))

    tally = fuzz.send_cases(url, count, number, measure)
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


def _arguments(argv: list[str]) -> argparse.Namespace:
    arguments = command.parser("api", "Strangers and crowds at the routes of a workbench.")
    arguments.add_argument("--cases", type=int, default=20_000, help="fuzzed requests")
    arguments.add_argument("--seed", type=int, default=1, help="another one draws other requests")
    return arguments.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
