"""What the host changes in Gradio: callbacks around every component, its own head, saved files in the gallery."""

import functools
import html
import json
import re
from pathlib import Path
from typing import Any

import gradio as gr

from modules import extensions, script_callbacks, shared
from modules.paths_internal import data_path, script_path

_FOREIGN = re.compile(r'<link\s+rel="preconnect"[^>]*>|<script\s+src="https://[^>]*></script>')


def _original(owner: Any, name: str) -> Any:
    """The attribute as Gradio has it, however often a host in this process has wrapped it."""
    return getattr(getattr(owner, name), "workbench_original", getattr(owner, name))


def _with_callbacks(init: Any) -> Any:
    """Component or layout block alike: on_before_component, Gradio's own, a class `gradio-NAME`, on_after_component."""

    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("tooltip", None)
        script_callbacks.before_component_callback(self, **kwargs)
        init(self, *args, **kwargs)
        self.elem_classes = [f"gradio-{self.get_block_name()}", *(self.elem_classes or [])]
        script_callbacks.after_component_callback(self, **kwargs)

    wrapped.workbench_original = init  # type: ignore[attr-defined]
    return wrapped


def _picture_file(self: Any, image: Any, dir: str, format: str = "png") -> str:
    """The gallery shows the file that was saved, with its time behind a question mark; else a PNG with its infotext."""
    saved = getattr(image, "already_saved_as", None)
    if not saved or not Path(saved).is_file():
        return str(_original(gr.components.IOComponent, "pil_to_temp_file")(self, image, dir, format))
    shown = f"{saved}?{Path(saved).stat().st_mtime}"
    shared.demo.temp_file_sets[0] = shared.demo.temp_file_sets[0] | {saved, shown}
    return shown


def patch_gradio() -> None:
    for owner in (gr.components.IOComponent, gr.blocks.BlockContext):
        owner.__init__ = _with_callbacks(_original(owner, "__init__"))
    _picture_file.workbench_original = _original(gr.components.IOComponent, "pil_to_temp_file")  # type: ignore[attr-defined]
    gr.components.IOComponent.pil_to_temp_file = _picture_file


def _localization() -> dict[str, str]:
    """The sentences of `localizations/NAME.json` of all extensions, NAME being the option's value."""
    words: dict[str, str] = {}
    for extension in extensions.active():
        file = Path(extension.path, "localizations", f"{shared.opts.localization}.json")
        if file.is_file():
            words |= json.loads(file.read_text(encoding="utf8"))
    return words


def _head() -> tuple[str, str]:
    """(for the end of <head>, for the end of <body>): scripts in the host's order, each with its time; style sheets."""

    def address(file: str | Path) -> str:
        return html.escape(f"file={file}?{Path(file).stat().st_mtime}")

    def files(folder: str, suffix: str) -> list[str]:
        return [file for extension in extensions.active() for file in extension.list_files(folder, suffix)]

    scripts = [f"<script>window.localization = {json.dumps(_localization())}</script>"]
    if shared.cmd_opts.photo:
        scripts.append("<script>window.workbenchPhoto = true</script>")
    plain = [str(Path(script_path, "page.js")), *files("javascript", ".js")]
    scripts += [f'<script src="{address(file)}"></script>' for file in plain]
    scripts += [f'<script type="module" src="{address(file)}"></script>' for file in files("javascript", ".mjs")]
    sheets = [Path(extension.path, "style.css") for extension in extensions.active()]
    sheets = [Path(script_path, "page.css"), *(sheet for sheet in sheets if sheet.is_file())]
    return "\n".join(scripts), "\n".join(f'<link rel="stylesheet" href="{address(sheet)}">' for sheet in sheets)


def reload_javascript() -> None:
    """Put scripts and styles of now into every page from now on, and take out what Gradio asks other machines for."""
    head, tail = _head()
    original = _original(gr.routes.templates, "TemplateResponse")

    def respond(*args: Any, **kwargs: Any) -> Any:
        response = original(*args, **kwargs)
        page = response.body.decode().replace("</head>", f"{head}</head>").replace("</body>", f"{tail}</body>")
        response.body = _FOREIGN.sub("", page).encode()
        response.init_headers()
        return response

    respond.workbench_original = original  # type: ignore[attr-defined]
    gr.routes.templates.TemplateResponse = respond


def theme() -> Any:
    """Gradio's default with fonts that the machine has: named as plain strings, nothing is fetched for them."""
    return gr.themes.Default(font=["ui-sans-serif", "system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def allowed_paths() -> list[str]:
    return [script_path, data_path, *(extension.path for extension in extensions.active())]
