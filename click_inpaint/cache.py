"""Results kept by key and computed once, even when several threads ask at the same time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class OnceCache(Generic[K, V]):
    """Values of at most `limit` together by what `weigh` says of each; without it each weighs 1.

    Least recently used out first, whenever one is added; the newest stays even when it is too heavy alone. Safe to use
    from several threads.
    """

    def __init__(self, limit: int, weigh: Callable[[V], int] = lambda value: 1) -> None:
        self._limit, self._weigh = limit, weigh
        self._held: OrderedDict[K, V] = OrderedDict()
        self._running: dict[K, Future[V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`, made by the first asker; those who ask meanwhile wait for that same run, and share what
        it raises. That is not kept: who asks later starts a new run.
        """
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            run, first = self._running.get(key), key not in self._running
            if run is None:
                run = self._running[key] = Future()
        if first:
            self._make(key, make, run)
        try:
            return run.result()
        finally:
            del run  # it holds what it raises, whose traceback holds this frame and every one that called it

    def held(self, key: K) -> V | None:
        """The value if it is there; it counts as used."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    @property
    def weight(self) -> int:
        """Of all values together, as they are now."""
        with self._lock:
            return self._total()

    def __contains__(self, key: K) -> bool:
        with self._lock:
            return key in self._held

    def clear(self) -> None:
        """Forget every value; runs that are under way go on, and theirs are kept."""
        with self._lock:
            self._held.clear()

    def _total(self) -> int:
        return sum(map(self._weigh, self._held.values()))

    def _make(self, key: K, make: Callable[[], V], run: Future[V]) -> None:
        try:
            value = make()
        except BaseException as error:  # noqa: BLE001 - handed on to every asker
            with self._lock:
                del self._running[key]
            run.set_exception(error)
            del run  # as in `get`
            return
        with self._lock:
            del self._running[key]
            self._held[key] = value
            while len(self._held) > 1 and self._total() > self._limit:
                self._held.popitem(last=False)
        run.set_result(value)
