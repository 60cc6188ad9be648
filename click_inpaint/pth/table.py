"""The table in a weight file's `data.pkl`: names and where each tensor lies, read without running the pickle.

A pickle is a program for a small machine. This one knows the few instructions that `torch.save` uses for a state dict
(torch/serialization.py, torch/_utils.py) and calls nothing: what a program would call is either written down as a
tensor, or refused. So it does not matter which of its functions the installed PyTorch would allow.
"""

from __future__ import annotations

import math
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 1 << 20
"""A table of 600 tensors takes 80 KB."""
MOST_DIMENSIONS = 8

STORAGES = {
    "DoubleStorage": ("float64", 8),
    "FloatStorage": ("float32", 4),
    "HalfStorage": ("float16", 2),
    "BFloat16Storage": ("bfloat16", 2),
    "LongStorage": ("int64", 8),
    "IntStorage": ("int32", 4),
    "ShortStorage": ("int16", 2),
    "CharStorage": ("int8", 1),
    "ByteStorage": ("uint8", 1),
    "BoolStorage": ("bool", 1),
}
"""What `torch` calls a storage: the dtype of its elements and their size in bytes."""


@dataclass(frozen=True)
class Storage:
    """A row of `count` elements of `dtype`, `itemsize` bytes each, in the entry data/`key`."""

    key: str
    dtype: str
    itemsize: int
    count: int


@dataclass(frozen=True)
class TensorAt:
    """Where a tensor lies: from element `offset` of its storage on, with strides in elements, as in
    `torch.as_strided`. It never reaches beyond the storage, and never has more elements than that.
    """

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True)
class _Name:
    """A global that the pickle names; it stands for itself and can be called by nobody."""

    module: str
    name: str


_MARK = object()
_ORDERED = _Name("collections", "OrderedDict")
_TENSOR = _Name("torch._utils", "_rebuild_tensor_v2")
_PARAMETER = _Name("torch._utils", "_rebuild_parameter")
_CALLED = {_ORDERED, _TENSOR, _PARAMETER}


def read(program: bytes | bytearray) -> dict[str, TensorAt]:
    """The tensors of a table by name. Raises ValueError for anything but a flat table of tensors."""
    if len(program) > MAX_BYTES:
        raise ValueError(f"its table has over {MAX_BYTES >> 20} MB")
    found = _Machine().run(bytes(program))
    if not isinstance(found, dict) or not all(isinstance(value, TensorAt) for value in found.values()):
        raise ValueError("it holds no plain table of tensors")
    return found


