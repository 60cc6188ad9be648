"""Files that could do harm, or are no table of tensors, are refused by our own reader; plain ones come back as PyTorch
has them, and PyTorch's own loader is never asked.
"""

import pickle
import struct
import tracemalloc
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest

from click_inpaint import weights
from click_inpaint.errors import BadWeights
from tests.pth.files import Payload, called, entries, program, saved, table, tensor, text, written


def refused(path: Path, because: str) -> None:
    with pytest.raises(BadWeights, match=because) as told:
        weights.load(path)
    assert path.name in str(told.value) and "own loader" not in str(told.value)


@pytest.fixture(autouse=True)
def without_pytorchs_loaders(torch: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """What each version's loader would let through does not matter where none is asked."""

    def asked(*_: Any, **__: Any) -> None:
        raise AssertionError("PyTorch's own loader was asked")

    for name in ("load", "jit.load"):
        monkeypatch.setattr(f"torch.{name}", asked)


@pytest.fixture
def plain(torch: Any, tmp_path: Path) -> dict[str, bytes]:
    """The entries of an honest file with one tensor of 1000 numbers."""
    return entries(saved(torch, tmp_path / "plain", {"w": torch.arange(1000.0)}))


def test_tensors_come_back_as_pytorch_has_them(torch: Any, tmp_path: Path) -> None:
    row = torch.arange(60.0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm2d(3))
    kinds = ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")
    states = [
        {"part": row[2:20:3], "turned": row.reshape(6, 10).t(), "empty": row[:0], "one": torch.tensor(3.0)},
        {kind: torch.arange(6).to(getattr(torch, kind)).reshape(2, 3) for kind in kinds},
        model.state_dict(),
        dict(model.named_parameters()),
    ]
    for number, state in enumerate(states):
        loaded = weights.load(saved(torch, tmp_path / f"{number}.pth", state))
        assert list(loaded) == list(state)
        for name, tensor_ in state.items():
            assert torch.equal(loaded[name], tensor_) and loaded[name].dtype == tensor_.dtype
            assert loaded[name].stride() == tensor_.stride()


def test_a_torchscript_archive_is_refused_by_its_entries(torch: Any, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), str(tmp_path / "sam_vit_b.pth"))
    refused(tmp_path / "sam_vit_b.pth", "TorchScript archive, which can run code")


@pytest.mark.parametrize(
    "name", ["constants.pkl", "CONSTANTS.PKL", "code/__torch__.py", "code/a/b.debug_pkl", "Code/x", "code/"]
)
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_one_entry_with_code_is_enough(plain: dict[str, bytes], tmp_path: Path, name: str, compression: int) -> None:
    refused(written(tmp_path / "x.pth", {name: b"\0" * 90, **plain}, compression), "TorchScript archive")


