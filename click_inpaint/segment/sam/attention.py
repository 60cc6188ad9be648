"""Fused attention for one loaded SAM encoder: the same sums, but no table of all pairs of positions in memory."""

from __future__ import annotations

from types import MethodType
from typing import Any


def fuse(image_encoder: Any) -> Any:
    """Let every attention layer of this encoder (segment_anything's ImageEncoderViT) compute fused attention, and
    return the encoder. The package itself is not changed. A torch before 2.0 has no fused attention: there nothing
    happens.
    """
    import torch

    if hasattr(torch.nn.functional, "scaled_dot_product_attention"):
        for block in image_encoder.blocks:
            if block.attn.use_rel_pos:
                block.attn.forward = MethodType(_attend, block.attn)
    return image_encoder


def _attend(attention: Any, x: Any) -> Any:
    """The result of segment_anything's Attention.forward for BxHxWxC.

    The decomposed relative position (Li et al. 2022, MViTv2) adds rel_h[q, row of k] + rel_w[q, column of k] to the
    product of q and k. That sum is itself a product, of q's terms with one-hot rows and columns; so those are appended
    to q and k.
    """
    import torch
    from segment_anything.modeling.image_encoder import get_rel_pos

    batch, rows, columns, _ = x.shape
    heads = attention.num_heads
    q, k, v = attention.qkv(x).view(batch, rows * columns, 3, heads, -1).permute(2, 0, 3, 1, 4)
    depth = q.shape[-1]
    by_place = q.reshape(batch * heads, rows, columns, depth)
    rel_h = torch.einsum("bhwc,hkc->bhwk", by_place, get_rel_pos(rows, rows, attention.rel_pos_h).to(q.dtype))
    rel_w = torch.einsum("bhwc,wkc->bhwk", by_place, get_rel_pos(columns, columns, attention.rel_pos_w).to(q.dtype))
    terms = [part.reshape(batch, heads, rows * columns, -1).to(q.dtype) for part in (rel_h, rel_w)]
    one_hot = torch.cat(
        [
            torch.eye(rows, device=q.device).to(q.dtype).repeat_interleave(columns, 0),  # torch 2.1 has no eye in bf16
            torch.eye(columns, device=q.device).to(q.dtype).repeat(rows, 1),
        ],
        1,
    )
    # `scale=` came with torch 2.1, so the kernel's own division by the root of the depth is undone here
    root = (depth + rows + columns) ** 0.5
    q = torch.cat([q * attention.scale, *terms], -1) * root
    k = torch.cat([k, one_hot.expand(batch, heads, -1, -1)], -1)
    # the CPU's fused kernel needs values as deep as the keys, or else torch takes a slower one
    v = torch.nn.functional.pad(v, (0, rows + columns))
    out = torch.nn.functional.scaled_dot_product_attention(q, k, v)[..., :depth]
    return attention.proj(out.transpose(1, 2).reshape(batch, rows, columns, -1))
