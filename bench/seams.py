"""The seam of synthetic samplers of known drift, and the host's "only masked" beside it; part of `bench.exact`."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image, ImageOps

from click_inpaint import edit as edits
from click_inpaint import mask
from click_inpaint.colour import delta_e, lab_from_linear, to_linear, to_srgb
from click_inpaint.crop import resize
from click_inpaint.edit import Edit
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.pipeline import Job, Pipeline, finish
from click_inpaint.segment.registry import Registry
from click_inpaint.store import Store

U8 = NDArray[np.uint8]
Sampler = Callable[[Job, float], U8]

AREA = Size(512, 512)
CASE_PX = 300
DRIFT = 5.0
"""ΔE00 at the seam before matching."""
OFFSETS, CRUSHING_OFFSETS = 0.006, 0.02
"""Largest offsets of the drift in linear light, before it is scaled to DRIFT; 0.02 is level 39 of 255."""
SAMPLER_BLUR_PX = 0.8
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket", "immunohistochemistry", "retina")
HOST_PADDING_PX = 32
HOST_BLUR = 4.0
"""The host's default "mask blur"."""


def seams(count: int) -> dict[str, float]:
    """Colours and gradients at the seam with synthetic samplers, means over `count` pictures; `crushed_`: with drifts
    that drive shadows to black or lift them, of which the part `crushed_clipped` of the seam's values shows nothing.
    """
    result = _means(case.figures() for case in seam_cases(count))
    crushed = _means(case.drifts() for case in seam_cases(count, offsets=CRUSHING_OFFSETS))
    return result | {f"crushed_{name}": value for name, value in crushed.items()}


def _means(cases: Iterator[dict[str, float]]) -> dict[str, float]:
    """Means by name, over both samplers first, and the drift's ninetieth percentile."""
    found: dict[str, list[float]] = {}
    for figures in cases:
        for name, value in figures.items():
            found.setdefault(name, []).append(value)
    before, after = (found[f"{when}_everywhere"] + found[f"{when}_inside"] for when in ("drift_before", "drift_after"))
    return {
        "drift_before": float(np.mean(before)),
        "drift_after": float(np.mean(after)),
        "drift_after_p90": float(np.quantile(after, 0.9)),
    } | {name: float(np.mean(values)) for name, values in found.items()}


