"""The API: POST /sdapi/v1/img2img and …/txt2img, options, checkpoints, progress, with the host's answers and errors."""

import base64
import functools
import inspect
import io
import secrets
from collections.abc import Mapping
from typing import Any

import gradio as gr
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from PIL import Image, ImageOps

from modules import call_queue, images, processing, scripts, sd_models, shared
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

    def find(title: str) -> scripts.Script:
        if (script := runner.script(title)) is None:
            raise HTTPException(422, f"Script '{title}' not found")
        return script

    args = list(default_script_args(runner))
    if payload.get("script_name"):
        selected = find(payload["script_name"])
        args[0] = runner.selectable_scripts.index(selected) + 1
        args[selected.args_from : selected.args_to] = payload.get("script_args", [])
    for title, entry in payload.get("alwayson_scripts", {}).items():
        script = find(title)
        if not script.alwayson:
            raise HTTPException(422, "Cannot have a selectable script in the always on scripts params")
        given = entry.get("args", [])[: script.args_to - script.args_from]
        args[script.args_from : script.args_from + len(given)] = given
    return args


def run_job(kind: str, payload: Mapping[str, Any]) -> processing.Processed:
    """`kind` is img2img or txt2img. Unknown fields are passed over; without save_images nothing is saved."""
    runner: Any = getattr(scripts, f"scripts_{kind}")
    job_class: Any = getattr(processing, "StableDiffusionProcessing" + kind.title())
    if kind == "img2img" and payload.get("init_images") is None:
        raise HTTPException(404, "Init image not found")
    fields = {key: value for key, value in payload.items() if key in inspect.signature(job_class).parameters}
    fields["sampler_name"] = payload.get("sampler_name") or payload.get("sampler_index") or "Euler"
    if fields["sampler_name"] not in SAMPLERS:
        raise HTTPException(400, "Sampler not found")
    if fields.get("mask"):
        fields["mask"] = decode_image(fields["mask"])
    if kind == "img2img":
        fields["init_images"] = [decode_image(image) for image in payload["init_images"]]
    fields["do_not_save_samples"] = not payload.get("save_images", False)
    fields["outpath_samples"] = getattr(opts, f"outdir_{kind}_samples")
    args = _script_args(payload, runner)
    p = job_class(**fields)
    p.is_api, p.scripts = True, runner
    with queue_lock:
        state.begin(job=f"scripts_{kind}")
        try:
            p.script_args = tuple(args)
            return runner.run(p, *args) if args[0] else processing.process_images(p)
        finally:
            state.end()


def _job_route(kind: str) -> Any:
    def encode(image: Image.Image) -> str:
        file = io.BytesIO()
        images.write(image, file, opts.samples_format, {"parameters": image.info.get("parameters", "")})
        return base64.b64encode(file.getvalue()).decode()

    def answer(payload: dict[str, Any]) -> dict[str, Any]:
        processed = run_job(kind, payload)
        kept = {key: value for key, value in payload.items() if key not in ("init_images", "mask")}
        return {"images": [encode(image) for image in processed.images], "parameters": kept, "info": processed.js()}

    return answer


def _set_options(request: dict[str, Any]) -> None:
    wanted = request.get("sd_model_checkpoint")
    if wanted is not None and wanted not in sd_models.checkpoint_aliases:
        raise RuntimeError(f"model {wanted!r} not found")
    for key, value in request.items():
        opts.set(key, value, is_api=True)
    opts.save(shared.config_filename)


def _logged_in(credentials: HTTPBasicCredentials = Depends(HTTPBasic())) -> None:  # noqa: B008 - FastAPI's way
    given = f"{credentials.username}:{credentials.password}"
    if not secrets.compare_digest(given.encode(), shared.cmd_opts.api_auth.encode()):
        raise HTTPException(401, "Incorrect username or password")


def _interrupt() -> dict[str, Any]:
    state.interrupt()
    return {}


def create_api(app: FastAPI) -> None:
    """Add the routes. `--api-auth` guards those under /sdapi and no others, as in the host."""
    default_script_args(scripts.scripts_txt2img)
    default_script_args(scripts.scripts_img2img)
    guard = [Depends(_logged_in)] if shared.cmd_opts.api_auth else []
    for method, path, endpoint in (
        ("POST", "img2img", _job_route("img2img")),
        ("POST", "txt2img", _job_route("txt2img")),
        ("GET", "options", opts.values),
        ("POST", "options", _set_options),
        ("GET", "progress", lambda: {"progress": state.fraction(), "eta_relative": 0, "state": state.dict()}),
        ("POST", "interrupt", _interrupt),
    ):
        app.router.add_api_route(f"/sdapi/v1/{path}", endpoint, methods=[method], dependencies=guard)
    app.router.add_api_route("/internal/progress", call_queue.progress, methods=["POST"])
    app.router.add_api_route("/internal/ping", lambda: {}, methods=["GET"])
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(Exception, _failed)


async def _failed(request: Request, error: Any) -> Response:
    """Whatever a route (an extension's too) lets through becomes JSON, with status 500 when it has none."""
    own = vars(error)
    told = {"error": type(error).__name__, "detail": own.get("detail", ""), "body": "", "errors": str(error)}
    return JSONResponse(told, own.get("status_code", 500))
