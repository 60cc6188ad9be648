"""Serve the workbench's page: `python workbench/serve.py --port 7860 --data DIR --extension DIR --photo FILE`."""

import argparse
import contextlib
import io
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import boot
import checkpoints


def main(given: list[str] | None = None) -> None:
    """Serve until the process is ended; "Reload UI" makes page and app anew, as in the host."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--data", type=Path, default=HERE / "data", help="config.json, models, outputs")
    parser.add_argument("--extension", type=Path, nargs="+", default=[HERE.parent], metavar="DIR")
    parser.add_argument("--photo", type=Path, help="open this picture in the tab Click Inpaint")
    parser.add_argument("--gradio-auth", metavar="USER:PASSWORD", help="a login for the page")
    parser.add_argument("--api-auth", metavar="USER:PASSWORD", help="HTTP Basic for /sdapi")
    options = parser.parse_args(given)
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))  # as in the host: at once
    folder = options.data / "models" / "Stable-diffusion"
    if not any(folder.rglob("*.safetensors")):
        checkpoints.write_tiny(folder / "demo-sd2-inpainting.safetensors", channels=9, context=1024)
        checkpoints.write_tiny(folder / "demo-sd15.safetensors", channels=4, context=768)
    boot.initialize(options.extension, options.data)
    from modules import shared

    shared.cmd_opts.__dict__.update(vars(options))
    while True:
        page = boot.build()
        _launch(page, options)
        shared.state.server_command_signal.wait()
        shared.state.server_command_signal.clear()
        print("Restarting UI...", flush=True)
        page.close(verbose=False)
        time.sleep(0.5)
        boot.unload()


def _launch(page: Any, options: argparse.Namespace) -> None:
    """Gradio's server, then the host's routes, then those of the extensions: a new app each time."""
    from fastapi.responses import FileResponse
    from modules import script_callbacks, ui_gradio_extensions
    from modules.api import api
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware

    logins = [tuple(pair.split(":", 1)) for pair in (options.gradio_auth or "").split(",") if pair]
    with contextlib.redirect_stdout(io.StringIO()):  # Gradio says that it runs before all of it answers
        app, _, _ = page.queue(64).launch(
            server_name="127.0.0.1",
            server_port=options.port,
            auth=logins or None,
            prevent_thread_lock=True,
            allowed_paths=ui_gradio_extensions.allowed_paths(),
        )
    app.user_middleware = [entry for entry in app.user_middleware if entry.cls.__name__ != "CORSMiddleware"]
    app.user_middleware.insert(0, Middleware(GZipMiddleware, minimum_size=1000))
    api.create_api(app)
    if options.photo:
        app.add_api_route("/workbench/photo", lambda: FileResponse(options.photo), methods=["GET"])
    script_callbacks.app_started_callback(page, app)
    app.middleware_stack = app.build_middleware_stack()  # Gradio has asked itself something: the old one is in use
    print(f"Running on local URL:  http://127.0.0.1:{options.port}", flush=True)


if __name__ == "__main__":
    main()
