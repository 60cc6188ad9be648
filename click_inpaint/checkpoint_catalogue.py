"""The inpainting checkpoint that can be downloaded, where the host has none."""

from __future__ import annotations

from pathlib import Path

from click_inpaint.weights import WeightFile

NAME = "sd2_inpainting"
LABEL = "Stable Diffusion 2 inpainting"

_HUB = "https://huggingface.co/"
_FILENAME = "512-inpainting-ema.safetensors"
SD2_INPAINTING = WeightFile(
    _FILENAME,
    (
        f"{_HUB}sd2-community/stable-diffusion-2-inpainting/resolve/5f74973cbb64c8568780732c17f43eb269d63a0d/{_FILENAME}",
        f"{_HUB}webui/stable-diffusion-2-inpainting/resolve/main/{_FILENAME}",
        f"{_HUB}Comfy-Org/stable_diffusion_2.1_repackaged/resolve/a3feb9bf86e1b98445d6217d517d4217b75313aa/{_FILENAME}",
    ),
    5_214_662_094,
    "b29e2ed9a8fe58e76f7e801bda091d23738bd74c1da3f339bcbe2d40922fcb60",
)
"""Mirrors: the repository of Stability AI that published it is gone. The sha256 is the one that the mirrors state."""

CONFIGURATION = Path(__file__).with_name("512-inpainting-ema.yaml")
"""How the model is built. The Web UI reads a file of the checkpoint's name beside it, before it looks for one of its
own.
"""
