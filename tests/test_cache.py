import threading
from collections.abc import Callable
from functools import partial

import pytest

from click_inpaint.cache import OnceCache


def in_threads(count: int, run: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def waiting(cache: OnceCache[str, int], key: str) -> int:
    """How many threads wait for the run of `key`."""
    return len(cache._running[key]._condition._waiters)  # type: ignore[attr-defined]  # nothing public tells who waits


@pytest.mark.parametrize("limit", [0, 2])
def test_a_value_is_made_once_however_many_ask(limit: int) -> None:
    cache: OnceCache[str, int] = OnceCache(limit)
    begun, go = threading.Event(), threading.Event()
    made: list[int] = []
    answers: list[int] = []

    def make() -> int:
        made.append(1)
        begun.set()
        assert go.wait(10)
        return len(made)

    threads = in_threads(8, lambda: answers.append(cache.get("key", make)))
    assert begun.wait(10)
    while waiting(cache, "key") < 7:
        pass
    cache.get("other", lambda: 0)
    go.set()
    for thread in threads:
        thread.join()
    assert answers == [1] * 8 and made == [1]


def test_the_least_recently_used_goes_first() -> None:
    cache: OnceCache[str, str] = OnceCache(2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, key.upper)
    assert "a" in cache and "c" in cache and "b" not in cache


def test_a_failure_is_not_kept() -> None:
    cache: OnceCache[str, int] = OnceCache(2)

    def fail() -> int:
        raise OSError("once")

    with pytest.raises(OSError, match="once"):
        cache.get("key", fail)
    assert cache.get("key", lambda: 7) == 7


def test_what_is_too_heavy_goes_but_the_newest_stays() -> None:
    cache: OnceCache[str, bytes] = OnceCache(10, len)
    for key, size in (("a", 4), ("b", 6), ("c", 5)):
        cache.get(key, partial(bytes, size))
    assert "a" not in cache and "b" not in cache and cache.weight == 5
    assert cache.held("a") is None and cache.held("c") == bytes(5)
    cache.get("huge", lambda: bytes(99))
    assert cache.weight == 99 and "c" not in cache
    cache.clear()
    assert cache.weight == 0 and "huge" not in cache


def test_values_that_grow_are_weighed_as_they_are_now() -> None:
    cache: OnceCache[str, list[int]] = OnceCache(5, len)
    cache.get("a", lambda: [1]).extend([2, 3, 4])
    assert cache.weight == 4
    cache.get("b", lambda: [1, 2])
    assert "a" not in cache


def test_those_who_wait_for_a_run_that_fails_are_told_and_the_next_one_tries_again() -> None:
    cache: OnceCache[str, int] = OnceCache(2)
    go = threading.Event()
    failures: list[int] = []

    def fail() -> int:
        assert go.wait(10)
        raise OSError("once")

    def ask() -> None:
        with pytest.raises(OSError, match="once"):
            cache.get("key", fail)
        failures.append(1)

    threads = in_threads(3, ask)
    while "key" not in cache._running or waiting(cache, "key") < 2:
        pass
    go.set()
    for thread in threads:
        thread.join()
    assert failures == [1, 1, 1] and cache.get("key", lambda: 7) == 7
