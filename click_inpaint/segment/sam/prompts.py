"""Prompts as the embeddings that SAM's decoder reads, which segment_anything's prompt encoder computes."""

from __future__ import annotations

from typing import Any

from click_inpaint.geometry import Size
from click_inpaint.segment.base import Prompt


def sparse(prompt_encoder: Any, prompt: Prompt, size: Size, fitted: Size) -> Any:
    """The embeddings, Tx256, of a prompt's points and box, in a picture of `size` that SAM sees at size `fitted`."""
    scale = fitted.width / size.width, fitted.height / size.height
    return prompt_encoder(points=_points(prompt, scale), boxes=_box(prompt, scale), masks=None)[0][0]


def dense(prompt_encoder: Any, logits: Any) -> Any:
    """The embedding, 1x256x64x64, of a mask to start from, given as 256x256 logits."""
    return prompt_encoder(points=None, boxes=None, masks=logits[None, None])[1]


def _points(prompt: Prompt, scale: tuple[float, float]) -> Any:
    import torch

    points = [*prompt.include, *prompt.exclude]
    if not points:
        return None
    labels = [1] * len(prompt.include) + [0] * len(prompt.exclude)
    coordinates = [_at(point.x, point.y, scale) for point in points]
    return torch.tensor([coordinates], dtype=torch.float32), torch.tensor([labels])


def _box(prompt: Prompt, scale: tuple[float, float]) -> Any:
    import torch

    box = prompt.box
    if box is None:
        return None
    corners = [_at(box.x0, box.y0, scale) + _at(box.x1, box.y1, scale)]
    return torch.tensor(corners, dtype=torch.float32)


def _at(x: float, y: float, scale: tuple[float, float]) -> list[float]:
    """A point in SAM's coordinates, which name a pixel by its index; ours count from the corner of the first pixel."""
    return [x * scale[0] - 0.5, y * scale[1] - 0.5]
