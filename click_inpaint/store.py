"""The store that keeps pictures by their content: encoded ones, and the last few of them decoded."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from click_inpaint.errors import BadPicture, UnknownPicture
from click_inpaint.geometry import Size
from click_inpaint.ids import id_of, is_half
from click_inpaint.images import DECODING_BYTES_PER_PIXEL, MAX_MEGAPIXELS, Picture, check_size, decode
from click_inpaint.messages import Message
from click_inpaint.room import Room

STORE_BYTES = 512 << 20
DECODED_PICTURES = 2
DECODING_BYTES = 1_500_000_000
"""What decoding may take at once: room for one picture of 100 megapixels, or for ten of a camera."""
WAIT_S = 60.0
"""How long those wait for room who cannot ask again."""


@dataclass(frozen=True, eq=False)
class _Stored:
    """An encoded picture, and what decoding it has told: kept, so that nobody decodes it again only to learn that."""

    data: bytes
    size: Size
    notes: tuple[Message, ...]


class Store:
    """Encoded pictures by the sha256 of their bytes. Where they take too much memory, the least recently used go first.
    The last few are kept decoded, too.

    Pinned pictures (those of running jobs) stay, encoded and decoded. `max_megapixels` is asked at each picture, and
    `room` bounds the memory that decoding takes. The store is safe to use from several threads.
    """

    def __init__(
        self,
        max_bytes: int = STORE_BYTES,
        decoded: int = DECODED_PICTURES,
        max_megapixels: Callable[[], float] = lambda: MAX_MEGAPIXELS,
        room: Room | None = None,
    ) -> None:
        self.max_bytes, self.max_decoded, self._max_megapixels = max_bytes, decoded, max_megapixels
        self.room = room or Room(DECODING_BYTES)
        self._encoded: OrderedDict[str, _Stored] = OrderedDict()
        self._decoded: OrderedDict[str, Picture] = OrderedDict()
        self._pins: Counter[str] = Counter()
        self._lock = threading.RLock()

    def add(self, data: bytes) -> str:
        """Keep an encoded picture and return its id. Raises BadPicture: what cannot be decoded is not kept.

        Raises NotNow, and does not wait, while others take the room: whoever uploads can ask again.
        """
        image_id = id_of(data)
        if len(data) > self.max_bytes:
            raise BadPicture(
                "The file has over {megabytes} MB; save it as a smaller one.", megabytes=self.max_bytes >> 20
            )
        with self._lock:
            stored = self._encoded.get(image_id)
        picture = None
        if stored is None:
            picture = decode(data, self._max_megapixels(), lambda nbytes: self.room.taken(nbytes, 0))
            stored = _Stored(data, picture.size, picture.notes)
        with self._lock:
            self._encoded[image_id] = stored
            self._encoded.move_to_end(image_id)
            if picture is not None:
                self._keep_decoded(image_id, picture)
            self._evict_encoded(image_id)
        return image_id

    def hold(self, picture: Picture) -> str:
        """Pin a picture that is decoded already, and return its id. It is never encoded, since that would take longer
        than what is done with it; so it is dropped some time after `unpin`. Raises BadPicture for too many pixels and
        for too long a side.
        """
        check_size(picture.size, self._max_megapixels())
        head = f"{picture.size.width} {picture.size.height} {picture.alpha is not None} ".encode()
        digest = hashlib.sha256(head)
        for plane in (picture.rgb, picture.alpha):
            if plane is not None:
                digest.update(np.ascontiguousarray(plane).data)
        image_id = digest.hexdigest()
        with self._lock:
            self._pins[image_id] += 1
            self._keep_decoded(image_id, picture)
        return image_id

    @property
    def max_megapixels(self) -> float:
        """The most that a picture may have now."""
        return self._max_megapixels()

    def picture(self, image_id: str) -> Picture:
        """The decoded picture. Raises UnknownPicture when the store does not hold it (any more), and NotNow when there
        is no room to decode it for a minute.
        """
        with self._lock:
            found = self._found(image_id)
        picture = found if isinstance(found, Picture) else self._decoded_again(image_id, found)
        with self._lock:
            self._keep_decoded(image_id, picture)
        return picture

    def size(self, image_id: str) -> Size:
        """Width and height of the picture, upright. Nothing is decoded for it. Raises UnknownPicture."""
        with self._lock:
            return self._found(image_id).size

    def notes(self, image_id: str) -> tuple[Message, ...]:
        """What decoding had to change, in words. Nothing is decoded for it. Raises UnknownPicture."""
        with self._lock:
            return self._found(image_id).notes

    def encoded(self, image_id: str) -> bytes:
        """The bytes as they were added. Raises UnknownPicture."""
        with self._lock:
            if image_id not in self._encoded:
                raise _unknown(image_id)
            return self._encoded[image_id].data

    @contextmanager
    def pinned(self, image_id: str) -> Iterator[None]:
        """A context in which the picture is not dropped."""
        self.pin(image_id)
        try:
            yield
        finally:
            self.unpin(image_id)

    def pin(self, image_id: str) -> None:
        """Keep this picture until it has been unpinned as often as it was pinned."""
        with self._lock:
            self._pins[image_id] += 1

    def unpin(self, image_id: str) -> None:
        """Undo one `pin`."""
        with self._lock:
            self._pins[image_id] -= 1
            self._pins += Counter()  # removes the entries whose count is 0
            self._evict_encoded("")
            self._evict_decoded()

    def _found(self, image_id: str) -> Picture | _Stored:
        """The picture where it is kept decoded, else its bytes; either counts as used now. Raises UnknownPicture."""
        decoded, stored = self._decoded.get(image_id), self._encoded.get(image_id)
        if stored is not None:
            self._encoded.move_to_end(image_id)
        if decoded is not None:
            self._decoded.move_to_end(image_id)
            return decoded
        if stored is None:
            raise _unknown(image_id)
        return stored

    def _decoded_again(self, image_id: str, stored: _Stored) -> Picture:
        with self.room.taken(stored.size.area * DECODING_BYTES_PER_PIXEL, WAIT_S):
            with self._lock:
                picture = self._decoded.get(image_id)  # whoever had the room before may have wanted the same
            if picture is None:
                picture = decode(stored.data, self._max_megapixels())
                with self._lock:
                    self._keep_decoded(image_id, picture)
            return picture

    def _keep_decoded(self, image_id: str, picture: Picture) -> None:
        self._decoded[image_id] = picture
        self._decoded.move_to_end(image_id)
        self._evict_decoded()

    def _evict_decoded(self) -> None:
        while len(self._decoded) > self.max_decoded:
            victim = next((key for key in self._decoded if key not in self._pins), None)
            if victim is None:
                return
            del self._decoded[victim]

    def _evict_encoded(self, newest: str) -> None:
        held = sum(len(stored.data) for stored in self._encoded.values())
        for key in [key for key in self._encoded if key not in self._pins and key != newest]:
            if held <= self.max_bytes:
                return
            held -= len(self._encoded.pop(key).data)
            self._decoded.pop(key, None)


def _unknown(image_id: str) -> UnknownPicture:
    if is_half(image_id):
        return UnknownPicture(
            "A saved file names its picture by half an id, and the server gives no picture for that; open the picture "
            "itself."
        )
    return UnknownPicture("The server no longer has this picture; open it again.")
