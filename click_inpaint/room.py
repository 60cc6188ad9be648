"""A bound on the memory that work takes which is done in several threads at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from click_inpaint.errors import NotNow


class Room:
    """Lets work begin while the bytes that it is estimated to take fit into a bound, together with what is under way.

    What takes more than the whole bound runs alone. It is safe to use from several threads.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._taken = max_bytes, 0
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, nbytes: int, wait_s: float) -> Iterator[None]:
        """A context in which these bytes may be used. Raises NotNow if there is no room within `wait_s` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._taken or self._taken + nbytes <= self._max_bytes, wait_s):
                raise NotNow("Other pictures are being decoded; try again in a moment.")
            self._taken += nbytes
        try:
            yield
        finally:
            with self._changed:
                self._taken -= nbytes
                self._changed.notify_all()
