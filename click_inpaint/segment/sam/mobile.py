"""MobileSAM (Zhang et al. 2023): segment-anything's prompt encoder and mask decoder behind timm's TinyViT (Wu et al.
2022). The weight file is the one that the reference code at github.com/ChaoningZhang/MobileSAM publishes.
"""

from __future__ import annotations

import importlib.util
import re
from collections import OrderedDict
from pathlib import Path
from typing import Any

from click_inpaint.errors import UserError

SIDE_PX, CELLS = 1024, 64
FEATURES, TINY_VIT_FEATURES = 256, 320
PIXEL_MEAN, PIXEL_STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
TINY_VIT_5M: dict[str, Any] = {
    "embed_dims": (64, 128, 160, TINY_VIT_FEATURES),
    "depths": (2, 2, 6, 2),
    "num_heads": (2, 4, 5, 10),
    "window_sizes": (7, 7, 14, 7),
}

_ENCODER = "image_encoder."
_CLASSIFIER = re.compile(r"(norm_head|head)\.")  # left over from the training on ImageNet: no picture runs through it
_RENAMED = (
    (re.compile(r"^patch_embed\.seq\.0\."), "patch_embed.conv1."),
    (re.compile(r"^patch_embed\.seq\.2\."), "patch_embed.conv2."),
    # the reference ends a stage with the downsampling, timm begins the next one with it
    (re.compile(r"^layers\.(\d+)\.downsample\."), lambda found: f"stages.{int(found[1]) + 1}.downsample."),
    (re.compile(r"^layers\."), "stages."),
    (re.compile(r"\.c\.weight$"), ".conv.weight"),
)


def usable() -> bool:
    """Whether a timm with TinyViT (0.9.3 or newer) is installed. This looks for its file and imports nothing."""
    found = importlib.util.find_spec("timm")
    places = (found and found.submodule_search_locations) or ()
    return any((Path(place) / "models" / "tiny_vit.py").is_file() for place in places)


def build() -> Any:
    """segment_anything's Sam with an image encoder 1x3x1024x1024 -> 1x256x64x64, without the published weights. Raises
    UserError where timm is missing or too old.
    """
    from segment_anything.modeling import Sam

    return Sam(_encoder(), *prompt_encoder_and_decoder(), PIXEL_MEAN, PIXEL_STD)


def prompt_encoder_and_decoder() -> tuple[Any, Any]:
    """segment_anything's PromptEncoder and MaskDecoder, with the sizes that they have in every SAM."""
    from segment_anything.modeling import MaskDecoder, PromptEncoder, TwoWayTransformer

    prompt_encoder = PromptEncoder(
        embed_dim=FEATURES,
        image_embedding_size=(CELLS, CELLS),
        input_image_size=(SIDE_PX, SIDE_PX),
        mask_in_chans=16,
    )
    mask_decoder = MaskDecoder(
        num_multimask_outputs=3,
        transformer=TwoWayTransformer(depth=2, embedding_dim=FEATURES, mlp_dim=2048, num_heads=8),
        transformer_dim=FEATURES,
        iou_head_depth=3,
        iou_head_hidden_dim=256,
    )
    return prompt_encoder, mask_decoder


def renamed(state: dict[str, Any]) -> dict[str, Any]:
    """The tensors of the published file under the names that they have in the model of `build`."""
    return {ours: tensor for name, tensor in state.items() if (ours := _our_name(name))}


def _our_name(name: str) -> str:
    if not name.startswith(_ENCODER):
        return name
    inner = name[len(_ENCODER) :]
    if _CLASSIFIER.match(inner):
        return ""
    for pattern, replacement in _RENAMED:
        inner = pattern.sub(replacement, inner)
    return _ENCODER + inner


def _encoder() -> Any:
    if not usable():
        raise UserError("MobileSAM needs the package timm, 0.9.3 or newer; choose another segmenter or install it.")
    import torch
    from segment_anything.modeling.common import LayerNorm2d
    from timm.models.tiny_vit import TinyVit

    # the class is taken, not the name in timm's registry, under which the reference code registers its own if loaded
    trunk = TinyVit(num_classes=0, drop_path_rate=0.0, **TINY_VIT_5M)
    # fused attention needs a bias of the same precision, which torch 2.1's autocast leaves in float32
    for module in trunk.modules():
        if hasattr(module, "fused_attn"):
            module.fused_attn = False
    trunk.stages[-1].downsample.conv2.conv.stride = (1, 1)  # SAM needs 64x64 cells, not 32x32
    neck = torch.nn.Sequential(
        torch.nn.Conv2d(TINY_VIT_FEATURES, FEATURES, kernel_size=1, bias=False),
        LayerNorm2d(FEATURES),
        torch.nn.Conv2d(FEATURES, FEATURES, kernel_size=3, padding=1, bias=False),
        LayerNorm2d(FEATURES),
    )
    parts = OrderedDict(patch_embed=trunk.patch_embed, stages=trunk.stages, neck=neck)
    encoder = torch.nn.Sequential(parts)
    # not `return encoder.to(…)`: while the Web UI loads a checkpoint, that is None
    encoder.to(memory_format=torch.channels_last)
    return encoder
