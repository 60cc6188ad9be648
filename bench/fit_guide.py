"""Trains the built-in segmenter's network and writes it: `python -m bench.fit_guide --help`.

docs/SEGMENTERS.md tells what the shipped one was trained on. A GPU is needed in practice: twelve minutes of one that is
fast. Clicks are simulated as in RITM (Sofiiuk et al. 2022): the first in the object, up to three more where the
network's own answer is most wrong.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from bench.guide_net import Guide, export, with_trunk
from bench.guide_pictures import Pictures, composed, real, weathered
from click_inpaint.segment.grabcut.network import CLICK_RADIUS_PX

REAL_SHARE = 0.625
DEPTH_STEP = 4  # distances to an outline are counted in squares of so many px
DEEPEST = 24
STEPS = (0.4, 0.25, 0.2, 0.15)  # how often 0, 1, 2 and 3 corrections follow the first click
POWERS, POWER_SHARES = (0.0, 1.0, 3.0, 12.0), (0.12, 0.2, 0.3, 0.38)  # how much first clicks keep to the middle
WARM_UP, AVERAGED = 200, 0.998
TRUNK_RATE = 0.25  # of the learning rate, for what was trained before
HARD = 1.5  # the exponent of the normalised focal loss


def main(argv: list[str]) -> None:
    """Train, and write OUT/guide.pt now and then, and OUT/guide.onnx in the end."""
    given = _arguments(argv)
    torch.manual_seed(given.seed)
    pictures = Pictures(given.coco, given.cutouts, given.backgrounds, given.device)
    net = with_trunk(Guide(), given.trunk).to(given.device).to(memory_format=torch.channels_last)
    averaged = Guide().to(given.device)
    averaged.load_state_dict(net.state_dict())
    trunk = [value for name, value in net.named_parameters() if name.startswith("features.")]
    rest = [value for name, value in net.named_parameters() if not name.startswith("features.")]
    groups = [{"params": trunk, "lr": given.rate * TRUNK_RATE}, {"params": rest, "lr": given.rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=1e-3)
    rates = [group["lr"] for group in optimiser.param_groups]
    start, step = time.monotonic(), 0
    while (done := (time.monotonic() - start) / (60 * given.minutes)) < 1:
        share = min(1.0, (step + 1) / WARM_UP) * (0.5 * (1 + math.cos(math.pi * done)) + 0.003)
        for group, rate in zip(optimiser.param_groups, rates):
            group["lr"] = rate * share
        image, mask, asked = batch(pictures, given.batch, given.side, net)
        loss, overlap = loss_of(_answer(net, image, asked), mask)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 3.0)
        optimiser.step()
        step += 1
        _average(averaged, net, min(AVERAGED, 1 - 1 / (step + 10)))
        if step % 100 == 1:
            print(f"{step}: loss {loss.item():.3f}, overlap {overlap.item():.3f}", flush=True)
            torch.save(averaged.state_dict(), given.out / "guide.pt")
    export(averaged, given.out / "guide.onnx")


def batch(pictures: Pictures, count: int, side: int, net: Guide) -> tuple[Any, Any, Any]:
    """Windows (count x 3 x side x side), masks (count x 1 x …) and what is asked (count x 4 x …)."""
    from_photos = round(REAL_SHARE * count)
    parts = real(pictures, from_photos, side), composed(pictures, count - from_photos, side)
    image, mask = weathered(torch.cat([parts[0][0], parts[1][0]])), torch.cat([parts[0][1], parts[1][1]])
    good = torch.nonzero((mask > 0.5).float().mean((1, 2, 3)) > 0.004)[:, 0]
    good = good[torch.arange(count, device=good.device) % len(good)]
    image, mask = image[good], mask[good]
    kind = torch.rand(count, 1, 1, 1, device=image.device)
    asked = torch.zeros(count, 4, side, side, device=image.device)
    asked[:, 2:3] = _boxes(mask) * (kind < 0.3)
    power = torch.tensor(POWERS, device=image.device)[torch.multinomial(torch.tensor(POWER_SHARES), count, True)]
    spot, _ = _spot(_depth(mask), power)
    asked[:, 0:1] = _disc(spot, side) * (kind > 0.2)
    net.eval()
    with torch.no_grad():
        for _ in range(int(torch.multinomial(torch.tensor(STEPS), 1))):
            _correct(asked, mask, torch.sigmoid(_enlarged(_answer(net, image, asked), side)))
    net.train()
    return image, mask, asked


def loss_of(logits: Any, mask: Any) -> tuple[Any, Any]:
    """The mean loss of answers at half size, and their mean soft overlap."""
    logits = _enlarged(logits, mask.shape[-1])
    chance = logits.sigmoid()
    entropy = functional.binary_cross_entropy_with_logits(logits, mask, reduction="none")
    weight = (1 - torch.where(mask > 0.5, chance, 1 - chance)) ** HARD
    focal = (weight * entropy).sum((1, 2, 3)) / weight.sum((1, 2, 3)).clamp(min=1).detach()
    both = (chance * mask).sum((1, 2, 3))
    missed = 1 - (both + 1) / ((chance + mask - chance * mask).sum((1, 2, 3)) + 1)
    return (0.5 * focal + entropy.mean((1, 2, 3)) + missed).mean(), 1 - missed.mean().detach()


def _answer(net: Guide, image: Any, asked: Any) -> Any:
    seen = torch.cat([image, asked], 1).contiguous(memory_format=torch.channels_last)
    with torch.autocast(image.device.type, torch.bfloat16):
        return net(seen).float()


def _enlarged(logits: Any, side: int) -> Any:
    return functional.interpolate(logits, size=(side, side), mode="bilinear", align_corners=False)


def _correct(asked: Any, mask: Any, chance: Any) -> None:
    """One more click for each window, where its answer is most wrong; most are shown that answer, too."""
    missed, taken = _depth(mask * (chance < 0.5)), _depth((1 - mask) * (chance > 0.5))
    more = missed.amax((1, 2, 3)) >= taken.amax((1, 2, 3))
    wrong = torch.where(more.view(-1, 1, 1, 1), missed, taken)
    spot, none = _spot(wrong, torch.full((len(mask),), 8.0, device=mask.device))
    disc = _disc(spot, mask.shape[-1]) * (~none).float().view(-1, 1, 1, 1)
    include = more.float().view(-1, 1, 1, 1)
    asked[:, 0:1] = torch.maximum(asked[:, 0:1], disc * include)
    asked[:, 1:2] = torch.maximum(asked[:, 1:2], disc * (1 - include))
    asked[:, 3:4] = chance * (torch.rand(len(mask), 1, 1, 1, device=mask.device) < 0.85)


def _depth(mask: Any) -> Any:
    """Rough distances to the outline; the frame's edge counts as one. Nx1 at 1/DEPTH_STEP of the size."""
    shape = (functional.avg_pool2d(mask, DEPTH_STEP) > 0.5).float()
    total, left = shape.clone(), shape
    for _ in range(DEEPEST):
        left = -functional.max_pool2d(functional.pad(-left, (1, 1, 1, 1), value=0.0), 3, 1)
        total = total + left
    return total


