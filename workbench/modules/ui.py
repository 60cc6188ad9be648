"""The page: the host's tabs, element ids and wiring, as far as a picture job needs them. Styles are in page.css."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import gradio as gr

import modules.img2img
from modules import call_queue, script_callbacks, scripts, sd_models, shared, ui_gradio_extensions
from modules.shared import opts, state

NOTE = (
    "This is the <b>workbench</b>, a small stand-in for the Web UI. Its sampler is a stand-in too: it fills the mask "
    "with the colours around it and some grain, and does not read the prompt."
)
_HINT = "\n(Press Ctrl+Enter to generate, Alt+Enter to skip, Esc to interrupt)"
_SIDE_PX = (64, 2048)
_MASK_MODES = ["Inpaint masked", "Inpaint not masked"]
_FILLS = ["fill", "original", "latent noise", "latent nothing"]
_RESIZE_MODES = ["Just resize", "Crop and resize", "Resize and fill", "Just resize (latent upscale)"]

Controls = dict[str, Any]
"""Components by the name of the Generate handler's parameter that they feed."""


def create_ui() -> gr.Blocks:
    """Both tabs as Blocks of their own, so that scripts see the same parents as in the host; then all in one."""
    ui_gradio_extensions.patch_gradio()
    ui_gradio_extensions.reload_javascript()
    script_callbacks.ui_settings_callback()
    tabs = [(_txt2img_tab(), "txt2img", "txt2img"), (_img2img_tab(), "img2img", "img2img")]
    scripts.scripts_current = None
    tabs += [*script_callbacks.ui_tabs_callback(), (_settings_tab(), "Settings", "settings")]
    with gr.Blocks(theme=ui_gradio_extensions.theme(), analytics_enabled=False, title="Workbench") as demo:
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
        return gr.update(choices=[info.title for info in sd_models.checkpoints_list.values()], value=current())

    def current() -> str:
        return str(opts.sd_model_checkpoint)

    def choose(title: str) -> Any:
        if opts.set("sd_model_checkpoint", title):
            opts.save(shared.config_filename)
        return choices()

    with gr.Row(elem_id="quicksettings", variant="compact"):
        titles = [info.title for info in sd_models.checkpoints_list.values()]
        label, elem_id = "Stable Diffusion checkpoint", "setting_sd_model_checkpoint"
        dropdown = gr.Dropdown(titles, value=opts.sd_model_checkpoint, label=label, elem_id=elem_id)
        refresh = gr.Button("🔄", elem_id="refresh_sd_model_checkpoint", elem_classes=["tool"])
    dropdown.input(choose, [dropdown], [dropdown])
    refresh.click(lambda: sd_models.list_models() or choices(), [], [dropdown])
    demo.load(choices, [], [dropdown], queue=False)


def _settings_tab() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False) as interface:
        reload = gr.Button("Reload UI", variant="primary", elem_id="settings_restart_gradio")
        gr.Textbox(value=lambda: json.dumps(opts.values()), elem_id="settings_json", visible=False)
        reload.click(state.request_restart, _js="restart_reload")
    return interface


def _txt2img_tab() -> gr.Blocks:
    runner = scripts.scripts_current = scripts.scripts_txt2img
    runner.initialize_scripts(is_img2img=False)
    with gr.Blocks(analytics_enabled=False) as interface:
        controls = _toprow("txt2img")
        with gr.Row(equal_height=False):
            with gr.Column(variant="compact", elem_id="txt2img_settings"):
                runner.setup_ui_for_section("sampler")
                with gr.Row(elem_id="txt2img_column_size"):
                    controls |= _size("txt2img")
                custom = _common_end("txt2img", controls, runner)
            outputs = _output_panel("txt2img")
        _wire("txt2img", "submit", modules.img2img.txt2img, controls, custom, outputs)
    return interface


