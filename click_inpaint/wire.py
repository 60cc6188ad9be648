"""What travels between the page and the server: requests are JSON, replies are a JSON header with a mask behind it."""

from __future__ import annotations

import io
import json
from collections.abc import Collection
from typing import Any

from PIL import Image, PngImagePlugin

from click_inpaint import edit as edits
from click_inpaint import strict_json
from click_inpaint.errors import BadEdit
from click_inpaint.fields import MAX_COORDINATE, shown_value, text
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.images import Picture
from click_inpaint.messages import Message
from click_inpaint.preview import Preview
from click_inpaint.service import EmbeddingStatus, HoverReply

AREA_SIDES_PX = (64, 8192)
MAX_PREVIEW_BYTES = edits.MAX_BYTES + 1_000
MAX_REQUEST_BYTES = 1_000
MAX_RESULT_REQUEST_BYTES = 4 * edits.MAX_BYTES
"""An infotext holds prompts beside the Edit, which is packed, and the request may escape every letter."""
MAX_TEXT = 64
INFOTEXT_KEYWORD = "parameters"
MASK_MARK = ("Click Inpaint mask", "blend mask")
"""Keyword and text by which the page knows a mask that was saved here."""


def preview_request(data: bytes) -> tuple[edits.Edit, Size]:
    """The Edit, and the size that the sliders are set to. Raises BadEdit."""
    document = _document(data, {"edit", "width", "height"})
    sides = area(document["width"], document["height"])
    return _edit(document), sides


def mask_request(data: bytes) -> edits.Edit:
    """The Edit. Raises BadEdit."""
    return _edit(_document(data, {"edit"}))


def erase_request(data: bytes) -> tuple[edits.Edit, bool]:
    """The Edit, and whether the result is saved on the host, by default it is. Raises BadEdit."""
    document = _document(data, {"edit"}, {"save"})
    save = document.get("save", True)
    if not isinstance(save, bool):
        raise BadEdit("{key} must be true or false.", key="save")
    return _edit(document), save


def area(width: Any, height: Any) -> Size:
    """The size that the sliders are set to. Raises BadEdit for values that no slider has."""
    low, high = AREA_SIDES_PX
    if not all(
        isinstance(side, int) and not isinstance(side, bool) and low <= side <= high for side in (width, height)
    ):
        raise BadEdit("width and height must be whole numbers from {low} to {high}.", low=low, high=high)
    return Size(width, height)


def embed_request(data: bytes) -> tuple[str, str]:
    """The picture's id and the segmenter's name. Raises BadEdit."""
    document = _document(data, {"image", "segmenter"})
    return _text(document, "image"), _text(document, "segmenter")


def hover_request(data: bytes) -> tuple[str, Point, str]:
    """The picture's id, the point under the pointer in picture pixels, and the segmenter's name. Raises BadEdit."""
    document = _document(data, {"image", "x", "y", "segmenter"})
    where = Point(_number(document, "x"), _number(document, "y"))
    return _text(document, "image"), where, _text(document, "segmenter")


def result_request(data: bytes) -> tuple[str, str]:
    """The infotext of a result, and the id of the picture that it was made from. Raises BadEdit."""
    document = _document(data, {"infotext", "image"})
    return _text(document, "infotext", MAX_RESULT_REQUEST_BYTES), _text(document, "image")


def embedding_reply(status: EmbeddingStatus) -> dict[str, Any]:
    """JSON values that say how far an embedding has come."""
    left = status.seconds_left
    return {
        "segmenter": status.segmenter,
        "ready": status.ready,
        "progress": round(status.fraction, 3),
        "seconds_left": None if left is None else round(left, 1),
        "note": status.note and status.note.as_json(),
    }


def preview_reply(preview: Preview) -> bytes:
    """A header that describes the preview, then the pixels of its blend mask's box."""
    blend = preview.blend
    header = {
        "frame": _sides(blend.frame),
        "origin": [preview.extension.left, preview.extension.top],
        "box": _corners(blend.box),
        "parts": [
            {"crop": _corners(plan.crop), "working": _sides(plan.working), **vars(cover)}
            for plan, cover in zip(preview.plans, preview.covers)
        ],
        "apart": preview.apart,
        "digest": preview.digest,
        "objects": [{"last": found.steps[-1], **vars(found)} for found in preview.objects],
        "advice": [message.as_json() for message in (*preview.warnings, *preview.advice)],
    }
    return _reply(header, blend.pixels.tobytes())


def mask_reply(preview: Preview) -> bytes:
    """The blend mask as a grey PNG of the picture's size, marked as the page marks those that it saves: what is read
    back from it is soft, and neither grown nor feathered again.
    """
    mark = PngImagePlugin.PngInfo()
    mark.add_text(*MASK_MARK)
    file = io.BytesIO()
    Image.fromarray(preview.blend.full()).save(file, "PNG", pnginfo=mark, compress_level=1)
    return file.getvalue()


def erased_reply(picture: Picture, infotext: str) -> bytes:
    """The picture as a PNG that holds its infotext where the host puts it, made quickly rather than small."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text(INFOTEXT_KEYWORD, infotext)
    file = io.BytesIO()
    picture.to_pil().save(file, "PNG", pnginfo=texts, compress_level=1)
    return file.getvalue()


def hover_reply(hovered: HoverReply) -> bytes:
    """A header that says where the hover mask lies and who found it, then its pixels."""
    mask = hovered.mask
    height, width = mask.pixels.shape
    header = {
        "frame": _sides(hovered.frame),
        "box": _corners(mask.box),
        "size": [width, height],
        "ms": round(hovered.ms, 1),
        "segmenter": hovered.segmenter,
        "score": mask.score,
    }
    return _reply(header, mask.pixels.tobytes())


def _reply(header: dict[str, Any], pixels: bytes) -> bytes:
    """The header's length in bytes (uint32, little-endian), the header in JSON, and the pixels as uint8 by rows."""
    told = json.dumps(header).encode()
    return len(told).to_bytes(4, "little") + told + pixels


def _document(data: bytes, keys: set[str], optional: Collection[str] = ()) -> dict[str, Any]:
    try:
        document = strict_json.loads(data)
    except ValueError as error:
        raise BadEdit("The request is not JSON: {reason}.", reason=str(error)) from error
    known = ", ".join(sorted(keys))
    if not isinstance(document, dict):
        raise BadEdit("This request is a JSON object with exactly the keys {keys}.", keys=known)
    for key in sorted(keys - set(document)):
        raise BadEdit("This request lacks “{key}”; it has exactly the keys {keys}.", key=key, keys=known)
    for key in document:
        if key not in keys and key not in optional:
            raise BadEdit(
                "Unknown key {key}; this request has exactly the keys {keys}.", key=shown_value(key), keys=known
            )
    return document


def _edit(document: dict[str, Any]) -> edits.Edit:
    found = document["edit"]
    if not isinstance(found, dict):
        raise BadEdit(
            "{where} must be a JSON object, not {value}.", where=Message("The Edit"), value=shown_value(found)
        )
    return edits.parse(found)


def _text(document: dict[str, Any], key: str, longest: int = MAX_TEXT) -> str:
    return str(text(longest).metadata["check"](document[key], key))


def _number(document: dict[str, Any], key: str) -> float:
    value = document[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MAX_COORDINATE:
        raise BadEdit("{key} must be a number of pixels.", key=key)
    return float(value)


def _sides(size: Size) -> list[int]:
    return [size.width, size.height]


def _corners(box: Box) -> list[int]:
    return [box.x0, box.y0, box.x1, box.y1]
