"""How long the canvas of the page takes for a frame, in Chromium: `python -m bench.canvas --json`.

From Chromium's own trace: the time between two drawn frames while the pointer hovers, brushes and zooms on a picture of
8192² pixels, beside an empty canvas of the same size on the same machine in turn.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from bench import chromium, command

BENCH = Path(__file__).resolve().parent
MODULES = BENCH.parent / "javascript" / "click_inpaint"
CATEGORIES = ["disabled-by-default-devtools.timeline.frame", "devtools.timeline.frame"]
LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 60, 100, 1340, 800
PAUSE_MS = 100.0
"""No frame took so long: between two gestures nothing moved."""


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """Milliseconds a frame, and the ratios of ours over the floor's.

    frame_ms_p50, frame_ms_p95 over all gestures, floor_ms_… of an empty canvas, over_floor_… their ratios, and
    hover_over_floor_…, brush_over_floor_…, zoom_over_floor_… of one gesture each; first_frame_ms from a JPEG of 24
    megapixels to its first frame.
    """
    rounds = _arguments(argv).rounds
    with _served() as url, sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.path(), headless=True, args=chromium.FLAGS)
        page = started.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"{url}/canvas.html")
        page.wait_for_function("window.bench")
        taken: dict[str, list[float]] = {}
        for _ in range(rounds):
            for kind in ("floor", "ours"):
                page.evaluate(f"bench.{kind}()")
                page.wait_for_timeout(1500)
                for name, gesture in GESTURES.items():
                    taken.setdefault(f"{kind} {name}", []).extend(_frames(page, gesture))
        page.evaluate("bench.file()")
        first = [page.evaluate("bench.firstFrame()") for _ in range(rounds)]
        started.close()
    return summary(taken) | {"first_frame_ms": float(np.median(first))}


def summary(taken: dict[str, list[float]]) -> dict[str, float]:
    """The keys of `run` but first_frame_ms, from the frames of each "floor GESTURE" and "ours GESTURE"."""
    result: dict[str, float] = {}
    for name, kind in (("frame", "ours"), ("floor", "floor")):
        result |= _quantiles(name, [ms for key, all_ in taken.items() if key.startswith(kind) for ms in all_])
    result |= {f"over_floor_{p}": result[f"frame_ms_{p}"] / result[f"floor_ms_{p}"] for p in ("p50", "p95")}
    for name in GESTURES:
        ours, floor = (_quantiles(name, taken[f"{kind} {name}"]) for kind in ("ours", "floor"))
        result |= {key.replace("_ms_", "_over_floor_"): ours[key] / floor[key] for key in ours}
    return result


def _hover(page: Page) -> None:
    page.mouse.move(LEFT_PX, TOP_PX)
    page.mouse.move(RIGHT_PX, BOTTOM_PX, steps=90)


def _brush(page: Page) -> None:
    page.locator("canvas").focus()
    page.keyboard.press("b")
    page.mouse.move(RIGHT_PX, TOP_PX)
    page.mouse.down()
    page.mouse.move(LEFT_PX, BOTTOM_PX, steps=90)
    page.mouse.up()
    page.keyboard.press("v")


def _zoom(page: Page) -> None:
    page.locator("canvas").focus()
    page.mouse.move((LEFT_PX + RIGHT_PX) / 2, (TOP_PX + BOTTOM_PX) / 2)
    for delta in (-40, 40):
        for _ in range(45):
            page.mouse.wheel(0, delta)
    page.keyboard.press("0")


GESTURES: dict[str, Callable[[Page], None]] = {"hover": _hover, "brush": _brush, "zoom": _zoom}


def _frames(page: Page, gesture: Callable[[Page], None]) -> list[float]:
    """Milliseconds between the frames that Chromium drew during a gesture."""
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=CATEGORIES)
    gesture(page)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    drawn = np.sort([event["ts"] / 1000 for event in events if event["name"] == "DrawFrame"])
    gaps = np.diff(drawn)
    return [float(gap) for gap in gaps[gaps < PAUSE_MS]]


def _quantiles(name: str, times_ms: list[float]) -> dict[str, float]:
    return {f"{name}_ms_p{share}": float(np.percentile(times_ms, share)) for share in (50, 95)}


@contextmanager
def _served() -> Iterator[str]:
    """The page's modules and this folder's, on this machine alone."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def guess_type(self, path: Any) -> str:
            return "text/javascript" if str(path).endswith(".mjs") else super().guess_type(path)

        def translate_path(self, path: str) -> str:
            name = path.removeprefix("/click_inpaint/").lstrip("/")
            return str((MODULES if path.startswith("/click_inpaint/") else BENCH) / name)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = command.parser("canvas", "Frame times of the canvas over those of an empty page.")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
