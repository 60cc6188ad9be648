"""The page's routes, all under one prefix. This is the only module that imports fastapi.

Routes that are plain functions run in the host's thread pool; those that may take long are coroutines, which wait
without a thread. No route takes a path of the server's disk. Every failure is answered with a JSON object
{"error": an English sentence that says what to do, "message": the same as `Message.as_json` gives it, for the page to
translate}; notes and advice are such messages too. FastAPI reads annotations at run time, so this module does not
postpone them.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from click_inpaint import openapi, wire
from click_inpaint.download.downloads import Downloads
from click_inpaint.errors import ForeignRequest, NotNow, UnknownPicture, UserError
from click_inpaint.geometry import Size
from click_inpaint.images import to_png
from click_inpaint.limits import BODIES_AT_ONCE, Bodies, Limits, TooMany, Turnstile
from click_inpaint.messages import Message, Value
from click_inpaint.origin import Site
from click_inpaint.service import Service
from click_inpaint.worker import Superseded

PREFIX = "/click-inpaint"
VERSIONED = f"{PREFIX}/v1"
"""What programs ask, and what the host's OpenAPI page shows: it stays as it is. The page asks without the version,
since it comes from the same server.
"""
PAGE_FILE = re.compile(r"([a-z_]{1,40}/)?[a-z_]{1,40}\.(mjs|css)")
"""A module of the page, or one in one of its rooms: names that lead nowhere else, and that every disk takes."""
MEDIA_TYPES = {".mjs": "text/javascript", ".css": "text/css"}
BINARY = "application/octet-stream"
PAGE_HEADER = "x-click-inpaint-page"
MASK_AREA = Size(512, 512)
"""Any: what is selected does not depend on the size that it is painted at."""
LONGEST_PAGE_ID = 64
BUSY_RETRY_SECONDS = 1
CLIENT_GONE = 499
"""nginx's status for a client that hung up before it was answered: nobody reads it."""
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Access:
    """Who may use the routes: `user` is Gradio's own function that finds a request's user, taken as a dependency;
    `allowed(headers, user)` decides. `site` answers how the host may be reached now.
    """

    user: Callable[..., Any]
    allowed: Callable[[Any, Any], bool]
    site: Callable[[], Site]


@dataclass(frozen=True)
class WeightFiles:
    """The weight files of segmenters: `listed` answers which ones there are and which of them are here, as JSON values;
    `downloads` fetches them.
    """

    listed: Callable[[], Any]
    downloads: Downloads

    def known(self, name: str) -> str:
        """The name, if a file of that name can be downloaded. Raises Refused for every other name."""
        if name not in self.downloads.known:
            known = ", ".join(self.downloads.known)
            raise Refused(404, "There is no weight file “{name}”; known are {known}.", name=name[:40], known=known)
        return name


class Refused(UserError):
    """A request that is answered with this HTTP status and message. It is raised wherever that turns out."""

    def __init__(self, status: int, template: str, /, **values: Value) -> None:
        super().__init__(template, **values)
        self.status = status


class ErrorAnsweringRoute(APIRoute):
    """A route that itself turns the errors of its handler into answers.

    Error handlers cannot be registered on the host's app: where a page has asked before the host was up, the app
    takes none any more.
    """

    async def guarded(self, request: Request, handle: Handler) -> Response:
        """Handle a request, unless something is in the way, which raises a UserError."""
        return await handle(request)

    def get_route_handler(self) -> Handler:
        """The handler of APIRoute, whose errors become answers."""
        handle = super().get_route_handler()

        async def handle_with_answers(request: Request) -> Response:
            try:
                return await self.guarded(request, handle)
            except Refused as error:
                return failure(error.message, error.status)
            except ForeignRequest as error:
                return failure(error.message, 403)
            except NotNow as error:
                status = 429 if isinstance(error, TooMany) else 423
                return failure(error.message, status, {"Retry-After": str(BUSY_RETRY_SECONDS)})
            except UserError as error:
                return failure(error.message, 404 if isinstance(error, UnknownPicture) else 422)
            except Superseded:
                return failure(Message("A newer request took this one's place."), 409)
            except ClientDisconnect:
                return Response(status_code=CLIENT_GONE)

        return handle_with_answers


