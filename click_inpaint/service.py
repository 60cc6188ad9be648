"""What pages ask for, apart from HTTP: in which thread and in which order it is computed, and how requests wait for it.

There are three workers: one for encoders, which take seconds, one for everything that answers a gesture, which takes
milliseconds, and one that fills pictures and saves them. So a long run holds up neither the host's threads nor another
page's clicks. The coroutines here wait without taking a thread.
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
from click_inpaint.errors import NotNow, UserError
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.images import Picture
from click_inpaint.messages import Message
from click_inpaint.pipeline import NotEmbedded, Pipeline
from click_inpaint.preview import Preview
from click_inpaint.results import Change
from click_inpaint.segment.base import HoverMask, Segmenter
from click_inpaint.worker import Superseded, Worker

logger = logging.getLogger(__name__)

T = TypeVar("T")
HOVERS_MEASURED = 32
FAILURES_KEPT = 16


class Busy(NotNow):
    """The host needs the device itself just now; the same request may succeed in a moment."""

    def __init__(self) -> None:
        super().__init__("The encoder waits for the Web UI to finish what it is doing.")


class RunOnDevice(Protocol):
    """Runs an encoder if its device is free, and raises Busy if it is not: it never waits."""

    def __call__(self, segmenter: Segmenter, run: Callable[[], T]) -> T:
        """Call `run`, which runs the encoder of `segmenter`, and return its result."""
        ...


def run_at_once(segmenter: Segmenter, run: Callable[[], T]) -> T:
    """The RunOnDevice for a device that nothing else uses."""
    return run()


Save = Callable[[Edit, Picture, Box, bool], str]
"""Returns the infotext of a picture that was made from an Edit and differs from that one's within the box; saves it
first where the last argument says so.
"""


def saved_nowhere(edit: Edit, picture: Picture, box: Box, save: bool) -> str:
    """The Save of a host that has no folder for results."""
    return ""


@dataclass(frozen=True)
class EmbeddingStatus:
    """How far the embedding of a picture has come, as the page shows it.

    `fraction` goes from 0 to 1; `seconds_left` is None where nobody can tell; `note` is for the person who waits.
    """

    segmenter: str
    ready: bool
    fraction: float
    seconds_left: float | None
    note: Message | None


@dataclass(frozen=True, eq=False)
class HoverReply:
    """The mask of what lies under the pointer in a picture of size `frame`, which segmenter found it, and how many
    milliseconds that took.
    """

    frame: Size
    segmenter: str
    mask: HoverMask
    ms: float


class Submit(Protocol):
    """Lets a worker run something, and waits for it."""

    async def __call__(self, worker: Worker, run: Callable[[], T]) -> T:
        """Return what `run` returns. Raises Superseded once the same page has sent a newer request."""
        ...


class Service:
    """Previews, hover masks and embeddings for pages.

    Of several requests of one kind by one page, only the newest is computed; those that it replaces raise Superseded.
    `page` is an id that the page made up, or "" where a client has none: no request of such a client replaces another.
    Pages take turns, so that a page waits for at most one request of each other page; all clients without an id share
    one turn.
    """

    def __init__(
        self, pipeline: Pipeline, run_on_device: RunOnDevice = run_at_once, save: Save = saved_nowhere
    ) -> None:
        self.pipeline, self._run_on_device, self._save = pipeline, run_on_device, save
        self._encoder, self._answerer = Worker("click-inpaint encoder"), Worker("click-inpaint answers")
        self._eraser = Worker("click-inpaint erasing")
        self._newest: dict[Hashable, object] = {}
        self._runs = _BackgroundRuns()
        self._hover_ms: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=HOVERS_MEASURED))

    async def preview(self, edit: Edit, area: Size, page: str) -> Preview:
        """The preview of an Edit for sliders set to `area`. Encoders run where an embedding is missing.

        Raises what Pipeline.preview raises, Busy and Superseded.
        """
        with self._newest_of("preview", page) as submit:
            while True:
                try:
                    return await submit(self._answerer, lambda: self.pipeline.preview(edit, area, encode=False))
                except NotEmbedded as missing:
                    run = partial(self._encode, missing.segmenter, missing.image_id)
                await submit(self._encoder, run)

    async def erase(self, edit: Edit, area: Size, page: str, save: bool = True) -> tuple[Picture, str]:
        """The picture with what an Edit selects filled, and the infotext of it. With `save` it is saved as the host
        saves results; where anything fails, nothing is. Of one page all are carried out, one after the other.

        Raises what `preview` raises, and UserError where it cannot be saved.
        """
        await self.preview(edit, area, page)
        return await asyncio.wrap_future(self._eraser.submit(lambda: self._erase(edit, area, save), None, page))

    async def hover(self, image_id: str, point: Point, name: str, page: str) -> HoverReply | None:
        """The mask under the pointer; None while the picture has no embedding. This never runs an encoder.

        Raises UnknownPicture, BadEdit for a point outside the picture, BadWeights and Superseded.
        """
        with self._newest_of("hover", page) as submit:
            try:
                return await submit(self._answerer, lambda: self._hover(image_id, point, name))
            except NotEmbedded:
                return None

    def embed(self, image_id: str, name: str, page: str) -> EmbeddingStatus:
        """Start the encoder unless it runs or has run, and tell how far it has come.

        The error of a run that failed is raised once; the call after that starts another run.
        """
        segmenter = self.pipeline.segmenters.get(name)
        self.pipeline.store.encoded(image_id)  # an unknown picture raises here rather than in the worker
        progress, key = self.pipeline.embeddings.progress(segmenter, image_id), (segmenter.name, image_id)
        note = segmenter.note if progress.ready else self._runs.note(key)
        if not progress.ready and not progress.running and self._runs.begin(key):
            encode = partial(self._encode, segmenter, image_id)
            run = self._encoder.submit(encode, ("embed", page) if page else None, page)
            run.add_done_callback(partial(self._runs.end, key))
        return EmbeddingStatus(segmenter.name, progress.ready, progress.fraction, progress.seconds_left, note)

    def hover_ms(self, name: str) -> float | None:
        """The median time of a segmenter's last hover masks in milliseconds; None before the first."""
        taken = self._hover_ms.get(name)
        return round(statistics.median(taken), 1) if taken else None

    def close(self) -> None:
        """End the worker threads, and forget everything that can be computed again."""
        self._encoder.close()
        self._answerer.close()
        self._eraser.close()
        self.pipeline.forget()
        self.pipeline.embeddings.release(everything=True)

    def _encode(self, segmenter: Segmenter, image_id: str) -> None:
        embeddings = self.pipeline.embeddings
        if embeddings.held(segmenter, image_id) is None:
            # the device comes first: a job that has it must not wait for an embedding that is about to be refused it
            self._run_on_device(segmenter, lambda: embeddings.get(segmenter, image_id))

    def _erase(self, edit: Edit, area: Size, save: bool) -> tuple[Picture, str]:
        done, results = self.pipeline.erase(edit, area), self.pipeline.results
        infotext = self._save(done.edit, done.picture, done.box, save)
        results.name(results.keep(Change.between(edit.image, done.picture, done.box, edit.frame)), infotext)
        return done.picture, infotext

    def _hover(self, image_id: str, point: Point, name: str) -> HoverReply:
        segmenter, start = self.pipeline.segmenters.get(name), time.perf_counter()
        frame, mask = self.pipeline.hover(segmenter, image_id, point)
        ms = (time.perf_counter() - start) * 1e3
        self._hover_ms[segmenter.name].append(ms)
        return HoverReply(frame, segmenter.name, mask, ms)

    @contextmanager
    def _newest_of(self, kind: str, page: str) -> Iterator[Submit]:
        """Give a request the function that it submits its work with, which works while it is the page's newest of that
        kind.
        """
        request = object()
        client: Hashable = (kind, page) if page else request
        self._newest[client] = request

        async def submit(worker: Worker, run: Callable[[], T]) -> T:
            if self._newest.get(client) is not request:
                raise Superseded
            return await asyncio.wrap_future(worker.submit(run, client, page))

        try:
            yield submit
        finally:
            if self._newest.get(client) is request:
                del self._newest[client]


