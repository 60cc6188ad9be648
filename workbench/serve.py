"""Serve the workbench's page: `python workbench/serve.py --port 7860 --data DIR --extension DIR --photo FILE`."""

import argparse
import contextlib
import io
import os
import signal
import socket
from pathlib import Path
from typing import Any

import boot
import checkpoints

HERE = Path(__file__).resolve().parent


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
    if options.photo and not options.photo.is_file():
        parser.error(f"argument --photo: there is no file {options.photo}")
    try:
        socket.create_server(("127.0.0.1", options.port)).close()
    except (OSError, OverflowError) as error:
        parser.error(f"argument --port: {options.port} cannot be used ({error}); give another, or end what uses it")
    checkpoints.write_demo(options.data / "models" / "Stable-diffusion")
    boot.initialize(options.extension, options.data)
    from modules import scripts, shared

    shared.cmd_opts.__dict__.update(vars(options))
    while True:
        page = boot.build()
        _launch(page, options, [str(options.data.absolute()), *scripts.base_folders])
        shared.state.restart.wait()
        shared.state.restart.clear()
        print("Restarting UI...", flush=True)
        page.server.config.timeout_graceful_shutdown = 2  # for ever, where somebody joins Gradio's queue just now
        page.close(verbose=False)
        boot.unload()


def _launch(page: Any, options: argparse.Namespace, folders: list[str]) -> None:
    """Gradio's server, then the host's routes, then those of the extensions: a new app each time."""
    from fastapi.responses import FileResponse
    from modules import script_callbacks
    from modules.api import api

    login = tuple(options.gradio_auth.split(":", 1)) if options.gradio_auth else None
    where = {"server_name": "127.0.0.1", "server_port": options.port, "allowed_paths": folders}
    with contextlib.redirect_stdout(io.StringIO()):  # Gradio says that it runs before all of it answers
        app, _, _ = page.queue(64).launch(**where, auth=login, prevent_thread_lock=True)
    app.user_middleware = [entry for entry in app.user_middleware if entry.cls.__name__ != "CORSMiddleware"]
    api.create_api(app)
    if options.photo:
        app.add_api_route("/workbench/photo", lambda: FileResponse(options.photo), methods=["GET"])
    script_callbacks.app_started_callback(page, app)
    app.middleware_stack = app.build_middleware_stack()  # Gradio has asked itself something: the old one is in use
    print(f"Running on local URL:  http://127.0.0.1:{options.port}", flush=True)


if __name__ == "__main__":
    main()
