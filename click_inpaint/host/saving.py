"""What the host saves of a job beside its results: its init image, and the result before colour correction.

The host tells extensions before it saves a picture, and lets them exchange it. So each of these files holds the whole
picture, as those of the host's own “only masked” do, although the host itself has nothing but our crop.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

from click_inpaint.images import Picture

_WHOLE = "_click_inpaint_whole"


@dataclass(frozen=True, eq=False)
class _Whole:
    """The picture of which a crop is the host's init image, and the texts that came with it."""

    picture: Picture
    texts: dict[str, str]

    @cached_property
    def digest(self) -> str:
        """The hash by which the host calls an init image."""
        return hashlib.md5(self.picture.to_pil().tobytes(), usedforsecurity=False).hexdigest()


def as_init_image(crop: Image.Image, picture: Picture, given: Image.Image | None) -> Image.Image:
    """The crop, which remembers the picture that it was cut from, and the texts of the image that was given for it."""
    info = given.info if given else {}
    texts = {key: value for key, value in info.items() if isinstance(key, str) and isinstance(value, str)}
    setattr(crop, _WHOLE, _Whole(picture, texts))
    return crop


def exchange_init_image(params: Any) -> bool:
    """Let the host save the whole picture instead of the crop. `params` is its ImageSaveParams.

    Returns False, and changes nothing, for every other picture.
    """
    whole: _Whole | None = getattr(params.image, _WHOLE, None)
    if whole is None:
        return False
    params.image = whole.picture.to_pil()
    params.filename = str(Path(params.filename).with_stem(whole.digest))
    params.pnginfo.update(whole.texts)
    return True


def name_init_image(p: Any) -> None:
    """Let the infotext name the init image that was saved, rather than the crop."""
    whole: _Whole | None = getattr(next(iter(p.init_images), None), _WHOLE, None)
    if whole is not None and getattr(p, "init_img_hash", None):
        p.init_img_hash = whole.digest
