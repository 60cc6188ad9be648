"""Pictures in folders, the masks beside them, and results that are never half written."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from click_inpaint import own_file
from click_inpaint.cli import LOSSY_ENDINGS
from click_inpaint.errors import UserError
from click_inpaint.images import flattened, from_pil
from click_inpaint.messages import Message

READ = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".gif")
"""Endings of the files in a folder that are taken for pictures."""
MASK_ENDING = ".mask.png"
QUALITY = 95
MOST_EXIF = 60_000
"""Bytes of an infotext that still fit into a JPEG file's EXIF data, which holds 64 KB."""
_USER_COMMENT, _EXIF_IFD, _IMAGE_DESCRIPTION = 0x9286, 0x8769, 270
_KINDS = {".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF", ".jpg": "JPEG", ".jpeg": "JPEG"}


@dataclass(frozen=True)
class Work:
    """One picture to paint: its file, the mask's or None, and the file that the result becomes."""

    picture: Path
    mask: Path | None
    out: Path


def listed(folder: Path, out: Path) -> list[Work]:
    """The pictures of a folder by name, each with the mask NAME.mask.png where that lies beside it; each result is a
    PNG file of the picture's name in `out`. Raises UserError where there is no picture, or two get one name.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in READ and path.is_file())
    except OSError as error:
        raise UserError(
            "{folder} cannot be read ({reason}).", folder=str(folder), reason=error.strerror or ""
        ) from error
    found: dict[str, Work] = {}
    for path in (path for path in files if not path.name.lower().endswith(MASK_ENDING) and path.name[0] != "."):
        mask = path.with_name(path.stem + MASK_ENDING)
        if path.stem in found:
            raise UserError(
                "{one} and {other} would both become {result}; give one of them another name.",
                one=found[path.stem].picture.name,
                other=path.name,
                result=f"{path.stem}.png",
            )
        found[path.stem] = Work(path, mask if mask.is_file() else None, out / f"{path.stem}.png")
    if not found:
        raise UserError("There is no picture in {folder}.", folder=str(folder))
    return list(found.values())


def read(path: Path) -> bytes:
    """The file's bytes. Raises UserError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError("{file} cannot be read ({reason}).", file=str(path), reason=error.strerror or "") from error


def write(place: Path, data: bytes) -> None:
    """Write a file under another name and give it its own when it is whole. Raises UserError where that fails."""
    part = place.with_name(f".{place.name}.part")
    try:
        with own_file.fresh(part) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except OSError as error:
        with suppress(OSError):  # on a read-only disk there is none, and it cannot be taken away
            part.unlink(missing_ok=True)
        raise UserError("{file} cannot be written ({reason}).", file=str(place), reason=error.strerror or "") from error


def as_named(data: bytes, infotext: str, place: Path) -> tuple[bytes, Message | None]:
    """The result as a file of the kind that `place` names, with its infotext, and what there is to say about it.

    A file of that kind already stays as it is, byte for byte.
    """
    image = Image.open(io.BytesIO(data))
    kind = _KINDS[place.suffix.lower()]
    lossy = image.format in ("JPEG", "WEBP")
    note = _lossy(image.format if lossy else kind)
    if image.format == kind:
        return data, note if lossy else None
    file = io.BytesIO()
    if place.suffix.lower() in LOSSY_ENDINGS:
        Image.fromarray(flattened(from_pil(image))).save(file, kind, quality=QUALITY, exif=_exif(infotext))
        return file.getvalue(), note
    image.save(file, kind, **_texts(kind, infotext))
    return file.getvalue(), note if lossy else None


def infotext_in(data: bytes) -> str:
    """The infotext that a PNG file carries; "" where it carries none."""
    return str(Image.open(io.BytesIO(data)).info.get("parameters", ""))


def _lossy(kind: str) -> Message:
    return Message(
        "{format} is lossy: outside the mask, too, pixels are no longer quite those of your picture; PNG keeps them.",
        format=kind,
    )


def _texts(kind: str, infotext: str) -> dict[str, object]:
    if kind != "PNG":
        return {"tiffinfo": {_IMAGE_DESCRIPTION: infotext.encode()}}
    texts = PngInfo()
    texts.add_text("parameters", infotext)
    return {"pnginfo": texts}


def _exif(infotext: str) -> Image.Exif:
    """EXIF data whose user comment is the infotext, as the Web UI writes it."""
    exif = Image.Exif()
    comment = b"UNICODE\0" + infotext.encode("utf-16-be")
    if len(comment) <= MOST_EXIF:
        exif[_EXIF_IFD] = {_USER_COMMENT: comment}
    return exif
