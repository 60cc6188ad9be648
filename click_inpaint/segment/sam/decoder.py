"""SAM's prompt encoder and mask decoder for one picture and few prompt tokens, up to the logits.

The same sums as segment_anything's, in an order that suits a CPU. Where N = 4096 image tokens meet T = 7 or so prompt
tokens, the package first projects every image token to keys and values. Here a projection is multiplied into the
prompt's side, which is small: q·(Wk x) = (Wkᵀ q)·x, and likewise for the values. A transposed convolution whose stride
is its kernel is a product of matrices that leaves channels last; only the logits are brought into rows and columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Decode = Callable[..., tuple[Any, Any]]
"""(sparse Tx256, *seen) -> (logits Mx256x256, scores M), float32 tensors; the first mask answers a clear prompt, the
other three an ambiguous one. `seen` is what Decoder.see gives for a picture.
"""


class Decoder:
    """segment_anything's MaskDecoder with what of its PromptEncoder no prompt changes, as they are loaded."""

    def __init__(self, prompt_encoder: Any, mask_decoder: Any) -> None:
        self.model, self.cells = mask_decoder, prompt_encoder.image_embedding_size[0]
        self.positions = _as_tokens(prompt_encoder.get_dense_pe())
        self.no_mask = prompt_encoder.no_mask_embed.weight

    def see(self, features: Any, *_: Any) -> tuple[Any, ...]:
        """What of a picture the decoder reads, of features 1x256x64x64: image tokens, 4096x256, with no mask given."""
        return (_as_tokens(features) + self.no_mask,)

    def resumed(self, seen: tuple[Any, ...], dense: Any) -> tuple[Any, ...]:
        """`seen` with the `dense` embedding, 1x256x64x64, of a mask to start from."""
        return (seen[0] + (_as_tokens(dense) - self.no_mask), *seen[1:])

    def example(self) -> tuple[Any, ...]:
        """(sparse, *seen) of a prompt of two tokens, all zero."""
        import torch

        width = self.no_mask.shape[1]
        return torch.zeros(2, width), torch.zeros(self.cells**2, width)

    def __call__(self, sparse: Any, tokens: Any, *_: Any) -> tuple[Any, Any]:
        """See Decode."""
        answers, tokens = self.transformed(self.own_tokens(), sparse, tokens)
        masks = self.hyper(answers) @ self.upscaled(tokens).t()
        return self.in_rows(masks), self.scores(answers)

    def own_tokens(self) -> list[Any]:
        """The learned tokens that stand before the prompt's."""
        return [self.model.iou_token.weight, self.model.mask_tokens.weight]

    def transformed(self, own: list[Any], sparse: Any, tokens: Any) -> tuple[Any, Any]:
        """The two-way transformer: the own and the prompt's tokens, and the image's."""
        import torch

        transformer = self.model.transformer
        asked = torch.cat([*own, sparse])
        queries, placed = asked, tokens + self.positions
        for layer in transformer.layers:
            queries = layer.norm1(_among_themselves(layer, queries, asked))
            found = _read_image(layer.cross_attn_token_to_image, queries + asked, placed, tokens)
            queries = layer.norm2(queries + found)
            queries = layer.norm3(queries + layer.mlp(queries))
            found = _read_tokens(layer.cross_attn_image_to_token, placed, queries + asked, queries)
            tokens = layer.norm4(tokens + found)
            placed = tokens + self.positions
        found = _read_image(transformer.final_attn_token_to_image, queries + asked, placed, tokens)
        return transformer.norm_final_attn(queries + found), tokens

    def hyper(self, answers: Any) -> Any:
        """Mx32: for each mask the weights of the upscaled channels."""
        import torch

        return torch.stack([mlp(answers[1 + i]) for i, mlp in enumerate(self.model.output_hypernetworks_mlps)])

    def scores(self, answers: Any) -> Any:
        """M: SAM's own estimate of each mask's intersection over union with what was meant."""
        return self.model.iou_prediction_head(answers[0])

    def upscaled(self, tokens: Any) -> Any:
        """65536x32: sixteen pixels of each image token, in its order."""
        import torch

        first, norm, activation, second, _ = self.model.output_upscaling
        wide = _spread(first, tokens)
        wide = torch.nn.functional.layer_norm(wide, wide.shape[-1:], norm.weight, norm.bias, norm.eps)
        return activation(_spread(second, activation(wide)))

    def in_rows(self, pixels: Any) -> Any:
        """Kx65536 in `upscaled`'s order as Kx256x256."""
        cells = self.cells
        by_cell = pixels.view(-1, cells, cells, 2, 2, 2, 2)
        return by_cell.permute(0, 1, 3, 5, 2, 4, 6).reshape(-1, 4 * cells, 4 * cells)


