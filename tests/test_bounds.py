"""What a picture may cost: no side too long, and no more memory for decoding at once than the bound allows."""

import struct
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from typing import Any

import numpy as np
import pytest

from click_inpaint import images
from click_inpaint.errors import BadPicture, NotNow
from click_inpaint.images import Picture, decode
from click_inpaint.room import Room
from click_inpaint.store import Store
from tests.squares import encoded

AREA = 100 * 100
NEEDED = AREA * images.DECODING_BYTES_PER_PIXEL


def png_of(width: int, height: int, rows: int | None = None) -> bytes:
    """A grey PNG whose header says that size, with the rows that it says or fewer; no array of that size is made."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" * (1 + width)
    pixels = zlib.compress(row * (height if rows is None else rows))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("sides", [(1, 65_536), (65_536, 1), (1, 99_999_999), (3, 2**31 - 1), (2**31 - 1, 2**31 - 1)])
def test_a_side_that_is_too_long_is_refused_before_decoding(sides: tuple[int, int]) -> None:
    data = png_of(*sides, rows=min(sides[1], 70_000) if sides[0] < 10 else 1 if sides[0] < 70_000 else 0)
    tracemalloc.start()
    try:
        with pytest.raises(BadPicture, match=r"side of more than 65535 px|megapixels"):
            decode(data)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_the_longest_side_is_taken() -> None:
    assert decode(png_of(1, 65_535)).size.height == 65_535


def test_a_picture_that_comes_decoded_is_held_to_the_same_side() -> None:
    with pytest.raises(BadPicture, match="side of more than 65535 px"):
        Store().hold(Picture(np.zeros((1, 65_536, 3), np.uint8)))


def picture(grey: int) -> bytes:
    return encoded(np.full((100, 100, 3), grey, np.uint8))


class Watched:
    """Decoding that is held up until `go`, and counted while it runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.lock = threading.Event(), threading.Lock()
        self.running = self.most = self.done = 0
        self.real: Callable[..., Picture] = images.from_pil
        monkeypatch.setattr(images, "from_pil", self)

    def __call__(self, *args: Any, **kwargs: Any) -> Picture:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        assert self.go.wait(20)
        with self.lock:
            self.running -= 1
            self.done += 1
        return self.real(*args, **kwargs)


@pytest.mark.parametrize(("bound", "at_once"), [(NEEDED * 2.5, 2), (NEEDED, 1), (1, 1)])
def test_uploads_at_once_take_no_more_than_the_bound(
    monkeypatch: pytest.MonkeyPatch, bound: float, at_once: int
) -> None:
    """One is decoded however large it is; who does not fit is told to come again, and does not wait in a thread."""
    watched = Watched(monkeypatch)
    store = Store(room=Room(int(bound)))
    with ThreadPoolExecutor(6) as pool:
        uploads = [pool.submit(store.add, picture(grey)) for grey in range(6)]
        refused = [upload for upload in uploads if not _waits(upload, watched)]
        watched.go.set()
        taken = [upload.result(20) for upload in uploads if upload not in refused]
    assert watched.most == at_once == len(taken) and len(refused) == 6 - at_once
    for upload in refused:
        with pytest.raises(NotNow, match="in a moment"):
            upload.result(0)
    assert store.add(picture(0)) and store.add(picture(5))


def _waits(upload: Any, watched: Watched) -> bool:
    """Whether it is still under way once every other one has begun or was refused."""
    try:
        upload.exception(0.3)
    except StillRunning:
        return True
    return False


def test_who_needs_a_picture_again_waits_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job or a click that needs a picture cannot be sent away; each of them has a thread of its own to wait in."""
    store = Store(decoded=1, room=Room(NEEDED))
    ids = [store.add(picture(grey)) for grey in range(4)]
    watched = Watched(monkeypatch)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(store.picture, image_id) for image_id in ids[:3]]
        assert all(_waits(one, watched) for one in asked)
        watched.go.set()
        assert [int(one.result(20).rgb[0, 0, 0]) for one in asked] == [0, 1, 2]
    assert watched.most == 1


def test_a_picture_that_several_wait_for_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(decoded=1, room=Room(NEEDED))
    first, _ = store.add(picture(1)), store.add(picture(2))
    watched = Watched(monkeypatch)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(store.picture, first) for _ in range(4)]
        assert all(_waits(one, watched) for one in asked)
        watched.go.set()
        for one in asked:
            one.result(20)
    assert watched.done == 1


def test_room_is_given_back_when_decoding_fails() -> None:
    store = Store(room=Room(NEEDED))
    cut = picture(1)[:-40]
    for _ in range(3):
        with pytest.raises(BadPicture):
            store.add(cut)
    assert store.add(picture(1))


def test_room_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(10)
    with room.taken(8, 0):
        with pytest.raises(NotNow), room.taken(8, 0.05):
            raise AssertionError("there was no room")
        with room.taken(2, 0), pytest.raises(NotNow), room.taken(1, 0):
            raise AssertionError("there was no room")
    with room.taken(1_000, 0):
        pass
