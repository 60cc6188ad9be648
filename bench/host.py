"""What the Web UI's start waits for because of us: `python -m bench.host --json`.

Both are seconds on the clock, medians of several runs, each in a process of its own. The bytecode lies there already,
as it does from the second start on.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import command

ROOT = Path(__file__).resolve().parents[1]
ENTRY = ROOT / "scripts" / "click_inpaint_tab.py"
IMPORT = """
import runpy, sys, time
sys.path[:0] = {paths}
import cv2, fastapi, gradio, numpy, PIL.Image
from modules import call_queue, processing, script_callbacks, scripts, sd_models, shared
begin = time.perf_counter()
runpy.run_path({entry})
print(time.perf_counter() - begin)
"""
"""What the host has loaded by the time when it loads the scripts of extensions is loaded before the clock runs."""


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """Seconds.

    install_s: install.py where nothing is missing, with the start of its interpreter; interpreter_s: that start alone.
    import_s: the entry script with all that it imports of ours, in a process that has the host's modules.
    """
    rounds = _arguments(argv).rounds
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        installing = [_seconds([str(ROOT / "install.py")], environment) for _ in range(rounds + 1)]
        starting = [_seconds(["-c", ""], environment) for _ in range(rounds)]
        importing = [_import_seconds(environment) for _ in range(rounds + 1)]
    return {
        "install_s": statistics.median(installing[1:]),  # the first one has written the bytecode
        "interpreter_s": statistics.median(starting),
        "import_s": statistics.median(importing[1:]),
    }


def _environment(folder: Path) -> dict[str, str]:
    """Variables of a process that keeps its bytecode and the workbench's data in `folder`."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "WORKBENCH_DATA_DIR": str(folder / "data")}


def _seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """How long a Python with these arguments takes from its start to its end."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _import_seconds(environment: dict[str, str]) -> float:
    """How long the entry script takes to import, as the process that imports it has measured."""
    code = IMPORT.format(paths=[str(ROOT), str(ROOT / "workbench")], entry=repr(str(ENTRY)))
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return float(told.stdout.split()[-1])


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = command.parser("host", "Seconds that the Web UI's start waits for this extension.")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each kind")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
