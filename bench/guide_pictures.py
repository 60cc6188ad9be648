"""What the built-in segmenter's network learns from: windows of photographs with masks, and composites of cut-outs.

Everything is drawn on the device, in batches: `Pictures` holds all photographs as tensors, `real` and `composed` draw
windows from them, `weathered` gives those other light, blur and noise. Masks are float32 Nx1xSxS in [0, 1].
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional

U8 = NDArray[np.uint8]

FREE = frozenset({4, 5, 7, 8})
"""COCO's numbers of CC BY, CC BY-SA, no known restrictions, and works of the United States' government."""
SIDE_PX, CUTOUT_PX = 512, 256
LAYERS = ((1.0, 0.12, 1.0), (0.75, 0.12, 1.0), (0.5, 0.12, 1.0), (0.35, 0.12, 1.0))
"""Of a composite: how likely each is there, and how large it is, in sides of the window."""
BEHIND = 0.04  # of the composites ask for what lies behind all objects
LEAST_AREA = 900  # px, of a mask in COCO
TOUCHING = 0.2  # how often two masks that touch are one object


class Pictures:
    """Photographs (N x 3 x SIDE_PX x SIDE_PX, uint8), the masks on them with their owners and boxes, and cut-outs with
    alpha (N x 4 x CUTOUT_PX x CUTOUT_PX, uint8).
    """

    def __init__(self, coco: Path, cutouts: Path, backgrounds: Path, device: str) -> None:
        found = list(_free(coco))
        masks = [(index, mask) for index, (_, own) in enumerate(found) for mask in own]
        self.device = device
        self.photos = _stacked([_square(image) for image, _ in found]).to(device)
        self.aspect = torch.tensor([image.shape[1] / image.shape[0] for image, _ in found], device=device)
        self.owner = torch.tensor([index for index, _ in masks], device=device)
        squares = [np.asarray(_square(mask), np.uint8) for _, mask in masks]
        self.masks = torch.tensor(np.stack(squares))[:, None].to(device)
        self.boxes = torch.tensor([_box(square) for square in squares], device=device)
        shares = torch.tensor([float((square > 127).mean()) for square in squares], device=device)
        self.weights = shares.sqrt().clamp(0.03, 0.5)
        self.near = torch.tensor(_neighbours(squares, [index for index, _ in masks]), device=device)
        others = [_square(_rgb(path)) for path in sorted(backgrounds.iterdir())]
        self.backgrounds = torch.cat([self.photos, _stacked(others).to(device)])
        own = [
            np.dstack([found[index][0], mask]) for (index, mask), share in zip(masks, shares.tolist()) if share >= 0.02
        ]
        given = [_rgba(path) for path in sorted(cutouts.rglob("*.png"))]
        self.cutouts = _stacked([_centred(image) for image in [*given, *own]]).to(device)

    def random(self, count: int, low: float, high: float) -> Any:
        """`count` numbers between the two."""
        return torch.rand(count, device=self.device) * (high - low) + low


def real(pictures: Pictures, count: int, side: int) -> tuple[Any, Any]:
    """Windows of photographs around an object (count x 3 x side x side, in [0, 1]), and its mask."""
    at = torch.multinomial(pictures.weights, count, True)
    owner, box = pictures.owner[at], pictures.boxes[at] * 2 - 1
    middle, half = (box[:, :2] + box[:, 2:]) / 2, (box[:, 2:] - box[:, :2]) / 2
    aspect = pictures.aspect[owner]
    share = torch.exp(pictures.random(count, math.log(0.2), math.log(1.1)))
    whole = pictures.random(count, 0, 1) < 0.3
    extent = torch.maximum(half[:, 0] * aspect, half[:, 1]) / share
    extent = torch.where(whole, aspect.clamp(min=1), extent).clamp(0.25, 1.6)
    stretch = torch.exp(0.18 * torch.randn(count, device=pictures.device))
    reach = torch.stack([extent / aspect * stretch, extent / stretch], 1)
    room = (reach - half * 0.8).abs().clamp(0, 1) * (torch.rand(count, 2, device=pictures.device) * 2 - 1)
    centre = torch.where(whole[:, None], torch.zeros_like(middle), middle + room)
    limit = (1 - reach).clamp(min=0)
    centre = torch.maximum(torch.minimum(centre, limit), -limit)  # inside the photograph, where the window fits
    turn = 0.12 * torch.randn(count, device=pictures.device)
    grid = _grid(centre, reach, turn, _flips(pictures, count), side)
    other = pictures.near[at, torch.randint(pictures.near.shape[1], (count,), device=pictures.device)]
    other = torch.where(pictures.random(count, 0, 1) < TOUCHING, other, at)
    masks = torch.maximum(pictures.masks[at], pictures.masks[other])
    return _sampled(pictures.photos[owner], grid, "reflection"), _sampled(masks, grid, "zeros")


def composed(pictures: Pictures, count: int, side: int) -> tuple[Any, Any]:
    """Backgrounds with up to four cut-outs on them, and the mask of what is seen of one."""
    extent = pictures.random(count, 0.35, 1)[:, None]
    stretch = torch.exp(0.15 * torch.randn(count, 1, device=pictures.device))
    centre = (torch.rand(count, 2, device=pictures.device) * 2 - 1) * (1 - extent)
    turn = 0.1 * torch.randn(count, device=pictures.device)
    grid = _grid(centre, torch.cat([extent * stretch, extent / stretch], 1), turn, _flips(pictures, count), side)
    chosen = torch.randint(len(pictures.backgrounds), (count,), device=pictures.device)
    image = _sampled(pictures.backgrounds[chosen], grid, "reflection")
    seen: list[Any] = []
    for chance, low, high in LAYERS:
        colour, alpha = _layer(pictures, count, side, low, high)
        alpha = alpha * (torch.rand(count, 1, 1, 1, device=pictures.device) < chance)
        colour = _lit(_harmonised(colour, alpha, image), side)
        image = image * (1 - _shadow(alpha)) * (1 - alpha) + colour * alpha
        seen = [earlier * (1 - alpha) for earlier in seen] + [alpha]
    stack = torch.cat(seen, 1)
    share = (stack > 0.5).float().mean((2, 3))
    pick = torch.multinomial((share > 0.008).float() * (0.3 + share.sqrt()) + 1e-6, 1)
    mask = stack.gather(1, pick.view(-1, 1, 1, 1).expand(-1, 1, side, side))
    behind = torch.rand(count, 1, 1, 1, device=pictures.device) < BEHIND
    return image, torch.where(behind, 1 - stack.sum(1, keepdim=True).clamp(0, 1), mask)


def weathered(image: Any) -> Any:
    """The windows in other light: brightness, contrast, colour, a little blur and noise."""
    count, device = len(image), image.device

    def some(chance: float, low: float, high: float) -> Any:
        chosen = (torch.rand(count, 1, 1, 1, device=device) < chance).float()
        return chosen * (torch.rand(count, 1, 1, 1, device=device) * (high - low) + low)

    image = image * (1 + some(0.7, -0.35, 0.35))
    mean = image.mean((1, 2, 3), keepdim=True)
    image = (image - mean) * (1 + some(0.7, -0.4, 0.4)) + mean
    grey = image.mean(1, keepdim=True)
    image = grey + (image - grey) * (1 + some(0.6, -0.7, 0.6)) * (1 - some(0.07, 1, 1))
    image = image * (1 + some(0.5, 1, 1) * torch.randn(count, 3, 1, 1, device=device) * 0.08)
    image = image.clamp(1e-3, 1) ** torch.exp(some(0.4, -0.4, 0.4))
    blur = some(0.35, 0.3, 1)
    image = blur * functional.avg_pool2d(functional.pad(image, (1, 1, 1, 1), mode="reflect"), 3, 1) + (1 - blur) * image
    return (image + torch.randn_like(image) * some(0.4, 0, 0.06)).clamp(0, 1)


def _layer(pictures: Pictures, count: int, side: int, low: float, high: float) -> tuple[Any, Any]:
    """A cut-out somewhere in each window: colours and alpha."""
    device = pictures.device
    chosen = torch.randint(len(pictures.cutouts), (count,), device=device)
    size = torch.exp(pictures.random(count, math.log(low), math.log(high)))
    stretch = torch.exp(0.2 * torch.randn(count, device=device))
    reach = torch.stack([stretch / size, 1 / size / stretch], 1)
    place = torch.rand(count, 2, device=device) * 1.9 - 0.95
    turn = 0.5 * torch.randn(count, device=device)
    grid = _grid(torch.zeros(count, 2, device=device), reach, turn, _flips(pictures, count), side)
    drawn = _sampled(pictures.cutouts[chosen], grid - (place * reach)[:, None, None], "zeros")
    alpha = drawn[:, 3:]
    soft = (torch.rand(count, 1, 1, 1, device=device) < 0.6).float()
    blurred = functional.avg_pool2d(functional.pad(alpha, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return drawn[:, :3], soft * blurred + (1 - soft) * alpha


def _harmonised(colour: Any, alpha: Any, image: Any) -> Any:
    """Colours that go some of the way to the background's mean and spread."""
    weight = alpha.sum((2, 3), keepdim=True).clamp(min=1)
    mean = (colour * alpha).sum((2, 3), keepdim=True) / weight
    spread = (((colour - mean) ** 2 * alpha).sum((2, 3), keepdim=True) / weight + 1e-4).sqrt()
    count, device = len(image), image.device
    way = torch.rand(count, 1, 1, 1, device=device) * 0.9 * (torch.rand(count, 1, 1, 1, device=device) < 0.7)
    wanted = image.std((2, 3), keepdim=True) + 1e-2
    gain = (1 + way * 0.6 * (wanted / spread - 1)).clamp(0.4, 1.6)
    return (colour - mean) * gain + mean + way * (image.mean((2, 3), keepdim=True) - mean)


