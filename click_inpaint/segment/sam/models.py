"""How models of the SAM family are made, and how their weight files are loaded into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click_inpaint import weights
from click_inpaint.errors import BadWeights, NotNow, UserError
from click_inpaint.segment.sam import attention, hq, mobile
from click_inpaint.segment.sam.decoder import Decoder

SIDE_PX = 1024
"""The side of the square that every model of the family sees."""


@dataclass(frozen=True)
class Architecture:
    """How a model is made and run.

    `build` returns segment_anything's Sam without the published weights. `renamed` returns the tensors of the published
    file under the names that they have in that. `usable` says whether the packages that it needs are installed, without
    importing them. `decoder` is the class that runs its mask decoder.
    """

    build: Callable[[], Any]
    renamed: Callable[[dict[str, Any]], dict[str, Any]] = dict
    usable: Callable[[], bool] = lambda: True
    decoder: type[Decoder] = Decoder


def vit(name: str) -> Any:
    """One of the package's Vision Transformers by its name there, such as vit_b, with fused attention."""
    from segment_anything import sam_model_registry

    sam = sam_model_registry[name]()
    attention.fuse(sam.image_encoder)
    return sam


def hq_vit(name: str) -> Any:
    """The same as SAM-HQ has it. Its early features come from the first block that attends to the whole picture."""
    sam = vit(name)
    early = next(block for block in sam.image_encoder.blocks if not block.window_size)
    return hq.extend(sam, early, early.norm1.weight.shape[0], channels_last=True)


def hq_tiny() -> Any:
    """MobileSAM as SAM-HQ has it. Its early features are the first ones of 64x64 cells."""
    sam = mobile.build()
    early = sam.image_encoder.stages[2].downsample
    return hq.extend(sam, early, mobile.TINY_VIT_5M["embed_dims"][2], channels_last=False)


def load(name: str, architecture: Architecture, path: Path) -> Any:
    """segment_anything's Sam of that architecture with the weights of `path`, on the CPU, in float32, for inference.

    Raises BadWeights when the file is not this model's, and UserError where a package that it needs does not work.
    Raises NotNow while the Web UI makes the model of a checkpoint: PyTorch then makes layers without memory, in all
    threads.
    """
    state = architecture.renamed(weights.load(path))
    sam = _built(name, architecture)
    if any(part.is_meta for part in sam.parameters()):
        raise NotNow("The Web UI is loading a checkpoint; try again in a moment.")
    try:
        sam.load_state_dict(state)
    except RuntimeError as error:
        raise BadWeights(
            "{file} does not hold the weights of {name}; download it again.", file=path.name, name=name
        ) from error
    return sam.eval().requires_grad_(False)


def _built(name: str, architecture: Architecture) -> Any:
    try:
        return architecture.build()
    except UserError:
        raise
    except Exception as error:  # importing a package that is half installed may raise any error
        if isinstance(error, ModuleNotFoundError) and error.name == "segment_anything":
            raise UserError(
                "The package segment-anything is missing; restart the Web UI so that it is installed, or "
                "choose another segmenter."
            ) from error
        raise UserError(
            "{name} needs a package that does not work here ({reason}); install it again or choose another segmenter.",
            name=name,
            reason=f"{type(error).__name__}: {error}",
        ) from error