@dataclass(frozen=True, eq=False)
class SeamCase:
    """A crop of a photograph, a selection in it, what a sampler puts there, and the sampler's drift."""

    rgb: U8
    edit: Edit
    selection: mask.Mask
    content: U8
    gain: NDArray[np.float64]
    offset: NDArray[np.float64]

    def figures(self) -> dict[str, float]:
        """ΔE00 before and after matching for both samplers, changes without drift, and the gradients' ratios."""
        job, strength = self._job(), self._strength(self.everywhere)
        out = self.drifts() | self._gradients(job, strength)
        for name, painted in self._samplers:
            clean = painted(job, 0)
            untouched = finish(job, clean).rgb == finish(replace(job, match="off"), clean).rgb
            out[f"changed_without_drift_{name}"] = float(not untouched.all())
        return out

    def drifts(self) -> dict[str, float]:
        """ΔE00 at the seam before and after matching for both samplers, and the part of its values that was clipped."""
        job, out = self._job(), {}
        for name, painted in self._samplers:
            clean, drifted = painted(job, 0), painted(job, self._strength(painted))
            out[f"drift_before_{name}"] = _difference(job, drifted, clean)
            out[f"drift_after_{name}"] = _difference(job, _matched(job, drifted), clean)
            seen = resize(drifted, job.crop.size)[_ramp(job)]
            out[f"clipped_{name}"] = float(((seen == 0) | (seen == 255)).mean())
        return out

    @property
    def _samplers(self) -> tuple[tuple[str, Sampler], ...]:
        return ("everywhere", self.everywhere), ("inside", self.inside)

    def _job(self) -> Job:
        return Pipeline(stored(self.rgb), Registry()).prepare(self.edit, AREA)[0]

    def _strength(self, painted: Sampler) -> float:
        """How strong the drift has to be to show as DRIFT at the seam."""
        job = self._job()
        clean, low, high = painted(job, 0), 0.0, 3.0
        for _ in range(9):
            middle = (low + high) / 2
            low, high = (middle, high) if _difference(job, painted(job, middle), clean) < DRIFT else (low, middle)
        return high

    def everywhere(self, job: Job, strength: float, blur: float = SAMPLER_BLUR_PX) -> U8:
        """The crop, softened and with the drift, as an autoencoder with faults would return it."""
        return self._drifted(_blurred(job.source, blur), strength)

    def inside(self, job: Job, strength: float) -> U8:
        """As the host paints: new content and drift inside the model mask, outside only what decoding softens."""
        new = _blurred(resize(self.content[job.crop.slices], job.working), SAMPLER_BLUR_PX)
        kept = _blurred(job.source, SAMPLER_BLUR_PX)
        return np.where(job.model_mask[..., None] != 0, self._drifted(new, strength), kept)

    def _drifted(self, image: U8, strength: float) -> U8:
        levels = to_linear(np.arange(256) / 255)[:, None]
        table = np.rint(255 * to_srgb(levels * self.gain**strength + strength * self.offset)).astype(np.uint8)
        return np.asarray(cv2.LUT(image, table.reshape(1, 256, 3)), np.uint8)

    def _gradients(self, job: Job, strength: float) -> dict[str, float]:
        """The seam's gradient over the source's, ours and the host's; without blur, which would hide a seam."""
        ours = finish(job, self.everywhere(job, strength, blur=0)).rgb
        blend = job.blend.full()
        host = HostJob(Image.fromarray(self.rgb), Image.fromarray(self.selection.full()), AREA)
        theirs = np.asarray(host.finished(Image.fromarray(self._drifted(np.asarray(host.init), strength))))
        return {
            "seam_ratio": _across(ours, blend) / _across(self.rgb, blend),
            "seam_ratio_host": _across(theirs, host.blurred) / _across(self.rgb, host.blurred),
        }


def seam_cases(count: int, seed: int = 5, offsets: float = OFFSETS) -> Iterator[SeamCase]:
    """Crops of scikit-image's bundled photographs with blobs as selections; the same for the same seed."""
    rng = np.random.default_rng(seed)
    photographs = [getattr(skimage.data, name)() for name in PHOTOGRAPHS]
    for number in range(count):
        here, other = (_cut(photographs[(number + step) % len(photographs)], rng) for step in (0, 1))
        points = rng.uniform(110, here.shape[0] - 110, (3, 2)).round().tolist()
        radius = round(rng.uniform(25, 60))
        edit = edits.parse({"selection": [{"kind": "stroke", "points": points, "radius": radius}]})
        edit = replace(edit, image=hashlib.sha256(_png(here)).hexdigest())
        selection = mask.stroke(Size(*here.shape[1::-1]), [Point(*point) for point in points], radius)
        content = np.where(selection.full()[..., None] != 0, other, here)
        gain, offset = np.exp(rng.uniform(-0.3, 0.3, 3)), rng.uniform(-offsets, offsets, 3)
        yield SeamCase(here, edit, selection, content, gain, offset)


def _cut(photograph: U8, rng: np.random.Generator) -> U8:
    y, x = (int(rng.integers(0, side - CASE_PX + 1)) for side in photograph.shape[:2])
    return np.ascontiguousarray(photograph[y : y + CASE_PX, x : x + CASE_PX, :3])


def _matched(job: Job, painted: U8) -> U8:
    """The new pixels of the whole crop as finish corrects them, HxWx3 uint8."""
    whole = replace(job, blend=mask.rectangle(job.blend.frame, job.crop))
    return finish(whole, painted).rgb[job.crop.slices]


def _difference(job: Job, painted: U8, clean: U8) -> float:
    """Median ΔE00 on the ramp between new pixels (HxWx3, working or crop size) and what they were without drift."""
    seam = _ramp(job)
    new, without = (resize(image, job.crop.size)[seam] / 255 for image in (painted, clean))
    return float(np.median(delta_e(lab_from_linear(to_linear(new)), lab_from_linear(to_linear(without)))))


