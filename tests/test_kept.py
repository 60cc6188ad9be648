"""What is computed once, until when it is kept, and how much memory it may take."""

import asyncio
import threading
import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from click_inpaint import pipeline as pipelines
from click_inpaint import store as stores
from click_inpaint.embeddings import Embeddings
from click_inpaint.geometry import Point, Size
from click_inpaint.images import Picture, decode
from click_inpaint.pipeline import NotEmbedded, Pipeline
from click_inpaint.preview import Preview
from click_inpaint.segment.base import Candidate, Prompt
from click_inpaint.segment.registry import Registry
from click_inpaint.service import Service
from click_inpaint.steps import Click
from click_inpaint.store import Store
from tests.squares import AREA, EMBEDDING_BYTES, OnlySquares, Squares, click, edit_of, encoded, registry_of


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), OnlySquares())


def test_the_encoder_runs_once_and_the_decoder_once_per_prompt(pipeline: Pipeline) -> None:
    squares = registry_of(pipeline).squares
    for grow in (0, 5, 9):
        pipeline.preview(edit_of(pipeline, click(50, 50), refine={"grow": grow, "feather": 3}), AREA)
    pipeline.preview(edit_of(pipeline, click(50, 50), click(90, 90)), AREA)
    assert squares.embeds == 1 and len(squares.prompts) == 2


class Better(Squares):
    """Its first candidate is what the others offer second."""

    def predict(self, embedding: Any, prompt: Prompt) -> tuple[Candidate, ...]:
        return super().predict(embedding, prompt)[1:]


def test_better_weights_answer_an_edit_that_left_the_choice(pipeline: Pipeline) -> None:
    edit, segmenters = edit_of(pipeline, click(50, 50)), registry_of(pipeline)
    before = pipeline.preview(edit, AREA)
    segmenters.best = Better("better")
    after = pipeline.preview(edit, AREA)
    assert after.objects[0].segmenter == "better" and after.digest != before.digest
    segmenters.best.weights_digest = "1"
    assert pipeline.preview(edit, AREA).objects[0].weights == "1", "the file was replaced"


def test_hovering_and_previewing_decode_no_picture_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three pictures in turn, of which the store keeps two decoded: only the size of the third one is needed."""
    pipeline = Pipeline(Store(decoded=2), OnlySquares())
    service, squares = Service(pipeline), registry_of(pipeline).squares
    photos = [np.full((600, 800, 3), grey, np.uint8) for grey in (10, 20, 30)]
    edits_made = [edit_of(pipeline, click(50, 50), picture=photo) for photo in photos]
    for edit in edits_made:
        pipeline.preview(edit, AREA)
    decodes: list[str] = []

    def counted(data: bytes, limit: float) -> Picture:
        decodes.append("decoded")
        return decode(data, limit)

    monkeypatch.setattr(stores, "decode", counted)

    async def hover(image: str) -> None:
        found = await service.hover(image, Point(70, 80), "auto", "page")
        assert found is not None and found.frame == Size(800, 600)

    for round_ in range(2):
        for edit in edits_made:
            asyncio.run(hover(edit.image))
            assert service.embed(edit.image, "auto", "page").ready
            (first,) = edit.selection
            assert isinstance(first, Click)
            moved = replace(edit, selection=(replace(first, x=90.0 + round_),))
            assert pipeline.preview(moved, AREA).blend.frame == Size(800, 600)
    service.close()
    assert not decodes and squares.embeds == 3 and len(squares.prompts) == 3 + 6 + 6, "nothing came out of a cache"


def test_without_leave_to_encode_it_is_said_what_is_missing(pipeline: Pipeline) -> None:
    edit, squares = edit_of(pipeline, click(50, 50)), registry_of(pipeline).squares
    with pytest.raises(NotEmbedded) as caught:
        pipeline.preview(edit, AREA, encode=False)
    assert (caught.value.segmenter, caught.value.image_id) == (squares, edit.image) and squares.embeds == 0
    pipeline.embeddings.get(squares, edit.image)
    assert not pipeline.preview(edit, AREA, encode=False).blend.empty
    pipeline.forget()
    with pytest.raises(NotEmbedded):
        pipeline.hover(squares, edit.image, Point(50, 50))


def test_a_job_is_not_put_off_by_a_preview_that_must_not_encode(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ask at the same time: the page's run, which the job waits for, ends without an embedding."""
    edit, embeddings = edit_of(pipeline, click(50, 50)), pipeline.embeddings
    asked, go, held = threading.Event(), threading.Event(), embeddings.held
    refused: list[int] = []

    def slow(*which: Any) -> Any:
        asked.set()
        assert go.wait(10)
        return held(*which)

    def page() -> None:
        with pytest.raises(NotEmbedded):
            pipeline.preview(edit, AREA, encode=False)
        refused.append(1)

    monkeypatch.setattr(embeddings, "held", slow)
    asking = threading.Thread(target=page)
    asking.start()
    assert asked.wait(10)
    found: list[Preview] = []
    job = threading.Thread(target=lambda: found.append(pipeline.preview(edit, AREA)))
    job.start()
    (run,) = pipeline._previews._running.values()
    while not run._condition._waiters:  # type: ignore[attr-defined]  # nothing public tells who waits
        pass
    go.set()
    asking.join(10)
    job.join(10)
    assert refused and found[0].objects


