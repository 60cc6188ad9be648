"""One picture through one Web UI, without a checkpoint: what is selected is filled with what surrounds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from click_inpaint.client import files
from click_inpaint.client.files import Work
from click_inpaint.client.job import Made, Painter
from click_inpaint.client.webui import WebUI


class Eraser(Painter):
    """Erases from one picture after the other as the options say. `seconds` is what one may take."""

    def _made(self, webui: WebUI, work: Work, picture: bytes, edit: dict[str, Any], mask: bytes | None) -> Made:
        edit = {**edit, "image": webui.upload(picture)}
        if mask is not None:
            edit["selection"] = [{"kind": "mask", "image": webui.upload(mask)}]
        return erased(webui, edit, self._seconds)


def erased(webui: WebUI, edit: Mapping[str, Any], seconds: float) -> Made:
    """What the Web UI makes of a picture that it holds, within so many seconds."""
    data = webui.erase(edit, seconds)
    return Made(data, files.infotext_in(data))
