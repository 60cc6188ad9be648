"""Results kept by key and computed once, even when two threads ask at the same time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class OnceCache(Generic[K, V]):
    """At most `kept` values, least recently used out first. Safe to use from several threads."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._held: OrderedDict[K, V] = OrderedDict()
        self._running: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`, made by the first asker while the others wait. What `make` raises is not kept."""
        with self._lock:
            run = self._running.setdefault(key, threading.Lock())
        with run:
            with self._lock:
                if key in self._held:
                    self._held.move_to_end(key)
                    return self._held[key]
            try:
                value = make()
            except BaseException:
                with self._lock:
                    self._running.pop(key, None)
                raise
            with self._lock:
                self._held[key] = value
                while len(self._held) > self._kept:
                    self._running.pop(self._held.popitem(last=False)[0], None)
        return value

    def __contains__(self, key: K) -> bool:
        with self._lock:
            return key in self._held
