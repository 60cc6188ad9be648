"""The page: the host's tabs, element ids and wiring, as far as a picture job needs them. Styles are in page.css."""

import inspect
import mimetypes
from typing import Any

import gradio as gr

import modules.img2img
from modules import call_queue, script_callbacks, scripts, sd_models, shared
from modules.gradio_extensions import JS, LOSSLESS, NEW, UPLOAD, patch
from modules.infotext_utils import parse_generation_parameters
from modules.shared import opts, state

NOTE = """This is the <b>workbench</b>, a small stand-in for the Web UI. Its sampler is a stand-in too:
it fills the mask with the colours around it and some grain, whatever the prompt says."""
_HINT = "(Press Ctrl+Enter to generate, Esc to interrupt)"
_FONTS = {"font": ["ui-sans-serif", "system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}

for _suffix in (".js", ".mjs"):  # as in the host: Windows may know other types, and browsers then run nothing
    mimetypes.add_type("application/javascript", _suffix)

Controls = dict[str, Any]
"""Components by the name of the Generate handler's parameter that they feed."""
paste_fields: dict[str, list[Any]] = {}  # by tab: a component, and its key in an infotext or a function of it


def create_ui() -> gr.Blocks:
    patch()
    script_callbacks.ui_settings_callback()
    handlers = modules.img2img  # looked up now: extensions have wrapped them in before_ui
    txt2img = _tab("txt2img", scripts.scripts_txt2img, handlers.txt2img)
    img2img = _tab("img2img", scripts.scripts_img2img, handlers.img2img)
    with gr.Blocks(analytics_enabled=False) as settings:
        reload = gr.Button("Reload UI", variant="primary", elem_id="settings_restart_gradio")
        reload.click(state.request_restart, **{JS: "restart_reload"})
    tabs = [(txt2img, "txt2img", "txt2img"), (img2img, "img2img", "img2img"), (settings, "Settings", "settings")]
    tabs.insert(2, (_png_info(), "PNG Info", "pnginfo"))
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

    def choose(title: str) -> Any:
        if opts.set("sd_model_checkpoint", title):
            opts.save(shared.config_filename)
        return opts.sd_model_checkpoint

    titles = [info.title for info in sd_models.checkpoints_list.values()]
    dropdown = gr.Dropdown(titles, label="Stable Diffusion checkpoint", elem_id="setting_sd_model_checkpoint")
    dropdown.input(choose, [dropdown], [dropdown])
    demo.load(lambda: opts.sd_model_checkpoint, [], [dropdown], queue=False)


def _tab(tab: str, runner: Any, handler: Any) -> gr.Blocks:
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
            outputs = _results(tab)
        names = [name for name in inspect.signature(handler).parameters if name not in ("request", "args")]
        inputs = [controls[name] for name in names] + custom
        queued = call_queue.wrap_gradio_gpu_call(handler, extra_outputs=[None, "", ""])
        # With Gradio 3 the page counts the tabs of img2img; Forge sends the number that it keeps on the server.
        script = {JS: "submit_img2img" if tab == "img2img" and not NEW else f"(...values) => submit('{tab}', values)"}
        keys = {"prompt": "Prompt", "negative_prompt": "Negative prompt", "width": "Size-1", "height": "Size-2"}
        paste_fields[tab] = [*((controls[name], key) for name, key in keys.items()), *runner.infotext_fields]
        _connect_paste(controls["paste"], paste_fields[tab], controls["prompt"])
        for press in (controls["prompt"].submit, controls["submit"].click):
            press(queued, inputs, outputs, **script, show_progress="hidden")
    return interface


def _connect_paste(button: Any, fields: list[Any], source: Any) -> None:
    """A press puts what the infotext in `source` says into `fields`: (component, its key or a function)."""

    def paste(text: str) -> list[Any]:
        params = parse_generation_parameters(text)
        found = [(field, key(params) if callable(key) else params.get(key)) for field, key in fields]
        return [type(field.value or value)(value) if value else gr.update() for field, value in found]

    button.click(paste, [source], [field for field, _ in fields], show_progress="hidden")


def _png_info() -> gr.Blocks:
    """The infotext of a picture, and a button that fills the tab img2img with it (the picture stays here)."""
    with gr.Blocks(analytics_enabled=False) as interface:
        image = gr.Image(label="Source", elem_id="pnginfo_image", type="pil", **UPLOAD)
        said, shown = gr.Textbox(visible=False, elem_id="pnginfo_generation_info"), gr.HTML()
        button = gr.Button("Send to img2img", elem_id="img2img_tab")
        image.change(lambda image: [image.info.get("parameters", "") if image else ""] * 2, [image], [said, shown])
        _connect_paste(button, paste_fields["img2img"], said)
        button.click(None, [], [], **{JS: "switch_to_img2img"})
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
                interrupt, submit = button("interrupt", "Interrupt"), button("generate", "Generate", "primary")
                paste = gr.Button("↙️", elem_id="paste", elem_classes=["tool"])
    interrupt.click(state.interrupt)
    blank = gr.Textbox(visible=False)  # the page's JavaScript puts the job's id in its place
    return {"id_task": blank, "prompt": prompt, "negative_prompt": negative, "submit": submit, "paste": paste}


def _results(tab: str) -> list[Any]:
    """The handler's four outputs."""
    with gr.Column(elem_id=f"{tab}_results", variant="panel"):
        with gr.Group(elem_id=f"{tab}_gallery_container"):
            gallery = gr.Gallery(show_label=False, elem_id=f"{tab}_gallery", columns=4, preview=True, **LOSSLESS)
        with gr.Row(elem_id=f"image_buttons_{tab}", elem_classes=["image-buttons"]):
            for icon, target in (("🖼️", "img2img"), ("🎨️", "inpaint"), ("📐", "extras")):  # they are in the way only
                gr.Button(icon, elem_id=f"{tab}_send_to_{target}", elem_classes=["tool"])
        info = gr.Textbox(visible=False, elem_id=f"generation_info_{tab}")
        text = gr.HTML(elem_id=f"html_info_{tab}", elem_classes=["infotext"])
        return [gallery, info, text, gr.HTML(elem_id=f"html_log_{tab}", elem_classes=["html-log"])]


def _picture(controls: Controls) -> None:
    """The six tabs and what belongs to them, none to draw in. A script's own tab is the seventh: mode 6, where counted.
    The host keeps the number of the tab that was chosen last of its own in the first child.
    """

    def picture(parameter: str, elem_id: str, mode: str) -> None:
        look = {"show_label": False, "interactive": True, "type": "pil", **UPLOAD}
        controls[parameter] = gr.Image(label="Image", elem_id=elem_id, image_mode=mode, **look)

    tabs = []
    with gr.Tabs(elem_id="mode_img2img"):
        controls["mode"] = gr.Number(value=0, visible=False, precision=0)
        for label, name, parameter, elem_id, mode in (
            ("img2img", "img2img", "init_img", "img2img_image", "RGBA"),
            ("Sketch", "img2img_sketch", "sketch", "img2img_sketch", "RGB"),
            ("Inpaint", "inpaint", "init_img_with_mask", "img2maskimg", "RGBA"),
            ("Inpaint sketch", "inpaint_sketch", "inpaint_color_sketch", "inpaint_sketch", "RGB"),
            ("Inpaint upload", "inpaint_upload", "init_img_inpaint", "img_inpaint_base", "RGB"),
            ("Batch", "batch", "", "img2img_batch_input_dir", ""),
        ):
            with gr.TabItem(label, id=name, elem_id=f"img2img_{name}_tab") as tab:
                tabs.append(tab)
                if name == "batch":
                    gr.Textbox(label="Input directory", elem_id=elem_id)
                    continue
                picture(parameter, elem_id, mode)
                if name == "inpaint_upload":
                    picture("init_mask_inpaint", "img_inpaint_mask", "RGBA")

    with gr.Group(elem_id="inpaint_controls", visible=False) as group:
        controls["mask_blur"] = _slider("img2img_mask_blur", "Mask blur", 0, 64, 4)
    for index, tab in enumerate(tabs):  # the host's own: another leaves the group as it is
        shown = gr.update(visible=index in (2, 3, 4))
        tab.select(lambda index=index, shown=shown: (index, shown), [], [controls["mode"], group])


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
