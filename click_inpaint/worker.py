"""A thread of our own for work that must neither stall the host's threads nor pile up behind itself."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


class Superseded(Exception):
    """A newer request of the same client took this one's place, or the worker was closed, before it was begun."""


@dataclass(frozen=True, eq=False)
class _Task:
    run: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)

    def drop(self) -> None:
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(Superseded())

    def do(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.run())
        except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it
            self.future.set_exception(error)


class Worker:
    """Runs what it is given one after the other in one thread, which starts with the first task.

    Of each client only the newest task waits: it takes the place in the queue of the one before it, so that who asks
    often is neither served more often than others nor pushed back by asking.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: OrderedDict[Hashable, _Task] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, run: Callable[[], T], client: Hashable = None) -> Future[T]:
        """The future of `run`; of the same `client`'s older one, if it has not begun, Superseded. None is nobody's."""
        task = _Task(run)
        key = task if client is None else client
        with self._changed:
            older = task if self._closed else self._waiting.get(key)
            if not self._closed:
                self._waiting[key] = task
                self._started()
                self._changed.notify()
        if older:
            older.drop()
        return task.future

    def close(self) -> None:
        """Drop what waits; the thread ends after what it is doing."""
        with self._changed:
            self._closed = True
            dropped = list(self._waiting.values())
            self._waiting.clear()
            self._changed.notify()
        for task in dropped:
            task.drop()

    def _started(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                task = self._waiting.popitem(last=False)[1]
            task.do()
            del task  # else it would hold its result until the next one comes
