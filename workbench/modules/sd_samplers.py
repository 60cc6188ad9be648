"""The workbench's VAE, noise and one sampler, under the host's sampler names. The infotext says what it is."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from modules import painter, scripts
from modules.shared import opts, state

Array = npt.NDArray[Any]
opt_f = 8
opt_C = 3 * opt_f * opt_f
SAMPLERS = ["DPM++ 2M", "DPM++ SDE", "Euler a", "Euler", "LMS", "Heun", "DDIM", "UniPC", "LCM"]


def images_tensor_to_samples(images: Array) -> Array:
    """Encode [B, 3, H, W] in 0…1 as [B, 192, H/8, W/8] in -1…1: a cell holds its 8×8 pixels unshuffled, so that

    shapes and masks are the host's; what does not fill a cell is dropped.
    """
    batch, _, height, width = images.shape
    h, w = height // opt_f, width // opt_f
    cells = images[:, :, : h * opt_f, : w * opt_f].reshape(batch, 3, h, opt_f, w, opt_f)
    return cells.transpose(0, 1, 3, 5, 2, 4).reshape(batch, opt_C, h, w).astype(np.float32) * 2 - 1


def to_pixels(latents: Array) -> Array:
    """The exact inverse: [B, 192, h, w] in -1…1 → [B, 3, 8h, 8w] in -1…1."""
    batch, _, h, w = latents.shape
    cells = latents.reshape(batch, 3, opt_f, opt_f, h, w).transpose(0, 1, 4, 2, 5, 3)
    return cells.reshape(batch, 3, h * opt_f, w * opt_f)


def decode_latent_batch(latents: Array) -> Array:
    """Decode to [B, 3, H, W] in 0…1. A chequerboard of ± `workbench_vae_loss` levels moves EVERY pixel, as a VAE does.

    Values stand half a level above the 8-bit value, because the host truncates when it converts.
    """
    levels = np.clip(np.rint((to_pixels(latents) + 1) * 127.5), 0, 255)
    odd = np.add.outer(np.arange(levels.shape[2]), np.arange(levels.shape[3])) % 2
    moved = levels + (2 * odd - 1) * opts.workbench_vae_loss
    moved = np.where((moved < 0) | (moved > 255), 2 * levels - moved, moved)
    return np.clip((moved + 0.5) / 255, 0, 1).astype(np.float32)


class ImageRNG:
    """Noise by seed: one generator per picture, so a picture is the same alone and in a batch."""

    def __init__(self, shape: tuple[int, ...], seeds: Sequence[int]) -> None:
        self.shape = shape
        self.generators = [np.random.default_rng(int(seed)) for seed in seeds]

    def next(self) -> Array:
        return np.stack([generator.standard_normal(self.shape, np.float32) for generator in self.generators])


class TeleaSampler:
    """Goes from the init latents to the painted ones in equal steps, and pins what lies outside the mask at each."""

    def __init__(self, model: Any) -> None:
        self.conditioning_key: str = model.model.conditioning_key

    def sample_img2img(self, p: Any, x: Array, noise: Array, known: Any = None) -> Array:
        """An inpainting model paints the cells of its conditioning mask (`known`) and does not see what is under them;

        any other keeps 1 - denoising strength of what is there. The host takes int(strength × steps) + 1 steps.
        """
        blind = known is not None and p.nmask is not None
        amount = float(p.denoising_strength > 0) if blind else min(p.denoising_strength, 1.0)
        cells = None if p.nmask is None else (known[0, 0] if blind else p.nmask[0]) > 0
        target = x + (self._paint(x, noise, cells) - x) * np.float32(amount)
        steps = p.steps if opts.img2img_fix_steps else int(min(p.denoising_strength, 0.999) * p.steps) + 1
        return self._launch(p, x, target, steps)

    def sample(self, p: Any, x: Array) -> Array:
        """Txt2img: soft colours by seed."""
        return self._launch(p, x, self._paint(np.zeros_like(x), x, None), p.steps)

    def _paint(self, latents: Array, noise: Array, cells: Any) -> Array:
        grain = to_pixels(noise)
        hole = np.ones(grain.shape[2:], bool) if cells is None else np.kron(cells, np.ones((opt_f, opt_f), bool))
        return images_tensor_to_samples((painter.paint(to_pixels(latents), hole, grain) + 1) / 2)

    def _launch(self, p: Any, start: Array, target: Array, steps: int) -> Array:
        """Interrupt and Skip are looked at before each step; the picture is then as far as the last step brought it."""
        p.extra_generation_params["Workbench sampler"] = "Telea fill with grain"
        state.sampling_steps, state.sampling_step = steps, 0
        latent = start
        for step in range(steps):
            if state.interrupted or state.skipped:
                break
            time.sleep(opts.workbench_step_delay)
            done = (step + 1) / steps
            latent = blend(p, start + (target - start) * np.float32(done), denoiser=self, sigma=1 - done)
            state.sampling_step = step
        return latent


def blend(p: Any, latent: Array, **step: Any) -> Array:
    """Pin everything outside the latent mask, with what `on_mask_blend` says to it."""
    if getattr(p, "mask", None) is None:
        return latent
    blended = latent * p.nmask + p.init_latent * p.mask
    args = scripts.MaskBlendArgs(latent, p.nmask, p.init_latent, p.mask, blended, **step)
    p.scripts.on_mask_blend(p, args)
    return np.asarray(args.blended_latent)
