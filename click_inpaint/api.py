"""The only importer of fastapi: the page's routes, all under one prefix.

Plain `def` routes run in the host's thread pool; none of them takes a server path, and every failure is a JSON object
{"error": what to do}. FastAPI reads annotations at run time, so this file does without postponed ones.
"""

import hashlib
import json
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute

from click_inpaint import edit as edits
from click_inpaint.download.downloads import Downloads
from click_inpaint.errors import UnknownPicture, UserError
from click_inpaint.geometry import Box, Size
from click_inpaint.images import STORE_BYTES, to_browser
from click_inpaint.pipeline import Pipeline, Preview

PREFIX = "/click-inpaint"
PAGE_FILE = re.compile(r"[a-z_]+\.(mjs|css)")
MEDIA_TYPES = {".mjs": "text/javascript", ".css": "text/css"}
AREA_SIDES_PX = (64, 8192)
MAX_PREVIEW_BYTES = edits.MAX_BYTES + 1_000
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Doors:
    """Who may come in: `user` is Gradio's own look-up as a dependency; `allowed(headers, user)` decides."""

    user: Callable[..., Any]
    allowed: Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Shelf:
    """The known weight files: `tell` says which are here, `downloads` gets others."""

    tell: Callable[[], Any]
    downloads: Downloads

    def has(self, name: str) -> str:
        """The name, which is all that a client can ask for. Raises Refused."""
        if name not in self.downloads.known:
            raise Refused(404, f"There is no weight file “{name[:100]}”; known are {', '.join(self.downloads.known)}.")
        return name


class Refused(Exception):
    """An answer other than 200, raised where it is found out."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Told(APIRoute):
    """A route that turns what was refused into its answer by itself.

    Handlers registered on the app would be too late: where a page has asked before the host was up, the app no longer
    takes any.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual handler, its refusals caught."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except Refused as error:
                return answer({"error": str(error)}, error.status)
            except UserError as error:
                return answer({"error": str(error)}, 404 if isinstance(error, UnknownPicture) else 422)

        return told


def register(
    app: FastAPI, pipeline: Pipeline, doors: Doors, status: Callable[[], Any], shelf: Shelf, modules: Path
) -> None:
    """Add the routes to the host's app: `status` tells what this host has, `modules` holds the page's own files."""

    def let_in(request: Request, user: Any = Depends(doors.user)) -> None:
        if not doors.allowed(request.headers, user):
            raise Refused(401, "Log in to the Web UI first.")

    routes = APIRouter(prefix=PREFIX, route_class=Told)
    guarded = [Depends(let_in)]

    @routes.post("/images", dependencies=guarded)
    def upload(data: bytes = Depends(body(STORE_BYTES))) -> Response:
        image_id = pipeline.store.add(data)
        picture = pipeline.store.picture(image_id)
        size = picture.size
        return answer({"image": image_id, "width": size.width, "height": size.height, "notes": picture.notes})

    @routes.get("/images/{image_id}", dependencies=guarded)
    def show(image_id: str) -> Response:
        data, media_type = to_browser(pipeline.store.picture(image_id))
        return Response(data, media_type=media_type, headers=NO_STORE)

    @routes.post("/preview", dependencies=guarded)
    def preview(data: bytes = Depends(body(MAX_PREVIEW_BYTES))) -> Response:
        edit, area = asked(data)
        return Response(packed(pipeline.preview(edit, area)), media_type="application/octet-stream", headers=NO_STORE)

    @routes.get("/status", dependencies=guarded)
    def tell_status() -> Response:
        return answer(status())

    @routes.get("/weights", dependencies=guarded)
    def tell_weights() -> Response:
        return answer(shelf.tell())

    @routes.post("/weights/{name}", dependencies=guarded)
    def start_download(name: str) -> Response:
        return answer(shelf.downloads.start(shelf.has(name)).as_json())

    @routes.delete("/weights/{name}", dependencies=guarded)
    def cancel_download(name: str) -> Response:
        progress = shelf.downloads.cancel(shelf.has(name))
        return answer(progress.as_json() if progress else None)

    @routes.get("/page/{name}")
    def module(name: str, request: Request) -> Response:
        return page_module(modules, name, request.headers.get("if-none-match", ""))

    app.include_router(routes)


def body(limit: int) -> Callable[[Request], Any]:
    """A dependency that reads the request's body and stops at `limit` bytes, however long it claims to be."""

    async def read(request: Request) -> bytes:
        data = bytearray()
        async for chunk in request.stream():
            data += chunk
            if len(data) > limit:
                raise Refused(413, f"That is over {limit / 1e6:.0f} MB; send less.")
        return bytes(data)

    return read


def asked(data: bytes) -> tuple[edits.Edit, Size]:
    """The Edit and the working area of a preview request. Raises BadEdit and Refused."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refused(422, f"The request is not JSON: {error}.") from error
    if not isinstance(document, dict) or set(document) != {"edit", "width", "height"}:
        raise Refused(422, "A preview request has exactly the keys edit, width and height.")
    low, high = AREA_SIDES_PX
    sides = document["width"], document["height"]
    if not all(isinstance(side, int) and not isinstance(side, bool) and low <= side <= high for side in sides):
        raise Refused(422, f"width and height must be whole numbers from {low} to {high}.")
    return edits.parse(document["edit"]), Size(*sides)


def packed(preview: Preview) -> bytes:
    """uint32 (little-endian) length of a JSON header, the header, then the blend mask of its box, uint8 row by row."""
    plan, blend = preview.plan, preview.blend
    header = {
        "frame": [blend.frame.width, blend.frame.height],
        "box": _corners(blend.box),
        "crop": _corners(plan.crop),
        "working": [plan.working.width, plan.working.height],
        "digest": preview.digest,
        "advice": preview.advice,
    }
    text = json.dumps(header).encode()
    return len(text).to_bytes(4, "little") + text + blend.pixels.tobytes()


def page_module(folder: Path, name: str, known: str) -> Response:
    """One of the page's own files. Browsers ask again each time, so that an update is never half old."""
    path = folder / name
    if not PAGE_FILE.fullmatch(name) or not path.is_file():
        return answer({"error": "There is no such module."}, 404)
    data = path.read_bytes()
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=MEDIA_TYPES[path.suffix], headers=headers)


def answer(content: Any, status: int = 200) -> Response:
    """JSON that no cache keeps."""
    return Response(json.dumps(content), status, NO_STORE, "application/json")


def _corners(box: Box) -> list[int]:
    return [box.x0, box.y0, box.x1, box.y1]
