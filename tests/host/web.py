"""A client of a running Web UI, over HTTP alone: the same for the workbench and for a real one."""

import base64
import io
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from click_inpaint import edit as edits
from click_inpaint import recorded
from tests.arrays import U8


@dataclass
class Reply:
    status: int
    content: bytes
    headers: Any

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Web:
    """Where it answers, the folder of its data, with `models` in it, and the process that was started for it (else
    0).
    """

    url: str
    data: Path
    real: bool
    pid: int = 0

    def saves_in(self, kind: str = "img2img_samples") -> Path:
        """The folder that the host's options name for a kind of picture, which may be relative to its own."""
        return self.data / str(self.option(f"outdir_{kind}"))

    @property
    def outputs(self) -> Path:
        """The folder under which it saves pictures: `output` up to 1.8, `outputs` since."""
        return self.saves_in().parent

    def ask(self, method: str, path: str, content: bytes | None = None, **headers: str) -> Reply:
        request = urllib.request.Request(self.url + path, content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=300) as reply:
                return Reply(reply.status, reply.read(), reply.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.read(), error.headers)

    def post(self, path: str, document: Any) -> Reply:
        return self.ask("POST", path, json.dumps(document).encode(), **{"Content-Type": "application/json"})

    def options(self, **values: Any) -> None:
        assert self.post("/sdapi/v1/options", values).status == 200

    def option(self, name: str) -> Any:
        return self.ask("GET", "/sdapi/v1/options").json()[name]

    def upload(self, data: bytes) -> str:
        reply = self.ask("POST", "/click-inpaint/images", data)
        assert reply.status == 200, reply.content
        return str(reply.json()["image"])

    def preview(self, edit: Any, width: int = 256, height: int = 256) -> tuple[dict[str, Any], U8]:
        """The header and the blend mask at full size, HxW uint8."""
        reply = self.post("/click-inpaint/preview", {"edit": edit, "width": width, "height": height})
        assert reply.status == 200, reply.content
        length = int.from_bytes(reply.content[:4], "little")
        header = json.loads(reply.content[4 : 4 + length])
        x0, y0, x1, y1 = header["box"]
        full = np.zeros(header["frame"][::-1], np.uint8)
        full[y0:y1, x0:x1] = np.frombuffer(reply.content[4 + length :], np.uint8).reshape(y1 - y0, x1 - x0)
        return header, full

    def img2img(self, photograph: bytes, edit: Any, **more: Any) -> Reply:
        payload = {
            "init_images": [base64.b64encode(photograph).decode()],
            "prompt": "empty beach",
            "sampler_name": "Euler a",
            "steps": 2,
            "width": 256,
            "height": 256,
            "seed": 3,
            "alwayson_scripts": {"Click Inpaint": {"args": [edit]}},
        }
        return self.post("/sdapi/v1/img2img", {**payload, **more})

    def txt2img_model(self) -> str:
        """The checkpoint that a plain txt2img job names."""
        reply = self.post("/sdapi/v1/txt2img", {"prompt": "x", "steps": 2, "width": 64, "height": 64})
        return named(infotexts(reply)[0], "Model")

    def saved(self) -> set[Path]:
        return set(self.outputs.rglob("*.png"))


def pictures(reply: Reply) -> list[Image.Image]:
    assert reply.status == 200, reply.content[:500]
    return [Image.open(io.BytesIO(base64.b64decode(item))) for item in reply.json()["images"]]


def infotexts(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.content[:500]
    return list(json.loads(reply.json()["info"])["infotexts"])


def named(infotext: str, key: str) -> str:
    """The value of one key of an infotext's last line."""
    return infotext.splitlines()[-1].partition(f"{key}: ")[2].split(",")[0]


def recorded_edit(infotext: str) -> str:
    """The JSON of the Edit that an infotext carries."""
    return edits.dumps(recorded.read(named(infotext, "Click Inpaint edit")))


def assert_stitched(result: Any, source: U8, blend: U8) -> None:
    """The source's size; to the byte the source where the blend is 0; mostly new where it is not."""
    pixels = np.asarray(result.convert("RGB") if isinstance(result, Image.Image) else result)
    assert pixels.shape == source.shape
    outside = blend == 0
    assert (pixels[outside] == source[outside]).all()
    assert (pixels[~outside] != source[~outside]).any(axis=-1).mean() > 0.8
