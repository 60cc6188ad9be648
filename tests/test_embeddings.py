"""The dear step, done once: counted, with real threads, and with a clock of our own."""

import io
import threading
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint.embeddings import MAX_RUNNING_FRACTION, REQUESTS_KEPT_FOR, Embeddings
from click_inpaint.errors import UnknownPicture
from click_inpaint.segment.catalogue import SEGMENTERS
from click_inpaint.store import Store
from tests.arrays import U8
from tests.squares import EMBEDDING_BYTES, Squares


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def embeddings(store: Store, clock: Clock) -> Embeddings:
    return Embeddings(store, 3 * EMBEDDING_BYTES, clock=clock)


def picture(store: Store, grey: int = 0) -> str:
    file = io.BytesIO()
    Image.fromarray(np.full((20, 30, 3), grey, np.uint8)).save(file, "PNG")
    return store.add(file.getvalue())


class Running:
    """A run that is held up in its encoder, in a thread of its own."""

    def __init__(self, embeddings: Embeddings, squares: Squares, image: str) -> None:
        squares.gate.clear()
        squares.begun.clear()
        self.squares = squares
        self.answers: list[Any] = []
        self.thread = threading.Thread(target=lambda: self.answers.append(embeddings.get(squares, image)))
        self.thread.start()
        assert squares.begun.wait(10)

    def finish(self) -> Any:
        self.squares.gate.set()
        self.thread.join(10)
        return self.answers[0]


def test_who_comes_early_waits_for_the_same_run(embeddings: Embeddings, store: Store) -> None:
    squares, image = Squares(), picture(store)
    first = Running(embeddings, squares, image)
    second: list[Any] = []
    late = threading.Thread(target=lambda: second.append(embeddings.get(squares, image)))
    late.start()
    found = first.finish()
    late.join(10)
    assert second[0] is found and squares.embeds == 1


def test_switching_models_back_and_forth_costs_nothing(embeddings: Embeddings, store: Store) -> None:
    image, one, other = picture(store), Squares("one"), Squares("other")
    for segmenter in (one, other, one, other):
        embeddings.get(segmenter, image)
    assert (one.embeds, other.embeds) == (1, 1)
    one.weights_digest = "1"
    embeddings.get(one, image)
    assert one.embeds == 2, "other weights, another embedding"


def test_the_bound_is_in_bytes_and_the_least_recently_used_goes(embeddings: Embeddings, store: Store) -> None:
    squares, images = Squares(), [picture(store, grey) for grey in range(4)]
    for image in (*images[:3], images[0], images[3]):
        embeddings.get(squares, image)
    assert [embeddings.held(squares, image) is not None for image in images] == [True, False, True, True]
    assert embeddings.nbytes == 3 * EMBEDDING_BYTES and squares.embeds == 4
    embeddings.clear()
    assert embeddings.nbytes == 0


def test_progress_is_measured_on_this_machine(embeddings: Embeddings, store: Store, clock: Clock) -> None:
    squares, image = Squares("mobile_sam"), picture(store)

    def told() -> tuple[bool, bool, float, float | None]:
        progress = embeddings.progress(squares, image)
        return progress.ready, progress.running, progress.fraction, progress.seconds_left

    assert told() == (False, False, 0.0, None)
    run = Running(embeddings, squares, image)
    clock.now += SEGMENTERS["mobile_sam"].prior_seconds / 4
    assert told() == (False, True, 0.25, None), "nobody knows how long it takes here"
    clock.now += 19.5
    assert told() == (False, True, MAX_RUNNING_FRACTION, None)
    run.finish()
    assert told() == (True, False, 1.0, 0.0)
    image = picture(store, 9)
    assert told() == (False, False, 0.0, 20.0)
    run = Running(embeddings, squares, image)
    clock.now += 5
    assert told() == (False, True, 0.25, 15.0)
    clock.now += 30
    assert told() == (False, True, MAX_RUNNING_FRACTION, None)
    run.finish()


def test_a_run_that_fails_is_no_run_any_more(embeddings: Embeddings, store: Store) -> None:
    squares = Squares()
    with pytest.raises(UnknownPicture):
        embeddings.get(squares, "0" * 64)
    progress = embeddings.progress(squares, "0" * 64)
    assert not progress.ready and not progress.running


def test_every_use_is_told_of(store: Store) -> None:
    used: list[int] = []
    embeddings, image = Embeddings(store, on_use=lambda: used.append(1)), picture(store)
    embeddings.get(Squares(), image)
    embeddings.held(Squares(), image)
    assert used == [1, 1, 1], "when a run begins, when it ends, and when its result is asked for"
    embeddings.progress(Squares(), image)
    assert used == [1, 1, 1], "to ask how far it is is no use"


def test_every_encoder_that_ran_is_released_once(embeddings: Embeddings, store: Store) -> None:
    image, one, other, idle = picture(store), Squares("one"), Squares("other"), Squares("idle")
    for segmenter in (one, other, one):
        embeddings.get(segmenter, image)
    embeddings.release()
    embeddings.release(everything=True)
    embeddings.release(everything=True)
    assert one.released == other.released == [False, True] and idle.released == []
    assert embeddings.held(one, image) is not None, "what it saw stays"


class Lazy(Squares):
    """Its weights come with the first run, as SAM's do: to release them before does nothing."""

    weights = False

    def embed(self, image: U8) -> Any:
        embedding = super().embed(image)
        self.weights = True
        return embedding

    def release(self, everything: bool = False) -> None:
        self.weights = self.weights and not everything


def test_what_is_still_loading_when_all_is_released_is_released_the_next_time(
    embeddings: Embeddings, store: Store
) -> None:
    lazy = Lazy()
    run = Running(embeddings, lazy, picture(store))
    embeddings.release(everything=True)
    run.finish()
    assert lazy.weights
    embeddings.release(everything=True)
    assert not lazy.weights


def test_those_of_a_request_that_waits_for_more_are_kept_beyond_the_bound(store: Store) -> None:
    embeddings, image, one, other = Embeddings(store, 1), picture(store), Squares("one"), Squares("other")
    first = embeddings.get(one, image)
    embeddings.keep("request", (one, other), image)
    embeddings.get(other, image)
    assert embeddings.held(one, image) is first is embeddings.get(one, image) and one.embeds == 1
    assert embeddings.progress(one, image).ready and embeddings.nbytes == EMBEDDING_BYTES, "the other has gone instead"
    embeddings.get(other, image)
    assert embeddings.nbytes == 2 * EMBEDDING_BYTES, "what is kept counts, once"
    embeddings.keep("request", (), image)
    assert embeddings.held(one, image) is None and embeddings.nbytes == EMBEDDING_BYTES


def test_only_the_last_few_requests_are_kept_for(store: Store) -> None:
    embeddings, squares = Embeddings(store, 1), Squares()
    for grey in range(9):
        embeddings.get(squares, picture(store, grey))
        embeddings.keep(grey, (squares,), picture(store, grey))
    assert embeddings.nbytes == REQUESTS_KEPT_FOR * EMBEDDING_BYTES
    embeddings.clear()
    assert embeddings.nbytes == 0
