"""What the tests of the routes send, and how they read the answers."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image

from click_inpaint.messages import Message
from tests.arrays import U8

MODULES = Path(__file__).resolve().parents[2] / "javascript" / "click_inpaint"
PIXELS = np.random.default_rng(2).integers(0, 256, (90, 140, 3), np.uint8)


def encoded(pixels: U8, format_: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format_)
    return file.getvalue()


def stroke_edit(image: str, **more: Any) -> dict[str, Any]:
    return {"image": image, "selection": [{"kind": "stroke", "points": [[70, 45]], "radius": 12}], **more}


def asked(client: TestClient, edit: Any, width: Any = 256, height: Any = 256) -> Any:
    return client.post("/click-inpaint/preview", json={"edit": edit, "width": width, "height": height})


def unpacked(reply: Any) -> tuple[dict[str, Any], U8]:
    length = int.from_bytes(reply.content[:4], "little")
    return json.loads(reply.content[4 : 4 + length]), np.frombuffer(reply.content[4 + length :], np.uint8)


def refusal(reply: Any, status: int) -> str:
    """What a refused request was told; the sentence for who has no page, and the message it is made of, agree."""
    assert reply.status_code == status and set(reply.json()) == {"error", "message"}
    return said(reply.json()["message"], reply.json()["error"])


def said(message: Any, sentence: str | None = None) -> str:
    """A message as it travels: its text is the template with the values in it."""
    assert set(message) == {"text", "template", "values"} and message["text"] == (sentence or message["text"])
    values = {
        name: value if isinstance(value, (str, int)) else said(value) for name, value in message["values"].items()
    }
    assert str(Message(message["template"], **values)) == message["text"] != ""
    return str(message["text"])


def uploaded(client: TestClient) -> str:
    return str(client.post("/click-inpaint/images", content=encoded(PIXELS)).json()["image"])
