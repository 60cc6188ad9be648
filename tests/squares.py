"""A segmenter whose answers are known, for tests of everything around it."""

import io
import threading
from typing import Any

import numpy as np
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint import mask
from click_inpaint.edit import Edit
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.pipeline import Pipeline
from click_inpaint.segment.base import Candidate, HoverMask, Prompt, hover_mask_of
from click_inpaint.segment.registry import Registry
from tests.arrays import U8

EMBEDDING_BYTES = 4 << 20
"""What one of SAM's takes."""
AREA = Size(256, 256)
PHOTO = np.random.default_rng(11).integers(0, 256, (200, 300, 3), np.uint8)


class Squares:
    """A square around each include point, or the box. It counts the questions; `gate` holds its encoder up."""

    note = None

    def __init__(self, name: str = "squares") -> None:
        self.name, self.weights_digest = name, "0"
        self.embeds = 0
        self.prompts: list[Prompt] = []
        self.released: list[bool] = []
        self.gate, self.begun = threading.Event(), threading.Event()
        self.gate.set()

    def embed(self, image: U8) -> tuple[Size, U8]:
        self.embeds += 1
        self.begun.set()
        assert self.gate.wait(20)
        return Size(image.shape[1], image.shape[0]), np.ones(EMBEDDING_BYTES, np.uint8)

    def predict(self, embedding: Any, prompt: Prompt) -> tuple[Candidate, ...]:
        self.prompts.append(prompt)
        frame = embedding[0]
        found = mask.nothing(frame) if prompt.box is None else mask.rectangle(frame, prompt.box)
        for point in prompt.include:
            found = mask.union(found, square(frame, point, 10))
        for point in prompt.exclude:
            found = mask.subtract(found, square(frame, point, 5))
        return Candidate(found, 0.9), Candidate(mask.grow(found, 3), 0.5)

    def hover(self, embedding: Any, point: Point) -> HoverMask:
        return hover_mask_of(self.predict(embedding, Prompt((point,)))[0])

    def nbytes(self, embedding: Any) -> int:
        return int(embedding[1].nbytes)

    def release(self, everything: bool = False) -> None:
        self.released.append(everything)


def square(frame: Size, point: Point, half: int) -> mask.Mask:
    x, y = int(point.x), int(point.y)
    return mask.rectangle(frame, Box(x - half, y - half, x + half, y + half))


class OnlySquares(Registry):
    """“auto” is `best`, which a test may change, as a file that has come does."""

    def __init__(self) -> None:
        super().__init__()
        self.squares = self.best = Squares()

    def available(self) -> tuple[str, ...]:
        return self.best.name, *super().available()

    def get(self, name: str) -> Any:
        known = {"auto": self.best, "squares": self.squares, self.best.name: self.best}
        return known[name] if name in known else super().get(name)


def registry_of(pipeline: Pipeline) -> OnlySquares:
    """The registry of a pipeline that was made with one of these."""
    assert isinstance(pipeline.segmenters, OnlySquares)
    return pipeline.segmenters


def encoded(array: U8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def edit_of(pipeline: Pipeline, *steps: dict[str, Any], picture: U8 = PHOTO, **more: Any) -> Edit:
    image = pipeline.store.add(encoded(picture))
    return edits.parse({"image": image, "selection": list(steps), "refine": {"grow": 0, "feather": 0}, **more})


def click(x: float, y: float, **more: Any) -> dict[str, Any]:
    return {"kind": "click", "x": x, "y": y, **more}


def selected(pipeline: Pipeline, *steps: dict[str, Any]) -> U8:
    return pipeline.preview(edit_of(pipeline, *steps), AREA).grown.full()


def expected(*boxes: tuple[int, int, int, int], less: tuple[tuple[int, int, int, int], ...] = ()) -> U8:
    full = np.zeros((200, 300), np.uint8)
    for x0, y0, x1, y1 in boxes:
        full[y0:y1, x0:x1] = 255
    for x0, y0, x1, y1 in less:
        full[y0:y1, x0:x1] = 0
    return full
