"""Results of the page's jobs, kept as they were stitched and named by the infotexts that the host gives them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PIL import Image

from click_inpaint import mask
from click_inpaint.edit import Edit
from click_inpaint.images import Picture
from click_inpaint.pipeline import Job
from click_inpaint.results import Change, Results, same_outside


class KeptResults:
    """The results of one pass. `picture` is the Edit's own, extended as that says."""

    def __init__(self, results: Results, edit: Edit, picture: Picture, job: Job) -> None:
        self._results, self._edit, self._picture, self._job = results, edit, picture, job
        self._finished: list[tuple[Image.Image, Hashable | None]] = []

    def keep(self, stitched: Picture, shown: Image.Image) -> None:
        """Keep a finished picture; `shown` is what the host gets of it."""
        box = mask.trimmed(self._job.shown).box
        # Loopback feeds results back. Where another script put something else in between, the store does not have it.
        known = self._job.picture is self._picture or same_outside(self._picture, stitched, box)
        change = Change.between(self._edit.image, stitched, box, self._edit.frame)
        name = self._results.keep(change) if known else None
        self._finished.append((shown, name))

    def name(self, processed: Any) -> None:
        """Give what was kept its infotexts. `processed` is the host's Processed, which may hold pictures of others.

        What another extension has exchanged since is not named: the person sees another picture.
        """
        infotexts = processed.infotexts[processed.index_of_first_image :]
        finished, self._finished = self._finished, []
        if len(infotexts) != len(finished):
            return
        for infotext, (shown, name) in zip(infotexts, finished):
            if name is not None and any(shown is image for image in processed.images):
                self._results.name(name, infotext)
