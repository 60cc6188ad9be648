"""The extension's entry: wires the tab, the script hooks and the routes to the library; nothing else.

The host keeps this extension's folder on sys.path while it loads this file, which is all that the package needs.
"""

import secrets
from contextlib import ExitStack
from typing import Any

from modules import script_callbacks, scripts

from click_inpaint import api, tab, weights
from click_inpaint.download.downloads import Downloads
from click_inpaint.embeddings import Embeddings
from click_inpaint.host import (
    auth,
    downloads,
    erasing,
    img2img,
    infotext,
    memory,
    page,
    paths,
    queue,
    selectable,
    settings,
)
from click_inpaint.host.hooks import Hooks
from click_inpaint.host.status import status
from click_inpaint.pipeline import Pipeline
from click_inpaint.segment.registry import Registry
from click_inpaint.service import Service
from click_inpaint.store import Store

store = Store(settings.store_bytes(), max_megapixels=settings.max_megapixels)
idle = memory.IdleTimer(lambda: embeddings.release(everything=True), settings.idle_minutes)
embeddings: Embeddings = Embeddings(store, settings.embedding_bytes(), on_use=idle.restart)
pipeline = Pipeline(store, Registry(paths.weight_folders(), memory.encoder_device), embeddings)
service = Service(pipeline, queue.on_device, erasing.save)
hooks = Hooks(pipeline, settings.request_limits)
token = secrets.token_urlsafe(24)
at_unload = ExitStack()
"""What ends when the host unloads this script, the latest first. Where one of them fails, the others still end."""


class ClickInpaint(scripts.Script):
    """One hidden argument, the Edit; everything else is in click_inpaint.host.hooks."""

    def title(self) -> str:
        return tab.TITLE

    def show(self, is_img2img: bool) -> Any:
        return scripts.AlwaysVisible if is_img2img else False

    def ui(self, is_img2img: bool) -> list[Any]:
        self.infotext_fields = [(tab.pasted_box(), infotext.pasted)]
        return [tab.edit_box()]

    def setup(self, p: Any, edit: Any) -> None:
        hooks.setup(p, edit)

    def before_process(self, p: Any, edit: Any) -> None:
        hooks.before_process(p, edit)

    def before_process_batch(self, p: Any, edit: Any, **kwargs: Any) -> None:
        hooks.before_process_batch(p, kwargs.get("batch_number", 0))

    def postprocess_image(self, p: Any, pp: Any, edit: Any) -> None:
        hooks.postprocess_image(p, pp)

    def postprocess_maskoverlay(self, p: Any, ppmo: Any, edit: Any) -> None:
        hooks.postprocess_maskoverlay(p, ppmo)

    def postprocess_image_after_composite(self, p: Any, pp: Any, edit: Any) -> None:
        hooks.postprocess_image_after_composite(p, pp)

    def postprocess(self, p: Any, processed: Any, edit: Any) -> None:
        hooks.postprocess(p, processed)


def add_tab(component: Any, **kwargs: Any) -> None:
    tabs = page.tabs_of(component, kwargs.get("elem_id"))
    if tabs is not None:
        tab.append(tabs, token)


def add_routes(demo: Any, app: Any) -> None:
    access = api.Access(auth.gradio_user(app), auth.Gate(app, token).allowed, lambda: auth.site(app))
    weights.DIGESTS.keep_in(paths.hashes())
    known = Downloads(downloads.downloadable())
    at_unload.callback(known.close)
    files = api.WeightFiles(lambda: downloads.told(known), known)
    modules = paths.EXTENSION / "javascript" / "click_inpaint"
    api.register(app, service, access, lambda: status(service), files, modules, settings.request_limits)


def wrap_handlers() -> None:
    try:
        selectable.wrap()
    finally:
        img2img.wrap(tab.TITLE, hooks.check, tab.unchanged)


for end in (img2img.unwrap, selectable.unwrap, service.close, idle.close):
    at_unload.callback(end)

# Each event is asked for once: A1111 searches all loaded modules for the caller, which takes it 40–80 ms every time.
script_callbacks.on_before_ui(wrap_handlers)
script_callbacks.on_after_component(add_tab)
script_callbacks.on_app_started(add_routes)
script_callbacks.on_before_image_saved(hooks.before_image_saved)
script_callbacks.on_ui_settings(settings.register)
script_callbacks.on_script_unloaded(at_unload.close)
