"""The host's own upscalers, for crops that are painted smaller than they are."""

from __future__ import annotations

import logging
from typing import Any

from modules import shared
from PIL import Image

from click_inpaint.errors import UserError
from click_inpaint.geometry import Size
from click_inpaint.host.notes import tell
from click_inpaint.messages import Message

logger = logging.getLogger(__name__)
_WITHOUT_MODEL = ("None", "Lanczos", "Nearest")
"""The host's names for what needs none: we enlarge by Lanczos ourselves."""


def names() -> list[str]:
    """The names of the upscalers with a model, in the host's order."""
    return [one.name for one in _known() if one.name not in _WITHOUT_MODEL]


def check(name: str) -> None:
    """Raise UserError for a name that this host does not have; "" is none."""
    if name and name not in names():
        raise UserError("This Web UI has no upscaler {name}: choose another one, or none.", name=name)


def enlarged(p: Any, image: Image.Image, size: Size, name: str) -> Image.Image:
    """A picture made about as large as `size` by the upscaler of that name; as it is where it is that large already, or
    where there is none. One that fails is told in the notes of the job `p`, and costs nobody what was painted.
    """
    scale = max(size.width / image.width, size.height / image.height)
    found = next((one for one in _known() if one.name == name), None)
    if not name or found is None or scale <= 1:
        return image
    try:
        upscaled: Image.Image = found.scaler.upscale(image, scale, found.data_path)
    except Exception as error:  # the host's, or another extension's: whatever it raises, we have a picture
        logger.warning("%s failed", name, exc_info=True)
        tell(
            p,
            [
                Message(
                    "{name} could not enlarge the crop ({reason}); that was done without a model.",
                    name=name,
                    reason=str(error) or type(error).__name__,
                )
            ],
        )
        return image
    return upscaled


def _known() -> list[Any]:
    """Hosts fill the list at their start, and anew when their page is reloaded."""
    return list(getattr(shared, "sd_upscalers", ()))