def _spot(depth: Any, power: Any) -> tuple[Any, Any]:
    """A place in each window (Nx2, x and y in px), the likelier the deeper; and where there is none."""
    flat = depth.flatten(1)
    weight = (flat / flat.amax(1, keepdim=True).clamp(min=1e-3)) ** power.view(-1, 1) * (flat > 0)
    weight = weight + (weight.sum(1, keepdim=True) <= 0).float()
    index, columns = torch.multinomial(weight, 1)[:, 0], depth.shape[-1]
    return torch.stack([index % columns, index // columns], 1).float() * DEPTH_STEP + 2, flat.amax(1) < 1


def _disc(place: Any, side: int) -> Any:
    axis = torch.arange(side, device=place.device).float()
    dx, dy = axis.view(1, 1, -1) - place[:, 0].view(-1, 1, 1), axis.view(1, -1, 1) - place[:, 1].view(-1, 1, 1)
    return (dx**2 + dy**2 <= CLICK_RADIUS_PX**2).float()[:, None]


def _boxes(mask: Any) -> Any:
    """The boxes of the masks, most of them drawn a little loosely; Nx1xSxS, 0 or 1."""
    count, side = len(mask), mask.shape[-1]
    axis = torch.arange(side, device=mask.device).float()
    loose = torch.rand(count, 1, device=mask.device) * 0.12 * (torch.rand(count, 1, device=mask.device) < 0.6)

    def within(there: Any) -> Any:
        low = torch.where(there, axis, torch.full_like(axis, 1e9)).amin(1, keepdim=True)
        high = torch.where(there, axis, torch.full_like(axis, -1e9)).amax(1, keepdim=True) + 1
        slack = (high - low) * loose * (torch.rand(count, 1, device=mask.device) * 1.2 - 0.2)
        return (axis >= low - slack) & (axis < high + slack)

    shape = mask[:, 0] > 0.5
    across, down = within(shape.any(1)), within(shape.any(2))
    return (across[:, None, :] & down[:, :, None]).float()[:, None]


def _average(averaged: Guide, net: Guide, keep: float) -> None:
    with torch.no_grad():
        for old, new in zip(averaged.state_dict().values(), net.state_dict().values()):
            if old.dtype.is_floating_point:
                old.lerp_(new, 1 - keep)
            else:
                old.copy_(new)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.fit_guide")
    parser.add_argument("--coco", type=Path, required=True, help="a folder with COCO's pictures and instances_*.json")
    parser.add_argument("--cutouts", type=Path, required=True, help="a folder of PNG files with alpha")
    parser.add_argument("--backgrounds", type=Path, required=True, help="a folder of photographs")
    parser.add_argument("--trunk", type=Path, required=True, help="torchvision's mobilenet_v2-b0353104.pth")
    parser.add_argument("--out", type=Path, required=True, help="a folder that is there")
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--side", type=int, default=352, help="of the windows; a multiple of 32")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
