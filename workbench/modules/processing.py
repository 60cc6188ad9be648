"""The job itself: `process_images`, with the order of hooks, saving and compositing of A1111 v1.10.1. before_process →
overrides and checkpoint → process → p.init → per batch: before_process_batch, sampling (on_mask_blend) → per picture:
postprocess_image, postprocess_maskoverlay, colour correction, overlay, postprocess_image_after_composite, saving, mask,
mask composite → postprocess. Exceptions in hooks are swallowed by the runner; those of `p.init` are not.
"""

import hashlib
import json
import random
from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np
from PIL import Image, ImageOps

from modules import images, scripts, sd_models, sd_samplers, shared
from modules.infotext_utils import create_infotext
from modules.shared import opts, state


def get_fixed_seed(seed: Any) -> int:
    return random.randrange(4294967294) if seed in (None, "", -1) else int(seed)


@dataclass(eq=False, kw_only=True)
class StableDiffusionProcessing:
    """One job. Setting both `scripts` and `script_args` runs the scripts' `setup` once; copies of `p` skip it."""

    outpath_samples: str = ""
    do_not_save_samples: bool = False
    prompt: str = ""
    negative_prompt: str = ""
    seed: int = -1
    sampler_name: str | None = None
    steps: int = 50
    cfg_scale: float = 7.0
    width: int = 512
    height: int = 512
    denoising_strength: float = 0.75
    batch_size: int = 1
    n_iter: int = 1
    override_settings: dict[str, Any] = field(default_factory=dict)
    extra_generation_params: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, int] = field(default_factory=dict, init=False)
    scripts = scripts.ScriptRunner()
    script_args = paste_to = overlay_images = color_corrections = cast("Any", None)
    scripts_setup_complete = is_api = is_using_inpainting_conditioning = False

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        ready = "scripts" in vars(self) and self.script_args is not None
        if name in ("scripts", "script_args") and ready and not self.scripts_setup_complete:
            self.scripts_setup_complete = True
            self.scripts.setup_scrips(self, is_ui=not self.is_api)

    def comment(self, text: str) -> None:
        self.comments[text] = 1


class StableDiffusionProcessingTxt2Img(StableDiffusionProcessing):
    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        """Unguarded in the host: what this raises reaches the user."""

    def sample(self) -> Any:
        x = sd_samplers.noise_of(self)
        return sd_samplers.launch(self, x, sd_samplers.painted(np.zeros_like(x), x, None), self.steps)


