"""Pictures: resizing, overlay and colour correction, and saving with the infotext inside."""

import datetime
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

from modules import script_callbacks
from modules.shared import opts

LANCZOS = Image.Resampling.LANCZOS


def resize_image(resize_mode: int, im: Image.Image, width: int, height: int) -> Image.Image:
    """0: stretch; 1: fill and centre-crop; 2: fit, bars in black. 1 and 2 give RGB, as in the host. Lanczos."""
    if resize_mode == 0:
        return im.resize((width, height), LANCZOS)
    return (ImageOps.fit if resize_mode == 1 else ImageOps.pad)(im, (width, height), LANCZOS).convert("RGB")


def flatten(img: Image.Image, bgcolor: str) -> Image.Image:
    """RGB; transparent parts of an RGBA picture take `bgcolor`."""
    if img.mode == "RGBA":
        img = Image.composite(img, Image.new("RGBA", img.size, bgcolor), img)
    return img.convert("RGB")


def image_grid(imgs: list[Image.Image]) -> Image.Image:
    """All pictures on one white sheet, cells as large as the largest."""
    rows = min(round(math.sqrt(len(imgs))), len(imgs))
    columns = math.ceil(len(imgs) / rows)
    width, height = max(img.width for img in imgs), max(img.height for img in imgs)
    grid = Image.new("RGB", (columns * width, rows * height), "#ffffff")
    for index, img in enumerate(imgs):
        grid.paste(img, (index % columns * width, index // columns * height))
    return grid


def _next_number(folder: Path) -> int:
    """One more than the highest number that a file in `folder` starts with (after `grid-`)."""
    firsts = (path.name.removeprefix("grid-").split("-")[0].split(".")[0] for path in folder.iterdir())
    return max((int(first) for first in firsts if first.isdigit()), default=-1) + 1


def save_image(image: Image.Image, path: str, seed: int, text: str, p: Any, suffix: str = "", name: str = "") -> None:
    """Write NUMBER-SEED (or NAME-NUMBER) in a folder of the day; a PNG holds the infotext, other formats none."""
    folder = Path(path, datetime.date.today().isoformat() if opts.save_to_dirs else "")
    folder.mkdir(parents=True, exist_ok=True)
    number = _next_number(folder)
    stem = f"{name}-{number:04}" if name else f"{number:05}-{seed}{suffix}"
    params = script_callbacks.ImageSaveParams(
        image, p, str(folder / f"{stem}.{opts.samples_format}"), {"parameters": text}
    )
    script_callbacks.before_image_saved_callback(params)
    if params.filename.endswith(".png"):
        texts = PngImagePlugin.PngInfo()
        for key, value in params.pnginfo.items():
            texts.add_text(key, str(value))
        params.image.save(params.filename, pnginfo=texts if opts.enable_pnginfo else None)
    else:
        params.image.convert("RGB").save(params.filename, quality=opts.jpeg_quality)
    params.image.already_saved_as = params.filename
    script_callbacks.image_saved_callback(params)


def uncrop(image: Image.Image, dest_size: tuple[int, int], paste_loc: tuple[int, int, int, int]) -> Image.Image:
    """RGBA of `dest_size`, clear but for the picture at paste_loc (x, y, w, h), filled and centre-cropped to it."""
    x, y, w, h = paste_loc
    base = Image.new("RGBA", dest_size)
    base.paste(resize_image(1, image, w, h), (x, y))
    return base


def apply_overlay(image: Image.Image, paste_loc: Any, overlay: Image.Image | None) -> tuple[Image.Image, Image.Image]:
    """(picture with the overlay on top as RGB, the same without). No overlay: unchanged, even when paste_loc is set."""
    if overlay is None:
        return image, image.copy()
    if paste_loc is not None:
        image = uncrop(image, overlay.size, paste_loc)
    return Image.alpha_composite(image.convert("RGBA"), overlay).convert("RGB"), image.copy()


def setup_color_correction(image: Image.Image) -> Any:
    """Mean and spread of each LAB channel, which results are to match."""
    return cv2.meanStdDev(cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2LAB))


def apply_color_correction(correction: Any, image: Image.Image) -> Image.Image:
    """Colours moved to the mean and spread of `correction`, lightness kept (the host matches whole histograms)."""
    lab = cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2LAB)
    (mean, spread), (wanted, width) = cv2.meanStdDev(lab), correction
    matched = (lab - mean.ravel()) / np.maximum(spread.ravel(), 1e-3) * width.ravel() + wanted.ravel()
    matched[..., 0] = lab[..., 0]
    return Image.fromarray(cv2.cvtColor(np.clip(np.rint(matched), 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB))


def create_binary_mask(image: Image.Image, round: bool = True) -> Image.Image:
    """L. Of an RGBA picture that is not opaque the alpha, cut at 128 when `round`; of any other the grey values."""
    if image.mode != "RGBA" or image.getextrema()[-1] == (255, 255):
        return image.convert("L")
    alpha = image.getchannel("A")
    return alpha.point(lambda value: 255 if value > 128 else 0) if round else alpha
