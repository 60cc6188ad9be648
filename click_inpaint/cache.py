"""Results that are kept by key. Each is computed once, even where several threads ask for it at the same time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class OnceCache(Generic[K, V]):
    """Values by key, which together weigh at most `limit`; `weigh` says how much one weighs, by default 1.

    Whenever a value is added, the least recently used ones are dropped until the rest fits. The newest value stays,
    even if it is too heavy by itself. The cache is safe to use from several threads.
    """

    def __init__(self, limit: int, weigh: Callable[[V], int] = lambda value: 1) -> None:
        self._limit, self._weigh = limit, weigh
        self._held: OrderedDict[K, V] = OrderedDict()
        self._running: dict[K, Future[V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`, which `make` computes if it is not there.

        Callers who ask for it meanwhile wait for the same run, and get the same error if it fails. An error is not
        kept: whoever asks later starts another run.
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
            del run  # the run holds its error, whose traceback holds this frame and all that called it

    def held(self, key: K) -> V | None:
        """The value of `key` if it is there, else None. It counts as used."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key]

    @property
    def weight(self) -> int:
        """What all values weigh together now."""
        with self._lock:
            return self._total()

    def __contains__(self, key: K) -> bool:
        with self._lock:
            return key in self._held

    def clear(self) -> None:
        """Forget all values. Runs that are under way go on, and their values are kept."""
        with self._lock:
            self._held.clear()

    def _total(self) -> int:
        return sum(map(self._weigh, self._held.values()))

    def _make(self, key: K, make: Callable[[], V], run: Future[V]) -> None:
        try:
            value = make()
        except BaseException as error:  # noqa: BLE001 - raised again for every caller
            with self._lock:
                del self._running[key]
            run.set_exception(error)
            del run  # for the same reason as in `get`
            return
        with self._lock:
            del self._running[key]
            self._held[key] = value
            while len(self._held) > 1 and self._total() > self._limit:
                self._held.popitem(last=False)
        run.set_result(value)
