"""The API: POST /sdapi/v1/img2img and …/txt2img, options, checkpoints, progress, with the host's answers and errors."""

import base64
import dataclasses
import functools
import io
import secrets
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import gradio as gr
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from PIL import Image, ImageOps, PngImagePlugin
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware

from modules import call_queue, errors, processing, scripts, sd_models, shared
from modules.call_queue import queue_lock
from modules.sd_samplers import SAMPLERS
from modules.shared import opts, state


def decode_image(value: Any) -> Image.Image:
    """A base64 string (with or without `data:`), turned as its EXIF says; a PIL picture passes as it is."""
    if isinstance(value, Image.Image):
        return value
    try:
        data = base64.b64decode(value.rpartition(",")[2])
        return ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    except Exception as error:
        raise HTTPException(500, "Invalid encoded image") from error


def encode_image(image: Image.Image) -> str:
    """base64 of a PNG with its texts, or of what the option `samples_format` says."""
    file = io.BytesIO()
    if opts.samples_format == "png":
        texts = PngImagePlugin.PngInfo()
        for key, value in image.info.items():
            if isinstance(value, str):
                texts.add_text(key, value)
        image.save(file, "PNG", pnginfo=texts)
    else:
        image.convert("RGB").save(file, Image.registered_extensions()[f".{opts.samples_format}"])
    return base64.b64encode(file.getvalue()).decode()


@functools.lru_cache(maxsize=2)
def default_script_args(runner: scripts.ScriptRunner) -> list[Any]:
    """The values that the controls start with; ui() is called twice more for it, as the host does."""
    args: list[Any] = [None] * max(1, *(script.args_to for script in runner.scripts))
    args[0] = 0
    with gr.Blocks():
        for script in runner.scripts:
            if script.ui(script.is_img2img):
                args[script.args_from : script.args_to] = [control.value for control in script.ui(script.is_img2img)]
    return args


def _script_args(payload: Mapping[str, Any], runner: scripts.ScriptRunner) -> list[Any]:
    """args[0] is the number of the selected script or 0: script_name + script_args, and alwayson_scripts by title."""

    def find(candidates: list[scripts.Script], title: str) -> scripts.Script:
        for script in candidates:
            if script.title().lower() == title.lower():
                return script
        raise HTTPException(422, f"Script '{title}' not found")

    args = list(default_script_args(runner))
    if payload.get("script_name"):
        selected = find(runner.selectable_scripts, payload["script_name"])
        args[0] = runner.selectable_scripts.index(selected) + 1
        args[selected.args_from : selected.args_to] = payload.get("script_args", [])
    for title, entry in payload.get("alwayson_scripts", {}).items():
        script = find(runner.scripts, title)
        if not script.alwayson:
            raise HTTPException(422, "Cannot have a selectable script in the always on scripts params")
        given = entry.get("args", [])[: script.args_to - script.args_from]
        args[script.args_from : script.args_from + len(given)] = given
    return args


def run_job(kind: str, payload: Mapping[str, Any]) -> processing.Processed:
    """`kind` is img2img or txt2img. Unknown fields are passed over; without save_images nothing is saved."""
    is_img2img = kind == "img2img"
    runner = scripts.scripts_img2img if is_img2img else scripts.scripts_txt2img
    job_class: Any = getattr(processing, "StableDiffusionProcessing" + ("Img2Img" if is_img2img else "Txt2Img"))
    if is_img2img and payload.get("init_images") is None:
        raise HTTPException(404, "Init image not found")
    known = {field.name for field in dataclasses.fields(job_class) if field.init}
    fields = {key: value for key, value in payload.items() if key in known}
    fields["sampler_name"] = payload.get("sampler_name") or payload.get("sampler_index") or "Euler"
    if fields["sampler_name"] not in SAMPLERS:
        raise HTTPException(400, "Sampler not found")
    if fields.get("mask"):
        fields["mask"] = decode_image(fields["mask"])
    if is_img2img:
        fields["init_images"] = [decode_image(image) for image in payload["init_images"]]
    fields["do_not_save_samples"] = fields["do_not_save_grid"] = not payload.get("save_images", False)
    fields |= {f"outpath_{part}": getattr(opts, f"outdir_{kind}_{part}") for part in ("samples", "grids")}
    args = _script_args(payload, runner)
    with queue_lock, closing(job_class(**fields)) as p:
        p.is_api = True
        p.scripts = runner
        try:
            state.begin(job=f"scripts_{kind}")
            p.script_args = tuple(args)
            return runner.run(p, *args) or processing.process_images(p)
        finally:
            state.end()


