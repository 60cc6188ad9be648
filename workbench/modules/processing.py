"""The job itself: `process_images`, with the order of hooks, saving and compositing of A1111 v1.10.1.

before_process → overrides and checkpoint → process → p.init → per batch: before_process_batch, process_batch, sampling
(process_before_every_sampling, on_mask_blend), post_sample, postprocess_batch, postprocess_batch_list → per picture:
postprocess_image, postprocess_maskoverlay, colour correction, overlay, postprocess_image_after_composite, saving, mask,
mask composite → grid → postprocess. Exceptions in hooks are swallowed by the runner; those of `p.init` are not.
"""

import json
from typing import Any

import numpy as np
from PIL import Image

from modules import images, scripts, sd_models, shared
from modules.infotext_utils import create_infotext
from modules.processing_img2img import (
    StableDiffusionProcessing,
    StableDiffusionProcessingImg2Img,
    StableDiffusionProcessingTxt2Img,
    get_fixed_seed,
)
from modules.sd_samplers import ImageRNG, decode_latent_batch, opt_C, opt_f
from modules.shared import opts, state

__all__ = ["StableDiffusionProcessingImg2Img", "StableDiffusionProcessingTxt2Img"]


class Processed:
    """Pictures (grid first where there is one, masks behind each picture), seeds and infotexts of a finished job."""

    def __init__(self, p: Any, images_list: list[Any], infotexts: list[str], index_of_first_image: int = 0) -> None:
        self.images, self.infotexts, self.index_of_first_image = images_list, infotexts, index_of_first_image
        self.info = infotexts[0] if infotexts else ""
        self.comments = "".join(f"{comment}\n" for comment in p.comments)
        self.prompt, self.negative_prompt, self.seed = p.prompt, p.negative_prompt, p.all_seeds[0]
        self.all_prompts, self.all_seeds, self.all_subseeds = p.all_prompts, p.all_seeds, p.all_subseeds
        self.width, self.height, self.steps = p.width, p.height, p.steps
        self.cfg_scale, self.batch_size, self.sampler_name = p.cfg_scale, p.batch_size, p.sampler_name
        self.extra_generation_params = p.extra_generation_params

    def js(self) -> str:
        """Everything but the pictures."""
        kept = {key: value for key, value in vars(self).items() if key not in ("images", "info", "comments")}
        return json.dumps(kept, default=lambda value: None)


def process_images(p: StableDiffusionProcessing) -> Processed:
    """Run a job under its override_settings.

    A checkpoint override that is no exact alias is dropped without a word. Afterwards only those options are put back
    that the user's config holds (`opts.data`); the weights stay as they are until a job asks for others.
    """
    p.scripts.before_process(p)
    stored = {key: opts.data[key] for key in p.override_settings if key in opts.data}
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
    count = p.batch_size * p.n_iter
    first_seed, first_subseed = get_fixed_seed(p.seed), get_fixed_seed(p.subseed)
    p.sd_model_name = shared.sd_model.sd_checkpoint_info.name_for_extra
    p.sd_model_hash = shared.sd_model.sd_model_hash
    p.all_prompts, p.all_negative_prompts = [p.prompt] * count, [p.negative_prompt] * count
    p.all_seeds = [first_seed + index for index in range(count)]
    p.all_subseeds = [first_subseed + index for index in range(count)]
    p.prompts, p.seeds = p.all_prompts, p.all_seeds
    p.scripts.process(p)
    p.init(p.all_prompts, p.all_seeds, p.all_subseeds)
    if state.job_count == -1:
        state.job_count = p.n_iter
    output = _Output(p)
    for number in range(p.n_iter):
        p.iteration = number
        state.skipped = False
        if state.interrupted or state.stopping_generation:
            break
        sd_models.reload_model_weights()
        _run_batch(p, number, output)
    if not output.infotexts:
        output.infotexts.append(create_infotext(p, 0))
    p.color_corrections = None
    first = int(output.add_grid())
    processed = Processed(p, output.images, output.infotexts, index_of_first_image=first)
    p.scripts.postprocess(p, processed)
    return processed


