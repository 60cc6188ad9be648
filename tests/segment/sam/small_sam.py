"""SAM's real prompt encoder and mask decoder behind a small image encoder: fast enough for every test."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from click_inpaint.segment.catalogue import SEGMENTERS, SegmenterSpec
from click_inpaint.segment.sam.models import Architecture
from click_inpaint.segment.sam.segmenter import Sam

FILE = "sam_vit_b_01ec64.pth"
WIDTH = 32
"""Channels of the image encoder's layers."""


def build() -> Any:
    """segment_anything's Sam with an encoder of two thin layers."""
    from segment_anything.modeling import ImageEncoderViT, Sam

    from click_inpaint.segment.sam import mobile

    encoder = ImageEncoderViT(
        depth=2, embed_dim=WIDTH, num_heads=2, use_rel_pos=True, window_size=14, global_attn_indexes=(1,), out_chans=256
    )
    prompt_encoder, mask_decoder = mobile.prompt_encoder_and_decoder()
    return Sam(encoder, prompt_encoder, mask_decoder, list(mobile.PIXEL_MEAN), list(mobile.PIXEL_STD))


SMALL = Architecture(build)
"""The architecture that stands for ViT-B in these tests."""


def segmenter(path: Path, architecture: Architecture = SMALL) -> Sam:
    """What the registry makes of a file of that architecture."""
    return Sam("sam_vit_b", architecture, path)


def catalogue(name: str = "sam_vit_b", architecture: Architecture = SMALL) -> dict[str, SegmenterSpec]:
    """The whole catalogue, with another architecture for one segmenter."""
    return {**SEGMENTERS, name: replace(SEGMENTERS[name], architecture=architecture)}


def published(torch: Any, folder: Path, make: Callable[[], Any] = build) -> Path:
    """A weight file of `make`'s model in `folder`."""
    torch.manual_seed(4)
    state = make().state_dict()
    for name, tensor in state.items():
        if "rel_pos" in name or "pos_embed" in name:  # zero until trained: they would have no effect
            tensor.normal_(std=0.1 if "rel_pos" in name else 0.02)
    torch.save(state, folder / FILE)
    return folder / FILE
