"""What every segmenter offers: it embeds a picture once, which is slow, and then predicts often, which is quick."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import EMPTY, Box, Point
from click_inpaint.mask import Mask, binary, trimmed
from click_inpaint.messages import Message

HOVER_SIDE_PX = 256
"""The longest side that the whole frame would have in a hover mask."""


@dataclass(frozen=True, eq=False)
class Prompt:
    """The points and the box that tell a segmenter which object is meant: at least one include point, or a box.

    `previous` is the prompt as it was before the last click at the same object, with the index of the candidate that
    was chosen then: a segmenter that can refine masks starts from that one. Prompts are equal when all of this is. They
    are compared by a hash, so that a long chain of previous prompts costs nothing.
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
    """One answer to a prompt: a binary mask (0/255), and the segmenter's own estimate of its quality in [0, 1]."""

    mask: Mask
    score: float


@dataclass(frozen=True, eq=False)
class HoverMask:
    """A mask for hovering, only as sharp as the eye needs: `pixels` (uint8 HxW, 0/255) stretch over `box`, which is in
    pixels of the picture.

    At their scale the whole frame would be at most HOVER_SIDE_PX long. Where nothing was found, the box is empty and
    there are 0x0 pixels.
    """

    box: Box
    pixels: NDArray[np.uint8]
    score: float


class Segmenter(Protocol):
    """Turns prompts into masks. `embed` runs once for each picture; the caller keeps its result."""

    @property
    def name(self) -> str:
        """The short name that stands in the Edit, such as "grabcut" or "sam_vit_b"."""
        ...

    @property
    def weights_digest(self) -> str:
        """sha256 of the weight file, "" where there is none. Only the same weights give the same masks again."""
        ...

    @property
    def note(self) -> Message | None:
        """A message about the last `embed` that a person should read, such as that the GPU was full; mostly None."""
        ...

    def embed(self, image: NDArray[np.uint8]) -> Any:
        """Compute everything about a picture (HxWx3 uint8 RGB) that no prompt changes. The caller only hands it on."""
        ...

    def predict(self, embedding: Any, prompt: Prompt) -> tuple[Candidate, ...]:
        """Candidates in the picture's frame, best first: always at least one, whose mask may be empty. Runs on the
        CPU.
        """
        ...

    def hover(self, embedding: Any, point: Point) -> HoverMask:
        """The best candidate for a single click at `point`, as the page shows it under the pointer. Runs on the CPU."""
        ...

    def nbytes(self, embedding: Any) -> int:
        """Bytes of main memory that the embedding holds now. It holds nothing on the GPU."""
        ...

    def release(self, everything: bool = False) -> None:
        """Give back the GPU's memory; with `everything`, also the main memory that the encoder's weights take. The next
        `embed` loads them again; `predict` and `hover` work all the while.
        """
        ...


def hover_mask_of(candidate: Candidate) -> HoverMask:
    """A hover mask of a finished candidate, whose mask is reduced by area."""
    mask = trimmed(candidate.mask)
    if mask.box.empty:
        return HoverMask(EMPTY, np.zeros((0, 0), np.uint8), candidate.score)
    scale = min(1, HOVER_SIDE_PX / max(mask.frame.width, mask.frame.height))
    side = max(1, int(mask.box.width * scale)), max(1, int(mask.box.height * scale))
    reduced = cv2.resize(mask.pixels, side, interpolation=cv2.INTER_AREA)
    return HoverMask(mask.box, binary(np.asarray(reduced) >= 128), candidate.score)
