"""A person's hands on the canvas: what they do, and what they see there."""

import io
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.host.browser import Person

Point = tuple[float, float]


class Editor:
    """The canvas of one opened page; points are picture pixels unless they say page."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page
        self.canvas = person.ours().locator("canvas").first
        self._devtools: Any = None

    def fresh(self) -> "Editor":
        """The whole picture, nothing selected, the first tool, no focus."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.canvas.focus()
        self.page.keyboard.press("v")
        self.page.keyboard.press("0")
        if self.steps():
            self.page.keyboard.press("Escape")
        self.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
        self.page.mouse.move(5, 5)
        self.canvas.scroll_into_view_if_needed()
        return self

    def at(self, point: Point) -> Point:
        """Where on the page it is now."""
        found = self.page.evaluate("([x, y]) => window.clickInpaint.toPage(x, y)", list(point))
        return found["x"], found["y"]

    def under(self, page: Point) -> Point:
        """The picture pixel at a place of the page."""
        (x0, y0), (x1, y1) = self.at((0, 0)), self.at((1000, 1000))
        return 1000 * (page[0] - x0) / (x1 - x0), 1000 * (page[1] - y0) / (y1 - y0)

    def percent(self) -> float:
        """The zoom that the page shows."""
        return float(self.person.ours().locator(".ci-zoomActual").inner_text().rstrip(" %"))

    def steps(self) -> list[dict[str, Any]]:
        return list(self.person.state()["edit"]["selection"])

    def drag_with_space(self, start: Point, by: Point) -> None:
        """Drag over the page from `start`, with the space bar held down."""
        self.page.mouse.move(*start)
        self.page.keyboard.down(" ")
        self.page.mouse.down()
        self.page.mouse.move(start[0] + by[0], start[1] + by[1], steps=3)
        self.page.mouse.up()
        self.page.keyboard.up(" ")

    def press(self, *keys: str) -> "Editor":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def drag(self, *points: Point, button: Any = "left") -> "Editor":
        """With the mouse, over points that may lie beside the picture."""
        self.page.mouse.move(*self.at(points[0]))
        self.page.mouse.down(button=button)
        for point in points[1:]:
            self.page.mouse.move(*self.at(point), steps=4)
        self.page.mouse.up(button=button)
        return self

    def touch(self, kind: str, *page_points: Point) -> None:
        """Fingers on the page: touchStart, touchMove, touchEnd."""
        self._devtools = self._devtools or self.page.context.new_cdp_session(self.page)
        fingers = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(page_points)]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    def tap(self, point: Point, seconds: float = 0.0) -> None:
        self.touch("touchStart", self.at(point))
        time.sleep(seconds)
        self.touch("touchEnd")

    def seen(self) -> NDArray[np.int64]:
        """The canvas as the screen shows it, HxWx3, whole device pixels."""
        left, top, right, bottom = self._box()
        return self._screen()[math.ceil(top) : math.floor(bottom), math.ceil(left) : math.floor(right)]

    def seen_at(self, point: Point) -> NDArray[np.int64]:
        """The colour that is shown at a picture pixel."""
        ratio = self.page.evaluate("devicePixelRatio")
        x, y = self.at(point)
        return np.asarray(self._screen()[int(y * ratio), int(x * ratio)], np.int64)

    def _screen(self) -> NDArray[np.int64]:
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        shot = Image.open(io.BytesIO(self.page.screenshot()))
        return np.asarray(shot.convert("RGB"), np.int64)

    def _box(self) -> list[float]:
        edges = "e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] }"
        ratio = self.page.evaluate("devicePixelRatio")
        return [edge * ratio for edge in self.canvas.evaluate(edges)]

    def settle(self) -> "Editor":
        """Until the view rests and its tiles are drawn."""
        time.sleep(0.4)
        return self

    def wait(self, done: Any, what: str = "it did not happen") -> None:
        self.person.wait(done, what=what)


def write_png(path: Path, pixels: NDArray[np.uint8]) -> Path:
    Image.fromarray(pixels).save(path, compress_level=1)
    return path
