"""Weight files, good and bad, that the tests write themselves."""

import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Payload:
    """Unpickling this creates a file: proof that code ran."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def saved(torch: Any, path: Path, state: Any) -> Path:
    torch.save(state, path)
    return path


def entries(path: Path) -> dict[str, bytes]:
    """What a file of `torch.save` holds, by the name below its folder."""
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def written(path: Path, content: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED, root: str = "a") -> Path:
    """An archive of these entries."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in content.items():
            archive.writestr(f"{root}/{name}", data)
    return path


def program(*parts: bytes) -> bytes:
    """A pickle of protocol 2 made of these instructions."""
    return b"".join((pickle.PROTO, b"\x02", *parts, pickle.STOP))


def text(value: str) -> bytes:
    return pickle.BINUNICODE + len(value).to_bytes(4, "little") + value.encode()


def number(value: int) -> bytes:
    return pickle.LONG1 + b"\x08" + value.to_bytes(8, "little", signed=True)


def called(module: str, name: str, arguments: bytes) -> bytes:
    return pickle.GLOBAL + f"{module}\n{name}\n".encode() + arguments + pickle.REDUCE


def tensor(shape: tuple[int, ...], strides: tuple[int, ...], offset: int, count: int, storage: str = "Float") -> bytes:
    """The instructions that make a tensor over the entry data/0."""
    where = pickle.MARK + text("storage") + pickle.GLOBAL + f"torch\n{storage}Storage\n".encode()
    where += text("0") + text("cpu") + number(count) + pickle.TUPLE + pickle.BINPERSID
    sides = [pickle.MARK + b"".join(map(number, sides)) + pickle.TUPLE for sides in (shape, strides)]
    hooks = called("collections", "OrderedDict", pickle.EMPTY_TUPLE)
    arguments = pickle.MARK + where + number(offset) + b"".join(sides) + pickle.NEWFALSE + hooks + pickle.TUPLE
    return called("torch._utils", "_rebuild_tensor_v2", arguments)


def table(value: bytes, name: str = "w") -> bytes:
    """A table with one thing in it."""
    return program(pickle.EMPTY_DICT, text(name), value, pickle.SETITEM)
