"""The page: the host's tabs, element ids and wiring, as far as a picture job needs them. Styles are in page.css."""

import functools
import html
import inspect
import json
import re
from pathlib import Path
from typing import Any

import gradio as gr

import modules.img2img
from modules import call_queue, script_callbacks, scripts, sd_models, shared
from modules.paths_internal import script_path
from modules.shared import opts, state

NOTE = """This is the <b>workbench</b>, a small stand-in for the Web UI. Its sampler is a stand-in too:
it fills the mask with the colours around it and some grain, and does not read the prompt."""
_FOREIGN = re.compile(r'<link\s+rel="preconnect"[^>]*>|<script\s+src="https://[^>]*></script>')
_HINT = "(Press Ctrl+Enter to generate, Alt+Enter to skip, Esc to interrupt)"
_FONTS = {"font": ["ui-sans-serif", "system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}

Controls = dict[str, Any]
"""Components by the name of the Generate handler's parameter that they feed."""


def create_ui() -> gr.Blocks:
    _patch_gradio()
    script_callbacks.ui_settings_callback()
    handlers = modules.img2img  # looked up now: extensions have wrapped them in before_ui
    txt2img = _tab("txt2img", scripts.scripts_txt2img, handlers.txt2img, "submit")
    img2img = _tab("img2img", scripts.scripts_img2img, handlers.img2img, "submit_img2img")
    with gr.Blocks(analytics_enabled=False) as settings:
        reload = gr.Button("Reload UI", variant="primary", elem_id="settings_restart_gradio")
        gr.Textbox(value=lambda: json.dumps(opts.values()), elem_id="settings_json", visible=False)
        reload.click(lambda: state.interrupt() or state.restart.set(), _js="restart_reload")
    tabs = [(txt2img, "txt2img", "txt2img"), (img2img, "img2img", "img2img"), (settings, "Settings", "settings")]
    with gr.Blocks(theme=gr.themes.Default(**_FONTS), analytics_enabled=False, title="Workbench") as demo:
        _checkpoint_row(demo)
        with gr.Tabs(elem_id="tabs"):
            for interface, label, name in tabs:
                with gr.TabItem(label, id=name, elem_id=f"tab_{name}"):
                    interface.render()
        gr.HTML(NOTE, elem_id="footer")
    return demo


def _checkpoint_row(demo: gr.Blocks) -> None:
    """The quick setting, which is also right after a page reload; choosing one loads it, in the queue."""

    def choices() -> Any:
        titles = [info.title for info in sd_models.checkpoints_list.values()]
        return gr.update(choices=titles, value=opts.sd_model_checkpoint)

    def choose(title: str) -> Any:
        if opts.set("sd_model_checkpoint", title):
            opts.save(shared.config_filename)
        return choices()

    dropdown = gr.Dropdown([], label="Stable Diffusion checkpoint", elem_id="setting_sd_model_checkpoint")
    dropdown.input(choose, [dropdown], [dropdown])
    demo.load(choices, [], [dropdown], queue=False)


def _tab(tab: str, runner: Any, handler: Any, script: str) -> gr.Blocks:
    """A Blocks of its own, so that scripts see the same parents as in the host while it is built."""
    runner.initialize_scripts(is_img2img=tab == "img2img")
    with gr.Blocks(analytics_enabled=False) as interface:
        controls = _toprow(tab)
        with gr.Row(equal_height=False):
            with gr.Column(variant="compact", elem_id=f"{tab}_settings"):
                if tab == "img2img":
                    _picture(controls)
                for section in ("image", "inpaint", "sampler"):
                    runner.setup_ui_for_section(section)
                _dimensions(tab, controls)
                controls["cfg_scale"] = _slider(f"{tab}_cfg_scale", "CFG Scale", 1, 30, 7, 0.5)
                controls["n_iter"] = _slider(f"{tab}_batch_count", "Batch count", 1, 100, 1)
                controls["batch_size"] = _slider(f"{tab}_batch_size", "Batch size", 1, 8, 1)
                with gr.Group(elem_id=f"{tab}_script_container"):
                    custom = runner.setup_ui()
            with gr.Column(elem_id=f"{tab}_results", variant="panel"):
                with gr.Group(elem_id=f"{tab}_gallery_container"):
                    outputs = [gr.Gallery(show_label=False, elem_id=f"{tab}_gallery", columns=4, preview=True)]
                outputs.append(gr.Textbox(visible=False, elem_id=f"generation_info_{tab}"))
                outputs.append(gr.HTML(elem_id=f"html_info_{tab}", elem_classes=["infotext"]))
                outputs.append(gr.HTML(elem_id=f"html_log_{tab}", elem_classes=["html-log"]))
        names = [name for name in inspect.signature(handler).parameters if name not in ("request", "args")]
        inputs = [controls[name] for name in names] + custom
        queued = call_queue.wrap_gradio_gpu_call(handler, extra_outputs=[None, "", ""])
        for press in (controls["prompt"].submit, controls["submit"].click):
            press(queued, inputs, outputs, _js=script, show_progress=False)
    return interface


def _toprow(tab: str) -> Controls:
    def text(name: str, label: str) -> gr.Textbox:
        return gr.Textbox(label=label, elem_id=f"{tab}_{name}", show_label=False, lines=3, placeholder=label + _HINT)

    def button(name: str, label: str, variant: str = "secondary") -> gr.Button:
        return gr.Button(label, elem_id=f"{tab}_{name}", elem_classes=[f"generate-box-{name}"], variant=variant)

    with gr.Row(elem_id=f"{tab}_toprow", variant="compact"):
        with gr.Column(elem_id=f"{tab}_prompt_container", scale=6):
            prompt, negative = text("prompt", "Prompt "), text("neg_prompt", "Negative prompt ")
        with gr.Column(scale=1, elem_id=f"{tab}_actions_column"):  # noqa: SIM117
            with gr.Row(elem_id=f"{tab}_generate_box", elem_classes=["generate-box"]):
                interrupt, skip = button("interrupt", "Interrupt"), button("skip", "Skip")
                interrupting = button("interrupting", "Interrupting...")
                submit = button("generate", "Generate", "primary")
    skip.click(state.skip)
    interrupt.click(state.interrupt, _js=f"() => showSubmitInterruptingPlaceholder('{tab}')")
    interrupting.click(state.interrupt)
    blank = gr.Label(visible=False)  # the page's JavaScript puts the job's id, and the mode, in its place
    return {"id_task": blank, "mode": blank, "prompt": prompt, "negative_prompt": negative, "submit": submit}


def _picture(controls: Controls) -> None:
    """The six tabs and what belongs to them. A script may append a tab: JavaScript counts, so that one has mode 6."""

    def picture(parameter: str, elem_id: str, **more: Any) -> None:
        look = {"show_label": False, "source": "upload", "interactive": True, "type": "pil"}
        controls[parameter] = gr.Image(label="Image", elem_id=elem_id, **look, **more)

    tabs = []
    with gr.Tabs(elem_id="mode_img2img"):
        gr.Number(value=0, visible=False)  # the host keeps the chosen tab's number here; others read children[0]
        for label, name, parameter, elem_id, tool, mode in (
            ("img2img", "img2img", "init_img", "img2img_image", "editor", "RGBA"),
            ("Sketch", "img2img_sketch", "sketch", "img2img_sketch", "color-sketch", "RGB"),
            ("Inpaint", "inpaint", "init_img_with_mask", "img2maskimg", "sketch", "RGBA"),
            ("Inpaint sketch", "inpaint_sketch", "inpaint_color_sketch", "inpaint_sketch", "color-sketch", "RGB"),
            ("Inpaint upload", "inpaint_upload", "init_img_inpaint", "img_inpaint_base", "editor", "RGB"),
            ("Batch", "batch", "", "img2img_batch_input_dir", "", ""),
        ):
            with gr.TabItem(label, id=name, elem_id=f"img2img_{name}_tab") as tab:
                tabs.append(tab)
                if name == "batch":
                    gr.Textbox(label="Input directory", elem_id=elem_id)
                    continue
                picture(parameter, elem_id, tool=tool, image_mode=mode)
                if name == "inpaint_upload":
                    picture("init_mask_inpaint", "img_inpaint_mask", image_mode="RGBA")

    def choice(label: str, elem_id: str, *choices: str) -> gr.Radio:
        return gr.Radio(list(choices), label=label, elem_id=elem_id, type="index", value=choices[0])

    modes = ("Just resize", "Crop and resize", "Resize and fill")
    controls["resize_mode"] = choice("Resize mode", "resize_mode", *modes)
    with gr.Group(elem_id="inpaint_controls", visible=False) as group:
        controls["mask_blur"] = _slider("img2img_mask_blur", "Mask blur", 0, 64, 4)
        modes = ("Inpaint masked", "Inpaint not masked")
        controls["inpainting_mask_invert"] = choice("Mask mode", "img2img_mask_mode", *modes)
    for index, tab in enumerate(tabs):  # the host's own: another leaves the group as it is
        tab.select(lambda index=index: gr.update(visible=index in (2, 3, 4)), [], [group])


def _slider(elem_id: str, label: str, low: float, high: float, value: float, step: float = 1) -> gr.Slider:
    return gr.Slider(low, high, value=value, step=step, label=label, elem_id=elem_id)


def _dimensions(tab: str, controls: Controls) -> None:
    """Width and height; in img2img as "Resize to" beside "Resize by": the choice goes along as `selected_scale_tab`."""

    def size() -> None:
        for name in ("width", "height"):
            controls[name] = _slider(f"{tab}_{name}", name.capitalize(), 64, 2048, 512, 8)

    if tab == "txt2img":
        return size()
    controls["selected_scale_tab"] = chosen = gr.Number(value=0, visible=False)
    with gr.Tabs(elem_id="img2img_tabs_resize"):
        with gr.Tab(label="Resize to", id="to", elem_id="img2img_tab_resize_to") as to:
            size()
        with gr.Tab(label="Resize by", id="by", elem_id="img2img_tab_resize_by") as by:
            controls["scale_by"] = _slider("img2img_scale", "Scale", 0.05, 4, 1, 0.05)
    to.select(lambda: 0, [], [chosen])
    by.select(lambda: 1, [], [chosen])
    name = "denoising_strength"
    controls[name] = _slider(f"img2img_{name}", "Denoising strength", 0, 1, 0.75, 0.01)


def _patch_gradio() -> None:
    """Wrap Gradio's own, however often a host in this process has done so before."""
    for owner in (gr.components.IOComponent, gr.blocks.BlockContext):
        owner.__init__ = _with_callbacks(getattr(owner.__init__, "original", owner.__init__))
    respond = gr.routes.templates.TemplateResponse
    gr.routes.templates.TemplateResponse = _with_head(getattr(respond, "original", respond), *_head())


def _with_callbacks(init: Any) -> Any:
    """Component or layout block alike: on_before_component, Gradio's own, a class `gradio-NAME`, on_after_component."""

    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("tooltip", None)
        script_callbacks.before_component_callback(self, **kwargs)
        init(self, *args, **kwargs)
        self.elem_classes = [f"gradio-{self.get_block_name()}", *(self.elem_classes or [])]
        script_callbacks.after_component_callback(self, **kwargs)

    wrapped.original = init  # type: ignore[attr-defined]
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