def _lit(colour: Any, side: int) -> Any:
    """Light that falls off to one side."""
    count, device = len(colour), colour.device
    slope = torch.linspace(-1, 1, side, device=device)
    across, down = (0.5 * torch.randn(count, 1, 1, 1, device=device) for _ in range(2))
    return (colour * (1 + across * slope.view(1, 1, 1, -1) + down * slope.view(1, 1, -1, 1)).clamp(0.4, 1.5)).clamp(
        0, 1
    )


def _shadow(alpha: Any) -> Any:
    moved = functional.pad(torch.roll(alpha, (7, 5), (2, 3)), (8, 8, 8, 8))
    there = (torch.rand(len(alpha), 1, 1, 1, device=alpha.device) < 0.4).float()
    return functional.avg_pool2d(moved, 17, 1) * 0.45 * there


def _grid(centre: Any, reach: Any, turn: Any, flip: Any, side: int) -> Any:
    """Where each pixel of a window is taken from: `reach` is half its extent, in -1..1 of the source."""
    cos, sin = turn.cos(), turn.sin()
    rows = torch.stack([reach[:, 0] * cos * flip, -reach[:, 0] * sin, centre[:, 0]], 1)
    more = torch.stack([reach[:, 1] * sin * flip, reach[:, 1] * cos, centre[:, 1]], 1)
    return functional.affine_grid(torch.stack([rows, more], 1), [len(turn), 1, side, side], align_corners=False)


