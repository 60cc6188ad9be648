"""A Web UI that is a few lines: it answers jobs as a function says, on a port of this machine."""

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

Answer = Callable[[str, dict[str, Any]], tuple[int, Any]]
"""From the path and the request's JSON to the status and the JSON (or the bytes) that are answered."""
INFOTEXT = "a cat\nSteps: 2, Seed: 5, Click Inpaint version: 0"


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (8, 6), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    texts = PngInfo()
    texts.add_text("parameters", INFOTEXT)
    Image.fromarray(np.full((size[1], size[0], 3), colour, np.uint8)).save(file, kind, pnginfo=texts)
    return file.getvalue()


def painted(data: bytes, **info: Any) -> dict[str, Any]:
    """The answer to a job whose first picture is this."""
    told = json.dumps({"seed": 5, "infotexts": [INFOTEXT], **info})
    return {"images": [base64.b64encode(data).decode()], "parameters": {}, "info": told}


def _json_in(body: bytes) -> Any:
    """{} for a picture's bytes, and for none."""
    try:
        return json.loads(body)
    except ValueError:
        return {}


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """Its address, and the requests that it got: their paths and headers."""
    asked: list[tuple[str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            asked.append((self.path, dict(self.headers)))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                status, told = answer(self.path, _json_in(body))
            except ConnectionError:  # it goes away without a word
                self.close_connection = True
                return
            content = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *_: Any) -> None:
            """No line for each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