def _ramp(job: Job) -> NDArray[np.bool_]:
    """The seam: where new and old are mixed, HxW of the crop."""
    blend = job.blend.window(job.crop)
    return np.asarray((blend > 0) & (blend < 255), np.bool_)


def _across(image: U8, blend: U8) -> float:
    """Mean gradient of luma across the blend's edge, on its ramp."""
    luma = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    soft = cv2.GaussianBlur(blend, (0, 0), 3).astype(np.float32)
    dx, dy = (cv2.Sobel(soft, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    gx, gy = (cv2.Sobel(luma, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    seam = (blend > 0) & (blend < 255)
    return float((np.abs(gx * dx + gy * dy) / np.maximum(np.hypot(dx, dy), 1e-6))[seam].mean())


def _blurred(image: U8, sigma: float) -> U8:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8) if sigma else image


def _png(rgb: U8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG", compress_level=1)
    return file.getvalue()


def stored(rgb: U8) -> Store:
    """A store that holds the picture as a PNG file."""
    store = Store()
    store.add(_png(rgb))
    return store


class HostJob:
    """The host's "only masked" on one picture: what `init` does before sampling, and the overlay after it."""

    def __init__(self, picture: Image.Image, mask_image: Image.Image, area: Size, blur: float = HOST_BLUR) -> None:
        blurred = Image.fromarray(host_blur(np.array(mask_image.convert("L")), blur))
        region = _expanded(_crop_region(blurred), area, Size(*blurred.size))
        self.blurred = np.asarray(blurred)
        self.model_mask = _host_resize(blurred.crop(region), area)
        self.paste_to = (region[0], region[1], region[2] - region[0], region[3] - region[1])
        image = picture.convert("RGB")
        masked = Image.new("RGBa", image.size)
        masked.paste(image.convert("RGBA").convert("RGBa"), mask=ImageOps.invert(blurred))
        self.overlay = masked.convert("RGBA")
        self.init = _host_resize(image.crop(region), area)

    def finished(self, painted: Image.Image) -> Image.Image:
        """`uncrop` and `apply_overlay`."""
        x, y, width, height = self.paste_to
        base = Image.new("RGBA", self.overlay.size)
        base.paste(_host_resize(painted, Size(width, height)), (x, y))
        base.copy()  # the host keeps what was painted for its mask composite
        composed = base.convert("RGBA")
        composed.alpha_composite(self.overlay)
        return composed.convert("RGB")


def host_blur(pixels: U8, sigma: float) -> U8:
    """The host's mask blur: two 1-D Gaussians over the full frame, cut at 2.5 sigma."""
    side = 2 * int(2.5 * sigma + 0.5) + 1
    across = cv2.GaussianBlur(pixels, (side, 1), sigma)
    return np.asarray(cv2.GaussianBlur(across, (1, side), sigma), np.uint8)


def _crop_region(image: Image.Image) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = image.getbbox() or (0, 0, *image.size)
    pad = HOST_PADDING_PX
    return max(x0 - pad, 0), max(y0 - pad, 0), min(x1 + pad, image.width), min(y1 + pad, image.height)


def _expanded(region: tuple[int, int, int, int], area: Size, frame: Size) -> tuple[int, int, int, int]:
    """The region grown to the area's aspect and shifted into the frame."""
    box = Box(*region)
    width, height = box.width, box.height
    if box.size.aspect > area.aspect:
        height = min(int(width / area.aspect), frame.height)
    else:
        width = min(int(height * area.aspect), frame.width)
    x0 = min(max(box.x0 - (width - box.width) // 2, 0), frame.width - width)
    y0 = min(max(box.y0 - (height - box.height) // 2, 0), frame.height - height)
    return x0, y0, x0 + width, y0 + height


def _host_resize(image: Image.Image, size: Size) -> Image.Image:
    return image.resize((size.width, size.height), resample=Image.Resampling.LANCZOS)
