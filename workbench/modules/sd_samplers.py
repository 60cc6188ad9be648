"""The workbench's VAE and its one sampler: colours carried into the mask, with grain by seed; the infotext says so."""

import time
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from modules import scripts
from modules.shared import opts, state

Array = npt.NDArray[Any]
opt_f = 8
opt_C = 3 * opt_f * opt_f
_TELEA_SIDE_PX = 160  # Telea runs on a picture no larger than this: cheap, and without streaks
_SQUEEZE = 0.25  # and this much narrower: colours come from left and right, so a horizon goes on
SAMPLERS = ["DPM++ 2M", "DPM++ SDE", "Euler a", "Euler", "LMS", "Heun", "DDIM", "UniPC", "LCM"]


def images_tensor_to_samples(images: Array) -> Array:
    """Encode [B, 3, H, W] in 0…1 as [B, 192, H/8, W/8] in -1…1: a cell holds its 8×8 pixels, shapes are the host's."""
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
    """[B, 3, H, W] in 0…1. A chequerboard of ± `workbench_vae_loss` levels moves EVERY pixel, as a VAE does."""
    levels = np.clip(np.rint((to_pixels(latents) + 1) * 127.5), 0, 255)
    odd = np.add.outer(np.arange(levels.shape[2]), np.arange(levels.shape[3])) % 2
    moved = levels + (2 * odd - 1) * opts.workbench_vae_loss
    moved = np.where((moved < 0) | (moved > 255), 2 * levels - moved, moved)
    return np.clip((moved + 0.5) / 255, 0, 1).astype(np.float32)  # half a level more: the host truncates to 8 bits


def noise_of(p: Any) -> Array:
    """One generator per picture of the batch, so a picture is the same alone and in a batch; the prompt counts."""
    shape = opt_C, p.height // opt_f, p.width // opt_f
    each = (np.random.default_rng([seed, *prompt.encode()]) for seed, prompt in zip(p.seeds, p.prompts))
    return np.stack([generator.standard_normal(shape, np.float32) for generator in each])


def sample_img2img(p: Any, x: Array, noise: Array) -> Array:
    """An inpainting model paints the cells of its conditioning mask, blind to what is under them. Any other keeps 1 -
    denoising strength of what is there. The host takes int(strength × steps) + 1 steps.
    """
    blind = p.is_using_inpainting_conditioning and p.nmask is not None
    amount = float(p.denoising_strength > 0) if blind else min(p.denoising_strength, 1.0)
    cells = None if p.nmask is None else (p.image_conditioning[0, 0] if blind else p.nmask[0]) > 0
    target = x + (painted(x, noise, cells) - x) * np.float32(amount)
    return launch(p, x, target, int(min(p.denoising_strength, 0.999) * p.steps) + 1)


def painted(latents: Array, noise: Array, cells: Any) -> Array:
    grain = to_pixels(noise)
    hole = np.ones(grain.shape[2:], bool) if cells is None else np.kron(cells, np.ones((opt_f, opt_f), bool))
    return images_tensor_to_samples((paint(to_pixels(latents), hole, grain) + 1) / 2)


def launch(p: Any, start: Array, target: Array, steps: int) -> Array:
    """In equal steps, what lies outside the mask pinned at each; Interrupt is looked at before each."""
    p.extra_generation_params["Workbench sampler"] = "Telea fill with grain"
    state.sampling_steps, latent = steps, start
    for step in range(steps):
        if state.interrupted:
            break
        time.sleep(opts.workbench_step_delay)
        done = (step + 1) / steps
        latent = blend(p, start + (target - start) * np.float32(done), denoiser=launch, sigma=1 - done)
        state.sampling_step = step
    return latent


def blend(p: Any, latent: Array, denoiser: Any = None, sigma: Any = None) -> Array:
    """Pin everything outside the latent mask, with what `on_mask_blend` says to it."""
    if getattr(p, "mask", None) is None:
        return latent
    blended, final = latent * p.nmask + p.init_latent * p.mask, denoiser is None
    args = scripts.MaskBlendArgs(latent, p.nmask, p.init_latent, p.mask, blended, denoiser, sigma, final)
    p.scripts.on_mask_blend(p, args)
    return np.asarray(args.blended_latent)


def paint(pictures: Array, hole: Array, noise: Array) -> Array:
    """[B, 3, H, W] in -1…1 with the H×W `hole` painted; `noise` alike, normal. Nothing known: grey with grain."""
    same = (pictures == pictures[:1]).all()  # a batch of one picture: carry its colours once
    bases = [_base(picture.transpose(1, 2, 0).copy(), hole) for picture in (pictures[:1] if same else pictures)]
    both = ((bases[0 if same else index], own.transpose(1, 2, 0)) for index, own in enumerate(noise))
    painted = [np.clip(filled + grain * roughness, -1, 1) for (filled, roughness), grain in both]
    return np.where(hole, np.stack(painted).transpose(0, 3, 1, 2), pictures).astype(np.float32)


def _base(image: Array, hole: Array) -> tuple[Array, float]:
    """(H×W×3 colours for the hole, strength of grain: what a small blur takes away from the known part)."""
    if hole.all():
        return image * 0, 0.1
    detail = np.abs(image - cv2.GaussianBlur(image, (0, 0), 1.5))[~hole]
    fy = min(1.0, _TELEA_SIDE_PX / max(hole.shape))
    parts: list[Array] = [(~hole).astype(np.float32), image * ~hole[..., None]]
    weight, small = (cv2.resize(part, None, fx=fy * _SQUEEZE, fy=fy, interpolation=cv2.INTER_AREA) for part in parts)
    levels = np.clip((small / np.maximum(weight[..., None], 1e-6) + 1) * 127.5, 0, 255).astype(np.uint8)
    filled = cv2.inpaint(levels, (weight < 0.5).astype(np.uint8), 4, cv2.INPAINT_TELEA)
    filled = cv2.GaussianBlur(cv2.resize(filled, hole.shape[::-1], interpolation=cv2.INTER_CUBIC), (0, 0), 2)
    return filled.astype(np.float32) / 127.5 - 1, float(np.clip(np.median(detail) * 1.5, 0.012, 0.06))