def register(
    app: FastAPI,
    service: Service,
    access: Access,
    status: Callable[[], Any],
    weight_files: WeightFiles,
    modules: Path,
    limits: Callable[[], Limits] = Limits,
) -> None:
    """Add the routes to the host's app. `status` answers what this host has to offer, as JSON values; `modules` is the
    folder of the page's own files; `limits` are asked for at each request.
    """
    turnstile, bodies = Turnstile(), Bodies()

    def body(longest: int | None = None) -> Callable[[Request], Any]:
        return body_within(limits, longest, bodies)

    class CountedRoute(ErrorAnsweringRoute):
        async def guarded(self, request: Request, handle: Handler) -> Response:
            with turnstile.passed(request.client.host if request.client else "", limits().in_flight):
                return await handle(request)

    def let_in(request: Request, user: Any = Depends(access.user)) -> None:
        access.site().check(request.headers)
        if not access.allowed(request.headers, user):
            raise Refused(401, "Log in to the Web UI first.")

    routes = APIRouter(route_class=CountedRoute, default_response_class=Response)
    guarded = [Depends(let_in)]
    store = service.pipeline.store

    @routes.post("/images", dependencies=guarded, **openapi.UPLOAD)
    def upload(data: bytes = Depends(body())) -> Response:
        image_id = store.add(data)
        size, notes = store.size(image_id), [note.as_json() for note in store.notes(image_id)]
        return answer({"image": image_id, "width": size.width, "height": size.height, "notes": notes})

    @routes.get("/images/{image_id}", dependencies=guarded, **openapi.SHOW)
    def show(image_id: str) -> Response:
        return Response(to_png(store.picture(image_id)), media_type="image/png", headers=NO_STORE)

    @routes.head("/images/{image_id}", dependencies=guarded, **openapi.HOLDS)
    def holds(image_id: str) -> Response:
        store.size(image_id)  # which raises UnknownPicture, and else keeps the picture from being dropped next
        return Response(headers=NO_STORE)

    @routes.post("/preview", dependencies=guarded, **openapi.PREVIEW)
    async def preview(request: Request, data: bytes = Depends(body(wire.MAX_PREVIEW_BYTES))) -> Response:
        edit, area = await run_in_threadpool(wire.preview_request, data)
        limits().check(edit)
        found = await service.preview(edit, area, page_of(request))
        reply = await run_in_threadpool(wire.preview_reply, found)
        return Response(reply, media_type=BINARY, headers=NO_STORE)

    @routes.post("/mask", dependencies=guarded, **openapi.MASK)
    async def mask(request: Request, data: bytes = Depends(body(wire.MAX_PREVIEW_BYTES))) -> Response:
        edit = await run_in_threadpool(wire.mask_request, data)
        limits().check(edit)
        found = await service.preview(edit, MASK_AREA, page_of(request))
        return Response(await run_in_threadpool(wire.mask_reply, found), media_type="image/png", headers=NO_STORE)

    @routes.post("/erase", dependencies=guarded, **openapi.ERASE)
    async def erase(request: Request, data: bytes = Depends(body(wire.MAX_PREVIEW_BYTES))) -> Response:
        edit, save = await run_in_threadpool(wire.erase_request, data)
        limits().check(edit)
        filled = await service.erase(edit, MASK_AREA, page_of(request), save)
        return Response(await run_in_threadpool(wire.erased_reply, *filled), media_type="image/png", headers=NO_STORE)

    @routes.post("/embed", dependencies=guarded, **openapi.EMBED)
    def embed(request: Request, data: bytes = Depends(body(wire.MAX_REQUEST_BYTES))) -> Response:
        return answer(wire.embedding_reply(service.embed(*wire.embed_request(data), page_of(request))))

    @routes.post("/hover", dependencies=guarded, **openapi.HOVER)
    async def hover(request: Request, data: bytes = Depends(body(wire.MAX_REQUEST_BYTES))) -> Response:
        found = await service.hover(*wire.hover_request(data), page_of(request))
        if found is None:
            return Response(status_code=204, headers=NO_STORE)
        return Response(wire.hover_reply(found), media_type=BINARY, headers=NO_STORE)

    @routes.post("/results", dependencies=guarded, **openapi.RESULT)
    def result(data: bytes = Depends(body(wire.MAX_RESULT_REQUEST_BYTES))) -> Response:
        finished = service.pipeline.results.picture(*wire.result_request(data))
        return Response(to_png(finished), media_type="image/png", headers=NO_STORE)

    @routes.get("/status", dependencies=guarded, **openapi.STATUS)
    def show_status() -> Response:
        return answer(status())

    @routes.get("/weights", dependencies=guarded, **openapi.WEIGHTS)
    def list_weights() -> Response:
        return answer(weight_files.listed())

    @routes.post("/weights/{name}", dependencies=guarded, **openapi.DOWNLOAD)
    def start_download(name: str) -> Response:
        return answer(weight_files.downloads.start(weight_files.known(name)).as_json())

    @routes.delete("/weights/{name}", dependencies=guarded, **openapi.CANCEL)
    def cancel_download(name: str) -> Response:
        progress = weight_files.downloads.cancel(weight_files.known(name))
        return answer(progress.as_json() if progress else None)

    @routes.get("/page/{name:path}", include_in_schema=False)
    def module(name: str, request: Request) -> Response:
        access.site().check_name(request.headers)
        return page_module(modules, name, request.headers.get("if-none-match", ""))

    app.include_router(routes, prefix=VERSIONED)
    app.include_router(routes, prefix=PREFIX, include_in_schema=False)


