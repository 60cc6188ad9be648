"""What travels between page and server: requests as JSON, answers as a JSON header with a mask behind it."""

from __future__ import annotations

import json
from typing import Any

from click_inpaint import edit as edits
from click_inpaint.errors import BadEdit
from click_inpaint.fields import MAX_COORDINATE
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.pipeline import Preview
from click_inpaint.service import Hovered

AREA_SIDES_PX = (64, 8192)
MAX_PREVIEW_BYTES = edits.MAX_BYTES + 1_000
MAX_REQUEST_BYTES = 1_000
MOST_TEXT = 64


def preview_request(data: bytes) -> tuple[edits.Edit, Size]:
    """The Edit and the working area. Raises BadEdit."""
    document = _document(data, {"edit", "width", "height"})
    low, high = AREA_SIDES_PX
    sides = document["width"], document["height"]
    if not all(isinstance(side, int) and not isinstance(side, bool) and low <= side <= high for side in sides):
        raise BadEdit(f"width and height must be whole numbers from {low} to {high}.")
    return edits.parse(document["edit"]), Size(*sides)


def embed_request(data: bytes) -> tuple[str, str]:
    """The picture's id and the segmenter's name. Raises BadEdit."""
    document = _document(data, {"image", "segmenter"})
    return _text(document, "image"), _text(document, "segmenter")


def hover_request(data: bytes) -> tuple[str, Point, str]:
    """The picture's id, where the pointer is in it, and the segmenter's name. Raises BadEdit."""
    document = _document(data, {"image", "x", "y", "segmenter"})
    where = Point(_number(document, "x"), _number(document, "y"))
    return _text(document, "image"), where, _text(document, "segmenter")


def packed_preview(preview: Preview) -> bytes:
    """Its header, then the blend mask of its box."""
    plan, blend = preview.plan, preview.blend
    header = {
        "frame": _sides(blend.frame),
        "box": _corners(blend.box),
        "crop": _corners(plan.crop),
        "working": _sides(plan.working),
        "digest": preview.digest,
        "objects": [{"last": found.steps[-1], **vars(found)} for found in preview.objects],
        "advice": [*preview.warnings, *preview.advice],
    }
    return _packed(header, blend.pixels.tobytes())


def packed_hover(hovered: Hovered) -> bytes:
    """Its header, then the glance's pixels."""
    glance = hovered.glance
    height, width = glance.pixels.shape
    header = {
        "frame": _sides(hovered.frame),
        "box": _corners(glance.box),
        "size": [width, height],
        "ms": round(hovered.ms, 1),
        "segmenter": hovered.segmenter,
        "score": glance.score,
    }
    return _packed(header, glance.pixels.tobytes())


def _packed(header: dict[str, Any], pixels: bytes) -> bytes:
    """uint32 (little-endian) length of the header, the header in JSON, pixels as uint8 row by row."""
    text = json.dumps(header).encode()
    return len(text).to_bytes(4, "little") + text + pixels


def _document(data: bytes, keys: set[str]) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadEdit(f"The request is not JSON: {error}.") from error
    if not isinstance(document, dict) or set(document) != keys:
        raise BadEdit(f"This request has exactly the keys {', '.join(sorted(keys))}.")
    return document


def _text(document: dict[str, Any], key: str) -> str:
    value = document[key]
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        raise BadEdit(f"{key} must be text of at most {MOST_TEXT} characters.")
    return value


def _number(document: dict[str, Any], key: str) -> float:
    value = document[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MAX_COORDINATE:
        raise BadEdit(f"{key} must be a number of pixels.")
    return float(value)


def _sides(size: Size) -> list[int]:
    return [size.width, size.height]


def _corners(box: Box) -> list[int]:
    return [box.x0, box.y0, box.x1, box.y1]