def test_fifty_pictures_leave_no_more_than_the_bounds_behind() -> None:
    """Decoded pictures, embeddings and masks together; by what they report, and by what Python has allocated."""
    store = Store(max_bytes=1 << 20)
    pipeline = Pipeline(store, OnlySquares(), Embeddings(store, max_bytes=5 * EMBEDDING_BYTES))
    sizes = []
    tracemalloc.start()
    try:
        for index in range(50):
            picture = np.full((400, 500, 3), index, np.uint8)
            pipeline.preview(edit_of(pipeline, click(50, 50), picture=picture), AREA)
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert pipeline.embeddings.nbytes == 5 * EMBEDDING_BYTES
    assert sum(len(store.encoded(key)) for key in list(store._encoded)) <= store.max_bytes
    assert max(sizes[10:]) < 5 * EMBEDDING_BYTES + pipeline.nbytes - pipeline.embeddings.nbytes + 8e6
    assert sizes[-1] - sizes[10] < 2e6, "it stays where it is"


def test_fifty_pictures_of_the_built_in_segmenter_stay_within_the_bound_too() -> None:
    """Its embeddings hold the picture itself."""
    store, bound = Store(max_bytes=1 << 20), 20 << 20
    pipeline = Pipeline(store, Registry(), Embeddings(store, max_bytes=bound))
    grabcut, sizes = pipeline.segmenters.get("grabcut"), []
    tracemalloc.start()
    try:
        for index in range(50):
            picture = np.full((400, 500, 3), index, np.uint8)
            pipeline.embeddings.get(grabcut, store.add(encoded(picture)))
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert bound / 2 < pipeline.embeddings.nbytes <= bound
    assert sizes[-1] < bound + 8e6 and sizes[-1] - sizes[-10] < 2e6


def test_masks_are_kept_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "PREDICTION_BYTES", 2_000)
    monkeypatch.setattr(pipelines, "PREVIEW_BYTES", 2_000)
    pipeline = Pipeline(Store(), OnlySquares())
    edits_made = [edit_of(pipeline, click(30 + 20 * index, 50)) for index in range(10)]
    for edit in edits_made:
        pipeline.preview(edit, AREA)
    assert pipeline.nbytes - pipeline.embeddings.nbytes <= 4_000
    pipeline.preview(edits_made[0], AREA)
    assert len(registry_of(pipeline).squares.prompts) == 11, "the first one was computed again"
