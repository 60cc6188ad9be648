"""Checkpoints: listing, names and aliases, and "loading", which here reads the safetensors header and nothing more."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from modules import shared
from modules.paths_internal import models_path

model_path = str(Path(models_path, "Stable-diffusion"))
_FIRST_CONV = "model.diffusion_model.input_blocks.0.0.weight"


class CheckpointInfo:
    """One file and its names. (The host hashes a file only when it is first loaded; ours are a few kilobytes.)"""

    def __init__(self, path: Path) -> None:
        self.filename, self.name, self.name_for_extra = str(path), str(path.relative_to(model_path)), path.stem
        self.model_name = self.name.replace("/", "_").replace("\\", "_").removesuffix(path.suffix)
        self.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        self.shorthash = self.hash = self.sha256[:10]
        self.title = f"{self.name} [{self.shorthash}]"
        self.ids = [self.model_name, self.name, self.name_for_extra, self.title, self.shorthash, self.sha256]


checkpoints_list: dict[str, CheckpointInfo] = {}
checkpoint_aliases: dict[str, CheckpointInfo] = {}


def list_models() -> None:
    checkpoints_list.clear()
    checkpoint_aliases.clear()
    for path in sorted(Path(model_path).rglob("*")):
        if path.suffix.lower() in (".ckpt", ".safetensors"):
            info = CheckpointInfo(path)
            checkpoints_list[info.title] = info
            checkpoint_aliases.update(dict.fromkeys(info.ids, info))


def select_checkpoint() -> CheckpointInfo:
    """What the option names, else the first of the list; FileNotFoundError when there is none at all."""
    if not checkpoints_list:
        raise FileNotFoundError(f"No checkpoints found. Looked in {model_path}.")
    return checkpoint_aliases.get(shared.opts.sd_model_checkpoint) or next(iter(checkpoints_list.values()))


model_data = SimpleNamespace(sd_model=None)


def reload_model_weights() -> Any:
    """Make the loaded model the one that the option names; a failed load leaves the present one in place. Inpainting or
    not as the header tells; the option then has the full title. ValueError without a header.
    """
    info, current = select_checkpoint(), model_data.sd_model
    if current is not None and current.sd_checkpoint_info.filename == info.filename:
        return current
    header = {}
    if info.filename.endswith(".safetensors"):
        data = Path(info.filename).read_bytes()
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    channels = header.get(_FIRST_CONV, {}).get("shape", [4, 4])[1]
    kind = SimpleNamespace(conditioning_key="hybrid" if channels == 9 else "crossattn")
    model_data.sd_model = SimpleNamespace(sd_checkpoint_info=info, sd_model_hash=info.shorthash, model=kind)
    shared.opts.data["sd_model_checkpoint"] = info.title
    return model_data.sd_model
