"""Known weight files, where they are looked for, and loading that never runs what a file brings along."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from click_inpaint.errors import BadWeights


@dataclass(frozen=True)
class WeightFile:
    """A published weight file: `url` where to get it by hand, `size` in bytes, `sha256` as its publisher's page states
    it.
    """

    filename: str
    url: str
    size: int
    sha256: str


MAX_HEADER_BYTES = 100 << 20
"""The format's own limit for a safetensors header."""

_SAM = "https://dl.fbaipublicfiles.com/segment_anything/"


def _sam(filename: str, size: int, sha256: str) -> WeightFile:
    return WeightFile(filename, _SAM + filename, size, sha256)


KNOWN: dict[str, WeightFile] = {
    "sam_vit_b": _sam(
        "sam_vit_b_01ec64.pth", 375042383, "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912"
    ),
    "sam_vit_l": _sam(
        "sam_vit_l_0b3195.pth", 1249524607, "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622"
    ),
    "sam_vit_h": _sam(
        "sam_vit_h_4b8939.pth", 2564550879, "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e"
    ),
}


def find(name: str, folders: Iterable[Path]) -> Path | None:
    """The first of `folders` that holds the weight file of segmenter `name`, as .pth or .safetensors."""
    stem = Path(KNOWN[name].filename).stem
    for folder in folders:
        for path in (folder / f"{stem}.safetensors", folder / f"{stem}.pth"):
            if path.is_file():
                return path
    return None


def digest(path: Path) -> str:
    """sha256 of the file, read once for each size and time of change."""
    status = path.stat()
    return _digest(str(path), status.st_size, status.st_mtime_ns)


def load(path: Path) -> dict[str, Any]:
    """The tensors of a .safetensors or PyTorch file by name, on the CPU.

    Raises BadWeights for a missing, damaged or foreign file. Pickled code is refused by PyTorch's `weights_only` and
    never runs.
    """
    if not path.is_file():
        raise BadWeights(f"There is no weight file {path.name}; see “Weights” in the README for where to get it.")
    try:
        state = _read_safetensors(path) if path.suffix == ".safetensors" else _read_pytorch(path)
    except Exception as error:  # unpicklers raise anything; whatever it is, the file is not usable
        raise BadWeights(
            f"{path.name} is not a usable weight file ({_first_line(error)}); download it again."
        ) from error
    if not isinstance(state, dict) or not all(hasattr(value, "shape") for value in state.values()):
        raise BadWeights(f"{path.name} does not hold a plain table of tensors; download it again.")
    return state


def safetensors_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor in a .safetensors file, from its header alone. Raises BadWeights."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= MAX_HEADER_BYTES:
                raise ValueError(f"a header of {length} bytes")
            header = json.loads(file.read(length))
        return {name: tuple(item["shape"]) for name, item in header.items() if name != "__metadata__"}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadWeights(f"{path.name} is not a safetensors file ({_first_line(error)}).") from error


def _read_safetensors(path: Path) -> Any:
    from safetensors.torch import load_file

    return load_file(path, device="cpu")


def _read_pytorch(path: Path) -> Any:
    import torch

    return torch.load(path, map_location="cpu", weights_only=True)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


@lru_cache(maxsize=64)
def _digest(path: str, size: int, changed_ns: int) -> str:
    running = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(1 << 20):
            running.update(block)
    return running.hexdigest()
