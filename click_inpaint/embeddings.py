"""What encoders made of pictures: computed once, kept within a bound of bytes, with how far a run is."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from click_inpaint.cache import OnceCache
from click_inpaint.images import flattened
from click_inpaint.segment.base import Segmenter
from click_inpaint.segment.catalogue import prior_seconds
from click_inpaint.store import Store
from click_inpaint.timing import timed

Key = tuple[str, str, str]

EMBEDDING_BYTES = 256 << 20
"""One of SAM's takes 4 MB, so that some fifty pictures stay; GrabCut's holds the picture itself: a dozen of 4 MP.
"""
REQUESTS_KEPT_FOR = 4
"""Only requests that ask several segmenters have anything kept for them; given-up ones hold it until others come."""
MOST_OF_IT = 0.95
"""Where the bar waits when a run takes longer than expected."""


@dataclass(frozen=True)
class Progress:
    """How far an embedding is: `fraction` of its run from 0 to 1; `seconds_left` None where nobody can tell."""

    ready: bool
    running: bool
    fraction: float
    seconds_left: float | None


@dataclass(frozen=True, eq=False)
class _Embedded:
    segmenter: Segmenter
    embedding: Any

    @property
    def nbytes(self) -> int:
        return self.segmenter.nbytes(self.embedding)


class Embeddings:
    """By picture, segmenter and weights, so that switching segmenters back and forth costs nothing. Never two runs for
    one of them: who comes while it runs waits for it. `used` is called whenever somebody asks for one, and when a run
    ends. Safe to use from several threads.
    """

    def __init__(
        self,
        store: Store,
        max_bytes: int = EMBEDDING_BYTES,
        used: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._used, self._clock = store, used, clock
        self._cache: OnceCache[Key, _Embedded] = OnceCache(max_bytes, lambda made: made.nbytes)
        self._kept: OrderedDict[Hashable, dict[Key, _Embedded]] = OrderedDict()
        self._started: dict[Key, float] = {}
        self._seconds: dict[str, float] = {}
        self._loaded: dict[tuple[str, str], Segmenter] = {}
        self._lock = threading.Lock()

    def get(self, segmenter: Segmenter, image_id: str) -> Any:
        """The embedding of a stored picture: kept, or computed now. Raises UnknownPicture and what the segmenter
        raises.
        """
        self._used()
        key = _key(segmenter, image_id)
        return self._cache.get(key, lambda: self._kept_one(key) or self._run(key, segmenter, image_id)).embedding

    def held(self, segmenter: Segmenter, image_id: str) -> Any | None:
        """The embedding if it is there; never starts a run."""
        self._used()
        found = self._found(_key(segmenter, image_id))
        return None if found is None else found.embedding

    def keep(self, request: Hashable, segmenters: Iterable[Segmenter], image_id: str) -> None:
        """Hold on to those that are there, and to no others, for a request that waits for more: of those that do not
        fit into the bound together each would push out the one before for ever. Of the last few requests only.
        """
        keys = (_key(segmenter, image_id) for segmenter in segmenters)
        kept = {key: found for key in keys if (found := self._found(key))}
        with self._lock:
            self._kept.pop(request, None)
            if kept:
                self._kept[request] = kept
            while len(self._kept) > REQUESTS_KEPT_FOR:
                self._kept.popitem(last=False)

    def progress(self, segmenter: Segmenter, image_id: str) -> Progress:
        """How far it is, by how long this segmenter took here the last time."""
        key = _key(segmenter, image_id)
        if key in self._cache or self._kept_one(key):
            return Progress(True, False, 1.0, 0.0)
        with self._lock:
            started, measured = self._started.get(key), self._seconds.get(segmenter.name)
        if started is None:
            return Progress(False, False, 0.0, measured)
        passed = self._clock() - started
        expected = measured or prior_seconds(segmenter.name)
        left = None if measured is None or passed > measured else measured - passed
        return Progress(False, True, min(passed / expected, MOST_OF_IT), left)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that all embeddings hold."""
        with self._lock:
            kept = {key: embedded for group in self._kept.values() for key, embedded in group.items()}
        return self._cache.weight + sum(embedded.nbytes for key, embedded in kept.items() if key not in self._cache)

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._kept.clear()
        self._cache.clear()

    def release(self, everything: bool = False) -> None:
        """Take every encoder that was run off the GPU, with `everything` out of memory; embeddings stay."""
        with self._lock:
            loaded = list(self._loaded.values())
            if everything:
                self._loaded.clear()
        for segmenter in loaded:
            segmenter.release(everything)

    def _found(self, key: Key) -> _Embedded | None:
        return self._cache.held(key) or self._kept_one(key)

    def _kept_one(self, key: Key) -> _Embedded | None:
        with self._lock:
            return next((group[key] for group in self._kept.values() if key in group), None)

    def _run(self, key: Key, segmenter: Segmenter, image_id: str) -> _Embedded:
        with self._lock:
            self._started[key] = started = self._clock()
            self._loaded[key[:2]] = segmenter
        try:
            image = flattened(self._store.picture(image_id))
            with timed(f"embed ({segmenter.name})"):
                embedding = segmenter.embed(image)
        finally:
            with self._lock:
                del self._started[key]
                self._loaded[key[:2]] = segmenter  # again: a release meanwhile has not seen what was still to be loaded
            self._used()
        with self._lock:
            self._seconds[segmenter.name] = self._clock() - started
        return _Embedded(segmenter, embedding)


def _key(segmenter: Segmenter, image_id: str) -> Key:
    return segmenter.name, segmenter.weights_digest, image_id
