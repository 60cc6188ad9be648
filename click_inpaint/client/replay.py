"""Rounds painted again, each beside what it was: the same mask and the same pixels on the same Web UI and seed."""

from __future__ import annotations

import dataclasses
import io
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint.client.erase import erased
from click_inpaint.client.events import Compared, Report, Started
from click_inpaint.client.files import Work
from click_inpaint.client.job import Made, painted
from click_inpaint.client.options import SCRIPT
from click_inpaint.client.rounds_file import Round, RoundsFile
from click_inpaint.client.webui import WebUI
from click_inpaint.edit import Edit
from click_inpaint.errors import UserError
from click_inpaint.messages import Message
from click_inpaint.steps import UploadedMask


class Replayer:
    """Paints one round after the other. `seconds` is what one job may take."""

    def __init__(self, rounds: RoundsFile, out: Path, report: Report, seconds: float) -> None:
        self._file, self._report, self._seconds = rounds, report, seconds
        self._rounds = {
            Work(rounds.path / str(one.number), None, out / f"{one.number}.png"): one for one in rounds.rounds
        }
        self._differing, self._lock = 0, threading.Lock()

    @property
    def works(self) -> list[Work]:
        """A round each, in their order; the picture's path is made up, to be shown."""
        return list(self._rounds)

    @property
    def differing(self) -> int:
        """How many rounds have come out otherwise."""
        return self._differing

    def __call__(self, webui: WebUI, work: Work) -> None:
        """Paint one round and write it. Raises UserError, of which Unreachable and Unusable are about the Web UI."""
        begun = time.monotonic()
        one = self._rounds[work]
        self._report(Started(work.picture, webui.url))
        edit = self._uploaded(webui, one.edit)
        digest = webui.digest({**edits.to_json(edit), "shown": ""}, one.settings)
        made = self._made(webui, work, one, edit)
        self._report(made.written(webui, work, begun, _other_options(webui, one)))
        self._compare(work, one, digest, made.data)

    def _made(self, webui: WebUI, work: Work, one: Round, edit: Edit) -> Made:
        if one.is_erased:
            return erased(webui, edits.to_json(edit), self._seconds)
        return painted(webui, work, _payload(edit, one.settings), self._report, self._seconds)

    def _uploaded(self, webui: WebUI, edit: Edit) -> Edit:
        """The Edit with the ids that this Web UI gives to its picture and masks."""
        ids = {
            image: webui.upload(self._file.picture(image))
            for image in [edit.image, *(step.image for step in edit.selection if isinstance(step, UploadedMask))]
        }
        steps = (
            dataclasses.replace(step, image=ids[step.image]) if isinstance(step, UploadedMask) else step
            for step in edit.selection
        )
        return dataclasses.replace(edit, image=ids[edit.image], selection=tuple(steps))

    def _compare(self, work: Work, one: Round, digest: str, data: bytes) -> None:
        mask = None if not one.edit.shown else one.edit.shown == digest
        pixels = differing(self._file.read(one.result), data)
        with self._lock:
            self._differing += mask is False or pixels != 0
        self._report(Compared(work.picture, work.out, mask, pixels))


def differing(before: bytes, after: bytes) -> int:
    """How many pixels of two pictures' files differ; all of them where the sizes do. Raises UserError for what is no
    picture.
    """
    try:
        one, other = (Image.open(io.BytesIO(data)).convert("RGBA") for data in (before, after))
    except OSError as error:
        raise UserError("The result in the file of rounds is no picture ({reason}).", reason=str(error)) from error
    if one.size != other.size:
        return int(one.width * one.height)
    return int(np.count_nonzero((np.asarray(one) != np.asarray(other)).any(axis=2)))


def _other_options(webui: WebUI, one: Round) -> list[Message]:
    """Which options of the Web UI were others when the round was painted."""
    now = webui.ask("GET", "/sdapi/v1/options") if one.options else {}
    return [
        Message(
            "The round was painted with {option} at {then}; it is {now} there now.", option=name, then=then, now=has
        )
        for name, then in one.options.items()
        if (has := now.get(name)) is not None and has != then
    ]


def _payload(edit: Edit, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What POST /sdapi/v1/img2img takes: the picture lies at the Web UI already."""
    scripts = {SCRIPT: {"args": [edits.to_json(edit)]}}
    return {"save_images": False, **settings, "init_images": [], "alwayson_scripts": scripts}