def _run_batch(p: Any, number: int, output: "_Output") -> None:
    """Sample, decode and finish one batch."""
    part = slice(number * p.batch_size, (number + 1) * p.batch_size)
    p.prompts, p.negative_prompts = p.all_prompts[part], p.all_negative_prompts[part]
    p.seeds, p.subseeds = p.all_seeds[part], p.all_subseeds[part]
    p.rng = ImageRNG((opt_C, p.height // opt_f, p.width // opt_f), p.seeds)
    facts = {"batch_number": number, "prompts": p.prompts, "seeds": p.seeds, "subseeds": p.subseeds}
    p.scripts.before_process_batch(p, **facts)
    p.scripts.after_extra_networks_activate(p, **facts, extra_network_data={})
    p.scripts.process_batch(p, **facts)
    if p.n_iter > 1:
        state.job = f"Batch {number + 1} out of {p.n_iter}"
    conditioning = {"conditioning": p.prompts, "unconditional_conditioning": p.negative_prompts}
    sampled = scripts.PostSampleArgs(p.sample(**conditioning, seeds=p.seeds, subseeds=p.subseeds, prompts=p.prompts))
    p.scripts.post_sample(p, sampled)
    batch = decode_latent_batch(sampled.samples)
    state.nextjob()
    p.scripts.postprocess_batch(p, batch, batch_number=number)
    listed = scripts.PostprocessBatchListArgs(list(batch))
    p.scripts.postprocess_batch_list(p, listed, batch_number=number)
    save = p.save_samples()
    for index, picture in enumerate(listed.images):
        p.batch_index = index
        output.add_picture(index, np.asarray(picture), save)


class _Output:
    """The pictures and infotexts of a job as they come in, and their files."""

    def __init__(self, p: Any) -> None:
        self.p = p
        self.images: list[Image.Image] = []
        self.infotexts: list[str] = []

    def _save(self, image: Image.Image, index: int, suffix: str = "") -> None:
        p = self.p
        images.save_image(image, p.outpath_samples, p.seeds[index], create_infotext(p, index), p, suffix)

    def add_picture(self, index: int, picture: Any, save: bool) -> None:
        """Finish one decoded picture: [3, H, W] in 0…1, cut (not rounded) to 8 bits as the host does."""
        p = self.p
        done = scripts.PostprocessImageArgs(Image.fromarray((255.0 * picture.transpose(1, 2, 0)).astype(np.uint8)))
        p.scripts.postprocess_image(p, done)
        overlays = (p.overlay_images or []) if opts.overlay_inpaint else []
        overlay = overlays[index] if index < len(overlays) else None
        layers = scripts.PostProcessMaskOverlayArgs(index, getattr(p, "mask_for_overlay", None), overlay)
        p.scripts.postprocess_maskoverlay(p, layers)
        mask, overlay, image = layers.mask_for_overlay, layers.overlay_image, done.image
        if p.color_corrections is not None and index < len(p.color_corrections):
            if save and opts.save_images_before_color_correction:
                self._save(images.apply_overlay(image, p.paste_to, overlay)[0], index, "-before-color-correction")
            image = images.apply_color_correction(p.color_corrections[index], image)
        composed, painted = images.apply_overlay(image, p.paste_to, overlay)
        done = scripts.PostprocessImageArgs(composed)
        p.scripts.postprocess_image_after_composite(p, done)
        if save:
            self._save(done.image, index)
        self.infotexts.append(create_infotext(p, index))
        if opts.enable_pnginfo:
            done.image.info["parameters"] = self.infotexts[-1]
        self.images.append(done.image)
        if mask is not None:
            self._add_masks(index, done.image, painted, mask, save)

    def _add_masks(self, index: int, image: Image.Image, painted: Image.Image, mask: Image.Image, save: bool) -> None:
        """The grey mask, and the painted picture cut out by it: ValueError when their sizes differ, as in the host."""
        if opts.return_mask or opts.save_mask:
            self._add_extra(mask.convert("RGB"), index, "-mask", save and opts.save_mask, opts.return_mask)
        if opts.return_mask_composite or opts.save_mask_composite:
            cut = images.resize_image(2, mask, image.width, image.height).convert("L")
            layer = Image.composite(painted.convert("RGBA").convert("RGBa"), Image.new("RGBa", image.size), cut)
            wanted = (save and opts.save_mask_composite, opts.return_mask_composite)
            self._add_extra(layer.convert("RGBA"), index, "-mask-composite", *wanted)

    def _add_extra(self, image: Image.Image, index: int, suffix: str, save: bool, show: bool) -> None:
        if save:
            self._save(image, index, suffix)
        if show:
            self.images.append(image)

    def add_grid(self) -> bool:
        """Save the sheet of everything returned, masks too; True when it now stands first in `images`."""
        p = self.p
        unwanted = len(self.images) < 2 and opts.grid_only_if_multiple
        if not (opts.return_grid or opts.grid_save) or p.do_not_save_grid or unwanted:
            return False
        grid = images.image_grid(self.images)
        if opts.return_grid:
            self.infotexts.insert(0, self.infotexts[0])
            self.images.insert(0, grid)
        if opts.grid_save:
            images.save_image(grid, p.outpath_grids, p.all_seeds[0], self.infotexts[0], p, name="grid")
        return bool(opts.return_grid)
