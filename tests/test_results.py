"""Finished pictures that are kept as what changed in them."""

import threading

import numpy as np
import pytest

from click_inpaint.errors import UnknownPicture
from click_inpaint.geometry import Box
from click_inpaint.ids import half, id_of
from click_inpaint.images import Picture
from click_inpaint.results import Change, Results, same_outside
from click_inpaint.store import Store
from tests.squares import encoded

BOX = Box(3, 2, 9, 7)
PIXELS = np.random.default_rng(3).integers(0, 256, (12, 16, 4), np.uint8)


@pytest.fixture
def store() -> Store:
    return Store()


def made(store: Store, channels: int = 3, seed: int = 0) -> tuple[str, Picture]:
    """The id of a picture in the store, and one that differs from it in BOX."""
    image = store.add(encoded(PIXELS[..., :channels]))
    finished = PIXELS[..., :channels].copy()
    finished[BOX.slices] = np.random.default_rng(seed).integers(0, 256, finished[BOX.slices].shape, np.uint8)
    return image, Picture(finished[..., :3], finished[..., 3] if channels == 4 else None)


IMAGE = id_of(encoded(PIXELS[..., :3]))


def kept(results: Results, store: Store, infotext: str, seed: int = 0) -> Picture:
    image, finished = made(store, seed=seed)
    results.name(results.keep(Change.between(image, finished, BOX)), infotext)
    return finished


@pytest.mark.parametrize("channels", [3, 4])
def test_a_finished_picture_comes_back_to_the_byte(store: Store, channels: int) -> None:
    image, finished = made(store, channels)
    results = Results(store)
    results.name(results.keep(Change.between(image, finished, BOX)), "a beach, Seed: 3")
    back = results.picture("a beach, Seed: 3", image)
    assert (back.rgb == finished.rgb).all() and (store.picture(image).rgb == PIXELS[..., :3]).all()
    if channels == 4:
        assert back.alpha is not None and finished.alpha is not None and (back.alpha == finished.alpha).all()


def test_only_the_changed_box_is_held(store: Store) -> None:
    image, finished = made(store, 4)
    change = Change.between(image, finished, BOX)
    assert change.nbytes == BOX.size.area * 4 and change.rgb.base is None and change.alpha.base is None  # type: ignore[union-attr]


def test_the_oldest_go_when_there_are_too_many(store: Store) -> None:
    results = Results(store, most=2)
    for seed in range(3):
        kept(results, store, f"Seed: {seed}", seed)
    with pytest.raises(UnknownPicture, match="no longer has this result"):
        results.picture("Seed: 0", IMAGE)
    assert results.picture("Seed: 1", IMAGE) and results.picture("Seed: 2", IMAGE)


def test_the_oldest_go_when_they_are_too_large_but_the_newest_stays(store: Store) -> None:
    one = BOX.size.area * 3
    results = Results(store, max_bytes=2 * one)
    for seed in range(3):
        kept(results, store, f"Seed: {seed}", seed)
    assert results.nbytes == 2 * one
    tight = Results(store, max_bytes=1)
    finished = kept(tight, store, "x")
    assert (tight.picture("x", IMAGE).rgb == finished.rgb).all()


def test_a_picture_that_went_before_it_got_its_infotext_is_gone(store: Store) -> None:
    results = Results(store, most=1)
    image, finished = made(store)
    early = results.keep(Change.between(image, finished, BOX))
    kept(results, store, "later")
    results.name(early, "early")
    with pytest.raises(UnknownPicture):
        results.picture("early", IMAGE)


@pytest.mark.parametrize("image", ["", half(IMAGE), "0" * 64])
def test_who_does_not_know_the_picture_that_it_was_made_from_gets_nothing(store: Store, image: str) -> None:
    results = Results(store)
    kept(results, store, "in every file that is shared")
    with pytest.raises(UnknownPicture, match="no longer has this result"):
        results.picture("in every file that is shared", image)


def test_of_two_with_one_infotext_the_later_counts(store: Store) -> None:
    results = Results(store)
    kept(results, store, "same", seed=1)
    later = kept(results, store, "same", seed=2)
    assert (results.picture("same", IMAGE).rgb == later.rgb).all() and results.nbytes == BOX.size.area * 3


def test_without_the_picture_that_it_was_made_from_it_is_gone() -> None:
    store = Store(max_bytes=1_000)
    results = Results(store)
    kept(results, store, "x")
    store.add(encoded(PIXELS[::-1, :, :3]))
    with pytest.raises(UnknownPicture):
        results.picture("x", IMAGE)


@pytest.mark.parametrize("at", [(0, 0), (2, 2), (6, 9), (7, 3), (11, 15)])
@pytest.mark.parametrize("channel", [0, 3])
def test_a_change_outside_of_the_box_is_seen(at: tuple[int, int], channel: int) -> None:
    before, after = Picture(PIXELS[..., :3], PIXELS[..., 3]), PIXELS.copy()
    after[BOX.slices] = 0
    assert same_outside(before, Picture(after[..., :3], after[..., 3]), BOX)
    after[at][channel] ^= 1
    assert not same_outside(before, Picture(after[..., :3], after[..., 3]), BOX)
    assert not same_outside(before, Picture(after[..., :3]), BOX)


def test_many_threads_keep_and_ask(store: Store) -> None:
    results, failures = Results(store, most=8), []

    def work(seed: int) -> None:
        try:
            for round_ in range(30):
                kept(results, store, f"{seed} {round_}", seed)
                results.picture(f"{seed} {round_}", IMAGE)
        except UnknownPicture:
            pass
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
