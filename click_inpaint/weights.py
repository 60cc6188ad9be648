"""Known weight files, where they are looked for, and loading that never runs what a file brings along."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click_inpaint.errors import BadWeights


@dataclass(frozen=True)
class WeightFile:
    """A published weight file: `urls` where it is had, the publisher's own first; its exact `size` in bytes, and
    `sha256` as its publisher's page states it.
    """

    filename: str
    urls: tuple[str, ...]
    size: int
    sha256: str

    @property
    def url(self) -> str:
        """Where to get it by hand."""
        return self.urls[0]


MAX_HEADER_BYTES = 100 << 20
"""The format's own limit for a safetensors header."""
_BLOCK_BYTES = 1 << 20

_SAM = "https://dl.fbaipublicfiles.com/segment_anything/"
_SAM_HQ = "https://huggingface.co/lkeab/hq-sam/resolve/main/"


def _at(place: str, filename: str, size: int, sha256: str) -> WeightFile:
    return WeightFile(filename, (place + filename,), size, sha256)


class Digests:
    """sha256 of files, remembered with size and time of change; across restarts where `keep_in` was called."""

    MOST = 64

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: Path | None = None
        self._found: dict[str, tuple[int, int, str]] = {}

    def keep_in(self, store: Path) -> None:
        """Remember in this file too, and what it remembers; a damaged one counts as empty."""
        with self._lock:
            self._store = store
            self._found = {**_remembered(store), **self._found}

    def of(self, path: Path) -> str:
        """The file's sha256; read only where it changed since."""
        status, known = path.stat(), self._found.get(str(path.absolute()))
        if known and known[:2] == (status.st_size, status.st_mtime_ns):
            return known[2]
        found = sha256_of(path)
        self._keep(path, status, found)
        return found

    def remember(self, path: Path, sha256: str) -> None:
        """Take this for the sha256 of the file as it is now."""
        self._keep(path, path.stat(), sha256)

    def _keep(self, path: Path, status: os.stat_result, sha256: str) -> None:
        with self._lock:
            self._found.pop(str(path.absolute()), None)
            self._found[str(path.absolute())] = status.st_size, status.st_mtime_ns, sha256
            self._found = dict(list(self._found.items())[-self.MOST :])
            if self._store:
                with contextlib.suppress(OSError):  # a full disk costs reading the file again, no more
                    _replace(self._store, json.dumps(self._found).encode())


DIGESTS = Digests()

KNOWN: dict[str, WeightFile] = {
    "sam_vit_b": _at(
        _SAM, "sam_vit_b_01ec64.pth", 375042383, "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912"
    ),
    "sam_vit_l": _at(
        _SAM, "sam_vit_l_0b3195.pth", 1249524607, "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622"
    ),
    "sam_vit_h": _at(
        _SAM, "sam_vit_h_4b8939.pth", 2564550879, "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e"
    ),
    "sam_hq_vit_b": _at(
        _SAM_HQ, "sam_hq_vit_b.pth", 379335069, "14a9d662cd6f5a9c2dba6d40ab0058d88d287e4a18fd6fdc6ad5fb1a3fdeaa57"
    ),
    "sam_hq_vit_h": _at(
        _SAM_HQ, "sam_hq_vit_h.pth", 2570940653, "a7ac14a085326d9fa6199c8c698c4f0e7280afdbb974d2c4660ec60877b45e35"
    ),
    "mobile_sam": WeightFile(
        "mobile_sam.pt",
        ("https://github.com/ChaoningZhang/MobileSAM/raw/master/weights/mobile_sam.pt",),
        40728226,
        "6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f",
    ),
}

BY_HAND = {"sam_hq_vit_l": "sam_hq_vit_l.pth", "sam_hq_vit_tiny": "sam_hq_vit_tiny.pth"}
"""Published files that are used where they lie but not downloaded: their exact size or their hash is not known here."""


def filename(name: str) -> str:
    """What the weight file of segmenter `name` is called where it is published."""
    return KNOWN[name].filename if name in KNOWN else BY_HAND[name]


def find(name: str, folders: Iterable[Path]) -> Path | None:
    """The first of `folders` that holds the weight file of segmenter `name`, as .safetensors or as it is published."""
    published = Path(filename(name))
    for folder in folders:
        for path in (folder / f"{published.stem}.safetensors", folder / published):
            if path.is_file():
                return path
    return None


def digest(path: Path) -> str:
    """sha256 of the file, read once for each size and time of change."""
    return DIGESTS.of(path)


def sha256_of(path: Path, before_block: Callable[[], None] = lambda: None) -> str:
    """sha256 of the file, read now; `before_block` is called before each block and may raise to stop."""
    running = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            before_block()
            running.update(block)
    return running.hexdigest()


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
    if state is None:  # how the loader that the Web UI puts in torch's place refuses
        raise BadWeights(
            f"The Web UI refuses to load {path.name}, its log says why; take the published file or a .safetensors one."
        )
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


def _remembered(store: Path) -> dict[str, tuple[int, int, str]]:
    try:
        content = json.loads(store.read_bytes())
        return {str(path): (int(size), int(changed), str(found)) for path, (size, changed, found) in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):  # absent or damaged: files are read again, no more
        return {}


def _replace(path: Path, content: bytes) -> None:
    """Write at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
