"""The last finished pictures, for the page to go on from: as they were stitched, whatever format the host saves in."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from click_inpaint.edit import UNCHANGED, Frame
from click_inpaint.errors import UnknownPicture
from click_inpaint.frame import extended
from click_inpaint.geometry import Box
from click_inpaint.images import Picture
from click_inpaint.store import Store

U8 = NDArray[np.uint8]

RESULT_BYTES = 256 << 20
RESULTS = 64


@dataclass(frozen=True, eq=False)
class Change:
    """How a finished picture differs from the one that it was made from, which the store knows by the id `image`:
    in the box alone. `rgb` is HxWx3 uint8 of it, `alpha` HxW uint8, or None where all is opaque. The box lies in the
    picture as it was extended by `frame`, and holds every pixel that is new in that.
    """

    image: str
    box: Box
    rgb: U8
    alpha: U8 | None
    frame: Frame = UNCHANGED

    @staticmethod
    def between(image: str, finished: Picture, box: Box, frame: Frame = UNCHANGED) -> Change:
        """What `finished` has in the box; a copy, which does not hold the rest of it."""
        alpha = None if finished.alpha is None else finished.alpha[box.slices].copy()
        return Change(image, box, finished.rgb[box.slices].copy(), alpha, frame)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it holds."""
        return self.rgb.nbytes + (0 if self.alpha is None else self.alpha.nbytes)

    def applied(self, picture: Picture) -> Picture:
        """The finished picture, from the one that it was made from."""
        picture = extended(picture, self.frame)
        rgb = picture.rgb.copy()
        rgb[self.box.slices] = self.rgb
        if picture.alpha is None or self.alpha is None:
            return Picture(rgb)
        alpha = picture.alpha.copy()
        alpha[self.box.slices] = self.alpha
        return Picture(rgb, alpha)


class Results:
    """Finished pictures by the infotext that the host gives each of them. An infotext is in every file that people
    share, so it alone is not enough to get one: whoever asks must know the picture that it was made from, too.

    Kept is only what changed in the picture that it was made from: of a small object some kilobytes, of a whole picture
    of 8192² 200 MB. At most RESULTS are kept, and as many as RESULT_BYTES hold, the oldest out first; the newest stays,
    however large it is. Safe to use from several threads.
    """

    def __init__(self, store: Store, max_bytes: int = RESULT_BYTES, most: int = RESULTS) -> None:
        self._store, self._max_bytes, self._most = store, max_bytes, most
        self._changes: OrderedDict[Hashable, Change] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, change: Change) -> Hashable:
        """Keep a picture that has no infotext yet; what this returns is its name until then."""
        name = object()
        with self._lock:
            self._changes[name] = change
            while len(self._changes) > 1 and (len(self._changes) > self._most or self.nbytes > self._max_bytes):
                self._changes.popitem(last=False)
        return name

    def name(self, kept: Hashable, infotext: str) -> None:
        """Give a picture that was kept its infotext. Of two with the same one the later counts."""
        with self._lock:
            if kept in self._changes:
                self._changes[_digest(infotext)] = self._changes.pop(kept)

    def picture(self, infotext: str, image: str) -> Picture:
        """The finished picture, decoded; `image` is the whole id of the picture that it was made from. Raises
        UnknownPicture where it, or what it was made from, is gone, and where it was made from another one.
        """
        with self._lock:
            change = self._changes.get(_digest(infotext))
        if change is None or change.image != image:
            raise UnknownPicture("The server no longer has this result; take its file.")
        return change.applied(self._store.picture(change.image))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that are held."""
        return sum(change.nbytes for change in self._changes.values())


def same_outside(one: Picture, other: Picture, box: Box) -> bool:
    """Whether two pictures of one size agree in all that lies outside the box, alpha included."""
    planes = [(one.rgb, other.rgb)]
    if one.alpha is not None and other.alpha is not None:
        planes.append((one.alpha, other.alpha))
    elif one.alpha is not other.alpha:
        return False
    rows, _ = box.slices
    around = (np.s_[: box.y0], np.s_[box.y1 :], np.s_[rows, : box.x0], np.s_[rows, box.x1 :])
    return all(np.array_equal(a[part], b[part]) for a, b in planes for part in around)


def _digest(infotext: str) -> str:
    """Infotexts may be long; their hash names a result as well."""
    return hashlib.sha256(infotext.encode("utf-8", "backslashreplace")).hexdigest()
