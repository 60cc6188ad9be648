import threading

import numpy as np
import pytest
from PIL import Image

from click_inpaint import store as stores
from click_inpaint.errors import BadPicture, UnknownPicture
from click_inpaint.geometry import Size
from click_inpaint.images import Picture, decode
from click_inpaint.messages import Message
from click_inpaint.store import Store
from tests.test_images import DEEP_NOTE, RGB, deep_png, encoded


def pictures(count: int) -> list[bytes]:
    generator = np.random.default_rng(7)
    return [encoded(generator.integers(0, 256, (40, 40, 3), np.uint8)) for _ in range(count)]


def test_the_store_keeps_by_content() -> None:
    store = Store()
    data = encoded(RGB)
    first = store.add(data)
    assert store.add(data) == first and store.encoded(first) == data
    assert (store.picture(first).rgb == RGB).all()


def test_the_least_recently_used_goes_first_and_says_so() -> None:
    data = pictures(4)
    store = Store(max_bytes=sum(map(len, data[:3])) + 50)
    ids = [store.add(item) for item in data[:3]]
    store.picture(ids[0])
    ids.append(store.add(data[3]))
    assert (store.picture(ids[0]).rgb == decode(data[0]).rgb).all()
    with pytest.raises(UnknownPicture, match="open it again"):
        store.picture(ids[1])


def test_at_most_two_are_decoded_and_pinned_ones_stay() -> None:
    data = pictures(4)
    store = Store(max_bytes=sum(map(len, data[:2])) + 50)
    first = store.add(data[0])
    held = store.picture(first)
    with store.pinned(first):
        for item in data[1:]:
            store.add(item)
        assert store.picture(first) is held
        assert len(store._decoded) <= 2
    for item in data[1:]:
        store.add(item)
    with pytest.raises(UnknownPicture):
        store.encoded(first)


def test_size_and_notes_cost_no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = [*pictures(3), encoded(RGB, exif=exif.tobytes()), deep_png(np.zeros((7, 9, 3), np.uint16))]
    store = Store(decoded=1)
    ids = [store.add(item) for item in data]
    held_note = Message("as it came")
    held = store.hold(Picture(RGB, notes=(held_note,)))
    decodes: list[bytes] = []

    def counted(data: bytes, limit: float) -> Picture:
        decodes.append(data)
        return decode(data, limit)

    monkeypatch.setattr(stores, "decode", counted)
    for _ in range(2):
        sizes = [store.size(image_id) for image_id in [*ids, held]]
        assert sizes == [*[Size(40, 40)] * 3, Size(12, 20), Size(9, 7), Size(20, 12)], "upright ones"
    assert [store.notes(image_id) for image_id in [ids[0], ids[4], held]] == [(), DEEP_NOTE, (held_note,)]
    assert [store.add(item) for item in data] == ids and not decodes
    assert store.picture(ids[0]).size == store.size(ids[0]) and decodes == [data[0]], "the count counts"
    with pytest.raises(UnknownPicture, match="open it again"):
        store.size("0" * 64)
    with pytest.raises(UnknownPicture, match="open it again"):
        store.notes("0" * 64)


def test_asking_for_the_size_counts_as_use() -> None:
    data = pictures(4)
    store = Store(max_bytes=sum(map(len, data[:3])) + 50)
    ids = [store.add(item) for item in data[:3]]
    store.size(ids[0])
    store.add(data[3])
    assert store.encoded(ids[0]) == data[0]
    with pytest.raises(UnknownPicture):
        store.encoded(ids[1])


def test_a_file_over_the_store_is_refused() -> None:
    with pytest.raises(BadPicture, match="over 0 MB"):
        Store(max_bytes=10).add(encoded(RGB))


def test_what_cannot_be_decoded_is_not_kept() -> None:
    store = Store()
    with pytest.raises(BadPicture):
        store.add(b"GIF89a nonsense")
    assert not store._encoded


def test_many_threads_may_use_it() -> None:
    store, data, failures = Store(max_bytes=40_000), pictures(12), []

    def work() -> None:
        try:
            for item in data * 3:
                image_id = store.add(item)
                with store.pinned(image_id):
                    store.add(item)
                    assert store.picture(image_id).size.width == 40
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_picture_that_comes_decoded_is_held_while_pinned() -> None:
    store = Store(decoded=1)
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    held = store.hold(Picture(pixels))
    others = [store.add(encoded(np.full((9, 9, 3), value, np.uint8))) for value in range(3)]
    assert store.picture(others[0]).size == Size(9, 9)
    assert (store.picture(held).rgb == pixels).all()
    assert store.hold(Picture(pixels.copy())) == held != store.hold(Picture(pixels, np.zeros((20, 30), np.uint8)))
    store.unpin(held)
    store.unpin(held)
    with pytest.raises(UnknownPicture):
        store.picture(held)


def test_a_decoded_picture_has_the_same_limit() -> None:
    with pytest.raises(BadPicture, match=r"more than 0\.0001 megapixels"):
        Store(max_megapixels=lambda: 0.0001).hold(Picture(np.zeros((11, 10, 3), np.uint8)))
