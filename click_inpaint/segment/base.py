"""The one protocol that every segmenter follows: embed a picture once (dear), then predict often (cheap)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from click_inpaint.geometry import Box, Point
from click_inpaint.mask import Mask


@dataclass(frozen=True)
class Prompt:
    """What one object was pointed at with: at least one include point or a box."""

    include: tuple[Point, ...] = ()
    exclude: tuple[Point, ...] = ()
    box: Box | None = None


@dataclass(frozen=True)
class Candidate:
    """One answer to a prompt: a binary mask (0/255) and the segmenter's own estimate of its quality in [0, 1]."""

    mask: Mask
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

    def embed(self, image: NDArray[np.uint8]) -> Any:
        """Everything about the picture that no prompt changes. `image` is HxWx3 uint8 RGB. Opaque to the caller."""
        ...

    def predict(self, embedding: Any, prompt: Prompt) -> tuple[Candidate, ...]:
        """Candidates in the picture's frame, best first; never empty, though a mask may be."""
        ...
