"""The one protocol that every segmenter follows: embed a picture once (dear), then predict often (cheap)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import EMPTY, Box, Point
from click_inpaint.mask import Mask, binary, trimmed

GLANCE_SIDE = 256
"""The longest side that a whole frame has in a glance's pixels."""


@dataclass(frozen=True, eq=False)
class Prompt:
    """What one object was pointed at with: at least one include point or a box.

    `previous` is the prompt before the last click at the same object and which of its candidates was chosen, from 0: a
    segmenter that can refine starts from that mask. Prompts are compared by all of it, however long the past, at once.
    """

    include: tuple[Point, ...] = ()
    exclude: tuple[Point, ...] = ()
    box: Box | None = None
    previous: tuple[Prompt, int] | None = None
    identity: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        points = [[(float(point.x), float(point.y)) for point in side] for side in (self.include, self.exclude)]
        past = self.previous and (self.previous[0].identity, self.previous[1])
        digest = hashlib.sha256(repr((points, self.box, past)).encode()).hexdigest()
        object.__setattr__(self, "identity", digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prompt) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


@dataclass(frozen=True)
class Candidate:
    """One answer to a prompt: a binary mask (0/255) and the segmenter's own estimate of its quality in [0, 1]."""

    mask: Mask
    score: float


@dataclass(frozen=True, eq=False)
class Glance:
    """A candidate for the eye: `pixels` (uint8 HxW, 0/255) coarsely fill `box`, in px of the picture.

    The whole frame would be at most GLANCE_SIDE pixels long. Nothing found: an empty box and 0x0 pixels.
    """

    box: Box
    pixels: NDArray[np.uint8]
    score: float


class Segmenter(Protocol):
    """Turns a prompt into masks. `embed` is run once per picture and its result is cached by the caller."""

    @property
    def name(self) -> str:
        """Short id as it stands in the Edit, such as "grabcut" or "sam_vit_b"."""
        ...

    @property
    def weights_digest(self) -> str:
        """sha256 of the weight file, or "" where there is none: masks are only repeatable with the same weights."""
        ...

    @property
    def note(self) -> str:
        """A sentence about the last `embed` that a person should read, such as that the GPU was full; mostly ""."""
        ...

    def embed(self, image: NDArray[np.uint8]) -> Any:
        """Everything about the picture that no prompt changes. `image` is HxWx3 uint8 RGB. Opaque to the caller."""
        ...

    def predict(self, embedding: Any, prompt: Prompt) -> tuple[Candidate, ...]:
        """Candidates in the picture's frame, best first; never empty, though a mask may be. Runs on the CPU."""
        ...

    def glance(self, embedding: Any, point: Point) -> Glance:
        """The best candidate for a lone click, for hovering: no sharper than the eye needs. Runs on the CPU."""
        ...

    def nbytes(self, embedding: Any) -> int:
        """Bytes of memory that the embedding holds now; none of them on the GPU."""
        ...

    def release(self, everything: bool = False) -> None:
        """Give back the GPU's memory, with `everything` the encoder's weights in main memory too. The next `embed`
        loads them again; `predict` and `glance` go on as before.
        """
        ...


def glance_of(candidate: Candidate) -> Glance:
    """A glance of a finished candidate, its mask reduced by area."""
    mask = trimmed(candidate.mask)
    if mask.box.empty:
        return Glance(EMPTY, np.zeros((0, 0), np.uint8), candidate.score)
    scale = min(1, GLANCE_SIDE / max(mask.frame.width, mask.frame.height))
    side = max(1, int(mask.box.width * scale)), max(1, int(mask.box.height * scale))
    reduced = cv2.resize(mask.pixels, side, interpolation=cv2.INTER_AREA)
    return Glance(mask.box, binary(np.asarray(reduced) >= 128), candidate.score)
