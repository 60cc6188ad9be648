"""The Generate handlers of both tabs: the host's names for what is here, its img2img modes, its four outputs."""

import html
from typing import Any

import gradio as gr

from modules import processing, scripts
from modules.shared import opts


def img2img(
    id_task: str, request: gr.Request, mode: int, prompt: str, negative_prompt: str, init_img: Any,
    init_img_inpaint: Any, init_mask_inpaint: Any, mask_blur: int, n_iter: int, batch_size: int, cfg_scale: float,
    denoising_strength: float, selected_scale_tab: int, height: int, width: int, scale_by: float, *args: Any,
) -> tuple[list[Any], str, str, str]:  # fmt: skip
    """Mode 0 img2img, 4 inpaint upload, others without a picture; “Resize by” asserts one before any hook."""
    if mode in (1, 2, 3, 5):
        raise NotImplementedError("The workbench has no canvas to draw in, and no batch.")
    image, mask = {0: init_img, 4: init_img_inpaint}.get(mode), init_mask_inpaint if mode == 4 else None
    if selected_scale_tab == 1:
        assert image, "Can't scale by because no image is selected"
        width, height = int(image.width * scale_by), int(image.height * scale_by)
    p = processing.StableDiffusionProcessingImg2Img(
        prompt=prompt, negative_prompt=negative_prompt, n_iter=n_iter, batch_size=batch_size, cfg_scale=cfg_scale,
        width=width, height=height, denoising_strength=denoising_strength, mask=mask, init_images=[image],
        mask_blur=mask_blur, inpainting_fill=1, inpaint_full_res=False,
    )  # fmt: skip
    return _run(p, "img2img", scripts.scripts_img2img, args)


def txt2img(
    id_task: str, request: gr.Request, prompt: str, negative_prompt: str, n_iter: int, batch_size: int,
    cfg_scale: float, height: int, width: int, *args: Any,
) -> tuple[list[Any], str, str, str]:  # fmt: skip
    p = processing.StableDiffusionProcessingTxt2Img(
        prompt=prompt, negative_prompt=negative_prompt, n_iter=n_iter, batch_size=batch_size, cfg_scale=cfg_scale,
        width=width, height=height,
    )  # fmt: skip
    return _run(p, "txt2img", scripts.scripts_txt2img, args)


def _run(p: Any, tab: str, runner: Any, args: tuple[Any, ...]) -> tuple[list[Any], str, str, str]:
    """What the page shows: gallery, generation info as JSON, infotext, comments."""
    p.outpath_samples, p.scripts = getattr(opts, f"outdir_{tab}_samples"), runner
    p.script_args = args
    processed = runner.run(p, *args) or processing.process_images(p)
    info, comments = (html.escape(text).replace("\n", "<br>\n") for text in (processed.info, processed.comments))
    return processed.images, processed.js(), f"<p>{info}</p>", f"<p class='comments'>{comments}</p>"
