"""Pages take turns: whoever asks for little does not wait for all that somebody else has asked for."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from click_inpaint.geometry import Point
from click_inpaint.pipeline import Pipeline
from click_inpaint.segment.base import Candidate, Prompt
from click_inpaint.service import Service
from click_inpaint.store import Store
from tests.arrays import U8
from tests.squares import AREA, OnlySquares, Squares, click, edit_of, registry_of


class Slow(Squares):
    """Answers and embeddings are held up until `go`; `asked` and `seen` tell what they were for, in that order."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.asked: list[float] = []
        self.seen: list[int] = []

    def embed(self, image: U8) -> Any:
        self.seen.append(int(image[0, 0, 0]))
        assert self.go.wait(20)
        return super().embed(image)

    def predict(self, embedding: Any, prompt: Prompt) -> tuple[Candidate, ...]:
        self.asked.append(prompt.include[0].x)
        assert self.go.wait(20)
        return super().predict(embedding, prompt)


@pytest.fixture
def pipeline() -> Pipeline:
    pipeline = Pipeline(Store(), OnlySquares())
    registry = registry_of(pipeline)
    registry.squares = registry.best = Slow()
    return pipeline


@pytest.fixture
def slow(pipeline: Pipeline) -> Slow:
    segmenter = registry_of(pipeline).squares
    assert isinstance(segmenter, Slow)
    return segmenter


@pytest.fixture
def service(pipeline: Pipeline, slow: Slow) -> Iterator[Service]:
    service = Service(pipeline)
    yield service
    slow.go.set()
    service.close()


def image_of(pipeline: Pipeline, grey: int) -> str:
    return edit_of(pipeline, click(50, 50), picture=np.full((200, 300, 3), grey, np.uint8)).image


async def until(true: Callable[[], Any]) -> None:
    """Let the others run; a test that hangs here has failed."""
    while not true():
        await asyncio.sleep(0)


@pytest.mark.parametrize("pages", [[""] * 20, ["a", "b"], ["a"] * 3])
def test_a_click_waits_for_the_one_that_is_being_answered(
    service: Service, pipeline: Pipeline, slow: Slow, pages: list[str]
) -> None:
    """And for one of each page that was there before; clients without an id count as one page."""

    async def main() -> None:
        edit = edit_of(pipeline, click(200, 50))
        slow.go.set()
        pipeline.embeddings.get(slow, edit.image)
        slow.go.clear()
        crowd = [service.hover(edit.image, Point(10 + at, 9), "auto", page) for at, page in enumerate(pages)]
        waiting = [asyncio.ensure_future(request) for request in crowd]
        await until(lambda: slow.asked)
        late = asyncio.ensure_future(service.preview(edit, AREA, "quiet page"))
        await asyncio.sleep(0)
        slow.go.set()
        await asyncio.gather(late, *waiting, return_exceptions=True)

    asyncio.run(main())
    assert slow.asked.index(200) == len(set(pages))


def test_a_preview_and_a_hover_of_one_page_take_one_turn(service: Service, pipeline: Pipeline, slow: Slow) -> None:
    async def main() -> None:
        edits = [edit_of(pipeline, click(x, 50)) for x in (11, 12, 200)]
        slow.go.set()
        pipeline.embeddings.get(slow, edits[0].image)
        slow.go.clear()
        first = asyncio.ensure_future(service.hover(edits[0].image, Point(10, 9), "auto", "busy page"))
        await until(lambda: slow.asked)
        requests = [first, *(asyncio.ensure_future(service.preview(edit, AREA, "busy page")) for edit in edits[:1])]
        requests.append(asyncio.ensure_future(service.hover(edits[0].image, Point(13, 9), "auto", "busy page")))
        requests.append(asyncio.ensure_future(service.preview(edits[2], AREA, "quiet page")))
        await asyncio.sleep(0)
        slow.go.set()
        await asyncio.gather(*requests, return_exceptions=True)

    asyncio.run(main())
    assert slow.asked[:2] == [10, 200] and set(slow.asked[2:]) == {11, 13}


def test_a_picture_waits_for_the_one_that_is_being_embedded(service: Service, pipeline: Pipeline, slow: Slow) -> None:
    async def main() -> None:
        crowd = [image_of(pipeline, grey) for grey in range(5)]
        for image in crowd:
            service.embed(image, "auto", "")
        await until(lambda: slow.seen)
        quiet = image_of(pipeline, 99)
        service.embed(quiet, "auto", "quiet page")
        slow.go.set()
        await until(lambda: all(service.embed(image, "auto", "").ready for image in (*crowd, quiet)))

    asyncio.run(main())
    assert slow.seen.index(99) == 1
