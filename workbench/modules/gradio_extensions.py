"""What hosts change in Gradio, 3.41.2 (as in A1111) and 4.40.0 (as in Forge), and what these two spell differently."""

import functools
import html
import json
import re
from pathlib import Path
from typing import Any

import gradio as gr

from modules import script_callbacks, scripts, shared
from modules.paths_internal import script_path

NEW = hasattr(gr, "ImageEditor")
JS = "js" if NEW else "_js"
UPLOAD: dict[str, Any] = {"sources": ["upload"]} if NEW else {"source": "upload"}
LOSSLESS = {"format": "png"} if NEW else {}
_FOREIGN = re.compile(r'<link\s+rel="preconnect"[^>]*>|<script\s+src="https://[^>]*></script>')


def patch() -> None:
    """Wrap Gradio's own, however often a host in this process has done so before."""
    for owner in (gr.components.Component if NEW else gr.components.IOComponent, gr.blocks.BlockContext):
        owner.__init__ = _with_callbacks(getattr(owner.__init__, "original", owner.__init__))
    owner, name = (gr.processing_utils, "save_pil_to_cache") if NEW else (gr.components.IOComponent, "pil_to_temp_file")
    save = getattr(owner, name)
    setattr(owner, name, _with_saved(getattr(save, "original", save)))
    respond = gr.routes.templates.TemplateResponse
    gr.routes.templates.TemplateResponse = _with_head(getattr(respond, "original", respond), *_head())


def _with_callbacks(init: Any) -> Any:
    """Component or layout block alike: Gradio's own, a class `gradio-NAME`, on_after_component."""

    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.elem_classes = [f"gradio-{self.get_block_name()}", *(self.elem_classes or [])]
        script_callbacks.after_component_callback(self, **kwargs)

    wrapped.original = init  # type: ignore[attr-defined]
    return wrapped


def _with_saved(original: Any) -> Any:
    """A picture that the host has saved is shown from its file, in whatever format."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        saved = getattr(kwargs.get("img", args[0] if NEW else args[1]), "already_saved_as", "")
        return saved if Path(saved).is_file() else original(*args, **kwargs)

    wrapped.original = original  # type: ignore[attr-defined]
    return wrapped


def _with_head(original: Any, head: str, tail: str) -> Any:
    """The page with our scripts and styles, and without what Gradio asks other machines for."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        response = original(*args, **kwargs)
        page = response.body.decode().replace("</head>", f"{head}</head>").replace("</body>", f"{tail}</body>")
        response.body = _FOREIGN.sub("", page).encode()
        response.init_headers()
        return response

    wrapped.original = original  # type: ignore[attr-defined]
    return wrapped


def _head() -> tuple[str, str]:
    """(for the end of <head>, for the end of <body>): scripts in the host's order, each with its time; style sheets."""

    def address(file: str) -> str:
        return html.escape(f"file={file}?{Path(file).stat().st_mtime}")

    words: dict[str, str] = {}
    for _, file in scripts.list_files("localizations", f"{shared.opts.localization}.json"):
        words |= json.loads(Path(file).read_text(encoding="utf8"))
    tags = [f"<script>window.localization = {json.dumps(words)}</script>"]
    if shared.cmd_opts.photo:
        tags.append("<script>window.workbenchPhoto = true</script>")
    plain = [str(Path(script_path, "page.js")), *(file for _, file in scripts.list_files("javascript", "*.js"))]
    tags += [f'<script src="{address(file)}"></script>' for file in plain]
    parts = scripts.list_files("javascript", "*.mjs")
    tags += [f'<script type="module" src="{address(file)}"></script>' for _, file in parts]
    sheets = [str(Path(script_path, "page.css")), *(file for _, file in scripts.list_files("", "style.css"))]
    return "\n".join(tags), "\n".join(f'<link rel="stylesheet" href="{address(sheet)}">' for sheet in sheets)
