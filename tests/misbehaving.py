"""A web server on this machine that gives each path the answers it was told, good and bad ones, in turn; and downloads
from it.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from click_inpaint.download.base import Downloadable, DownloadProgress, System
from click_inpaint.download.downloads import Downloads
from click_inpaint.weights import WeightFile

NAME = "tiny.pth"
CONTENT = bytes(range(256)) * 400
SIZE = len(CONTENT)
ETAG = '"v1"'

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range"), self.headers.get("If-Range")))
        answers = self.server.answers.get(self.path, [])
        (answers.pop(0) if len(answers) > 1 else answers[0] if answers else refuse(404))(self)

    def head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, str | None, str | None]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_address[1]}{path}"

    def says(self, *answers: Answer, at: str = "/tiny.pth") -> None:
        self.answers[at] = list(answers)

    @property
    def ranges(self) -> list[str | None]:
        return [asked[1] for asked in self.asked]


def whole(content: bytes = CONTENT, etag: str = ETAG) -> Answer:
    """The well-behaved one: the rest from Range on where If-Range is the file's tag, or else all of it."""

    def answer(handler: Handler) -> None:
        asked = handler.headers.get("Range")
        if asked and handler.headers.get("If-Range") == etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            told = f"bytes {start}-{len(content) - 1}/{len(content)}"
            handler.head(206, Content_Length=len(content) - start, Content_Range=told, ETag=etag)
            handler.wfile.write(content[start:])
        else:
            handler.head(200, Content_Length=len(content), ETag=etag)
            handler.wfile.write(content)

    return answer


def short(sent: int, **headers: object) -> Answer:
    """Promises all and breaks off after `sent` bytes."""

    def answer(handler: Handler) -> None:
        handler.head(200, Content_Length=SIZE, **(headers or {"ETag": ETAG}))
        handler.wfile.write(CONTENT[:sent])

    return answer


def refuse(status: int, **headers: object) -> Answer:
    return lambda handler: handler.head(status, Content_Length=0, **headers)


class Desk:
    """Downloads into a folder, with pauses that take no time and are written down."""

    def __init__(
        self,
        folder: Path,
        *urls: str,
        sha256: str = "",
        schemes: tuple[str, ...] = ("http", "https"),
        **more: Any,
    ) -> None:
        self.folder, self.paused = folder, list[float]()
        self.free, self.now = 1 << 40, 0.0
        file = WeightFile(NAME, urls, SIZE, sha256 or hashlib.sha256(CONTENT).hexdigest())
        system = System(self.tick, lambda _, seconds: self.paused.append(seconds), lambda _: self.free)
        self.downloads = Downloads({"tiny": Downloadable(file, folder, **more)}, schemes, system)

    def tick(self) -> float:
        self.now += 0.5
        return self.now

    def get(self) -> DownloadProgress:
        self.downloads.start("tiny")
        progress = self.downloads.wait("tiny", 10)
        assert progress and not progress.running
        return progress

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []

    def arrived(self) -> bool:
        return self.files == [NAME] and (self.folder / NAME).read_bytes() == CONTENT


def serving() -> Iterator[Server]:
    """A server, for as long as a fixture lasts."""
    server = Server()
    yield server
    server.shutdown()
    server.server_close()
