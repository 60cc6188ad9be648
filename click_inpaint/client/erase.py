"""One picture through one Web UI, without a checkpoint: what is selected is filled with what surrounds it."""

from __future__ import annotations

import time

from click_inpaint.client import files
from click_inpaint.client.events import Done, Report, Started
from click_inpaint.client.files import Work
from click_inpaint.client.job import nothing_selected
from click_inpaint.client.options import Wanted
from click_inpaint.client.webui import WebUI
from click_inpaint.images import size_of

NO_SEED = -1


class Eraser:
    """Erases from one picture after the other as the options say. `seconds` is what one may take."""

    def __init__(self, wanted: Wanted, report: Report, seconds: float) -> None:
        self._wanted, self._report, self._seconds = wanted, report, seconds

    def __call__(self, webui: WebUI, work: Work) -> None:
        """Fill one picture and write it. Raises UserError, of which Unreachable and Unusable are about the Web UI."""
        begun = time.monotonic()
        picture = files.read(work.picture)
        mask = files.read(work.mask) if work.mask else None
        if mask is None and not self._wanted.paints:
            raise nothing_selected(work)
        edit = self._wanted.edit(None if mask else size_of(picture))
        self._report(Started(work.picture, webui.url))
        edit = {**edit, "image": webui.upload(picture)}
        if mask is not None:
            edit["selection"] = [{"kind": "mask", "image": webui.upload(mask)}]
        data = webui.erase(edit, self._seconds)
        infotext = files.infotext_in(data)
        stored, note = files.as_named(data, infotext, work.out)
        files.write(work.out, stored)
        notes = (str(note),) if note else ()
        seconds = round(time.monotonic() - begun, 2)
        self._report(Done(work.picture, work.out, webui.url, seconds, NO_SEED, infotext, notes))
