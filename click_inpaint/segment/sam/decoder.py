"""SAM's prompt encoder and mask decoder for one picture and a few prompt tokens, up to the logits.

It computes the same sums as segment_anything, in an order that suits a CPU. Where N = 4096 image tokens meet about
T = 7 prompt tokens, the package first projects every image token to keys and values. Here the projection is multiplied
into the prompt's side, which is small: q·(Wk x) = (Wkᵀ q)·x; and likewise for the values. A transposed convolution
whose stride equals its kernel is computed as a product of matrices, which leaves channels last; only the logits are
brought into rows and columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Decode = Callable[..., tuple[Any, Any]]
"""(sparse Tx256, *prepared) -> (logits Mx256x256, scores M), float32 tensors. The first mask answers a clear prompt,
the other three answer an ambiguous one. `prepared` is what Decoder.prepare returns for a picture.
"""


class Decoder:
    """segment_anything's MaskDecoder as it is loaded, with the parts of its PromptEncoder that no prompt changes."""

    def __init__(self, prompt_encoder: Any, mask_decoder: Any) -> None:
        self.model, self.cells = mask_decoder, prompt_encoder.image_embedding_size[0]
        self.positions = _as_tokens(prompt_encoder.get_dense_pe())
        self.no_mask = prompt_encoder.no_mask_embed.weight

    def prepare(self, features: Any, *_: Any) -> tuple[Any, ...]:
        """What the decoder reads of a picture, from features 1x256x64x64: the image tokens, 4096x256, for no mask
        given.
        """
        return (_as_tokens(features) + self.no_mask,)

    def with_mask(self, prepared: tuple[Any, ...], dense: Any) -> tuple[Any, ...]:
        """`prepared` for a mask to start from, whose `dense` embedding is 1x256x64x64."""
        return (prepared[0] + (_as_tokens(dense) - self.no_mask), *prepared[1:])

    def example(self) -> tuple[Any, ...]:
        """(sparse, *prepared) for a prompt of two tokens, all zero."""
        import torch

        width = self.no_mask.shape[1]
        return torch.zeros(2, width), torch.zeros(self.cells**2, width)

    def __call__(self, sparse: Any, tokens: Any, *_: Any) -> tuple[Any, Any]:
        """Decode a prompt; see Decode."""
        answers, tokens = self.transformed(self.own_tokens(), sparse, tokens)
        masks = self.hyper(answers) @ self.upscaled(tokens).t()
        return self.in_rows(masks), self.scores(answers)

    def own_tokens(self) -> list[Any]:
        """The learned tokens that come before those of the prompt."""
        return [self.model.iou_token.weight, self.model.mask_tokens.weight]

    def transformed(self, own: list[Any], sparse: Any, tokens: Any) -> tuple[Any, Any]:
        """The output of the two-way transformer: the learned tokens with the prompt's, and the image's tokens."""
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
        """For each mask, the weights of the upscaled channels; Mx32."""
        import torch

        return torch.stack([mlp(answers[1 + i]) for i, mlp in enumerate(self.model.output_hypernetworks_mlps)])

    def scores(self, answers: Any) -> Any:
        """For each mask, SAM's estimate of its intersection over union with the object that was meant; M."""
        return self.model.iou_prediction_head(answers[0])

    def upscaled(self, tokens: Any) -> Any:
        """Sixteen pixels for each image token, in the order of the tokens; 65536x32."""
        import torch

        first, norm, activation, second, _ = self.model.output_upscaling
        wide = _spread(first, tokens)
        wide = torch.nn.functional.layer_norm(wide, wide.shape[-1:], norm.weight, norm.bias, norm.eps)
        return activation(_spread(second, activation(wide)))

    def in_rows(self, pixels: Any) -> Any:
        """Pixels Kx65536 in the order of `upscaled`, brought into rows and columns: Kx256x256."""
        cells = self.cells
        by_cell = pixels.view(-1, cells, cells, 2, 2, 2, 2)
        return by_cell.permute(0, 1, 3, 5, 2, 4, 6).reshape(-1, 4 * cells, 4 * cells)


def _among_themselves(layer: Any, queries: Any, asked: Any) -> Any:
    """The self-attention of the prompt tokens. The first layer adds neither their encoding nor the residual."""
    attention = layer.self_attn
    if layer.skip_first_layer_pe:
        return attention(queries[None], queries[None], queries[None])[0]
    placed = (queries + asked)[None]
    return queries + attention(placed, placed, queries[None])[0]


def _read_image(attention: Any, q: Any, placed: Any, tokens: Any) -> Any:
    """Attention.forward for q Tx256, k `placed` and v `tokens`, both Nx256. The keys' bias is left out: it shifts all
    products of one query alike, which changes nothing.
    """
    import torch

    heads = attention.num_heads
    q = _in_heads(attention.q_proj(q), heads)
    of_image = _weights_in_heads(attention.k_proj, heads)
    asked = torch.einsum("thd,hdc->htc", q, of_image).flatten(0, 1) * q.shape[-1] ** -0.5
    weighed = (torch.softmax(asked @ placed.t(), -1) @ tokens).unflatten(0, (heads, -1))
    values = torch.einsum("htc,hdc->thd", weighed, _weights_in_heads(attention.v_proj, heads))
    return attention.out_proj(values.flatten(1) + attention.v_proj.bias)


def _read_tokens(attention: Any, placed: Any, k: Any, v: Any) -> Any:
    """Attention.forward for q `placed`, Nx256, and k and v, both Tx256."""
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
    """The weights of a linear layer 256 -> H·D by head: HxDx256."""
    return projection.weight.unflatten(0, (heads, -1))


def _spread(convolution: Any, pixels: Any) -> Any:
    """ConvTranspose2d with a 2x2 kernel and stride 2, for P pixels of C channels: 4PxC', the four of each pixel in a
    row.
    """
    import torch

    weight = convolution.weight.permute(2, 3, 1, 0).flatten(0, 2)
    spread = torch.nn.functional.linear(pixels, weight, convolution.bias.repeat(4))
    return spread.view(-1, convolution.bias.shape[0])


def _as_tokens(grid: Any) -> Any:
    """A grid 1xCxHxW as tokens HWxC, contiguous."""
    return grid[0].flatten(1).t().contiguous()