def _job_route(kind: str) -> Any:
    def answer(payload: dict[str, Any]) -> dict[str, Any]:
        processed = run_job(kind, payload)
        kept = {key: value for key, value in payload.items() if key not in ("init_images", "mask")}
        return {"images": [encode_image(item) for item in processed.images], "parameters": kept, "info": processed.js()}

    return answer


def _set_options(request: dict[str, Any]) -> None:
    wanted = request.get("sd_model_checkpoint")
    if wanted is not None and wanted not in sd_models.checkpoint_aliases:
        raise RuntimeError(f"model {wanted!r} not found")
    for key, value in request.items():
        opts.set(key, value, is_api=True)
    opts.save(shared.config_filename)


def _models() -> list[dict[str, Any]]:
    names = {"title": "title", "model_name": "model_name", "hash": "shorthash", "sha256": "sha256"}
    names["filename"] = "filename"
    infos = sd_models.checkpoints_list.values()
    return [{key: getattr(info, name) for key, name in names.items()} for info in infos]


def _progress() -> dict[str, Any]:
    return {"progress": state.fraction(), "eta_relative": 0, "state": state.dict(), "current_image": None}


def _refresh_checkpoints() -> None:
    with queue_lock:
        sd_models.list_models()


def _interrupt() -> dict[str, Any]:
    state.interrupt()
    return {}


def _logged_in(credentials: HTTPBasicCredentials = Depends(HTTPBasic())) -> None:  # noqa: B008 - FastAPI's way
    pairs = dict(pair.split(":") for pair in shared.cmd_opts.api_auth.split(","))
    expected = pairs.get(credentials.username)
    if expected is None or not secrets.compare_digest(credentials.password, expected):
        raise HTTPException(401, "Incorrect username or password")


def create_api(app: FastAPI) -> None:
    """Add the routes. `--api-auth` guards those under /sdapi and no others, as in the host."""
    for runner in (scripts.scripts_txt2img, scripts.scripts_img2img):
        default_script_args(runner)
    guard = [Depends(_logged_in)] if shared.cmd_opts.api_auth else []
    for method, path, endpoint in (
        ("POST", "img2img", _job_route("img2img")),
        ("POST", "txt2img", _job_route("txt2img")),
        ("GET", "options", opts.values),
        ("POST", "options", _set_options),
        ("GET", "sd-models", _models),
        ("GET", "progress", _progress),
        ("POST", "interrupt", _interrupt),
        ("POST", "skip", state.skip),
        ("POST", "refresh-checkpoints", _refresh_checkpoints),
    ):
        app.add_api_route(f"/sdapi/v1/{path}", endpoint, methods=[method], dependencies=guard)
    app.add_api_route("/internal/progress", call_queue.progress, methods=["POST"])
    app.add_api_route("/internal/ping", lambda: {}, methods=["GET"])
    app.user_middleware.insert(0, Middleware(BaseHTTPMiddleware, dispatch=_catch))
    app.add_exception_handler(HTTPException, _failed)


async def _catch(request: Request, call_next: Any) -> Response:
    """Whatever a route (an extension's too) lets through becomes JSON with status 500."""
    try:
        return await call_next(request)  # type: ignore[no-any-return]
    except Exception as error:
        errors.report(f"API error: {request.method}: {request.url}", exc_info=True)
        return await _failed(request, error)


async def _failed(request: Request, error: Any) -> Response:
    told = {"error": type(error).__name__, "detail": getattr(error, "detail", ""), "body": "", "errors": str(error)}
    return JSONResponse(told, getattr(error, "status_code", 500))