def _img2img_tab() -> gr.Blocks:
    runner = scripts.scripts_current = scripts.scripts_img2img
    runner.initialize_scripts(is_img2img=True)
    with gr.Blocks(analytics_enabled=False) as interface:
        controls = _toprow("img2img")
        with gr.Row(equal_height=False):
            with gr.Column(variant="compact", elem_id="img2img_settings"):
                tabs = _mode_tabs(controls)
                controls["resize_mode"] = _choice("Resize mode", "resize_mode", _RESIZE_MODES, 0)
                runner.setup_ui_for_section("image")
                with gr.Group(elem_id="inpaint_controls", visible=False) as inpaint_controls:
                    _inpaint_controls(controls)
                runner.setup_ui_for_section("inpaint")
                runner.setup_ui_for_section("sampler")
                _dimensions(controls)
                custom = _common_end("img2img", controls, runner)
            outputs = _output_panel("img2img")
        for index, tab in enumerate(tabs):  # the host's own tabs only: another leaves the controls as they are
            tab.select(lambda index=index: gr.update(visible=index in (2, 3, 4)), [], [inpaint_controls])
        _wire("img2img", "submit_img2img", modules.img2img.img2img, controls, custom, outputs)
    return interface


def _toprow(tab: str) -> Controls:
    with gr.Row(elem_id=f"{tab}_toprow", variant="compact"):
        with gr.Column(elem_id=f"{tab}_prompt_container", scale=6):
            prompt, negative = (
                gr.Textbox(
                    label=label, elem_id=f"{tab}_{name}", show_label=False, lines=3, placeholder=f"{label}\n{_HINT}"
                )
                for label, name in (("Prompt", "prompt"), ("Negative prompt", "neg_prompt"))
            )
        with gr.Column(scale=1, elem_id=f"{tab}_actions_column"):  # noqa: SIM117
            with gr.Row(elem_id=f"{tab}_generate_box", elem_classes=["generate-box"]):
                interrupt, skip, interrupting, submit = (
                    gr.Button(label, elem_id=f"{tab}_{name}", elem_classes=[f"generate-box-{name}"], variant=variant)
                    for label, name, variant in (
                        ("Interrupt", "interrupt", "secondary"),
                        ("Skip", "skip", "secondary"),
                        ("Interrupting...", "interrupting", "secondary"),
                        ("Generate", "generate", "primary"),
                    )
                )
    skip.click(state.skip)
    interrupt.click(state.interrupt, _js=f"() => showSubmitInterruptingPlaceholder('{tab}')")
    interrupting.click(state.interrupt)
    blank = gr.Label(visible=False)  # the page's JavaScript puts the job's id, and the mode, in its place
    return {"id_task": blank, "mode": blank, "prompt": prompt, "negative_prompt": negative, "submit": submit}


def _mode_tabs(controls: Controls) -> list[Any]:
    """The six tabs. A script may append its own: JavaScript counts the buttons, so that one has mode 6."""

    def picture(parameter: str, elem_id: str, **more: Any) -> None:
        look = {"show_label": False, "source": "upload", "interactive": True, "type": "pil"}
        controls[parameter] = gr.Image(label="Image", elem_id=elem_id, **look, **more)

    with gr.Tabs(elem_id="mode_img2img"):
        gr.Number(value=0, visible=False)  # the host keeps the chosen tab's number here; others read children[0]
        with gr.TabItem("img2img", id="img2img", elem_id="img2img_img2img_tab") as plain:
            picture("init_img", "img2img_image", tool="editor", image_mode="RGBA")
        with gr.TabItem("Sketch", id="img2img_sketch", elem_id="img2img_img2img_sketch_tab") as sketch:
            picture("sketch", "img2img_sketch", tool="color-sketch", image_mode="RGB")
        with gr.TabItem("Inpaint", id="inpaint", elem_id="img2img_inpaint_tab") as inpaint:
            picture("init_img_with_mask", "img2maskimg", tool="sketch", image_mode="RGBA")
        with gr.TabItem("Inpaint sketch", id="inpaint_sketch", elem_id="img2img_inpaint_sketch_tab") as colour:
            picture("inpaint_color_sketch", "inpaint_sketch", tool="color-sketch", image_mode="RGB")
        with gr.TabItem("Inpaint upload", id="inpaint_upload", elem_id="img2img_inpaint_upload_tab") as upload:
            picture("init_img_inpaint", "img_inpaint_base")
            picture("init_mask_inpaint", "img_inpaint_mask", image_mode="RGBA")
        with gr.TabItem("Batch", id="batch", elem_id="img2img_batch_tab") as batch:
            for part in ("input", "output", "inpaint_mask"):
                name = f"img2img_batch_{part}_dir"
                controls[name] = gr.Textbox(label=f"Batch {part.replace('_', ' ')} directory", elem_id=name)
    return [plain, sketch, inpaint, colour, upload, batch]


