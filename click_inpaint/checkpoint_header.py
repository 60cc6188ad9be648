"""What the header of a checkpoint's file tells of it, without loading the file."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from click_inpaint.errors import BadWeights
from click_inpaint.weights import safetensors_shapes

INPAINTING_CHANNELS = 9
"""4 channels of the noisy latent, 1 of the mask, and 4 of the masked picture's latent."""

MOST_REMEMBERED = 10_000
"""Checkpoints whose kind is remembered: more than anybody has, for whoever had more would have all of them read anew at
each look.
"""

_FIRST_CONVOLUTION = "model.diffusion_model.input_blocks.0.0.weight"
_FAMILY_OF_CONTEXT = {768: "SD1", 1024: "SD2", 2048: "SDXL"}


@dataclass(frozen=True)
class Kind:
    """What a checkpoint's header tells: the number of the UNet's input channels, and the family ("" where it is none
    that we know).
    """

    channels: int = 0
    family: str = ""

    @property
    def inpainting(self) -> bool:
        """Whether the UNet was made for inpainting."""
        return self.channels == INPAINTING_CHANNELS


def kind_of(filename: str) -> Kind:
    """Read from the header of a .safetensors file, once for each size and time of change.

    Kind() for everything else: a file without a header, and one whose header is odd or damaged, which is the host's to
    complain about when somebody loads it.
    """
    path = Path(filename)
    if path.suffix != ".safetensors":
        return Kind()
    try:
        status = path.stat()
        return _kind(filename, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else Kind()
    except OSError:  # it may be readable again in a moment, so this is not remembered
        return Kind()


@lru_cache(maxsize=MOST_REMEMBERED)
def _kind(filename: str, size: int, changed_ns: int) -> Kind:
    try:
        shapes = safetensors_shapes(Path(filename))
    except BadWeights:
        return Kind()
    first = shapes.get(_FIRST_CONVOLUTION, ())
    contexts = [
        shape[1]
        for name, shape in shapes.items()
        if name.startswith("model.diffusion_model.") and name.endswith("attn2.to_k.weight") and len(shape) == 2
    ]
    return Kind(first[1] if len(first) == 4 else 0, _FAMILY_OF_CONTEXT.get(contexts[0], "") if contexts else "")
