"""Our tab in the host's page: one empty element, in which our JavaScript builds the rest, and the hidden boxes through
which the host and that JavaScript hand one another an Edit. Only this module imports gradio.
"""

from __future__ import annotations

import inspect
from html import escape
from typing import Any

import gradio as gr
from gradio.context import Context

from click_inpaint import __version__

TITLE = "Click Inpaint"
EDIT_BOX = "click_inpaint_edit"
PASTED_BOX = "click_inpaint_pasted"
ROOT = "click_inpaint_root"
TAB = "img2img_click_inpaint_tab"


def edit_box() -> Any:
    """The hidden textbox that carries the Edit along with Generate. The host must not save its value as a default."""
    box = gr.Textbox("", label="Click Inpaint edit", visible=False, elem_id=EDIT_BOX)
    box.do_not_save_to_config = True
    return box


def pasted_box() -> Any:
    """The hidden textbox that takes the Edit of an infotext that the host has read. Our page is told of changes."""
    box = gr.Textbox("", label="Click Inpaint pasted", visible=False, elem_id=PASTED_BOX)
    box.do_not_save_to_config = True
    script = "js" if "js" in inspect.signature(box.change).parameters else "_js"
    tell = 'text => { document.dispatchEvent(new CustomEvent("click-inpaint-pasted", {detail: text})); return []; }'
    box.change(None, [box], [], **{script: tell})
    return box


def unchanged() -> Any:
    """Gradio's value for an output that is to stay as it is."""
    return gr.update()


def append(tabs: Any, token: str) -> None:
    """Append our tab to the group `tabs`. It must come last, since the host counts its own tabs by their position."""
    if any(getattr(child, "elem_id", None) == TAB for child in tabs.children):
        return
    outer = Context.block
    Context.block = tabs
    try:
        with gr.TabItem(TITLE, id="click_inpaint", elem_id=TAB):
            gr.HTML(f'<div id="{ROOT}" data-token="{escape(token)}" data-version="{escape(__version__)}"></div>')
    finally:
        Context.block = outer
