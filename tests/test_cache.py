import threading
import time

import pytest

from click_inpaint.cache import OnceCache


def test_a_value_is_made_once_however_many_ask() -> None:
    cache: OnceCache[str, int] = OnceCache(2)
    made: list[int] = []

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(cache.get("key", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 8 and made == [1]


def test_the_least_recently_used_goes_first() -> None:
    cache: OnceCache[str, str] = OnceCache(2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: key.upper())
    assert "a" in cache and "c" in cache and "b" not in cache


def test_a_failure_is_not_kept() -> None:
    cache: OnceCache[str, int] = OnceCache(2)

    def fail() -> int:
        raise OSError("once")

    with pytest.raises(OSError, match="once"):
        cache.get("key", fail)
    assert cache.get("key", lambda: 7) == 7
