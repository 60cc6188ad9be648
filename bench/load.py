"""Several clients at once at the routes of a workbench: whether every click is answered, and how long that takes."""

from __future__ import annotations

import base64
import io
import itertools
import json
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from bench.fuzz import JOB, PREFIX, SCRIPT
from bench.webui import Answer, Connection

LOST_AFTER_SECONDS = 60.0
ALONE_CLICKS = 12
"""So many clicks of a single client tell what one takes."""
AGAIN = (409, 423)
"""A newer request took this one's place; the device or the memory is in use: neither is lost, both are asked again."""


@dataclass
class Load:
    """Seconds that each answered click took, and what else came."""

    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    jobs: int = 0

    def p95(self) -> float:
        """The seconds within which 19 of 20 clicks were answered."""
        return statistics.quantiles(self.seconds, n=20)[-1]


class Client:
    """A page with a picture of its own, which clicks and waits for what that selects."""

    def __init__(self, url: str, number: int) -> None:
        self._connection = Connection(url, LOST_AFTER_SECONDS)
        self._page = {"X-Click-Inpaint-Page": f"client {number}", "Content-Type": "application/json"}
        self._places = np.random.default_rng(number)
        self.file = _photograph(number)
        told = self._connection.ask("POST", f"{PREFIX}/images", self.file).json()
        self._image, self._size = str(told["image"]), (int(told["width"]), int(told["height"]))

    def click(self) -> Answer:
        """Click somewhere, as a person does who starts anew each time."""
        x, y = (float(self._places.integers(0, side)) for side in self._size)
        edit = {"image": self._image, "selection": [{"kind": "click", "x": x, "y": y}]}
        asked = json.dumps({"edit": edit, "width": 512, "height": 512}).encode()
        return self._connection.ask("POST", f"{PREFIX}/preview", asked, self._page)

    def paint(self) -> Answer:
        """A job with a click at the middle."""
        step = {"kind": "click", "x": self._size[0] // 2, "y": self._size[1] // 2}
        payload = {"init_images": [base64.b64encode(self.file).decode()], "steps": 4, "width": 256, "height": 256}
        scripts = {SCRIPT: {"args": [{"selection": [step]}]}}
        asked = json.dumps({**payload, "prompt": "a kite", "alwayson_scripts": scripts}).encode()
        return self._connection.ask("POST", JOB, asked, self._page)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def alone(url: str) -> float:
    """Seconds that a click of a single client takes, the median; the first is not counted."""
    client = Client(url, 100)
    taken = [client.click().seconds for _ in range(ALONE_CLICKS + 1)]
    client.close()
    return statistics.median(taken[1:])


def crowd(url: str, clients: int, seconds: float, painters: int = 0) -> Load:
    """So many clients click for so long, each as soon as it was answered; `painters` others have jobs painted."""
    load, lock, until = Load(), threading.Lock(), time.monotonic() + seconds

    def work(number: int, act: Callable[[Client], Answer], done: Callable[[Answer], None]) -> None:
        client = Client(url, number)
        for _ in itertools.takewhile(lambda _: time.monotonic() < until, itertools.count()):
            try:
                answer = act(client)
            except TimeoutError:
                with lock:
                    load.lost.append(f"client {number}: no answer within {LOST_AFTER_SECONDS:g} s")
                continue
            with lock:
                if answer.status == 200:
                    done(answer)
                elif answer.status not in AGAIN:
                    load.lost.append(f"client {number}: {answer.status} {answer.content[:200]!r}")
        client.close()

    def painted(answer: Answer) -> None:
        load.jobs += 1

    with ThreadPoolExecutor(clients + painters) as pool:
        clicking = [
            pool.submit(work, n, Client.click, lambda answer: load.seconds.append(answer.seconds))
            for n in range(clients)
        ]
        painting = [pool.submit(work, clients + n, Client.paint, painted) for n in range(painters)]
        for one in (*clicking, *painting):
            one.result()
    return load


def _photograph(number: int) -> bytes:
    """A picture with a few things to click at, 640×480, another for each number, as PNG."""
    places = np.random.default_rng(number)
    y, x = np.mgrid[:480, :640]
    pixels = np.stack([60 + x // 8, 90 + y // 6, 160 - x // 10], axis=-1).astype(np.int16)
    for _ in range(6):
        centre, radius = places.integers(40, 440, 2), places.integers(20, 60)
        pixels[np.hypot(x - centre[0], y - centre[1]) < radius] = places.integers(0, 256, 3)
    pixels += places.integers(-6, 7, pixels.shape, np.int16)
    file = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()
