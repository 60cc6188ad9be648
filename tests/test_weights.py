import hashlib
import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from click_inpaint import weights
from click_inpaint.errors import BadWeights


class Payload:
    """Unpickling this creates a file: proof that code ran."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_tensors_come_back_from_both_formats(torch: Any, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    state = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(1)}
    torch.save(state, tmp_path / "plain.pth")
    save_file(state, tmp_path / "plain.safetensors")
    for name in ("plain.pth", "plain.safetensors"):
        loaded = weights.load(tmp_path / name)
        assert sorted(loaded) == ["a", "b"] and torch.equal(loaded["a"], state["a"])


def test_a_pickle_with_code_is_refused_and_does_not_run(torch: Any, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    (tmp_path / "bad.pth").write_bytes(pickle.dumps({"a": Payload(trace)}))
    torch.save({"a": Payload(trace)}, tmp_path / "zipped.pth")
    for name in ("bad.pth", "zipped.pth"):
        with pytest.raises(BadWeights, match=f"{name} is not a usable weight file"):
            weights.load(tmp_path / name)
    assert not trace.exists()


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"PK\x03\x04 cut", b"\x00" * 64])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_file_that_is_none_is_refused(torch: Any, tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(BadWeights, match="download it again"):
        weights.load(path)


def test_what_is_no_table_of_tensors_is_refused(torch: Any, tmp_path: Path) -> None:
    torch.save([1, 2, 3], tmp_path / "list.pth")
    with pytest.raises(BadWeights, match="plain table of tensors"):
        weights.load(tmp_path / "list.pth")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadWeights, match=r"no weight file absent\.pth"):
        weights.load(tmp_path / "absent.pth")


def test_the_first_folder_wins_and_safetensors_before_pickle(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert weights.find("sam_vit_b_01ec64.pth", (first, second)) is None
    (second / "sam_vit_b_01ec64.pth").touch()
    assert weights.find("sam_vit_b_01ec64.pth", (first, second)) == second / "sam_vit_b_01ec64.pth"
    (second / "sam_vit_b_01ec64.safetensors").touch()
    assert weights.find("sam_vit_b_01ec64.pth", (first, second)) == second / "sam_vit_b_01ec64.safetensors"
    (first / "sam_vit_b_01ec64.pth").touch()
    assert weights.find("sam_vit_b_01ec64.pth", (first, second)) == first / "sam_vit_b_01ec64.pth"


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert weights.digest(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    path.write_bytes(b"abcd")
    assert weights.digest(path) != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_shapes_are_read_from_the_header_alone(tmp_path: Path) -> None:
    header = json.dumps(
        {"__metadata__": {"a": "b"}, "w": {"dtype": "F32", "shape": [320, 9, 3, 3], "data_offsets": [0, 9]}}
    ).encode()
    path = tmp_path / "m.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)  # no tensor data at all
    assert weights.safetensors_shapes(path) == {"w": (320, 9, 3, 3)}


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff" * 8, b"\x05\0\0\0\0\0\0\0[1,2]", b"\x07\0\0\0\0\0\0\0" + b'{"a":1}', b"\x02\0\0\0\0\0\0\0{"],
)
def test_a_damaged_header_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(BadWeights, match=r"m\.safetensors is not a safetensors file"):
        weights.safetensors_shapes(path)


def test_a_digest_is_remembered_across_restarts_until_the_file_changes(tmp_path: Path, monkeypatch: Any) -> None:
    path, store = tmp_path / "big.pth", tmp_path / "cache" / "hashes.json"
    path.write_bytes(b"abc")
    first = weights.Digests()
    first.keep_in(store)
    found = first.of(path)
    read: list[Path] = []
    real = weights.sha256_of

    def noted(path: Path) -> str:
        read.append(path)
        return real(path)

    monkeypatch.setattr(weights, "sha256_of", noted)
    later = weights.Digests()
    later.keep_in(store)
    assert later.of(path) == later.of(path) == found and not read
    path.write_bytes(b"abd")
    os.utime(path, ns=(1, 1))
    assert later.of(path) == hashlib.sha256(b"abd").hexdigest() and read == [path]
    assert [item.name for item in store.parent.iterdir()] == ["hashes.json"], "nothing half written stays"


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"a": [1]}', '{"a": "xyz"}', '{"a": null}'])
def test_a_damaged_memory_counts_as_empty(tmp_path: Path, content: str) -> None:
    store, path = tmp_path / "hashes.json", tmp_path / "file"
    store.write_text(content, encoding="utf-8")
    path.write_bytes(b"abc")
    digests = weights.Digests()
    digests.keep_in(store)
    assert digests.of(path) == hashlib.sha256(b"abc").hexdigest()
    assert list(json.loads(store.read_text(encoding="utf-8"))) == [str(path)]


def test_a_memory_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    digests = weights.Digests()
    digests.keep_in(tmp_path / "file" / "below" / "hashes.json")
    assert digests.of(tmp_path / "file") == hashlib.sha256(b"abc").hexdigest()


def test_the_memory_stays_small(tmp_path: Path) -> None:
    digests = weights.Digests()
    digests.keep_in(tmp_path / "hashes.json")
    (tmp_path / "last").touch()
    for number in range(digests.MAX_FILES + 5):
        (tmp_path / str(number)).touch()
        digests.of(tmp_path / str(number))
    kept = json.loads((tmp_path / "hashes.json").read_text(encoding="utf-8"))
    assert len(kept) == digests.MAX_FILES and str(tmp_path / "0") not in kept
