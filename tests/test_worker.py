"""The order of work, without the clock: the worker is held up until everything stands in its queue."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest

from click_inpaint.worker import Superseded, Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("test")
    yield worker
    worker.close()


@pytest.fixture
def held(worker: Worker) -> Callable[[], None]:
    """The worker is busy with its first task until this is called."""
    begun, go = threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        assert go.wait(10)

    worker.submit(first)
    assert begun.wait(10)
    return go.set


def test_tasks_are_done_in_order_in_one_other_thread(worker: Worker, held: Callable[[], None]) -> None:
    seen: list[Any] = []

    def task(n: int) -> None:
        seen.append((n, threading.get_ident()))

    futures = [worker.submit(partial(task, n)) for n in range(5)]
    held()
    for future in futures:
        future.result(10)
    assert [n for n, _ in seen] == [0, 1, 2, 3, 4]
    assert len({thread for _, thread in seen}) == 1 and seen[0][1] != threading.get_ident()


def test_the_newest_of_a_client_takes_the_place_of_the_older(worker: Worker, held: Callable[[], None]) -> None:
    done: list[str] = []

    def ask(client: str, what: str) -> "Future[None]":
        return worker.submit(lambda: done.append(what), client)

    older = [ask("ann", "a1"), ask("bob", "b1"), ask("ann", "a2")]
    last = [ask("bob", "b2"), ask("ann", "a3")]
    held()
    for future in last:
        future.result(10)
    assert done == ["a3", "b2"], "ann keeps her place"
    for future in older:
        with pytest.raises(Superseded):
            future.result(10)


def done_in_turn(worker: Worker, held: Callable[[], None], *asked: tuple[str, str]) -> list[str]:
    """The tasks in the order in which they ran; each was asked as (whose turn it takes, what it is)."""
    done: list[str] = []
    futures = [worker.submit(partial(done.append, what), what, turn) for turn, what in asked]
    held()
    for future in futures:
        future.result(10)
    return done


def test_who_asks_for_much_takes_turns_with_who_asks_for_little(worker: Worker, held: Callable[[], None]) -> None:
    asked = [("ann", "a1"), ("ann", "a2"), ("ann", "a3"), ("ann", "a4"), ("bob", "b1"), ("bob", "b2"), ("eve", "e1")]
    assert done_in_turn(worker, held, *asked) == ["a1", "b1", "e1", "a2", "b2", "a3", "a4"]


def test_clients_without_a_name_share_one_turn(worker: Worker, held: Callable[[], None]) -> None:
    asked = [("", f"x{number}") for number in range(50)]
    assert done_in_turn(worker, held, *asked, ("ann", "a1"))[:3] == ["x0", "a1", "x1"]


def test_a_turn_ends_with_its_task_and_not_before(worker: Worker) -> None:
    """So that a client that comes while another's task runs does not wait for one more of them."""
    begun, go, done = threading.Event(), threading.Event(), list[str]()

    def first() -> None:
        begun.set()
        assert go.wait(10)

    worker.submit(first, "a0", "ann")
    later = [worker.submit(partial(done.append, name), name, "ann") for name in ("a1", "a2")]
    assert begun.wait(10)
    later.append(worker.submit(partial(done.append, "b1"), "b1", "bob"))
    go.set()
    for future in later:
        future.result(10)
    assert done == ["b1", "a1", "a2"]


def test_who_asks_again_after_a_turn_waits_for_the_turns_of_the_others(
    worker: Worker, held: Callable[[], None]
) -> None:
    done: list[str] = []

    def ask_again() -> None:
        done.append("a1")
        again.append(worker.submit(partial(done.append, "a2"), "a2", "ann"))

    again: list[Future[None]] = []
    worker.submit(ask_again, "a1", "ann")
    others = [worker.submit(partial(done.append, name), name, name) for name in ("bob", "eve")]
    held()
    for future in others:
        future.result(10)
    again[0].result(10)
    assert done == ["a1", "bob", "eve", "a2"]


def test_what_has_begun_is_finished(worker: Worker) -> None:
    begun, go = threading.Event(), threading.Event()

    def run() -> str:
        begun.set()
        assert go.wait(10)
        return "done"

    first = worker.submit(run, "ann")
    assert begun.wait(10)
    second = worker.submit(lambda: "next", "ann")
    go.set()
    assert first.result(10) == "done" and second.result(10) == "next"


def test_a_failure_is_its_askers_alone(worker: Worker) -> None:
    def fail() -> None:
        raise OSError("disk")

    failed, after = worker.submit(fail), worker.submit(lambda: 1)
    with pytest.raises(OSError, match="disk"):
        failed.result(10)
    assert after.result(10) == 1


def test_what_nobody_waits_for_any_more_is_not_begun(worker: Worker, held: Callable[[], None]) -> None:
    done: list[int] = []
    given_up, after = worker.submit(lambda: done.append(1), "ann"), worker.submit(lambda: done.append(2))
    assert given_up.cancel()
    replaced = worker.submit(lambda: done.append(3), "ann")
    held()
    after.result(10)
    replaced.result(10)
    assert sorted(done) == [2, 3]


def test_closing_drops_what_waits_and_ends_the_thread(worker: Worker, held: Callable[[], None]) -> None:
    waiting = worker.submit(lambda: 1)
    worker.close()
    with pytest.raises(Superseded):
        waiting.result(10)
    with pytest.raises(Superseded):
        worker.submit(lambda: 2).result(10)
    held()
    assert worker._thread is not None
    worker._thread.join(10)
    assert not worker._thread.is_alive()
