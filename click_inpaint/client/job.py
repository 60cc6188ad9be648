"""One picture through one Web UI: the job is sent, its progress watched, and the result written."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from click_inpaint.client import files
from click_inpaint.client.events import Done, Progress, Report, Started
from click_inpaint.client.files import Work
from click_inpaint.client.options import Wanted
from click_inpaint.client.trouble import Refused, Unreachable
from click_inpaint.client.webui import CONNECT_SECONDS, Request, WebUI
from click_inpaint.errors import UserError
from click_inpaint.images import size_of
from click_inpaint.messages import Message

WATCH_SECONDS = 1.0
MOST_UNANSWERED = 5
"""Questions about the progress, one after the other, after which the Web UI counts as gone."""


NO_SEED = -1


@dataclass(frozen=True)
class Made:
    """A result as the Web UI answered it: the file's bytes, its infotext, the seed that it was painted from, and what
    the Web UI has to say about it.
    """

    data: bytes
    infotext: str
    seed: int = NO_SEED
    comments: str = ""

    def written(self, webui: WebUI, work: Work, begun: float, more: Sequence[Message] = ()) -> Done:
        """Write the file that `work` names; what there is to tell, with `more`. It was `begun` at time.monotonic()."""
        stored, note = files.as_named(self.data, self.infotext, work.out)
        files.write(work.out, stored)
        notes = tuple(str(one) for one in (self.comments, note, *more) if one)
        seconds = round(time.monotonic() - begun, 2)
        return Done(work.picture, work.out, webui.url, seconds, self.seed, self.infotext, notes)


class Painter:
    """Paints one picture after the other as the options say. `seconds` is what one job may take."""

    def __init__(self, wanted: Wanted, report: Report, seconds: float) -> None:
        self._wanted, self._report, self._seconds = wanted, report, seconds

    def __call__(self, webui: WebUI, work: Work) -> None:
        """Paint one picture and write it. Raises UserError, of which Unreachable and Unusable are about the Web UI."""
        begun = time.monotonic()
        picture = files.read(work.picture)
        mask = files.read(work.mask) if work.mask else None
        if mask is None and not self._wanted.paints:
            raise _nothing_selected(work)
        edit = self._wanted.edit(None if mask else size_of(picture))
        self._report(Started(work.picture, webui.url))
        made = self._made(webui, work, picture, edit, mask)
        self._report(made.written(webui, work, begun))

    def _made(self, webui: WebUI, work: Work, picture: bytes, edit: dict[str, Any], mask: bytes | None) -> Made:
        return painted(webui, work, self._wanted.payload(picture, edit, mask), self._report, self._seconds)


def _nothing_selected(work: Work) -> UserError:
    """What is wrong with a picture of which neither the options nor a mask select anything."""
    return UserError(
        "nothing is selected: there is no {mask} beside it, and no click, box or Edit was given.",
        mask=work.picture.stem + files.MASK_ENDING,
    )


def painted(webui: WebUI, work: Work, payload: dict[str, Any], report: Report, seconds: float) -> Made:
    """What the Web UI makes of a job, which may take so many seconds; its progress is told."""
    request = webui.request(seconds)

    def tell(fraction: float, seconds_left: float) -> None:
        report(Progress(work.picture, webui.url, round(fraction, 4), round(seconds_left, 1)))

    with _Watch(webui, request, tell):
        answer = webui.ask("POST", "/sdapi/v1/img2img", payload, request)
    data, info = _result(answer)
    infotext = str(next(iter(info.get("infotexts") or []), ""))
    return Made(data, infotext, int(info.get("seed", NO_SEED)), str(info.get("comments") or ""))


class _Watch:
    """Asks for the progress while it is entered, and breaks the job off where the Web UI has gone silent."""

    def __init__(self, webui: WebUI, request: Request, tell: Callable[[float, float], None]) -> None:
        self._webui, self._request, self._tell = webui, request, tell
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(CONNECT_SECONDS)

    def _run(self) -> None:
        unanswered = 0
        while unanswered < MOST_UNANSWERED and not self._over.wait(WATCH_SECONDS):
            unanswered = 0 if self._looked() else unanswered + 1
        if unanswered == MOST_UNANSWERED:
            self._request.break_off()

    def _looked(self) -> bool:
        """Tell the progress; False where the Web UI does not answer."""
        try:
            told = self._webui.ask("GET", "/sdapi/v1/progress?skip_current_image=true")
        except Unreachable:
            return False
        except UserError:
            return True  # the job's own answer says what is wrong
        if isinstance(told, dict) and not self._over.is_set():
            self._tell(float(told.get("progress") or 0), float(told.get("eta_relative") or 0))
        return True


def _result(answer: Any) -> tuple[bytes, dict[str, Any]]:
    """The first picture of an answer as a file's bytes, and what is told about it."""
    try:
        info = json.loads(answer["info"])
        return base64.b64decode(answer["images"][0]), info if isinstance(info, dict) else {}
    except (KeyError, IndexError, TypeError, ValueError, binascii.Error) as error:
        raise Refused("The Web UI answered without a picture; its log may say why.") from error
