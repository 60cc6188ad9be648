"""A full disk, a read-only one, a download that is killed: what was there stays whole, what is half written has no
name, and it is said.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from click_inpaint.client import files
from click_inpaint.errors import UserError
from click_inpaint.weights import Digests
from tests.misbehaving import CONTENT, ETAG, NAME, SIZE, Desk, Handler, Server, serving, whole

ROOT = Path(__file__).resolve().parents[1]
ROOM_KB = 64
"""Of the small disk; the file that is downloaded has 100."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    yield from serving()


def mount(*arguments: str) -> bool:
    try:
        return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, with little room."""
    place = tmp_path / "disk"
    place.mkdir()
    if not mount("-t", "tmpfs", "-o", f"size={ROOM_KB}k", "tmpfs", str(place)):
        pytest.skip("only the administrator of a Linux can make a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> None:
    """Take all of its room."""
    with (disk / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(b"x" * 4096)


def remount(disk: Path, how: str) -> None:
    assert mount("-o", f"remount,{how}", str(disk))


def test_a_download_that_fills_the_disk_is_told_and_goes_on_when_there_is_room(server: Server, disk: Path) -> None:
    desk = Desk(disk / "sam", server.url("/tiny.pth"))
    server.says(whole())
    progress = desk.get()
    assert progress.stage == "failed" and "No space left" in str(progress.error)
    assert NAME not in desk.files
    remount(disk, "size=400k")
    assert desk.get().stage == "done" and (desk.folder / NAME).read_bytes() == CONTENT
    assert any(asked and asked != "bytes=0-" for asked in server.ranges), "it went on from what was there"


def test_a_download_onto_a_read_only_disk_is_told(server: Server, disk: Path) -> None:
    remount(disk, "ro")
    desk = Desk(disk / "sam", server.url("/tiny.pth"))
    server.says(whole())
    progress = desk.get()
    assert progress.stage == "failed" and "cannot be" in str(progress.error) and "Read-only" in str(progress.error)
    assert not desk.files


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_result_that_cannot_be_saved_is_told_and_the_older_one_stays(disk: Path, how: str) -> None:
    place = disk / "out.png"
    place.write_bytes(b"older")
    if how == "full":
        fill(disk)
    else:
        remount(disk, "ro")
    with pytest.raises(UserError, match=r"out\.png cannot be written"):
        files.write(place, b"newer" * 20_000)
    remount(disk, "rw,size=400k")
    assert place.read_bytes() == b"older"
    files.write(place, b"newer" * 20_000)
    assert place.read_bytes() == b"newer" * 20_000
    assert not [path for path in disk.iterdir() if "part" in path.name]


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_hashes_that_cannot_be_kept_are_computed_again(disk: Path, tmp_path: Path, how: str) -> None:
    file, store = tmp_path / "weights.pth", disk / "hashes.json"
    file.write_bytes(b"one")
    known = Digests()
    known.keep_in(store)
    first = known.of(file)
    before = store.read_bytes()
    if how == "full":
        fill(disk)
    else:
        remount(disk, "ro")
    file.write_bytes(b"another")
    assert known.of(file) != first
    assert how == "full" or store.read_bytes() == before
    fresh = Digests()
    fresh.keep_in(store)  # whole or not there: it is read without an error
    assert fresh.of(file) == known.of(file)


DOWNLOADS = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from click_inpaint.download import part
from tests.misbehaving import Desk
part.BLOCK_BYTES = 4096
Desk(Path(sys.argv[2]), sys.argv[3]).get()
"""


def test_a_download_that_is_killed_thrice_goes_on_each_time(server: Server, tmp_path: Path) -> None:
    """With `kill -9`: nothing can be tidied up at the end."""
    folder, released, reached = tmp_path / "sam", threading.Event(), threading.Event()

    def stalls(handler: Handler) -> None:
        start = int((handler.headers.get("Range") or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        told = {"Content_Range": f"bytes {start}-{SIZE - 1}/{SIZE}"} if start else {}
        handler.head(206 if start else 200, Content_Length=SIZE - start, ETag=ETAG, **told)
        handler.wfile.write(CONTENT[start : start + 20_000])
        handler.wfile.flush()
        reached.set()
        released.wait(30)

    server.says(stalls)
    part = folder / f"{NAME}.part"
    sizes = [0]
    for _ in range(3):
        reached.clear()
        with subprocess.Popen(
            [sys.executable, "-c", DOWNLOADS, str(ROOT), str(folder), server.url("/tiny.pth")]
        ) as child:
            assert reached.wait(30)
            while not part.exists() or part.stat().st_size <= sizes[-1]:
                assert child.poll() is None
            child.kill()
        sizes.append(part.stat().st_size)
        assert part.read_bytes() == CONTENT[: sizes[-1]] and not (folder / NAME).exists()
    released.set()
    server.says(whole())
    desk = Desk(folder, server.url("/tiny.pth"))
    assert desk.get().stage == "done" and desk.arrived()
    assert server.asked[-1] == ("/tiny.pth", f"bytes={sizes[-1]}-", ETAG) and sizes == sorted(set(sizes))


def test_a_clock_that_jumps_back_hides_no_change_of_a_file(tmp_path: Path) -> None:
    file, known = tmp_path / "weights.pth", Digests()
    file.write_bytes(b"one")
    first = known.of(file)
    file.write_bytes(b"two")
    os.utime(file, (1, 1))
    assert known.of(file) != first
    again = known.of(file)
    os.utime(file, (4e9, 4e9))
    assert known.of(file) == again
