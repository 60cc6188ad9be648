"""What a page asks for, apart from HTTP: in which thread it is computed, in which order, and how it is waited for.

Two workers, one for encoders (seconds) and one for everything that answers a gesture (milliseconds): a long run holds
up neither the host's threads nor another page's clicks. A coroutine here waits without a thread.
"""

from __future__ import annotations

import asyncio
import logging
import statistics
import threading
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from click_inpaint.edit import Edit
from click_inpaint.errors import UserError
from click_inpaint.geometry import Point, Size
from click_inpaint.pipeline import NotEmbedded, Pipeline, Preview
from click_inpaint.segment.base import Glance, Segmenter
from click_inpaint.worker import Superseded, Worker

logger = logging.getLogger(__name__)

T = TypeVar("T")
GLANCES_MEASURED = 32
FAILURES_KEPT = 16


class Busy(Exception):
    """The device is the host's just now; ask again in a moment."""

    def __init__(self) -> None:
        super().__init__("The encoder waits for the Web UI to finish what it is doing.")


class Turn(Protocol):
    """Runs an encoder when it may use its device. Raises Busy rather than wait."""

    def __call__(self, segmenter: Segmenter, run: Callable[[], T]) -> T:
        """What `run` gives."""
        ...


def at_once(segmenter: Segmenter, run: Callable[[], T]) -> T:
    """The turn on a device that is nobody else's."""
    return run()


@dataclass(frozen=True)
class Embedding:
    """How far a picture's embedding is, for the page; `fraction` from 0 to 1, `seconds_left` None where unknown."""

    segmenter: str
    ready: bool
    fraction: float
    seconds_left: float | None
    note: str


@dataclass(frozen=True, eq=False)
class Hovered:
    """What lies under the pointer in a picture of size `frame`, by which segmenter, and how long it took."""

    frame: Size
    segmenter: str
    glance: Glance
    ms: float


class Submit(Protocol):
    """Gives a worker something to do and waits for it."""

    async def __call__(self, worker: Worker, run: Callable[[], T]) -> T:
        """What `run` gives. Raises Superseded where a newer request is there."""
        ...


class Service:
    """Previews, glances and embeddings for pages. Of what one page asks, only the newest is computed; what it replaces
    raises Superseded. `page` is any id, "" for one that does not say.
    """

    def __init__(self, pipeline: Pipeline, turn: Turn = at_once) -> None:
        self.pipeline, self._turn = pipeline, turn
        self._encoder, self._answerer = Worker("click-inpaint encoder"), Worker("click-inpaint answers")
        self._newest: dict[Hashable, object] = {}
        self._runs = _Runs()
        self._glance_ms: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=GLANCES_MEASURED))

    async def preview(self, edit: Edit, area: Size, page: str) -> Preview:
        """What the Edit selects; encoders run for it where they have to. Raises what Pipeline.preview raises, Busy and
        Superseded.
        """
        with self._newest_of("preview", page) as submit:
            while True:
                try:
                    return await submit(self._answerer, lambda: self.pipeline.preview(edit, area, encode=False))
                except NotEmbedded as missing:
                    run = partial(self._encode, missing.segmenter, missing.image_id)
                await submit(self._encoder, run)

    async def hover(self, image_id: str, point: Point, name: str, page: str) -> Hovered | None:
        """A glance; None while there is no embedding. Never runs an encoder."""
        with self._newest_of("hover", page) as submit:
            try:
                return await submit(self._answerer, lambda: self._glance(image_id, point, name))
            except NotEmbedded:
                return None

    def embed(self, image_id: str, name: str, page: str) -> Embedding:
        """See to it that the encoder runs, and tell how far it is. What it failed with is raised once."""
        segmenter = self.pipeline.segmenters.get(name)
        self.pipeline.store.encoded(image_id)  # raises here, not in the worker, where it is unknown
        progress, key = self.pipeline.embeddings.progress(segmenter, image_id), (segmenter.name, image_id)
        note = segmenter.note if progress.ready else self._runs.told(key)
        if not progress.ready and not progress.running and self._runs.begin(key):
            run = self._encoder.submit(partial(self._encode, segmenter, image_id), ("embed", page) if page else None)
            run.add_done_callback(partial(self._runs.end, key))
        return Embedding(segmenter.name, progress.ready, progress.fraction, progress.seconds_left, note)

    def hover_ms(self, name: str) -> float | None:
        """Median of a segmenter's last glances; None before the first."""
        taken = self._glance_ms.get(name)
        return round(statistics.median(taken), 1) if taken else None

    def close(self) -> None:
        """End the threads and forget everything that can be computed again."""
        self._encoder.close()
        self._answerer.close()
        self.pipeline.forget()
        self.pipeline.embeddings.release(everything=True)

    def _encode(self, segmenter: Segmenter, image_id: str) -> None:
        embeddings = self.pipeline.embeddings
        if embeddings.held(segmenter, image_id) is None:
            # the turn first: a job that has it already must not wait for a run that is about to be refused one
            self._turn(segmenter, lambda: embeddings.get(segmenter, image_id))

    def _glance(self, image_id: str, point: Point, name: str) -> Hovered:
        segmenter, start = self.pipeline.segmenters.get(name), time.perf_counter()
        frame, glance = self.pipeline.glance(segmenter, image_id, point)
        ms = (time.perf_counter() - start) * 1e3
        self._glance_ms[segmenter.name].append(ms)
        return Hovered(frame, segmenter.name, glance, ms)

    @contextmanager
    def _newest_of(self, kind: str, page: str) -> Iterator[Submit]:
        """How a request submits its work, for as long as it is the page's newest of its kind."""
        request = object()
        client: Hashable = (kind, page) if page else request
        self._newest[client] = request

        async def submit(worker: Worker, run: Callable[[], T]) -> T:
            if self._newest.get(client) is not request:
                raise Superseded
            return await asyncio.wrap_future(worker.submit(run, client))

        try:
            yield submit
        finally:
            if self._newest.get(client) is request:
                del self._newest[client]


class _Runs:
    """The runs that nobody waits for: which are under way, and what one failed with, until somebody asks."""

    def __init__(self) -> None:
        self._under_way: set[Hashable] = set()
        self._failures: OrderedDict[Hashable, BaseException] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, key: Hashable) -> bool:
        """Whether to begin one now: none is under way, and none has failed untold."""
        with self._lock:
            if key in self._under_way or key in self._failures:
                return False
            self._under_way.add(key)
            return True

    def end(self, key: Hashable, run: Future[None]) -> None:
        """It is over; what it failed with is kept."""
        error = None if run.cancelled() else run.exception()
        if error is not None and not isinstance(error, (UserError, Busy, Superseded)):
            logger.error("An encoder failed", exc_info=error)
        with self._lock:
            self._under_way.discard(key)
            if error is None or isinstance(error, Superseded):
                return
            self._failures[key] = error.with_traceback(None)  # whose frames hold the picture
            while len(self._failures) > FAILURES_KEPT:
                self._failures.popitem(last=False)

    def told(self, key: Hashable) -> str:
        """A sentence about what will pass, or ""; raises what will not, once."""
        with self._lock:
            error = self._failures.pop(key, None)
        if isinstance(error, Busy):
            return str(error)
        if error is not None:
            raise error
        return ""