class _Machine:
    """Runs the instructions over a stack of plain values."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._does: dict[str, Callable[[Any], None]] = {
            "PROTO": lambda argument: None,
            **dict.fromkeys(("BINPUT", "LONG_BINPUT"), self._remember),
            **dict.fromkeys(("BINGET", "LONG_BINGET"), lambda index: self._push(self._memo[index])),
            **dict.fromkeys(("BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1"), self._push),
            "NONE": self._push,
            "NEWTRUE": lambda _: self._push(True),
            "NEWFALSE": lambda _: self._push(False),
            "MARK": lambda _: self._push(_MARK),
            "EMPTY_DICT": lambda _: self._push({}),
            "EMPTY_TUPLE": lambda _: self._push(()),
            "TUPLE1": lambda _: self._tuple(self._popped(1)),
            "TUPLE2": lambda _: self._tuple(self._popped(2)),
            "TUPLE3": lambda _: self._tuple(self._popped(3)),
            "TUPLE": lambda _: self._tuple(self._since_mark()),
            "SETITEM": lambda _: self._set_items(self._popped(2)),
            "SETITEMS": lambda _: self._set_items(self._since_mark()),
            "GLOBAL": self._name,
            "BINPERSID": lambda _: self._push(_storage(self._stack.pop())),
            "REDUCE": lambda _: self._call(*self._popped(2)),
            "BUILD": lambda _: self._set_state(*self._popped(2)),
        }

    def run(self, program: bytes) -> Any:
        """What the program leaves behind."""
        try:
            for instruction, argument, _ in pickletools.genops(program):
                if instruction.name == "STOP":
                    return self._stack.pop()
                if instruction.name not in self._does:
                    raise ValueError(f"it holds no plain table of tensors: {instruction.name}")
                self._does[instruction.name](argument)
        except (LookupError, TypeError) as error:
            raise ValueError(f"its table is damaged ({error})") from error
        raise ValueError("its table ends early")

    def _push(self, value: Any) -> None:
        self._stack.append(value)

    def _popped(self, count: int) -> list[Any]:
        if len(self._stack) < count:
            raise LookupError("nothing is left on the stack")
        values = self._stack[-count:]
        del self._stack[-count:]
        return values

    def _since_mark(self) -> list[Any]:
        for at in range(len(self._stack) - 1, -1, -1):
            if self._stack[at] is _MARK:
                values = self._stack[at + 1 :]
                del self._stack[at:]
                return values
        raise LookupError("there is no mark on the stack")

    def _remember(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    def _tuple(self, values: list[Any]) -> None:
        for value in values:  # arguments hold shapes, and shapes hold numbers; what is nested deeper has no end
            if isinstance(value, tuple) and any(isinstance(inner, tuple) for inner in value):
                raise ValueError("it holds no plain table of tensors: tuples in tuples in tuples")
        self._push(tuple(values))

    def _set_items(self, values: list[Any]) -> None:
        target = self._stack[-1]
        if not isinstance(target, dict):
            raise TypeError("items of what is no table")
        for key, value in zip(values[::2], values[1::2]):
            if not isinstance(key, str):
                raise TypeError("a key that is no name")
            target[key] = value

    def _name(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        found = _Name(module, name)
        if found not in _CALLED and not (module == "torch" and name in STORAGES):
            raise ValueError(f"it holds no plain table of tensors but names {argument[:80]}")
        self._push(found)

    def _call(self, called: Any, arguments: Any) -> None:
        if called == _ORDERED and arguments == ():
            self._push({})
        elif called == _TENSOR:
            self._push(_tensor(*arguments))
        elif called == _PARAMETER and isinstance(arguments[0], TensorAt):
            self._push(arguments[0])
        else:
            raise ValueError("it holds no plain table of tensors but calls something")

    def _set_state(self, target: Any, state: Any) -> None:
        """The versions of modules that a state dict carries along; nobody here asks for them."""
        if not isinstance(target, dict) or not isinstance(state, dict):
            raise TypeError("the state of what is no table")
        self._push(target)


def _storage(said: Any) -> Storage:
    """From what the pickle calls a persistent id; the device it names does not matter here."""
    if not isinstance(said, tuple) or len(said) != 5 or said[0] != "storage":
        raise TypeError("what is no storage")
    _, storage, key, _, count = said
    if not isinstance(storage, _Name) or storage.name not in STORAGES:
        raise TypeError("a storage of an unknown kind")
    if not isinstance(key, str) or not key.isdecimal() or not _is_count(count):
        raise TypeError("a storage without a number")
    return Storage(key, *STORAGES[storage.name], count)


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *rest: Any) -> TensorAt:
    numbers = (offset, *shape, *strides)
    if not isinstance(storage, Storage) or len(shape) != len(strides) or len(shape) > MOST_DIMENSIONS:
        raise TypeError("a tensor without a storage or a shape")
    if not all(map(_is_count, numbers)):
        raise TypeError("a tensor whose shape is not made of numbers")
    elements = math.prod(shape)
    last = offset + sum((side - 1) * stride for side, stride in zip(shape, strides)) if elements else 0
    if elements > storage.count or (elements and last >= storage.count):
        raise ValueError("a tensor in it is larger than its bytes")
    return TensorAt(storage, offset, tuple(shape), tuple(strides))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 48
