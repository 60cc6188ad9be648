"""SAM-HQ (Ke et al. 2023, "Segment Anything in High Quality"): SAM with one more learned token, whose mask comes from
finer features and is added to SAM's own. The weight files are those that github.com/SysCV/sam-hq publishes.
"""

from __future__ import annotations

from typing import Any

from click_inpaint.segment.sam.decoder import Decoder
from click_inpaint.segment.sam.mobile import FEATURES

FINE, FINER = FEATURES // 4, FEATURES // 8


def extend(sam: Any, early: Any, channels: int, channels_last: bool) -> Any:
    """Add to segment_anything's Sam what SAM-HQ has more, under the published names, and return it.

    The image encoder then returns a pair: its features, and the output of its part `early` as 1xCx64x64. `channels` is
    that C; `channels_last` says whether the part itself returns 1x64x64xC.
    """
    for name, part in _parts(channels).items():
        setattr(sam.mask_decoder, name, part)
    early_features: list[Any] = []

    def keep(_: Any, __: Any, found: Any) -> None:
        early_features[:] = [found.permute(0, 3, 1, 2) if channels_last else found]

    early.register_forward_hook(keep)
    sam.image_encoder.register_forward_hook(lambda _, __, features: (features, early_features.pop()))
    return sam


class HqDecoder(Decoder):
    """SAM-HQ's MaskDecoderHQ, which adds the fine mask to each of SAM's masks."""

    def prepare(self, features: Any, *others: Any) -> tuple[Any, ...]:
        """The image tokens, and the picture's part of the fine features, 1x32x256x256. They are computed from features
        1x256x64x64 and early features 1xCx64x64.
        """
        (early,) = others
        fine = self.model.embedding_encoder(features) + self.model.compress_vit_feat(early)
        return (*super().prepare(features), fine)

    def example(self) -> tuple[Any, ...]:
        """(sparse, *prepared) for a prompt of two tokens, all zero."""
        import torch

        return (*super().example(), torch.zeros(1, FINER, 4 * self.cells, 4 * self.cells))

    def own_tokens(self) -> list[Any]:
        """SAM's own tokens, and the one for the fine mask."""
        return [*super().own_tokens(), self.model.hf_token.weight]

    def __call__(self, sparse: Any, tokens: Any, *others: Any) -> tuple[Any, Any]:
        """Decode a prompt; see Decode."""
        (fine,) = others
        answers, tokens = self.transformed(self.own_tokens(), sparse, tokens)
        upscaled = self.upscaled(tokens).t()
        masks = self.in_rows(self.hyper(answers) @ upscaled)
        weights = self.model.hf_mlp(answers[1 + self.model.num_mask_tokens])
        return masks + self._fine_mask(weights, self.in_rows(upscaled), fine), self.scores(answers)

    def _fine_mask(self, weights: Any, upscaled: Any, fine: Any) -> Any:
        """The fine mask, 256x256, for 32 `weights`. They are multiplied into the last convolution, which then computes
        one channel instead of 32.
        """
        import torch

        first, norm, activation, last = self.model.embedding_maskfeature
        kernel = torch.einsum("o,oihw->ihw", weights, last.weight)[None]
        own = torch.nn.functional.conv2d(activation(norm(first(upscaled[None]))), kernel, padding=last.padding)
        return own[0, 0] + weights @ last.bias + torch.einsum("o,ohw->hw", weights, fine[0])


def _parts(channels: int) -> dict[str, Any]:
    from segment_anything.modeling.common import LayerNorm2d
    from segment_anything.modeling.mask_decoder import MLP
    from torch import nn

    def doubled(inputs: int, outputs: int) -> Any:
        return nn.ConvTranspose2d(inputs, outputs, kernel_size=2, stride=2)

    return {
        "hf_token": nn.Embedding(1, FEATURES),
        "hf_mlp": MLP(FEATURES, FEATURES, FINER, 3),
        "compress_vit_feat": nn.Sequential(
            doubled(channels, FEATURES), LayerNorm2d(FEATURES), nn.GELU(), doubled(FEATURES, FINER)
        ),
        "embedding_encoder": nn.Sequential(doubled(FEATURES, FINE), LayerNorm2d(FINE), nn.GELU(), doubled(FINE, FINER)),
        "embedding_maskfeature": nn.Sequential(
            nn.Conv2d(FINER, FINE, 3, padding=1), LayerNorm2d(FINE), nn.GELU(), nn.Conv2d(FINE, FINER, 3, padding=1)
        ),
    }
