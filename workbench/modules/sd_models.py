"""Checkpoints: listing, names and aliases, and "loading", which here reads the safetensors header and nothing more."""

import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from modules import errors, script_callbacks, shared
from modules.paths_internal import models_path

model_path = str(Path(models_path, "Stable-diffusion"))
_FIRST_CONV = "model.diffusion_model.input_blocks.0.0.weight"
_TEXT_KEY = "attn2.to_k.weight"
_sha256_of: dict[tuple[str, int], str] = {}


class CheckpointInfo:
    """One file. Its hash is unknown until it has been loaded once; from then on title and aliases carry it."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        path = Path(filename)
        roots = [Path(root) for root in (shared.cmd_opts.ckpt_dir, model_path) if root]
        self.name = next(str(path.relative_to(root)) for root in roots if root in path.parents)
        self.name_for_extra = path.stem
        self.model_name = re.sub(r"[/\\]", "_", self.name).removesuffix(path.suffix)
        self._key = filename, path.stat().st_mtime_ns

    @property
    def sha256(self) -> str | None:
        return _sha256_of.get(self._key)

    @property
    def shorthash(self) -> str | None:
        return self.sha256[:10] if self.sha256 else None

    @property
    def title(self) -> str:
        return f"{self.name} [{self.shorthash}]" if self.shorthash else self.name

    def register(self) -> None:
        checkpoints_list[self.title] = self
        names = [self.model_name, self.name, self.name_for_extra, self.title, self.shorthash, self.sha256]
        checkpoint_aliases.update({name: self for name in names if name})

    def calculate_shorthash(self) -> str | None:
        """Hash the whole file; the listing's key changes from `name` to `name [hash]`, in place."""
        if self.sha256 is None:
            _sha256_of[self._key] = hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
            known = list(checkpoints_list.values())
            checkpoints_list.clear()
            for info in known:
                info.register()
        return self.shorthash


checkpoints_list: dict[str, CheckpointInfo] = {}
checkpoint_aliases: dict[str, CheckpointInfo] = {}


def list_models() -> None:
    checkpoints_list.clear()
    checkpoint_aliases.clear()
    for root in filter(None, (model_path, shared.cmd_opts.ckpt_dir)):
        for path in sorted(Path(root).rglob("*")):
            if path.suffix.lower() in (".ckpt", ".safetensors"):
                CheckpointInfo(str(path)).register()


def select_checkpoint() -> CheckpointInfo:
    """What the option names, else the first of the list; FileNotFoundError when there is none at all."""
    if not checkpoints_list:
        raise FileNotFoundError(f"No checkpoints found. Looked in {model_path} and {shared.cmd_opts.ckpt_dir}.")
    return checkpoint_aliases.get(shared.opts.sd_model_checkpoint) or next(iter(checkpoints_list.values()))


def read_header(filename: str) -> dict[str, Any]:
    """The JSON header of a safetensors file; ValueError when it is not one."""
    with Path(filename).open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length)) if 2 < length <= 100_000_000 else None
    if not isinstance(header, dict):
        raise ValueError(f"{filename} is not a safetensors file")
    return header


class SdModelData:
    def __init__(self) -> None:
        self.sd_model: Any = None

    def get_sd_model(self) -> Any:
        """Load at the first look; a load that fails is reported and leaves None."""
        if self.sd_model is None:
            try:
                load_model(select_checkpoint())
            except Exception:
                errors.report("loading stable diffusion model", exc_info=True)
        return self.sd_model


model_data = SdModelData()


def load_model(info: CheckpointInfo) -> Any:
    """Family and inpainting as the header's shapes tell; the option now names the loaded file, as in the host."""
    header = read_header(info.filename) if info.filename.endswith(".safetensors") else {}
    channels = header.get(_FIRST_CONV, {}).get("shape", [4, 4])[1]
    context = next((value["shape"][1] for key, value in header.items() if key.endswith(_TEXT_KEY)), 768)
    model_data.sd_model = SimpleNamespace(
        sd_checkpoint_info=info,
        sd_model_hash=info.calculate_shorthash(),
        model=SimpleNamespace(conditioning_key="hybrid" if channels == 9 else "crossattn"),
        is_sd1=context == 768,
        is_sd2=context == 1024,
        is_sdxl=context == 2048,
    )
    shared.opts.data["sd_model_checkpoint"] = info.title
    script_callbacks.model_loaded_callback(model_data.sd_model)
    return model_data.sd_model


def reload_model_weights(sd_model: Any = None, info: CheckpointInfo | None = None) -> Any:
    """Make the loaded model the one that `info` or the option names; a failed load leaves the present one in place."""
    info = info or select_checkpoint()
    current = sd_model or model_data.sd_model
    if current is not None and current.sd_checkpoint_info.filename == info.filename:
        return current
    return load_model(info)
