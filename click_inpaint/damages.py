"""What is found in the pictures of a store: damage, and what looks like one place in them."""

from __future__ import annotations

import numpy as np

from click_inpaint.cache import OnceCache
from click_inpaint.damage import find
from click_inpaint.images import flattened
from click_inpaint.mask import Mask, from_array
from click_inpaint.steps import Damage, Wand
from click_inpaint.store import Store
from click_inpaint.timing import timed
from click_inpaint.wand import Wands

CACHE_BYTES = 64 << 20


class Damages:
    """The damage found in pictures. Masks that were computed are kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._masks: OnceCache[tuple[str, float, int], Mask] = OnceCache(CACHE_BYTES, lambda found: found.pixels.nbytes)

    def mask(self, image_id: str, step: Damage) -> Mask:
        """The damage by itself, whatever the step's mode is; binary. What is transparent counts as white, as for
        segmenters. Raises UnknownPicture.
        """
        return self._masks.get((image_id, step.sensitivity, step.smallest), lambda: self._searched(image_id, step))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the masks hold which are kept."""
        return self._masks.weight

    def clear(self) -> None:
        """Forget all masks."""
        self._masks.clear()

    def _searched(self, image_id: str, step: Damage) -> Mask:
        with timed("damage"):
            found = find(flattened(self._store.picture(image_id)), step.sensitivity, step.smallest)
        whole = from_array(found.astype(np.uint8) * np.uint8(255))
        return Mask(whole.frame, whole.box, whole.pixels.copy())


class Searches:
    """What damage steps and wand steps select by themselves."""

    def __init__(self, store: Store) -> None:
        self._damages, self._wands = Damages(store), Wands(store)

    def mask(self, image_id: str, step: Damage | Wand) -> Mask:
        """What the step finds in a picture. Raises what the search for it raises."""
        return self._damages.mask(image_id, step) if isinstance(step, Damage) else self._wands.mask(image_id, step)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the masks hold which are kept."""
        return self._damages.nbytes + self._wands.nbytes

    def clear(self) -> None:
        """Forget all masks."""
        self._damages.clear()
        self._wands.clear()
