"""The embeddings of pictures: each is computed once, they are kept within a bound of bytes, and their
progress is told.
"""

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
"""An embedding of SAM's takes 4 MB, so that some fifty pictures stay. GrabCut's holds the picture itself, so that a
dozen of 4 megapixels stay.
"""
REQUESTS_KEPT_FOR = 4
"""For so many requests embeddings are held on to (see `keep`). A request that its client has given up keeps its place
until others take it.
"""
MAX_RUNNING_FRACTION = 0.95
"""Where the progress bar stays while a run takes longer than expected."""


@dataclass(frozen=True)
class EmbeddingProgress:
    """How far an embedding has come: the `fraction` of its run, from 0 to 1; `seconds_left` is None where nobody can
    tell.
    """

    ready: bool
    running: bool
    fraction: float
    seconds_left: float | None


@dataclass(frozen=True, eq=False)
class _Entry:
    """An embedding, and the segmenter that made it, which alone knows how large it is."""

    segmenter: Segmenter
    embedding: Any

    @property
    def nbytes(self) -> int:
        return self.segmenter.nbytes(self.embedding)


class Embeddings:
    """Embeddings by picture, segmenter and weights, so that switching segmenters back and forth costs nothing.

    An encoder never runs twice for the same one: whoever asks while it runs waits for that run. `on_use` is called each
    time somebody asks for an embedding, and each time a run ends. Embeddings are safe to use from several threads.
    """

    def __init__(
        self,
        store: Store,
        max_bytes: int = EMBEDDING_BYTES,
        on_use: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._on_use, self._clock = store, on_use, clock
        self._cache: OnceCache[Key, _Entry] = OnceCache(max_bytes, lambda made: made.nbytes)
        self._kept: OrderedDict[Hashable, dict[Key, _Entry]] = OrderedDict()
        self._started: dict[Key, float] = {}
        self._seconds: dict[str, float] = {}
        self._loaded: dict[tuple[str, str], Segmenter] = {}
        self._lock = threading.Lock()

    def get(self, segmenter: Segmenter, image_id: str) -> Any:
        """The embedding of a stored picture, which is computed now unless it is there. Raises UnknownPicture, and
        whatever the segmenter raises.
        """
        self._on_use()
        key = _key(segmenter, image_id)
        return self._cache.get(key, lambda: self._find_kept(key) or self._run(key, segmenter, image_id)).embedding

    def held(self, segmenter: Segmenter, image_id: str) -> Any | None:
        """The embedding if it is there, else None. This never runs an encoder."""
        self._on_use()
        found = self._find(_key(segmenter, image_id))
        return None if found is None else found.embedding

    def keep(self, request: Hashable, segmenters: Iterable[Segmenter], image_id: str) -> None:
        """Hold on to those embeddings of `segmenters` that are there, until the same request calls this again.

        A request that needs several embeddings calls this while it waits for one of them. Otherwise those that do not
        fit into the bound together would push each other out for ever. Only the last few requests are held for.
        """
        keys = (_key(segmenter, image_id) for segmenter in segmenters)
        kept = {key: found for key in keys if (found := self._find(key))}
        with self._lock:
            self._kept.pop(request, None)
            if kept:
                self._kept[request] = kept
            while len(self._kept) > REQUESTS_KEPT_FOR:
                self._kept.popitem(last=False)

    def progress(self, segmenter: Segmenter, image_id: str) -> EmbeddingProgress:
        """How far an embedding has come, judged by how long the segmenter took on this machine the last time."""
        key = _key(segmenter, image_id)
        if key in self._cache or self._find_kept(key):
            return EmbeddingProgress(True, False, 1.0, 0.0)
        with self._lock:
            started, measured = self._started.get(key), self._seconds.get(segmenter.name)
        if started is None:
            return EmbeddingProgress(False, False, 0.0, measured)
        passed = self._clock() - started
        expected = measured or prior_seconds(segmenter.name)
        left = None if measured is None or passed > measured else measured - passed
        return EmbeddingProgress(False, True, min(passed / expected, MAX_RUNNING_FRACTION), left)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that all embeddings hold together."""
        with self._lock:
            kept = {key: entry for group in self._kept.values() for key, entry in group.items()}
        return self._cache.weight + sum(entry.nbytes for key, entry in kept.items() if key not in self._cache)

    def clear(self) -> None:
        """Forget all embeddings."""
        with self._lock:
            self._kept.clear()
        self._cache.clear()

    def release(self, everything: bool = False) -> None:
        """Take every encoder that has run off the GPU; with `everything`, also out of main memory. Embeddings stay."""
        with self._lock:
            loaded = list(self._loaded.values())
            if everything:
                self._loaded.clear()
        for segmenter in loaded:
            segmenter.release(everything)

    def _find(self, key: Key) -> _Entry | None:
        return self._cache.held(key) or self._find_kept(key)

    def _find_kept(self, key: Key) -> _Entry | None:
        with self._lock:
            return next((group[key] for group in self._kept.values() if key in group), None)

    def _run(self, key: Key, segmenter: Segmenter, image_id: str) -> _Entry:
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
                self._loaded[key[:2]] = segmenter  # again: a release meanwhile did not see a model that was loading
            self._on_use()
        with self._lock:
            self._seconds[segmenter.name] = self._clock() - started
        return _Entry(segmenter, embedding)


def _key(segmenter: Segmenter, image_id: str) -> Key:
    return segmenter.name, segmenter.weights_digest, image_id
