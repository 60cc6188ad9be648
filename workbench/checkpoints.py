"""Checkpoint files of a few kilobytes: the shapes in the header tell the family as those of real files do."""

import json
import math
from pathlib import Path


def write_tiny(path: Path, channels: int = 9, context: int = 1024) -> Path:
    """A valid safetensors file; `channels` of the first convolution (9: inpainting); `context`: width of the text
    (1024: SD2, 768: SD1, 2048: SDXL). A comment with the file's name gives every file a hash of its own.
    """
    shapes = {
        "model.diffusion_model.input_blocks.0.0.weight": [4, channels, 1, 1],
        "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": [4, context],
        "first_stage_model.decoder.conv_in.weight": [4, 4, 1, 1],
    }
    header: dict[str, object] = {"__metadata__": {"format": "pt", "workbench": path.stem}}
    offset = 0
    for name, (first, *rest) in shapes.items():
        size = 2 * math.prod((first, *rest))  # float16, zeros
        header[name] = {"dtype": "F16", "shape": [first, *rest], "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(offset))
    return path


def write_demo(folder: Path) -> None:
    """An inpainting one and another, where the folder has none."""
    if not any(folder.rglob("*.safetensors")):
        write_tiny(folder / "demo-sd2-inpainting.safetensors", channels=9, context=1024)
        write_tiny(folder / "demo-sd15.safetensors", channels=4, context=768)