def _choice(label: str, elem_id: str, choices: list[str], index: int) -> gr.Radio:
    return gr.Radio(choices, label=label, elem_id=elem_id, type="index", value=choices[index])


def _slider(elem_id: str, label: str, low: float, high: float, value: float, step: float = 1, **more: Any) -> gr.Slider:
    return gr.Slider(low, high, value=value, step=step, label=label, elem_id=elem_id, **more)


def _inpaint_controls(controls: Controls) -> None:
    padding = "img2img_inpaint_full_res_padding"
    areas = ["Whole picture", "Only masked"]
    controls |= {
        "mask_blur": _slider("img2img_mask_blur", "Mask blur", 0, 64, 4),
        "mask_alpha": _slider("img2img_mask_alpha", "Mask transparency", 0, 100, 0, visible=False),
        "inpainting_mask_invert": _choice("Mask mode", "img2img_mask_mode", _MASK_MODES, 0),
        "inpainting_fill": _choice("Masked content", "img2img_inpainting_fill", _FILLS, 1),
        "inpaint_full_res": _choice("Inpaint area", "img2img_inpaint_full_res", areas, 0),
        "inpaint_full_res_padding": _slider(padding, "Only masked padding, pixels", 0, 256, 32, 4),
    }


def _size(tab: str) -> Controls:
    return {name: _slider(f"{tab}_{name}", name.capitalize(), *_SIDE_PX, 512, 8) for name in ("width", "height")}


def _dimensions(controls: Controls) -> None:
    """ "Resize to" and "Resize by"; which of the two is chosen goes along as `selected_scale_tab`."""
    controls["selected_scale_tab"] = chosen = gr.Number(value=0, visible=False)
    with gr.Tabs(elem_id="img2img_tabs_resize"):
        with gr.Tab(label="Resize to", id="to", elem_id="img2img_tab_resize_to") as to:
            controls |= _size("img2img")
        with gr.Tab(label="Resize by", id="by", elem_id="img2img_tab_resize_by") as by:
            controls["scale_by"] = _slider("img2img_scale", "Scale", 0.05, 4, 1, 0.05)
    to.select(lambda: 0, [], [chosen])
    by.select(lambda: 1, [], [chosen])


def _common_end(tab: str, controls: Controls, runner: Any) -> list[Any]:
    """Guidance, seed, batch, and the scripts; returns the components that come as `*args`."""
    controls["cfg_scale"] = _slider(f"{tab}_cfg_scale", "CFG Scale", 1, 30, 7, 0.5)
    if tab == "img2img":
        controls["denoising_strength"] = _slider("img2img_denoising_strength", "Denoising strength", 0, 1, 0.75, 0.01)
    runner.setup_ui_for_section("seed")
    with gr.Row(elem_id=f"{tab}_column_batch"):
        controls["n_iter"] = _slider(f"{tab}_batch_count", "Batch count", 1, 100, 1)
        controls["batch_size"] = _slider(f"{tab}_batch_size", "Batch size", 1, 8, 1)
    with gr.Group(elem_id=f"{tab}_script_container"):
        return list(runner.setup_ui())


def _output_panel(tab: str) -> list[Any]:
    with gr.Column(elem_id=f"{tab}_results", variant="panel"):
        with gr.Group(elem_id=f"{tab}_gallery_container"):
            gallery = gr.Gallery(label="Output", show_label=False, elem_id=f"{tab}_gallery", columns=4, preview=True)
        info = gr.HTML(elem_id=f"html_info_{tab}", elem_classes=["infotext"])
        log = gr.HTML(elem_id=f"html_log_{tab}", elem_classes=["html-log"])
        return [gallery, gr.Textbox(visible=False, elem_id=f"generation_info_{tab}"), info, log]


def _wire(
    tab: str, script: str, handler: Callable[..., Any], controls: Controls, custom: list[Any], outputs: list[Any]
) -> None:
    """Generate. What the handler asks for and this page does not have is None."""
    nothing = gr.State(None)
    names = [name for name in inspect.signature(handler).parameters if name not in ("request", "args")]
    event = {
        "fn": call_queue.wrap_gradio_gpu_call(handler, extra_outputs=[None, "", ""]),
        "_js": script,
        "inputs": [controls.get(name, nothing) for name in names] + custom,
        "outputs": outputs,
        "show_progress": False,
    }
    controls["prompt"].submit(**event)
    controls["submit"].click(**event)