def body_within(limits: Callable[[], Limits], longest: int | None, bodies: Bodies) -> Callable[[Request], Any]:
    """A dependency that reads a request's body and refuses one of over `longest` bytes, whatever length it claims, by
    default the limit of an upload. It waits without a thread, and not for ever.
    """

    async def read(request: Request) -> bytes:
        now, data = limits(), bytearray()
        most = now.upload_bytes if longest is None else longest

        async def receive() -> None:
            async for chunk in request.stream():
                if len(data) + len(chunk) > most:
                    raise Refused(413, "That is over {most}; send less.", most=in_bytes(most))
                bodies.took(len(chunk), len(data), BODIES_AT_ONCE * now.upload_bytes)
                data.extend(chunk)

        try:
            await asyncio.wait_for(receive(), now.upload_seconds)
        except asyncio.TimeoutError as error:
            raise Refused(
                408, "It took over {seconds} s to send that; send less, or nearer.", seconds=round(now.upload_seconds)
            ) from error
        finally:
            bodies.gave_back(len(data))
        return bytes(data)

    return read


def in_bytes(limit: int) -> str:
    """A limit as a sentence tells it: in megabytes, or in bytes where it is less than one."""
    return f"{limit / 1e6:.0f} MB" if limit >= 1e6 else f"{limit:,} bytes"


def page_of(request: Request) -> str:
    """The id that the page made up for itself; "" for clients that have none."""
    return str(request.headers.get(PAGE_HEADER, ""))[:LONGEST_PAGE_ID]


def page_module(folder: Path, name: str, known: str) -> Response:
    """One of the page's own files. Browsers check each time whether it has changed, so that an update reaches all of
    them.
    """
    path = folder / name
    if not PAGE_FILE.fullmatch(name) or not path.is_file():
        return failure(Message("There is no such module."), 404)
    data = path.read_bytes()
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=MEDIA_TYPES[path.suffix], headers=headers)


def failure(message: Message, status: int, headers: Mapping[str, str] = NO_STORE) -> Response:
    """What went wrong: a sentence for who reads it as it is, and its parts for the page."""
    return answer({"error": str(message), "message": message.as_json()}, status, headers)


def answer(content: Any, status: int = 200, headers: Mapping[str, str] = NO_STORE) -> Response:
    """A response of JSON that no cache keeps."""
    return Response(json.dumps(content), status, {**NO_STORE, **headers}, "application/json")
