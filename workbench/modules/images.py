"""Pictures: resizing, overlay and colour correction, and saving with the infotext inside."""

import datetime
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

from modules import script_callbacks
from modules.shared import opts

_LONGEST_PX = {"jpg": 65535, "jpeg": 65535, "webp": 16383}
_EXIF_IFD, _USER_COMMENT = 0x8769, 0x9286


def resize_image(resize_mode: int, im: Image.Image, width: int, height: int) -> Image.Image:
    """0: stretch; 1: fill and centre-crop; 2: fit, bars in black. 1 and 2 give RGB, as in the host. Lanczos."""
    if resize_mode == 0:
        return im.resize((width, height), Image.LANCZOS)
    return (ImageOps.fit if resize_mode == 1 else ImageOps.pad)(im, (width, height), Image.LANCZOS).convert("RGB")


def create_binary_mask(image: Image.Image) -> Image.Image:
    """L. Of an RGBA picture that is not opaque the alpha, cut at 128; of any other the grey values."""
    if image.mode != "RGBA" or image.getextrema()[-1] == (255, 255):
        return image.convert("L")
    return image.getchannel("A").point(lambda value: 255 if value > 128 else 0)


def cut_out(image: Image.Image, keep: Image.Image) -> Image.Image:
    """RGBA: the picture where `keep` (L) is white, clear where it is black."""
    return Image.composite(image.convert("RGBA").convert("RGBa"), Image.new("RGBa", keep.size), keep).convert("RGBA")


def write(image: Image.Image, target: Any, extension: str, texts: Mapping[str, Any]) -> None:
    """As the host: PNG holds the texts, others only "parameters" as EXIF's comment; JPEG and WebP lose the alpha."""
    kind = Image.registered_extensions()[f".{extension}"]
    if extension == "png":
        info = PngImagePlugin.PngInfo()
        for key, value in texts.items():
            info.add_text(key, str(value))
        image.save(target, kind, pnginfo=info)
        return
    exif = Image.Exif()
    exif[_EXIF_IFD] = {_USER_COMMENT: b"UNICODE\0" + texts.get("parameters", "").encode("utf-16-be")}
    flat = image.convert("RGB") if image.mode == "RGBA" and extension in _LONGEST_PX else image
    flat.save(target, kind, quality=opts.jpeg_quality, lossless=opts.webp_lossless, exif=exif.tobytes())


def save_image(image: Image.Image, path: str, basename: str = "", seed: Any = None, **more: Any) -> None:
    """Write NUMBER-SEED into a folder of the day, or right there under `forced_filename`; callbacks may change both."""
    forced, texts, extension = more.get("forced_filename"), {"parameters": more.get("info")}, more["extension"]
    folder = Path(path) if forced else Path(path, datetime.date.today().isoformat())
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(file.name[:5]) for file in folder.iterdir() if file.name[:5].isdigit()]
    number = f"{max(numbers, default=-1) + 1:05}"
    name = forced or (number if seed is None else f"{number}-{seed}{more.get('suffix', '')}")
    extension = "png" if max(image.size) > _LONGEST_PX.get(extension, math.inf) else extension
    file = str(folder / f"{name}.{extension}")
    params = script_callbacks.ImageSaveParams(image, more.get("p"), file, texts if "info" in more else {**image.info})
    script_callbacks.before_image_saved_callback(params)
    write(params.image, params.filename, extension, params.pnginfo)
    params.image.already_saved_as = params.filename


def apply_overlay(image: Image.Image, paste_loc: Any, overlay: Image.Image | None) -> tuple[Image.Image, Image.Image]:
    """(picture with the overlay on top, without it). Where `paste_loc` (x, y, w, h) is set, it first goes there."""
    if overlay is None:
        return image, image.copy()
    if paste_loc is not None:
        x, y, w, h = paste_loc
        cropped, image = resize_image(1, image, w, h), Image.new("RGBA", overlay.size)
        image.paste(cropped, (x, y))
    return Image.alpha_composite(image.convert("RGBA"), overlay).convert("RGB"), image.copy()


def setup_color_correction(image: Image.Image) -> Any:
    """The mean of each LAB channel, which results are to match (the host matches whole histograms)."""
    return cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2LAB).mean((0, 1))


def apply_color_correction(correction: Any, image: Image.Image) -> Image.Image:
    """Colours moved to the mean of `correction`, lightness kept."""
    lab = cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2LAB)
    moved = lab + (correction - setup_color_correction(image)) * (0, 1, 1)
    return Image.fromarray(cv2.cvtColor(np.clip(np.rint(moved), 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB))
