"""Weight files: where they are looked for, their hashes, and loading that never runs code which a file brings along."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click_inpaint import own_file, strict_json
from click_inpaint.errors import BadWeights
from click_inpaint.pth import tensors


@dataclass(frozen=True)
class WeightFile:
    """A published weight file: `urls` where it can be downloaded, the publisher's own first; its exact `size` in bytes;
    and its `sha256` as the publisher's page states it.

    One whose size or hash is not known has no `urls`: it is used where it lies, but never downloaded.
    """

    filename: str
    urls: tuple[str, ...] = ()
    size: int = 0
    sha256: str = ""

    @property
    def url(self) -> str:
        """The address to get it from by hand."""
        return self.urls[0]


MAX_HEADER_BYTES = 16 << 20
"""Of a safetensors header. One of 10,000 tensors has 2 MB; the 100 MB that the format allows would take seconds and
gigabytes to read.
"""
_BLOCK_BYTES = 1 << 20


class Digests:
    """The sha256 of files. Each is remembered with the file's size and time of change; beyond the end of the process,
    too, once `keep_in` was called.
    """

    MAX_FILES = 64

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: Path | None = None
        self._found: dict[str, tuple[int, int, str]] = {}

    def keep_in(self, store: Path) -> None:
        """Remember hashes in this file, too, and read those that it holds. A damaged file counts as empty."""
        with self._lock:
            self._store = store
            self._found = {**_remembered(store), **self._found}

    def of(self, path: Path) -> str:
        """The file's sha256. The file is read only if it has changed since that was last computed."""
        status, known = path.stat(), self._found.get(str(path.absolute()))
        if known and known[:2] == (status.st_size, status.st_mtime_ns):
            return known[2]
        found = sha256_of(path)
        self._keep(path, status, found)
        return found

    def remember(self, path: Path, sha256: str) -> None:
        """Remember this as the sha256 of the file as it is now."""
        self._keep(path, path.stat(), sha256)

    def _keep(self, path: Path, status: os.stat_result, sha256: str) -> None:
        with self._lock:
            self._found.pop(str(path.absolute()), None)
            self._found[str(path.absolute())] = status.st_size, status.st_mtime_ns, sha256
            self._found = dict(list(self._found.items())[-self.MAX_FILES :])
            if self._store:
                with contextlib.suppress(OSError):  # if the disk is full, files are only read again later
                    _replace(self._store, json.dumps(self._found).encode())


DIGESTS = Digests()


def find(filename: str, folders: Iterable[Path]) -> Path | None:
    """The weight file in the first of `folders` that holds it, as .safetensors or under its published `filename`. A
    link that leads out of all of them is not followed; a folder may itself be a link.
    """
    folders = tuple(folders)
    return next((path for path in _present(filename, folders) if _stays_within(path, folders)), None)


def strayed(filename: str, folders: Iterable[Path]) -> Path | None:
    """The link of that name which `find` does not follow."""
    folders = tuple(folders)
    return next((path for path in _present(filename, folders) if not _stays_within(path, folders)), None)


def _present(filename: str, folders: Iterable[Path]) -> Iterator[Path]:
    published = Path(filename)
    for folder in folders:
        for path in (folder / f"{published.stem}.safetensors", folder / published):
            if path.is_file():
                yield path


def _stays_within(path: Path, folders: Iterable[Path]) -> bool:
    file = path.resolve()
    return any(folder.resolve() in file.parents for folder in folders)


def digest(path: Path) -> str:
    """The file's sha256. The file is read again only if its size or time of change differs."""
    return DIGESTS.of(path)


def sha256_of(path: Path, before_block: Callable[[], None] = lambda: None) -> str:
    """The file's sha256, read now. `before_block` is called before each block; it may raise an error to stop."""
    running = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            before_block()
            running.update(block)
    return running.hexdigest()


def load(path: Path) -> dict[str, Any]:
    """The tensors of a .safetensors or PyTorch file by name, on the CPU.

    Raises BadWeights for a missing, damaged or foreign file. A PyTorch file is read by click_inpaint.pth and not by
    `torch.load`: before version 2.6 that runs what a TorchScript or tar file brings along, `weights_only` or not
    (CVE-2025-32434), and the Web UIs bring older ones.
    """
    if not path.is_file():
        raise BadWeights(
            "There is no weight file {file}; see “Weights” in the README for where to get it.", file=path.name
        )
    try:
        state = _read_safetensors(path) if path.suffix == ".safetensors" else tensors.load(path)
    except Exception as error:  # a damaged file makes readers raise anything; whatever it is, the file is not usable
        raise BadWeights(
            "{file} is not a usable weight file ({reason}); download it again.",
            file=path.name,
            reason=_first_line(error),
        ) from error
    return state


def safetensors_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor in a .safetensors file, from its header alone. Raises BadWeights where the file is
    none, and OSError.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = file.read(length) if 2 <= length <= MAX_HEADER_BYTES else b""
    try:
        if len(header) != length:
            raise ValueError(f"a header of {length} bytes")
        entries = strict_json.loads(header)
        return {name: _shape(item["shape"]) for name, item in entries.items() if name != "__metadata__"}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadWeights(
            "{file} is not a safetensors file ({reason}).", file=path.name, reason=_first_line(error)
        ) from error


def _shape(sides: Any) -> tuple[int, ...]:
    if not isinstance(sides, list) or not all(type(side) is int and side >= 0 for side in sides):
        raise ValueError("a shape that is no list of whole numbers")
    return tuple(sides)


def _read_safetensors(path: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return dict(load_file(path, device="cpu"))


def _remembered(store: Path) -> dict[str, tuple[int, int, str]]:
    try:
        content = strict_json.loads(store.read_bytes())
        return {str(path): (int(size), int(changed), str(found)) for path, (size, changed, found) in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):  # where it is absent or damaged, files are only read again
        return {}


def _replace(path: Path, content: bytes) -> None:
    """Replace the file's content at once, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    with own_file.fresh(new) as file:
        file.write(content)
    new.replace(path)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