@pytest.mark.parametrize("name", ["data/x", "data/0/1", "../x", "extra/a.txt", "x\\y", "data.pkl/x"])
def test_what_no_table_has_is_refused(plain: dict[str, bytes], tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "x.pth", {**plain, name: b"1"})
    refused(path, "no part of a table")


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_before_it_does(torch: Any, tmp_path: Path) -> None:
    bomb = entries(saved(torch, tmp_path / "plain", {"w": torch.zeros(30_000_000)}))
    path = written(tmp_path / "bomb.pth", bomb, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 200_000
    del bomb
    tracemalloc.start()
    try:
        refused(path, "more than the file is long")
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_entries_that_share_their_bytes_are_refused(plain: dict[str, bytes], tmp_path: Path) -> None:
    path = written(tmp_path / "x.pth", {"data.pkl": plain["data.pkl"], "data/0": b"\0" * 400_000})
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
    first = raw[start : raw.index(b"PK\x01\x02", start + 4)]
    last = raw[start + len(first) : -22]
    directory = first + b"".join(last.replace(b"data/0", b"data/%d" % number) for number in range(9))
    end = struct.pack("<4s4xHHIIH", b"PK\x05\x06", 10, 10, len(directory), start, 0)
    path.write_bytes(raw[:start] + directory + end)
    assert len(zipfile.ZipFile(path).namelist()) == 10
    refused(path, "more than the file is long|damaged")


def test_a_name_that_comes_twice_is_refused(plain: dict[str, bytes], tmp_path: Path) -> None:
    path = written(tmp_path / "x.pth", plain)
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a/data.pkl", plain["data.pkl"])
    refused(path, "holds a/data.pkl twice")


def test_a_second_archive_before_or_behind_the_first_is_refused(plain: dict[str, bytes], tmp_path: Path) -> None:
    """Readers of ZIP files differ in which of the two they see."""
    whole = written(tmp_path / "x.pth", plain).read_bytes()
    for content in (b"x" + whole, whole + b"x", whole[:-2] + b"\x04\0PK\x05\x06", b"PK\x03\x04" + b"\0" * 50 + whole):
        (tmp_path / "x.pth").write_bytes(content)
        refused(tmp_path / "x.pth", "ends early|damaged|ZIP format")


def test_a_cut_file_is_refused_wherever_it_is_cut(plain: dict[str, bytes], tmp_path: Path) -> None:
    whole = written(tmp_path / "x.pth", plain).read_bytes()
    for length in range(0, len(whole), 37):
        (tmp_path / "x.pth").write_bytes(whole[:length])
        refused(tmp_path / "x.pth", "not a usable weight file")


def test_a_changed_byte_is_refused_or_changes_nothing(torch: Any, plain: dict[str, bytes], tmp_path: Path) -> None:
    """Of what is not looked at (dates, versions), a change may pass."""
    path = written(tmp_path / "x.pth", {name: plain[name] for name in ("data.pkl", "data/0", "version")})
    whole, changed = path.read_bytes(), 0
    for at in range(0, len(whole), 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        try:
            loaded = weights.load(path)
        except BadWeights:
            changed += 1
        else:
            assert list(loaded) == ["w"] and torch.equal(loaded["w"], torch.arange(1000.0))
    assert changed > len(whole) / 3 * 0.9


def test_the_form_before_version_1_6_is_refused_by_name(torch: Any, tmp_path: Path) -> None:
    torch.save({"w": torch.ones(3)}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    refused(tmp_path / "old.pth", "not in the ZIP format that PyTorch writes")


def test_a_tar_file_is_refused(tmp_path: Path) -> None:
    import tarfile

    (tmp_path / "storages").write_bytes(b"\0" * 100)
    with tarfile.open(tmp_path / "x.pth", "w") as archive:
        archive.add(tmp_path / "storages", "storages")
    refused(tmp_path / "x.pth", "not in the ZIP format")


def test_a_pickle_with_code_does_not_run(torch: Any, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    (tmp_path / "bare.pth").write_bytes(pickle.dumps({"a": Payload(trace)}))
    saved(torch, tmp_path / "zipped.pth", {"a": Payload(trace)})
    refused(tmp_path / "bare.pth", "ZIP format")
    refused(tmp_path / "zipped.pth", "names pathlib Path.touch|names builtins getattr|no plain table")
    assert not trace.exists()


NESTED = pickle.EMPTY_TUPLE + b"".join([pickle.TUPLE1] * 200_000)
DOUBLED = pickle.EMPTY_TUPLE + b"".join([pickle.DUP + pickle.TUPLE2] * 40)
ABSURD = {
    "the list": program(pickle.EMPTY_LIST),
    "a number": program(pickle.BININT1 + b"\x07"),
    "a number in the table": table(pickle.BININT1 + b"\x07"),
    "a table in the table": table(pickle.EMPTY_DICT),
    "tuples without end": table(NESTED),
    "a key without end": program(pickle.EMPTY_DICT, NESTED, pickle.NONE, pickle.SETITEM),
    "a key that takes for ever to hash": program(pickle.EMPTY_DICT, DOUBLED, pickle.NONE, pickle.SETITEM),
    "a storage that is called": table(called("torch", "FloatStorage", pickle.BININT + b"\xff\xff\xff\x7f\x85")),
    "a call into the package": table(called("torch", "Tensor", pickle.BININT + b"\xff\xff\xff\x7f\x85")),
    "a call out of the package": table(called("os", "system", text("true") + pickle.TUPLE1)),
    "a shape beyond its bytes": table(tensor((1 << 40,), (1,), 0, 1000)),
    "strides beyond its bytes": table(tensor((2,), (5000,), 0, 1000)),
    "an offset beyond its bytes": table(tensor((2,), (1,), 999, 1000)),
    "a shape of strides 0": table(tensor((1 << 40,), (0,), 0, 1000)),
    "a negative offset": table(tensor((2,), (1,), -4, 1000)),
    "negative strides": table(tensor((2,), (-1,), 5, 1000)),
    "a storage beyond its bytes": table(tensor((2,), (1,), 0, 1 << 40)),
    "a storage of another size": table(tensor((2,), (1,), 0, 999)),
    "a shape and strides of two lengths": table(tensor((2, 2), (1,), 0, 1000)),
    "too many dimensions": table(tensor((1,) * 100, (1,) * 100, 0, 1000)),
    "an unknown storage": table(tensor((2,), (1,), 0, 1000, "Absurd")),
    "nothing on the stack": program(pickle.TUPLE3),
    "no mark": program(pickle.NONE, pickle.TUPLE),
    "nothing in memory": program(pickle.BINGET + b"\x07"),
    "no end": program()[:-1],
    "no beginning": b"",
    "a long number": table(pickle.LONG + b"9" * 5000 + b"L\n"),
    "a long program": table(text("x" * (1 << 20))),
    "another unpickler": program(pickle.GLOBAL + b"torch.serialization\nload\n"),
    "a persistent id that is none": table(pickle.NONE + pickle.BINPERSID),
    "a state of what is no table": table(pickle.NONE + pickle.EMPTY_DICT + pickle.BUILD),
    "a memory of nothing": program(pickle.BINPUT + b"\0"),
}


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_tables_are_refused_at_once(plain: dict[str, bytes], tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "x.pth", {**plain, "data.pkl": ABSURD[name]})
    tracemalloc.start()
    try:
        refused(path, "not a usable weight file")
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def test_a_hand_made_table_is_read(torch: Any, plain: dict[str, bytes], tmp_path: Path) -> None:
    """So that the refusals above are about what they name."""
    path = written(tmp_path / "x.pth", {**plain, "data.pkl": table(tensor((2, 3), (1, 10), 5, 1000))})
    assert weights.load(path)["w"].tolist() == [[5, 15, 25], [6, 16, 26]]


def test_bytes_of_another_order_are_refused(plain: dict[str, bytes], tmp_path: Path) -> None:
    refused(written(tmp_path / "x.pth", {**plain, "byteorder": b"big"}), "orders bytes the other way round")


def test_a_missing_entry_is_named(plain: dict[str, bytes], tmp_path: Path) -> None:
    del plain["data/0"]
    refused(written(tmp_path / "x.pth", plain), "data/0 is missing")


def test_a_list_of_a_million_entries_is_not_read(plain: dict[str, bytes], tmp_path: Path) -> None:
    path = written(tmp_path / "x.pth", {**plain, **{f"data/{number}": b"" for number in range(1, 20_100)}})
    refused(path, "list of entries is damaged")
