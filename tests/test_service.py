"""Who waits for whom: counted with real threads and a segmenter whose encoder is held up; nothing here is timed."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from click_inpaint.edit import Edit
from click_inpaint.embeddings import EmbeddingProgress
from click_inpaint.errors import BadWeights, UnknownPicture
from click_inpaint.geometry import Box, Point
from click_inpaint.pipeline import Pipeline
from click_inpaint.service import Busy, EmbeddingStatus, Service
from click_inpaint.store import Store
from click_inpaint.worker import Superseded
from tests.squares import AREA, OnlySquares, Squares, click, edit_of, registry_of


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(Store(), OnlySquares())


@pytest.fixture
def squares(pipeline: Pipeline) -> Squares:
    return registry_of(pipeline).squares


@pytest.fixture
def service(pipeline: Pipeline) -> Iterator[Service]:
    service = Service(pipeline)
    yield service
    registry_of(pipeline).squares.gate.set()
    service.close()


def edit_at(pipeline: Pipeline, x: float = 50, grey: int = 0) -> Edit:
    return edit_of(pipeline, click(x, 50), picture=np.full((200, 300, 3), grey, np.uint8))


async def until(true: Callable[[], Any]) -> None:
    """Let the others run; a test that hangs here has failed."""
    while not true():
        await asyncio.sleep(0)


async def outcomes(*requests: Any) -> list[Any]:
    return await asyncio.gather(*requests, return_exceptions=True)


def test_two_clicks_in_the_first_second_run_the_encoder_once(
    service: Service, pipeline: Pipeline, squares: Squares
) -> None:
    async def main() -> None:
        squares.gate.clear()
        first_edit = edit_at(pipeline, 50)
        assert not service.embed(first_edit.image, "auto", "page").ready
        await until(squares.begun.is_set)
        first = asyncio.ensure_future(service.preview(first_edit, AREA, "page"))
        second = asyncio.ensure_future(service.preview(edit_at(pipeline, 90), AREA, "other page"))
        await asyncio.sleep(0.01)
        assert not first.done() and not second.done(), "both wait for the run that is under way"
        squares.gate.set()
        assert (await first).objects and (await second).objects

    asyncio.run(main())
    assert squares.embeds == 1


def test_the_newest_click_of_a_page_wins(service: Service, pipeline: Pipeline, squares: Squares) -> None:
    async def main() -> list[Any]:
        squares.gate.clear()
        older = [asyncio.ensure_future(service.preview(edit_at(pipeline, x), AREA, "page")) for x in (50, 60)]
        await until(squares.begun.is_set)
        others = asyncio.ensure_future(service.preview(edit_at(pipeline, 70), AREA, "other page"))
        newest = asyncio.ensure_future(service.preview(edit_at(pipeline, 80), AREA, "page"))
        await asyncio.sleep(0)
        squares.gate.set()
        return await outcomes(*older, others, newest)

    first, second, others, newest = asyncio.run(main())
    assert isinstance(first, Superseded) and isinstance(second, Superseded)
    assert others.blend.box.x0 < newest.blend.box.x0, "they answered, each its own"
    assert squares.embeds == 1


def test_a_client_without_an_id_is_superseded_by_nobody(service: Service, pipeline: Pipeline) -> None:
    async def main() -> list[Any]:
        return await outcomes(*(service.preview(edit_at(pipeline, x), AREA, "") for x in (50, 60, 70)))

    assert all(found.objects for found in asyncio.run(main()))


def test_a_long_run_holds_up_no_other_clicks_and_no_hovering(
    service: Service, pipeline: Pipeline, squares: Squares
) -> None:
    async def main() -> None:
        seen, unseen = edit_at(pipeline, 50), edit_at(pipeline, 50, grey=9)
        await service.preview(seen, AREA, "quick")
        squares.begun.clear()
        squares.gate.clear()
        long = asyncio.ensure_future(service.preview(unseen, AREA, "slow"))
        await until(squares.begun.is_set)
        assert (await service.preview(edit_at(pipeline, 90), AREA, "quick")).objects
        hovered = await service.hover(seen.image, Point(50, 50), "auto", "quick")
        assert hovered is not None and hovered.mask.box == Box(40, 40, 60, 60)
        assert await service.hover(unseen.image, Point(50, 50), "auto", "slow") is None, "not embedded yet"
        assert not long.done()
        squares.gate.set()
        assert (await long).objects

    asyncio.run(main())
    assert squares.embeds == 2


def test_waiting_requests_take_no_threads(service: Service, pipeline: Pipeline, squares: Squares) -> None:
    before = set(threading.enumerate())

    async def main() -> list[Any]:
        squares.gate.clear()
        edit = edit_at(pipeline)
        waiting = [asyncio.ensure_future(service.preview(edit, AREA, f"page {n}")) for n in range(100)]
        await until(squares.begun.is_set)
        new = set(threading.enumerate()) - before  # those of the test before this one may still be ending
        named = [thread for thread in new if thread.name.startswith("click-inpaint")]
        others = len(new) - len(named)
        squares.gate.set()
        results = await outcomes(*waiting)
        assert len(named) == 2 and others < 10
        return results

    assert all(found.objects for found in asyncio.run(main()))
    assert squares.embeds == 1


def test_of_fifty_pictures_opened_in_a_row_only_the_first_and_the_last_are_embedded(
    service: Service, pipeline: Pipeline, squares: Squares
) -> None:
    async def main() -> None:
        squares.gate.clear()
        images = [edit_at(pipeline, grey=grey).image for grey in range(50)]
        for image in images:
            service.embed(image, "auto", "page")
            await until(squares.begun.is_set)
        squares.gate.set()
        await until(lambda: service.embed(images[-1], "auto", "page").ready)

    asyncio.run(main())
    assert squares.embeds == 2


def told_until(service: Service, image: str, true: Callable[[EmbeddingStatus], bool]) -> EmbeddingStatus:
    while not true(told := service.embed(image, "auto", "page")):
        pass
    return told


def test_what_an_encoder_failed_with_is_told_once_and_then_tried_again(
    service: Service, pipeline: Pipeline, squares: Squares, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = edit_at(pipeline).image
    tries: list[int] = []

    def fail(_: Any) -> None:
        tries.append(1)
        raise BadWeights("damaged")

    with monkeypatch.context() as patch:
        patch.setattr(squares, "embed", fail)
        for _ in range(2):
            with pytest.raises(BadWeights, match="damaged"):
                told_until(service, image, lambda told: told.ready)
    assert len(tries) == 2 and told_until(service, image, lambda told: told.ready)


def test_a_run_that_is_under_way_is_not_begun_again_however_old_the_news_of_it_are(
    service: Service, pipeline: Pipeline, squares: Squares, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, gate = edit_at(pipeline).image, threading.Event()
    tries: list[int] = []

    def fail(_: Any) -> None:
        tries.append(1)
        gate.wait(10)
        raise BadWeights("damaged")

    monkeypatch.setattr(squares, "embed", fail)
    monkeypatch.setattr(pipeline.embeddings, "progress", lambda *_: EmbeddingProgress(False, False, 0.0, None))
    told_until(service, image, lambda _: bool(tries))
    service.embed(image, "auto", "page")
    gate.set()
    with pytest.raises(BadWeights, match="damaged"):
        told_until(service, image, lambda told: told.ready)
    with pytest.raises(BadWeights):  # whose turn comes after all that was begun before
        asyncio.run(service.preview(edit_at(pipeline, grey=9), AREA, "page"))
    assert len(tries) == 2


def test_an_unknown_picture_is_told_at_once(service: Service) -> None:
    with pytest.raises(UnknownPicture):
        service.embed("0" * 64, "auto", "page")


def test_while_the_host_has_the_gpu_nothing_waits_and_seen_pictures_are_answered(
    pipeline: Pipeline, squares: Squares
) -> None:
    sampling = threading.Event()

    def turn(segmenter: Any, run: Callable[[], Any]) -> Any:
        if sampling.is_set():
            raise Busy
        return run()

    service = Service(pipeline, turn)
    seen, unseen = edit_at(pipeline, 50), edit_at(pipeline, 50, grey=9)

    async def main() -> None:
        await service.preview(seen, AREA, "page")
        sampling.set()
        assert (await service.preview(edit_at(pipeline, 90), AREA, "page")).objects, "another click at a seen picture"
        assert await service.hover(seen.image, Point(9, 9), "auto", "page")
        with pytest.raises(Busy, match="waits for the Web UI"):
            await service.preview(unseen, AREA, "page")

    asyncio.run(main())
    assert "waits" in str(told_until(service, unseen.image, lambda told: bool(told.note)).note) and squares.embeds == 1
    assert pipeline.preview(unseen, AREA).objects, "the job itself has the GPU and needs no turn"
    sampling.clear()
    assert told_until(service, unseen.image, lambda told: told.ready).note is None
    service.close()


def test_the_pace_of_hovering_is_measured(service: Service, pipeline: Pipeline) -> None:
    image = edit_at(pipeline).image

    async def main() -> None:
        assert await service.hover(image, Point(5, 5), "auto", "page") is None
        assert service.hover_ms("squares") is None
        pipeline.embeddings.get(pipeline.segmenters.get("auto"), image)
        assert await service.hover(image, Point(5, 5), "auto", "page")

    asyncio.run(main())
    taken = service.hover_ms("squares")
    assert taken is not None and taken > 0


def test_closing_takes_models_and_masks_out_of_memory(service: Service, pipeline: Pipeline, squares: Squares) -> None:
    asyncio.run(service.preview(edit_at(pipeline), AREA, "page"))
    assert pipeline.nbytes > 0
    service.close()
    assert pipeline.nbytes == 0 and squares.released == [True]
