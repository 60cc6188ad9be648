"""What every group of benchmarks has in common on the command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping


def parser(group: str, description: str) -> argparse.ArgumentParser:
    """The arguments of `python -m bench.GROUP`, with --json among them."""
    arguments = argparse.ArgumentParser(prog=f"bench.{group}", description=description)
    arguments.add_argument("--json", action="store_true", help="print one JSON object")
    return arguments


def tell(figures: Mapping[str, float], as_json: bool) -> None:
    """Print named figures: one JSON object, or a small table."""
    if as_json:
        print(json.dumps(figures))
        return
    width = max(map(len, figures), default=0)
    for name, value in figures.items():
        print(f"{name:<{width}}{value:14.4f}")
