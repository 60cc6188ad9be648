"""What a download does besides the file itself: small files beside it, and telling that it has come."""

import hashlib
import os
from pathlib import Path

import pytest

from tests.misbehaving import CONTENT, NAME, SIZE, Desk, Server, refuse, short, whole

BESIDE = {"tiny.yaml": b"model: 1\n"}


@pytest.fixture
def told() -> list[bool]:
    return []


@pytest.fixture
def desk(server: Server, tmp_path: Path, told: list[bool]) -> Desk:
    """A download whose end is written down: whether the file lay there under its name."""
    folder = tmp_path / "models"
    return Desk(folder, server.url("/tiny.pth"), beside=BESIDE, arrived=lambda: told.append((folder / NAME).is_file()))


def test_the_small_file_lies_beside_it_and_its_coming_is_told(server: Server, desk: Desk, told: list[bool]) -> None:
    server.says(short(1000), whole())
    assert desk.get().stage == "done" and desk.files == [NAME, "tiny.yaml"]
    assert (desk.folder / "tiny.yaml").read_bytes() == BESIDE["tiny.yaml"] and told == [True]


def test_a_file_that_is_there_already_gets_what_it_lacks(desk: Desk, told: list[bool]) -> None:
    desk.folder.mkdir()
    (desk.folder / NAME).write_bytes(CONTENT)
    assert desk.get().stage == "done" and desk.files == [NAME, "tiny.yaml"] and told == [True]


def test_a_small_file_of_the_persons_own_stays(server: Server, desk: Desk) -> None:
    server.says(whole())
    desk.folder.mkdir()
    (desk.folder / "tiny.yaml").write_bytes(b"mine")
    assert desk.get().stage == "done" and (desk.folder / "tiny.yaml").read_bytes() == b"mine"


@pytest.mark.skipif(os.name == "nt", reason="Windows lets administrators alone make links")
def test_nothing_is_written_through_a_link_in_the_small_files_place(server: Server, desk: Desk, tmp_path: Path) -> None:
    server.says(whole())
    desk.folder.mkdir()
    (desk.folder / "tiny.yaml").symlink_to(tmp_path / "nowhere")
    assert desk.get().stage == "done" and not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("broken", [refuse(404), whole(b"\xff" * SIZE, '"other"')])
def test_what_did_not_come_leaves_nothing_beside_it_and_is_not_told(
    server: Server, desk: Desk, told: list[bool], broken: object
) -> None:
    server.says(broken)  # type: ignore[arg-type]
    assert desk.get().stage == "failed" and "tiny.yaml" not in desk.files and not told
    assert hashlib.sha256(CONTENT).hexdigest() in str(desk.get().error) or "404" in str(desk.get().error)


def test_an_error_on_its_coming_is_told(server: Server, tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError("the list is locked")

    server.says(whole())
    desk = Desk(tmp_path, server.url("/tiny.pth"), arrived=fail)
    assert "the list is locked" in str(desk.get().error) and (tmp_path / NAME).read_bytes() == CONTENT