def _flips(pictures: Pictures, count: int) -> Any:
    return (pictures.random(count, 0, 1) < 0.5).float() * 2 - 1


def _sampled(source: Any, grid: Any, beyond: str) -> Any:
    return functional.grid_sample(source.float() / 255, grid, padding_mode=beyond, align_corners=False)


def _free(coco: Path) -> Iterator[tuple[U8, list[U8]]]:
    """The photographs (uint8 HxWx3 RGB) below a folder in COCO's form that are FREE, with their masks."""
    done: set[str] = set()
    for listing in sorted(coco.rglob("instances_*.json")):
        entries = json.loads(listing.read_text(encoding="utf-8"))
        drawn = defaultdict(list)
        for entry in entries["annotations"]:
            drawn[entry["image_id"]].append(entry)
        for entry in entries["images"]:
            path = next(coco.rglob(entry["file_name"]), None)
            if entry.get("license") in FREE and path is not None and path.name not in done:
                done.add(path.name)
                image = _rgb(path)
                yield image, [mask for one in drawn[entry["id"]] for mask in _masks(one, image.shape[:2])]


def _masks(entry: dict[str, Any], shape: tuple[int, ...]) -> Iterator[U8]:
    """The mask of an entry, 0 or 255; none for crowds and small ones."""
    if entry.get("iscrowd") or not isinstance(entry["segmentation"], list) or entry["area"] < LEAST_AREA:
        return
    mask = np.zeros(shape, np.uint8)
    for polygon in entry["segmentation"]:
        cv2.fillPoly(mask, [np.round(np.array(polygon).reshape(-1, 2)).astype(np.int32)], (255,))
    yield mask


def _neighbours(masks: list[U8], owners: list[int]) -> list[list[int]]:
    """For each mask, four that touch it on the same photograph, with repeats; itself where none does."""
    small = [cv2.resize(mask, (128, 128), interpolation=cv2.INTER_AREA) > 127 for mask in masks]
    wide = [cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0 for mask in small]
    out = []
    for index, owner in enumerate(owners):
        same = [other for other, one in enumerate(owners) if one == owner and other != index]
        touching = [other for other in same if (wide[index] & small[other]).sum() > 5]
        out.append((touching * 4)[:4] or [index] * 4)
    return out


def _rgb(path: Path) -> U8:
    return np.asarray(Image.open(path).convert("RGB"))


def _rgba(path: Path) -> U8:
    return np.asarray(Image.open(path).convert("RGBA"))


def _square(image: U8) -> U8:
    return np.asarray(cv2.resize(image, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8)


def _box(mask: U8) -> tuple[float, ...]:
    x, y, width, height = cv2.boundingRect((mask > 127).astype(np.uint8))
    return tuple(value / SIDE_PX for value in (x, y, x + width, y + height))


def _centred(image: U8) -> U8:
    """A cut-out (uint8 HxWx4), trimmed to what is seen, in the middle of a square."""
    x, y, width, height = cv2.boundingRect((image[..., 3] > 20).astype(np.uint8))
    part = image[y : y + height, x : x + width]
    scale = 0.96 * CUTOUT_PX / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    out = np.zeros((CUTOUT_PX, CUTOUT_PX, 4), np.uint8)
    top, left = (CUTOUT_PX - size[1]) // 2, (CUTOUT_PX - size[0]) // 2
    out[top : top + size[1], left : left + size[0]] = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return out


def _stacked(images: list[U8]) -> Any:
    return torch.tensor(np.stack(images)).permute(0, 3, 1, 2).contiguous()
