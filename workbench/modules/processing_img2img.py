"""A job `p`: its fields, and what img2img makes of mask and picture: crop, fill, latents."""

import random
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageFilter, ImageOps

from modules import images, scripts, sd_samplers, shared
from modules.sd_samplers import Array, ImageRNG, images_tensor_to_samples
from modules.shared import opts, state

Box = tuple[int, int, int, int]
FILLS = ["fill", "original", "latent noise", "latent nothing"]


def get_fixed_seed(seed: Any) -> int:
    return random.randrange(4294967294) if seed in (None, "", -1) else int(seed)


@dataclass(repr=False)
class StableDiffusionProcessing:
    """One job. Setting both `scripts` and `script_args` runs the scripts' `setup` once; copies of `p` skip it."""

    outpath_samples: str = ""
    outpath_grids: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    seed: Any = -1
    subseed: Any = -1
    sampler_name: str | None = None
    batch_size: int = 1
    n_iter: int = 1
    steps: int = 50
    cfg_scale: float = 7.0
    width: int = 512
    height: int = 512
    denoising_strength: float = 0.75
    do_not_save_samples: bool = False
    do_not_save_grid: bool = False
    extra_generation_params: dict[str, Any] = field(default_factory=dict)
    override_settings: dict[str, Any] = field(default_factory=dict)

    scripts = scripts.ScriptRunner()
    script_args: Any = field(default=None, init=False)
    scripts_setup_complete = False
    is_api = False
    is_using_inpainting_conditioning = False
    sampler: Any = field(default=None, init=False)
    paste_to: tuple[int, int, int, int] | None = field(default=None, init=False)
    overlay_images: list[Any] | None = field(default=None, init=False)
    color_corrections: list[Any] | None = field(default=None, init=False)
    comments: dict[str, int] = field(default_factory=dict, init=False)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        ready = "scripts" in vars(self) and self.script_args is not None
        if name in ("scripts", "script_args") and ready and not self.scripts_setup_complete:
            self.scripts_setup_complete = True
            self.scripts.setup_scrips(self, is_ui=not self.is_api)

    @property
    def sd_model(self) -> Any:
        return shared.sd_model

    def comment(self, text: str) -> None:
        self.comments[text] = 1

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        """Unguarded in the host: what this raises reaches the user."""

    def sample(self, conditioning: Any, unconditional_conditioning: Any, seeds: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        self.sampler = None

    def save_samples(self) -> bool:
        """Whether finished pictures are written; interrupted and skipped ones only with `save_incomplete_images`."""
        complete = opts.save_incomplete_images or not (state.interrupted or state.skipped)
        return bool(opts.samples_save and not self.do_not_save_samples and complete)


@dataclass(repr=False)
class StableDiffusionProcessingTxt2Img(StableDiffusionProcessing):
    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        self.sampler = sd_samplers.TeleaSampler(self.sd_model)

    def sample(self, conditioning: Any, unconditional_conditioning: Any, seeds: Any, **kwargs: Any) -> Array:
        x = self.rng.next()
        self.scripts.process_before_every_sampling(self, x=x, noise=x, c=conditioning, uc=unconditional_conditioning)
        return self.sampler.sample(self, x)  # type: ignore[no-any-return]


@dataclass(repr=False)
class StableDiffusionProcessingImg2Img(StableDiffusionProcessing):
    """`mask` moves to `image_mask` at once; `p.mask` and `p.nmask` are latent masks after `init`."""

    init_images: list[Any] = field(default_factory=list)
    resize_mode: int = 0
    mask: Any = None
    mask_blur_x: int = 4
    mask_blur_y: int = 4
    mask_blur: int | None = None
    mask_round: bool = True
    inpainting_fill: int = 0
    inpaint_full_res: bool = True
    inpaint_full_res_padding: int = 0
    inpainting_mask_invert: int = 0
    latent_mask: Any = None

    nmask = mask_for_overlay = init_latent = image_conditioning = None

    def __post_init__(self) -> None:
        self.image_mask, self.mask = self.mask, None

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "mask_blur" and isinstance(value, int):
            self.mask_blur_x = self.mask_blur_y = value

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        self.extra_generation_params["Denoising strength"] = self.denoising_strength
        self.sampler = sd_samplers.TeleaSampler(self.sd_model)
        image_mask, crop_region = self._prepare_mask() if self.image_mask is not None else (None, None)
        latent_mask = self.latent_mask if self.latent_mask is not None else image_mask
        correct = opts.img2img_color_correction and self.color_corrections is None
        pictures = [self._prepare_picture(img, image_mask, latent_mask, crop_region) for img in self.init_images]
        if correct:
            self.color_corrections = [images.setup_color_correction(picture) for picture in pictures]
        self.init_latent = images_tensor_to_samples(self._batch(pictures))
        if image_mask is not None:
            self._prepare_latent_mask(latent_mask, all_seeds)
        if self.sampler.conditioning_key == "hybrid":
            self._prepare_conditioning(image_mask)

    def _prepare_mask(self) -> tuple[Image.Image | None, Box | None]:
        """Invert, blur, crop or resize. `mask_for_overlay` is full-size for "only masked", doubled without it."""
        mask = images.create_binary_mask(self.image_mask, round=self.mask_round)
        if self.inpainting_mask_invert:
            mask = ImageOps.invert(mask)
            self.extra_generation_params["Mask mode"] = "Inpaint not masked"
        for blur, vertical in ((self.mask_blur_x, False), (self.mask_blur_y, True)):
            if blur > 0:
                length = 2 * int(2.5 * blur + 0.5) + 1
                mask = Image.fromarray(cv2.GaussianBlur(np.array(mask), (1, length) if vertical else (length, 1), blur))
                self.extra_generation_params["Mask blur"] = blur
        self.overlay_images = []
        if not self.inpaint_full_res:
            mask = images.resize_image(self.resize_mode, mask, self.width, self.height)
            self.mask_for_overlay = Image.fromarray(np.clip(np.asarray(mask, np.float32) * 2, 0, 255).astype(np.uint8))
            return mask, None
        if mask.getbbox() is None:
            self.mask_for_overlay, self.inpaint_full_res = None, False
            self.comment('Unable to perform "Inpaint Only mask" because mask is blank, switch to img2img mode.')
            return None, None
        self.mask_for_overlay = mask
        x1, y1, x2, y2 = region = crop_region(mask, self.inpaint_full_res_padding, self.width / self.height)
        self.paste_to = (x1, y1, x2 - x1, y2 - y1)
        self.extra_generation_params["Inpaint area"] = "Only masked"
        self.extra_generation_params["Masked area padding"] = self.inpaint_full_res_padding
        return images.resize_image(2, mask.crop(region), self.width, self.height), region

    def _prepare_picture(self, img: Any, image_mask: Any, latent_mask: Any, region: Box | None) -> Image.Image:
        """One init picture at working size, filled under the mask; appends its overlay (the original, clear there)."""
        image = images.flatten(img, opts.img2img_background_color)
        if region is None:
            image = images.resize_image(self.resize_mode, image, self.width, self.height)
        if image_mask is not None:
            if self.mask_for_overlay.size != image.size:
                self.mask_for_overlay = images.resize_image(self.resize_mode, self.mask_for_overlay, *image.size)
            keep = ImageOps.invert(self.mask_for_overlay.convert("L"))
            self.overlay_images.append(_cut_out(image, keep).convert("RGBA"))
        if region is not None:
            image = images.resize_image(2, image.crop(region), self.width, self.height)
        if image_mask is not None and self.inpainting_fill != 1:
            self.extra_generation_params["Masked content"] = FILLS[self.inpainting_fill]
            image = fill(image, latent_mask)
        return image

    def _batch(self, pictures: list[Image.Image]) -> Array:
        """[B, 3, H, W] in 0…1. One picture serves the whole batch; several make it that many; too many are an error."""
        batch = np.stack([np.asarray(picture, np.float32).transpose(2, 0, 1) / 255 for picture in pictures])
        if len(batch) == 1:
            self.overlay_images = self.overlay_images and self.overlay_images * self.batch_size
            if self.color_corrections is not None and len(self.color_corrections) == 1:
                self.color_corrections = self.color_corrections * self.batch_size
            return np.repeat(batch, self.batch_size, axis=0)
        if len(batch) > self.batch_size:
            raise RuntimeError(f"bad number of images passed: {len(batch)}; expecting {self.batch_size} or less")
        self.batch_size = len(batch)
        return batch

    def _prepare_latent_mask(self, latent_mask: Any, all_seeds: list[int]) -> None:
        """Bicubic to one value per 8×8 cell, then rounded half to even: a cell under half covered stays pinned."""
        count, channels, h, w = self.init_latent.shape
        cells = np.asarray(latent_mask.convert("RGB").resize((w, h)), np.float32)[..., 0] / 255
        self.nmask = np.tile((np.around(cells) if self.mask_round else cells)[None], (channels, 1, 1))
        self.mask = 1 - self.nmask
        if self.inpainting_fill in (2, 3):
            noise: Any = ImageRNG((channels, h, w), all_seeds[:count]).next() if self.inpainting_fill == 2 else 0
            self.init_latent = (self.init_latent * self.mask + noise * self.nmask).astype(np.float32)

    def _prepare_conditioning(self, image_mask: Image.Image | None) -> None:
        """For an inpainting model: [1, 1, h, w], the mask rounded and sampled nearest (each cell's top left pixel)."""
        self.is_using_inpainting_conditioning = True
        h, w = self.init_latent.shape[-2:]
        grey = np.full((h, w), 255) if image_mask is None else np.asarray(image_mask.convert("L"))
        mask = np.around(grey.astype(np.float32) / 255) if self.mask_round else grey.astype(np.float32) / 255
        rows, columns = np.arange(h) * mask.shape[0] // h, np.arange(w) * mask.shape[1] // w
        self.image_conditioning = mask[np.ix_(rows, columns)][None, None]

    def sample(self, conditioning: Any, unconditional_conditioning: Any, seeds: Any, **kwargs: Any) -> Array:
        """Sample, then pin everything outside the mask once more (the final on_mask_blend)."""
        x, noise = self.init_latent, self.rng.next()
        conds = {"c": conditioning, "uc": unconditional_conditioning}
        self.scripts.process_before_every_sampling(self, x=x, noise=noise, **conds)
        samples = self.sampler.sample_img2img(self, self.init_latent, noise, self.image_conditioning)
        return sd_samplers.blend(self, samples)


def crop_region(mask: Image.Image, pad: int, aspect: float) -> Box:
    """The box of all non-zero pixels, `pad` wider, grown to `aspect` as far as the picture has room."""
    x1, y1, x2, y2 = mask.getbbox()
    x1, y1, x2, y2 = max(x1 - pad, 0), max(y1 - pad, 0), min(x2 + pad, mask.width), min(y2 + pad, mask.height)
    if (x2 - x1) / (y2 - y1) > aspect:
        y1, y2 = _widen(y1, y2, (x2 - x1) / aspect, mask.height)
    else:
        x1, x2 = _widen(x1, x2, (y2 - y1) * aspect, mask.width)
    return x1, y1, x2, y2


def _widen(low: int, high: int, wanted: float, limit: int) -> tuple[int, int]:
    """Grow low…high to `wanted` about its middle, shifted inside 0…limit, cut where the picture is too small."""
    extra = int(wanted - (high - low))
    low, high = low - extra // 2, high + extra - extra // 2
    low, high = low - max(high - limit, 0), min(high, limit)
    return (0, min(high - low, limit)) if low < 0 else (low, high)


def _cut_out(image: Image.Image, keep: Image.Image) -> Image.Image:
    """RGBa: the picture where `keep` is white."""
    return Image.composite(image.convert("RGBA").convert("RGBa"), Image.new("RGBa", image.size), keep)


def fill(image: Image.Image, mask: Image.Image) -> Image.Image:
    """Blurred colours of the surroundings under the mask, finer layers on top of each other: RGB."""
    known = _cut_out(image, ImageOps.invert(mask.convert("L")))
    result = Image.new("RGBA", image.size)
    for radius in (256, 64, 16, 4, 0):
        result.alpha_composite(known.filter(ImageFilter.GaussianBlur(radius)).convert("RGBA"))
    return result.convert("RGB")