class _BackgroundRuns:
    """Runs of encoders that no request waits for: which ones are under way, and the errors of those that failed, which
    are kept until somebody asks.
    """

    def __init__(self) -> None:
        self._under_way: set[Hashable] = set()
        self._failures: OrderedDict[Hashable, BaseException] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, key: Hashable) -> bool:
        """Whether a run should start now: no, while one is under way or the error of one has yet to be raised."""
        with self._lock:
            if key in self._under_way or key in self._failures:
                return False
            self._under_way.add(key)
            return True

    def end(self, key: Hashable, run: Future[None]) -> None:
        """Note that a run is over, and keep its error if it failed."""
        error = None if run.cancelled() else run.exception()
        if error is not None and not isinstance(error, (UserError, Superseded)):
            logger.error("An encoder failed", exc_info=error)
        with self._lock:
            self._under_way.discard(key)
            if error is None or isinstance(error, Superseded):
                return
            self._failures[key] = error.with_traceback(None)  # the traceback's frames would hold the picture
            while len(self._failures) > FAILURES_KEPT:
                self._failures.popitem(last=False)

    def note(self, key: Hashable) -> Message | None:
        """A message about an obstacle that will pass by itself, or None. Raises any other error that was kept, once."""
        with self._lock:
            error = self._failures.pop(key, None)
        if isinstance(error, Busy):
            return error.message
        if error is not None:
            raise error
        return None