@dataclass(eq=False, kw_only=True)
class StableDiffusionProcessingImg2Img(StableDiffusionProcessing):
    """`mask` becomes `image_mask` at once. Refused: “only masked”, all content but “original”, an inverted mask."""

    init_images: list[Any] = field(default_factory=list)
    resize_mode: int = 0
    mask: Any = None
    mask_blur_x: int = 4
    mask_blur_y: int = 4
    mask_blur: int | None = None
    inpainting_fill: int = 0
    inpaint_full_res: bool = True
    inpainting_mask_invert: int = 0
    image_mask = nmask = mask_for_overlay = init_latent = image_conditioning = init_img_hash = cast("Any", None)

    def __post_init__(self) -> None:
        self.image_mask, self.mask = self.mask, None

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "mask_blur" and isinstance(value, int):
            self.mask_blur_x = self.mask_blur_y = value

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        self.extra_generation_params["Denoising strength"] = self.denoising_strength
        mask = None if self.image_mask is None else self._prepare_mask()
        correct = opts.img2img_color_correction and self.color_corrections is None
        pictures = [self._prepare_picture(image) for image in self.init_images]
        if correct:
            self.color_corrections = [images.setup_color_correction(picture) for picture in pictures]
        batch = np.stack([np.asarray(picture, np.float32).transpose(2, 0, 1) / 255 for picture in pictures])
        batch = np.repeat(batch, self.batch_size, axis=0)  # one picture serves the whole batch
        self.overlay_images = self.overlay_images and self.overlay_images * self.batch_size
        self.color_corrections = self.color_corrections and self.color_corrections * self.batch_size
        self.init_latent = sd_samplers.images_tensor_to_samples(batch)
        if mask is not None:
            self._prepare_latent_mask(mask)
        self.is_using_inpainting_conditioning = shared.sd_model.model.conditioning_key == "hybrid"

    def _prepare_mask(self) -> Image.Image:
        """Blur, resize; the mask of the overlay is doubled, as in the host without "only masked"."""
        if self.inpaint_full_res or self.inpainting_fill < 1 or self.inpainting_mask_invert:
            raise NotImplementedError("The workbench inpaints the whole picture from its original content only.")
        mask = images.create_binary_mask(self.image_mask)
        if self.mask_blur_x > 0 or self.mask_blur_y > 0:
            sizes = [2 * int(2.5 * blur + 0.5) + 1 for blur in (self.mask_blur_x, self.mask_blur_y)]
            blurred = cv2.GaussianBlur(np.array(mask), sizes, self.mask_blur_x or 0.1, sigmaY=self.mask_blur_y or 0.1)
            mask = Image.fromarray(blurred)
            self.extra_generation_params["Mask blur"] = self.mask_blur_x
        mask = images.resize_image(self.resize_mode, mask, self.width, self.height).convert("L")
        self.mask_for_overlay = mask.point(lambda value: min(value * 2, 255))
        self.overlay_images = []
        return mask

    def _prepare_picture(self, image: Any) -> Image.Image:
        """One init picture at working size; appends its overlay: the original, clear where it will be painted."""
        if opts.save_init_img:
            self.init_img_hash = hashlib.md5(image.tobytes()).hexdigest()
            name, extension = self.init_img_hash, opts.samples_format
            images.save_image(image, opts.outdir_init_images, "", forced_filename=name, extension=extension)
        if image.mode != "RGB":
            ground = Image.new("RGBA", image.size, opts.img2img_background_color)
            image = Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
        image = images.resize_image(self.resize_mode, image, self.width, self.height)
        if self.image_mask is not None:
            self.overlay_images.append(images.cut_out(image, ImageOps.invert(self.mask_for_overlay)))
        return image

    def _prepare_latent_mask(self, mask: Image.Image) -> None:
        """Bicubic to 8×8 cells, then rounded; what conditions an inpainting model is each cell's top left pixel."""
        _, channels, h, w = self.init_latent.shape
        cells = np.asarray(mask.convert("RGB").resize((w, h)), np.float32)[..., 0] / 255
        self.nmask = np.tile(np.around(cells)[None], (channels, 1, 1))
        self.mask = 1 - self.nmask
        if self.inpainting_fill != 1:  # latent noise or nothing
            noise = sd_samplers.noise_of(self)[: len(self.init_latent)] * (self.inpainting_fill == 2)
            self.init_latent = self.init_latent * self.mask + noise * self.nmask
        grey = np.asarray(mask, np.float32)[:: sd_samplers.opt_f, :: sd_samplers.opt_f][:h, :w] / 255
        self.image_conditioning = np.around(grey)[None, None]

    def sample(self) -> Any:
        """Sample, then pin everything outside the mask once more (the final on_mask_blend)."""
        sampled = sd_samplers.sample_img2img(self, self.init_latent, sd_samplers.noise_of(self))
        return sd_samplers.blend(self, sampled)


class Processed:
    """Pictures (masks behind each; no grid here), seeds and infotexts of a finished job."""

    def __init__(self, p: Any, images_list: list[Any], infotexts: list[str]) -> None:
        self.images, self.infotexts, self.index_of_first_image = images_list, infotexts, 0
        self.info = infotexts[0] if infotexts else ""
        self.comments = "".join(f"{comment}\n" for comment in p.comments)
        self.prompt, self.seed, self.all_seeds = p.prompt, p.all_seeds[0], p.all_seeds
        self.width, self.height, self.steps = p.width, p.height, p.steps

    def js(self) -> str:
        """Everything but the pictures."""
        return json.dumps({key: value for key, value in vars(self).items() if key != "images"})


def process_images(p: Any) -> Processed:
    """Run a job under its override_settings; only what the user's config holds is put back."""
    p.scripts.before_process(p)
    stored = {key: opts.data[key] for key in p.override_settings.keys() if key in opts.data}  # noqa: SIM118 - as the host
    try:
        if p.override_settings.get("sd_model_checkpoint") not in sd_models.checkpoint_aliases:
            p.override_settings.pop("sd_model_checkpoint", None)
            sd_models.reload_model_weights()
        for key, value in p.override_settings.items():
            opts.set(key, value, is_api=True, run_callbacks=False)
            if key == "sd_model_checkpoint":
                sd_models.reload_model_weights()
        return process_images_inner(p)
    finally:
        for key, value in stored.items():
            setattr(opts, key, value)