def _among_themselves(layer: Any, queries: Any, asked: Any) -> Any:
    """Self-attention of the prompt tokens; the first layer takes them without their own encoding and residual."""
    attention = layer.self_attn
    if layer.skip_first_layer_pe:
        return attention(queries[None], queries[None], queries[None])[0]
    placed = (queries + asked)[None]
    return queries + attention(placed, placed, queries[None])[0]


def _read_image(attention: Any, q: Any, placed: Any, tokens: Any) -> Any:
    """Attention.forward for q Tx256, k `placed` and v `tokens`, Nx256. The keys' bias shifts all alike: no say."""
    import torch

    heads = attention.num_heads
    q = _in_heads(attention.q_proj(q), heads)
    of_image = _weights_in_heads(attention.k_proj, heads)
    asked = torch.einsum("thd,hdc->htc", q, of_image).flatten(0, 1) * q.shape[-1] ** -0.5
    weighed = (torch.softmax(asked @ placed.t(), -1) @ tokens).unflatten(0, (heads, -1))
    values = torch.einsum("htc,hdc->thd", weighed, _weights_in_heads(attention.v_proj, heads))
    return attention.out_proj(values.flatten(1) + attention.v_proj.bias)


def _read_tokens(attention: Any, placed: Any, k: Any, v: Any) -> Any:
    """Attention.forward for q `placed`, Nx256, and k, v Tx256."""
    import torch

    heads = attention.num_heads
    k, v = _in_heads(attention.k_proj(k), heads), _in_heads(attention.v_proj(v), heads)
    k = k * k.shape[-1] ** -0.5
    offered = torch.einsum("thd,hdc->htc", k, _weights_in_heads(attention.q_proj, heads)).flatten(0, 1)
    shift = torch.einsum("thd,hd->ht", k, attention.q_proj.bias.unflatten(0, (heads, -1))).flatten()
    likeness = torch.addmm(shift, placed, offered.t()).unflatten(1, (heads, -1))
    out = attention.out_proj.weight.unflatten(1, (heads, -1))
    given = torch.einsum("thd,chd->htc", v, out).flatten(0, 1)
    return torch.addmm(attention.out_proj.bias, torch.softmax(likeness, -1).flatten(1), given)


def _in_heads(tokens: Any, heads: int) -> Any:
    return tokens.unflatten(-1, (heads, -1))


def _weights_in_heads(projection: Any, heads: int) -> Any:
    """HxDx256 of a linear layer 256 -> H·D."""
    return projection.weight.unflatten(0, (heads, -1))


def _spread(convolution: Any, pixels: Any) -> Any:
    """ConvTranspose2d with a 2x2 kernel and stride 2 on PxC channels last: 4PxC', each pixel's four in a row."""
    import torch

    weight = convolution.weight.permute(2, 3, 1, 0).flatten(0, 2)
    spread = torch.nn.functional.linear(pixels, weight, convolution.bias.repeat(4))
    return spread.view(-1, convolution.bias.shape[0])


def _as_tokens(grid: Any) -> Any:
    """HWxC, contiguous, of 1xCxHxW."""
    return grid[0].flatten(1).t().contiguous()
