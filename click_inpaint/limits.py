"""What requests may cost the server: of each body its bytes and its time, of each client the requests at once, of all
bodies their memory. The person who runs the Web UI can change them, and whoever passes one is told it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from click_inpaint.edit import MAX_STEPS, Edit
from click_inpaint.errors import BadEdit, NotNow
from click_inpaint.steps import MAX_STROKE_POINTS, Lasso, Paint, Stroke

MEGABYTES = 512
UPLOAD_SECONDS = 600
IN_FLIGHT = 32
"""A page has six at most, since browsers open no more connections."""
BODIES_AT_ONCE = 2
"""Bodies that are being received hold no more memory together than so many of the largest."""


class TooMany(NotNow):
    """One client has too many requests under way."""


@dataclass(frozen=True)
class Limits:
    """`megabytes` and `upload_seconds` are of one body, `in_flight` of one client, `steps` and `points` of one Edit."""

    megabytes: int = MEGABYTES
    upload_seconds: float = UPLOAD_SECONDS
    in_flight: int = IN_FLIGHT
    steps: int = MAX_STEPS
    points: int = MAX_STROKE_POINTS

    @property
    def upload_bytes(self) -> int:
        """The longest body."""
        return self.megabytes << 20

    def check(self, edit: Edit) -> None:
        """Raise BadEdit for a selection that is larger than this Web UI takes."""
        points = sum(len(step.points) for step in edit.selection if isinstance(step, (Stroke, Paint, Lasso)))
        if len(edit.selection) > self.steps:
            raise BadEdit(
                "selection has {count} steps, and this Web UI takes {most} (Settings → Click Inpaint).",
                count=len(edit.selection),
                most=self.steps,
            )
        if points > self.points:
            raise BadEdit(
                "The points of selection are {count}, and this Web UI takes {most} (Settings → Click Inpaint).",
                count=points,
                most=self.points,
            )


class Turnstile:
    """Counts the requests that each client has under way. It is safe to use from several threads."""

    def __init__(self) -> None:
        self._inside: Counter[Hashable] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def passed(self, client: Hashable, most: int) -> Iterator[None]:
        """A context in which one more request of the client's is under way. Raises TooMany beyond `most`."""
        with self._lock:
            if self._inside[client] >= most:
                raise TooMany(
                    "This computer has {most} requests under way, which is the limit; try again in a moment.", most=most
                )
            self._inside[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[client] -= 1
                self._inside += Counter()  # removes the entries whose count is 0


class Bodies:
    """Counts the bytes of bodies that are being received. It is safe to use from several threads."""

    def __init__(self) -> None:
        self._held = 0
        self._lock = threading.Lock()

    def took(self, nbytes: int, held: int, bound: int) -> None:
        """Count `nbytes` more of a body that holds `held` already. Raises NotNow, and counts nothing, where all bodies
        together would hold more than `bound`, unless this is the only one.
        """
        with self._lock:
            if self._held + nbytes > bound and self._held > held:
                raise NotNow("Other pictures are being received; try again in a moment.")
            self._held += nbytes

    def gave_back(self, nbytes: int) -> None:
        """The body is received, or was given up."""
        with self._lock:
            self._held -= nbytes
