"""The Generate handlers of both tabs: the host's parameter names and img2img modes, and the result's four parts."""

import html
from contextlib import closing
from typing import Any

import gradio as gr

from modules import images, processing, scripts
from modules.shared import opts

_HANDED_ON = (
    "prompt negative_prompt batch_size n_iter cfg_scale mask_blur inpainting_fill resize_mode denoising_strength "
    "inpaint_full_res inpaint_full_res_padding inpainting_mask_invert"
)


# fmt: off
def img2img(
    id_task: str, request: gr.Request, mode: int, prompt: str, negative_prompt: str, prompt_styles: Any, init_img: Any,
    sketch: Any, init_img_with_mask: Any, inpaint_color_sketch: Any, inpaint_color_sketch_orig: Any,
    init_img_inpaint: Any, init_mask_inpaint: Any, mask_blur: int, mask_alpha: float, inpainting_fill: int,
    n_iter: int, batch_size: int, cfg_scale: float, image_cfg_scale: float, denoising_strength: float,
    selected_scale_tab: int, height: int, width: int, scale_by: float, resize_mode: int, inpaint_full_res: bool,
    inpaint_full_res_padding: int, inpainting_mask_invert: int, img2img_batch_input_dir: str,
    img2img_batch_output_dir: str, img2img_batch_inpaint_mask_dir: str, override_settings_texts: Any,
    img2img_batch_use_png_info: bool, img2img_batch_png_info_props: Any, img2img_batch_png_info_dir: str,
    img2img_batch_source_type: str, img2img_batch_upload: Any, *args: Any,
) -> tuple[list[Any], str, str, str]:
    # fmt: on
    """mode 0 img2img, 1 sketch, 2 inpaint, 4 inpaint upload; 3 and 5 are not here; any other has no picture.

    With "Resize by" selected (tab 1) a picture is asserted before any hook of a script runs.
    """
    given = dict(locals())
    if mode in (3, 5):
        raise NotImplementedError("The workbench has neither inpaint sketch nor batch.")
    image = {0: init_img, 1: sketch, 2: (init_img_with_mask or {}).get("image"), 4: init_img_inpaint}.get(mode)
    mask = {2: (init_img_with_mask or {}).get("mask"), 4: init_mask_inpaint}.get(mode)
    if selected_scale_tab == 1:
        assert image, "Can't scale by because no image is selected"
        width, height = int(image.width * scale_by), int(image.height * scale_by)
    p = processing.StableDiffusionProcessingImg2Img(
        width=width,
        height=height,
        init_images=[image],
        mask=images.create_binary_mask(mask) if mode == 2 else mask,
        **{name: given[name] for name in _HANDED_ON.split()},
    )
    return _run(p, "img2img", scripts.scripts_img2img, args)


# fmt: off
def txt2img(
    id_task: str, request: gr.Request, prompt: str, negative_prompt: str, prompt_styles: Any, n_iter: int,
    batch_size: int, cfg_scale: float, height: int, width: int, override_settings_texts: Any, *args: Any,
) -> tuple[list[Any], str, str, str]:
    # fmt: on
    """Without the host's high-resolution pass."""
    p = processing.StableDiffusionProcessingTxt2Img(
        prompt=prompt, negative_prompt=negative_prompt, n_iter=n_iter, batch_size=batch_size, cfg_scale=cfg_scale,
        width=width, height=height,
    )
    return _run(p, "txt2img", scripts.scripts_txt2img, args)


def _run(p: Any, tab: str, runner: Any, args: tuple[Any, ...]) -> tuple[list[Any], str, str, str]:
    """What the page shows: gallery, generation info as JSON, infotext, comments."""
    p.outpath_samples, p.outpath_grids = getattr(opts, f"outdir_{tab}_samples"), getattr(opts, f"outdir_{tab}_grids")
    p.scripts = runner
    with closing(p):
        p.script_args = args
        processed = runner.run(p, *args) or processing.process_images(p)
    info, comments = (html.escape(text).replace("\n", "<br>\n") for text in (processed.info, processed.comments))
    return processed.images, processed.js(), f"<p>{info}</p>", f"<p class='comments'>{comments}</p>"
