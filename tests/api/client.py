"""What the tests of the routes send, and how they read the answers."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image

MODULES = Path(__file__).resolve().parents[2] / "javascript" / "click_inpaint"
PIXELS = np.random.default_rng(2).integers(0, 256, (90, 140, 3), np.uint8)


def encoded(pixels: np.ndarray, format_: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format_)
    return file.getvalue()


def stroke_edit(image: str, **more: Any) -> dict[str, Any]:
    return {"image": image, "selection": [{"kind": "stroke", "points": [[70, 45]], "radius": 12}], **more}


def asked(client: TestClient, edit: Any, width: Any = 256, height: Any = 256) -> Any:
    return client.post("/click-inpaint/preview", json={"edit": edit, "width": width, "height": height})


def unpacked(reply: Any) -> tuple[dict[str, Any], np.ndarray]:
    length = int.from_bytes(reply.content[:4], "little")
    return json.loads(reply.content[4 : 4 + length]), np.frombuffer(reply.content[4 + length :], np.uint8)


def uploaded(client: TestClient) -> str:
    return str(client.post("/click-inpaint/images", content=encoded(PIXELS)).json()["image"])
