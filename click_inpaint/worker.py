"""A thread of our own, for work that must not hold up the host's threads and must not pile up."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


class Superseded(Exception):
    """The task was never started: a newer one of the same client took its place, or the worker was closed."""


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
        except BaseException as error:  # noqa: BLE001 - raised again for whoever waits for the future
            self.future.set_exception(error)


class Worker:
    """Runs the tasks that it is given one after the other, in one thread, which starts with the first task.

    Those who ask take turns: after one task of somebody's come the tasks of all others who wait, so that nobody waits
    for more than one task of each other. Of each client only the newest task waits. It takes over the place in the
    queue of the client's older one, so that a client that asks often is served neither more often than others nor
    later.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: OrderedDict[Hashable, OrderedDict[Hashable, _Task]] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, run: Callable[[], T], client: Hashable = None, turn: Hashable = None) -> Future[T]:
        """Queue `run` and return the future of its result.

        If an older task of the same `client` and `turn` is still waiting, its future raises Superseded. A task whose
        client is None replaces no other, and no other replaces it. `turn` is who takes turns with the others: several
        clients may share one.
        """
        task = _Task(run)
        key = task if client is None else client
        older: _Task | None = task
        with self._changed:
            if not self._closed:
                own = self._waiting.setdefault(turn, OrderedDict())
                older, own[key] = own.get(key), task
                self._start_once()
                self._changed.notify()
        if older:
            older.drop()
        return task.future

    def close(self) -> None:
        """Drop the tasks that wait, and let the thread end after the one that it is running."""
        with self._changed:
            self._closed = True
            dropped = [task for tasks in self._waiting.values() for task in tasks.values()]
            self._waiting.clear()
            self._changed.notify()
        for task in dropped:
            task.drop()

    def _start_once(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                turn, task = self._next()
            task.do()
            del task  # it would keep its result in memory until the next task comes
            with self._changed:
                if turn in self._waiting:  # behind those who came while this task ran, too
                    self._waiting.move_to_end(turn)

    def _next(self) -> tuple[Hashable, _Task]:
        """The oldest task of the one whose turn it is, and whose turn that is."""
        turn, tasks = next(iter(self._waiting.items()))
        task = tasks.popitem(last=False)[1]
        if not tasks:
            del self._waiting[turn]
        return turn, task
