"""What the host's OpenAPI page says of our routes: bodies with examples, answers, and the errors that each may give."""

from __future__ import annotations

from typing import Any

from click_inpaint import edit as edits
from click_inpaint.fields import MAX_COORDINATE, Schema
from click_inpaint.wire import AREA_SIDES_PX, MAX_TEXT

TAG = "Click Inpaint"
Said = dict[str, Any]
"""What FastAPI takes beside a route to describe it."""

_IMAGE = "c6e8c7de6f6ad2fb2a7c2e5f5f0f1a0b8f0f2b1c9d3e4a5b6c7d8e9f0a1b2c3d"
_ID: Schema = {"type": "string", "maxLength": MAX_TEXT, "description": "The id that the upload was answered with."}
_SEGMENTER: Schema = {"type": "string", "maxLength": MAX_TEXT, "description": "A name of GET /status, or “auto”."}
_PIXELS: Schema = {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE}
_SIDE: Schema = {"type": "integer", "minimum": AREA_SIDES_PX[0], "maximum": AREA_SIDES_PX[1]}
_COUNT: Schema = {"type": "integer"}
_EDIT_EXAMPLE = {
    "image": _IMAGE,
    "selection": [{"kind": "click", "x": 540, "y": 350}],
    "refine": {"grow": 10, "feather": 12},
}
_MESSAGE: Schema = {
    "type": "object",
    "description": "A sentence in English (text), and its template with the values that stand in it, for translation.",
    "properties": {"text": {"type": "string"}, "template": {"type": "string"}, "values": {"type": "object"}},
}
_FAILURE: Schema = {"type": "object", "properties": {"error": {"type": "string"}, "message": _MESSAGE}}
_EMBEDDING: Schema = {
    "type": "object",
    "properties": {
        "segmenter": {"type": "string"},
        "ready": {"type": "boolean"},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "seconds_left": {"type": "number", "nullable": True},
        "note": {**_MESSAGE, "nullable": True},
    },
}
_UPLOADED: Schema = {
    "type": "object",
    "properties": {"image": _ID, "width": _COUNT, "height": _COUNT, "notes": {"type": "array", "items": _MESSAGE}},
}
_BEHIND_HEADER = (
    "Four bytes with the length of the header (little-endian), the header as JSON, and the pixels of the mask's box "
    "as 8 bits each, by rows."
)
_FAILURES = {
    401: "The Web UI asks for a login.",
    403: "The request comes from another website, or names another host.",
    404: "The server does not have that (any more): upload the picture again.",
    409: "A newer request of the same page took this one's place.",
    408: "The body came too slowly.",
    413: "The body is too long.",
    422: "Something in the body is wrong; the sentence names it.",
    429: "This client has too many requests under way: ask again after Retry-After seconds.",
    423: "The device or the memory is in use: ask again after Retry-After seconds.",
}

IMAGE_FILE: Schema = {"type": "string", "format": "binary"}


def _document(example: Any, optional: dict[str, Schema] | None = None, /, **properties: Schema) -> Said:
    required, known = [*properties], {**properties, **(optional or {})}
    schema = {"type": "object", "properties": known, "required": required, "additionalProperties": False}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def _described(summary: str, description: str, kind: str, schema: Schema, *failures: int, **extra: Any) -> Said:
    """`kind` is the media type of what a request that succeeds is answered with."""
    told: dict[int, Said] = {200: {"description": description, "content": {kind: {"schema": schema}}}}
    for status in (401, 403, 429, *((408, *failures) if 413 in failures else failures)):
        told[status] = {"description": _FAILURES[status], "content": {"application/json": {"schema": _FAILURE}}}
    return {"summary": summary, "responses": told, "tags": [TAG], "openapi_extra": extra}


def _json(summary: str, description: str, schema: Schema, *failures: int, **extra: Any) -> Said:
    return _described(summary, description, "application/json", schema, *failures, **extra)


_ANY: Schema = {"type": "object"}
_PNG, _BINARY = "image/png", "application/octet-stream"
_EDIT: Schema = edits.schema()

UPLOAD = _json(
    "Open a picture",
    "Its id, the hash of its bytes: the same file has the same id.",
    _UPLOADED,
    *(413, 422, 423),
    requestBody={"required": True, "content": {_BINARY: {"schema": IMAGE_FILE}}},
)
SHOW = _described("A picture as it was decoded", "The picture, upright and in sRGB.", _PNG, IMAGE_FILE, 404, 422, 423)
HOLDS = _described("Whether a picture is still held", "It is.", _PNG, IMAGE_FILE, 404, 422)
PREVIEW = _described(
    "What an Edit selects, and how it is cut",
    _BEHIND_HEADER,
    _BINARY,
    IMAGE_FILE,
    *(404, 409, 413, 422, 423),
    **_document({"edit": _EDIT_EXAMPLE, "width": 512, "height": 512}, edit=_EDIT, width=_SIDE, height=_SIDE),
)
MASK = _described(
    "What an Edit selects, as a picture",
    "A grey PNG of the picture's size: white is painted, black stays, grey is blended. Uploaded, it is a "
    "soft mask step's picture.",
    _PNG,
    IMAGE_FILE,
    *(404, 409, 413, 422, 423),
    **_document({"edit": _EDIT_EXAMPLE}, edit=_EDIT),
)
ERASE = _described(
    "Erase what an Edit selects, without a checkpoint",
    "The picture, with what is selected filled out of its surroundings; a PNG with its infotext. Unless “save” is "
    "false it is also saved where the Web UI saves results of img2img.",
    _PNG,
    IMAGE_FILE,
    *(404, 409, 413, 422, 423),
    **_document({"edit": _EDIT_EXAMPLE}, {"save": {"type": "boolean", "default": True}}, edit=_EDIT),
)
EMBED = _json(
    "Prepare a picture for clicks",
    "How far the segmenter's encoder has come; ask again until it is ready.",
    _EMBEDDING,
    *(404, 413, 422),
    **_document({"image": _IMAGE, "segmenter": "auto"}, image=_ID, segmenter=_SEGMENTER),
)
HOVER = _described(
    "What lies under the pointer",
    f"{_BEHIND_HEADER} Status 204 where the picture is not prepared yet.",
    _BINARY,
    IMAGE_FILE,
    *(404, 409, 413, 422, 423),
    **_document(
        {"image": _IMAGE, "x": 540, "y": 350, "segmenter": "auto"},
        image=_ID,
        x=_PIXELS,
        y=_PIXELS,
        segmenter=_SEGMENTER,
    ),
)
RESULT = _described(
    "A result without loss",
    "The picture that a job of the page has made, whatever format it was saved in.",
    _PNG,
    IMAGE_FILE,
    *(404, 413, 422, 423),
    **_document({"infotext": "empty beach\nSteps: 20, …", "image": _IMAGE}, infotext={"type": "string"}, image=_ID),
)
STATUS = _json("What this Web UI has to offer", "Version, segmenters, checkpoints.", _ANY)
WEIGHTS = _json("Weight files of segmenters", "Those that are here, and those that can be downloaded.", _ANY)
DOWNLOAD = _json("Download a weight file", "How far it is.", _ANY, 404, 422)
CANCEL = _json(
    "Stop a download", "How far it came; null where none was under way.", {**_ANY, "nullable": True}, 404, 422
)
