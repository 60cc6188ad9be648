"""The tensors of a weight file that `torch.save` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click_inpaint.pth.archive import Archive
from click_inpaint.pth.table import TensorAt, read


def load(path: Path) -> dict[str, Any]:
    """The tensors by name, on the CPU. Raises ValueError for a file that is no plain table of tensors, OSError.

    Tensors that share their memory in the file share it here too, as they do with `torch.load`.
    """
    import torch

    with path.open("rb") as file:
        archive = Archive(file)
        if "byteorder" in archive.entries and archive.read("byteorder") != b"little":
            raise ValueError("it was written on a machine that orders bytes the other way round")
        table = read(archive.read("data.pkl"))
        data = {key: archive.read(f"data/{key}") for key in {place.storage.key for place in table.values()}}
    return {name: _placed(torch, place, data[place.storage.key]) for name, place in table.items()}


def _placed(torch: Any, place: TensorAt, data: bytearray) -> Any:
    storage = place.storage
    if len(data) != storage.count * storage.itemsize:
        raise ValueError(f"data/{storage.key} in it is not as long as its table says")
    dtype = getattr(torch, storage.dtype)
    row = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
    return row.as_strided(place.shape, place.strides, place.offset)
