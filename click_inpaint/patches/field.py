"""Which patch of the surroundings stands for which patch of the hole: PatchMatch (Barnes et al. 2009, "PatchMatch: A
Randomized Correspondence Algorithm for Structural Image Editing"), all patches of the hole at once.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint.patches.look import REACH_PX, SIDE_PX

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

STEPS_PX = (8, 4, 2, 1)
"""How far off the neighbours are whose answers a patch tries, one distance after the other."""


class Places:
    """Where patches lie about a hole (HxW, nonzero inside), each named by its centre, row × W + column.

    `wanted` are those that touch the hole, `sources` those that neither do nor pass the picture's rim.
    """

    def __init__(self, hole: U8) -> None:
        self.hole = hole
        self.height, self.width = hole.shape
        touched = cv2.dilate((hole > 0).astype(np.uint8), np.ones((SIDE_PX, SIDE_PX), np.uint8)) > 0
        self.is_source = np.zeros(hole.shape, bool)
        inner = slice(REACH_PX, -REACH_PX)
        self.is_source[inner, inner] = ~touched[inner, inner]
        self.sources = np.flatnonzero(self.is_source)
        self.wanted = np.flatnonzero(touched)
        self.rows, self.columns = np.divmod(self.wanted, self.width)
        self.order = np.full(hole.size, -1, np.int64)
        self.order[self.wanted] = np.arange(len(self.wanted))

    def order_at(self, rows: I64, columns: I64) -> I64:
        """At which place in `wanted` these lie; -1 for others."""
        within = (rows >= 0) & (rows < self.height) & (columns >= 0) & (columns < self.width)
        return np.where(within, self.order[np.where(within, rows * self.width + columns, 0)], -1)

    def source_at(self, rows: I64, columns: I64) -> I64:
        """The sources with these centres; -1 for what is none."""
        within = (rows >= 0) & (rows < self.height) & (columns >= 0) & (columns < self.width)
        found = np.where(within, rows * self.width + columns, 0)
        return np.where(within & self.is_source.ravel()[found], found, -1)

    def any_sources(self, count: int, chance: np.random.Generator) -> I64:
        """So many sources, drawn with repetition."""
        return np.asarray(self.sources[chance.integers(0, len(self.sources), count)])


class Field:
    """For each wanted patch the best source that was found (`source`), and how far it looks off (`error`, squared)."""

    def __init__(self, places: Places, source: I64) -> None:
        self.places, self.source = places, source
        self.error = np.full(len(source), np.inf, np.float32)
        self._seen: F32
        self._asked: F32

    @classmethod
    def by_chance(cls, places: Places, chance: np.random.Generator) -> Field:
        """Any source for each: what a search begins with."""
        return cls(places, places.any_sources(len(places.wanted), chance))

    def finer(self, places: Places, chance: np.random.Generator) -> Field:
        """The same field at twice the size."""
        old = self.places
        rows, columns = np.minimum(places.rows // 2, old.height - 1), np.minimum(places.columns // 2, old.width - 1)
        order = old.order_at(rows, columns)
        down, across = np.divmod(self.source[np.maximum(order, 0)], old.width)
        source = places.source_at(places.rows + (down - rows) * 2, places.columns + (across - columns) * 2)
        lost = np.flatnonzero((order < 0) | (source < 0))
        source[lost] = places.any_sources(len(lost), chance)
        return Field(places, source)

    def compare(self, seen: F32) -> None:
        """From here on patches look as the rows of `seen` say, one for each pixel."""
        self._seen, self._asked = seen, seen[self.places.wanted]
        self.error = np.full(len(self.source), np.inf, np.float32)
        self._try(self.source.copy())

    def search(self, chance: np.random.Generator, reach_px: int) -> None:
        """Take what neighbours have found, then look around what is found, at most `reach_px` off and ever nearer."""
        for step in STEPS_PX:
            for down, across in ((0, step), (0, -step), (step, 0), (-step, 0)):
                self._ask_neighbours(down, across)
        while reach_px >= 1:
            down, across = chance.integers(-reach_px, reach_px + 1, (2, len(self.source)))
            rows, columns = np.divmod(self.source, self.places.width)
            self._try(self.places.source_at(rows + down, columns + across))
            reach_px //= 2

    def _ask_neighbours(self, down: int, across: int) -> None:
        order = self.places.order_at(self.places.rows + down, self.places.columns + across)
        rows, columns = np.divmod(self.source[np.maximum(order, 0)], self.places.width)
        self._try(np.where(order >= 0, self.places.source_at(rows - down, columns - across), -1))

    def _try(self, candidates: I64) -> None:
        """Take those candidates (one for each wanted patch, -1 for none) that look nearer."""
        real = np.flatnonzero(candidates >= 0)
        apart = self._seen[candidates[real]] - self._asked[real]
        error = np.einsum("ij,ij->i", apart, apart)
        better = real[error < self.error[real]]
        self.error[better] = error[error < self.error[real]]
        self.source[better] = candidates[better]