def process_images_inner(p: Any) -> Processed:
    count, seed = p.batch_size * p.n_iter, get_fixed_seed(p.seed)
    p.sd_model_name = shared.sd_model.sd_checkpoint_info.name_for_extra
    p.sd_model_hash = shared.sd_model.sd_model_hash
    p.all_prompts, p.all_seeds = [p.prompt] * count, [seed + index for index in range(count)]
    p.prompts, p.seeds, p.all_subseeds = p.all_prompts, p.all_seeds, p.all_seeds  # there are no variations here
    p.scripts.process(p)
    p.init(p.all_prompts, p.all_seeds, p.all_subseeds)
    state.job_count = p.n_iter if state.job_count == -1 else state.job_count
    results, infotexts = list[Image.Image](), list[str]()
    for number in range(p.n_iter):
        if state.interrupted:
            break
        sd_models.reload_model_weights()
        decoded = _sample_batch(p, number)
        save = opts.samples_save and not p.do_not_save_samples and not state.interrupted
        for index, picture in enumerate(decoded):
            results += _finish(p, index, picture, save, infotexts)
    p.color_corrections = None
    processed = Processed(p, results, infotexts or [create_infotext(p, 0)])
    p.scripts.postprocess(p, processed)
    return processed


def _sample_batch(p: Any, number: int) -> Any:
    """Pictures [B, 3, H, W] in 0…1."""
    part = slice(number * p.batch_size, (number + 1) * p.batch_size)
    p.prompts, p.seeds = p.all_prompts[part], p.all_seeds[part]
    p.scripts.before_process_batch(p, batch_number=number, prompts=p.prompts, seeds=p.seeds)
    decoded = sd_samplers.decode_latent_batch(p.sample())
    state.job_no, state.sampling_step, p.prompts = state.job_no + 1, 0, p.all_prompts[part]
    return decoded


def _finish(p: Any, index: int, picture: Any, save: bool, infotexts: list[str]) -> list[Image.Image]:
    """The finished picture, cut (not rounded) to 8 bits as in the host, and what the options add to it."""

    def keep(image: Image.Image, suffix: str = "") -> None:
        told = {"info": create_infotext(p, index), "suffix": suffix, "p": p, "extension": opts.samples_format}
        images.save_image(image, p.outpath_samples, "", p.seeds[index], **told)

    p.batch_index = index
    done = scripts.PostprocessImageArgs(Image.fromarray((255.0 * picture.transpose(1, 2, 0)).astype(np.uint8)))
    p.scripts.postprocess_image(p, done)
    overlays = (p.overlay_images or []) if opts.overlay_inpaint else []
    overlay = overlays[index] if index < len(overlays) else None
    layers = scripts.PostProcessMaskOverlayArgs(index, getattr(p, "mask_for_overlay", None), overlay)
    p.scripts.postprocess_maskoverlay(p, layers)
    mask, overlay, image = layers.mask_for_overlay, layers.overlay_image, done.image
    if p.color_corrections is not None and index < len(p.color_corrections):
        if save and opts.save_images_before_color_correction:
            keep(images.apply_overlay(image, p.paste_to, overlay)[0], "-before-color-correction")
        image = images.apply_color_correction(p.color_corrections[index], image)
    composed, painted = images.apply_overlay(image, p.paste_to, overlay)
    done = scripts.PostprocessImageArgs(composed)
    p.scripts.postprocess_image_after_composite(p, done)
    if save:
        keep(done.image)
    infotexts.append(create_infotext(p, index))
    done.image.info["parameters"] = infotexts[-1]
    extras = []
    if mask is not None and (opts.return_mask or opts.save_mask):
        extras.append((mask.convert("RGB"), "mask"))
    if mask is not None and (opts.return_mask_composite or opts.save_mask_composite):
        cut = images.resize_image(2, mask, *done.image.size).convert("L")
        extras.append((images.cut_out(painted, cut), "mask_composite"))
    for extra, name in extras:
        if save and getattr(opts, f"save_{name}"):
            keep(extra, "-" + name.replace("_", "-"))
    return [done.image, *(extra for extra, name in extras if getattr(opts, f"return_{name}"))]
