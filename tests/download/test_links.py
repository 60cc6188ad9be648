"""A name in the folder of downloads may be a link to a file elsewhere, put there by somebody else: that file stays as
it is, whatever a download does.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from click_inpaint import weights
from tests.misbehaving import CONTENT, NAME, SIZE, Desk, Server, refuse, short, whole

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows lets administrators alone make links")

SECRET = b"not yours" * 1000


def _chain(link: Path, target: Path) -> None:
    link.with_name("between").symlink_to(target)
    link.symlink_to("between")


LINKS: dict[str, Callable[[Path, Path], object]] = {
    "symlink": lambda link, target: link.symlink_to(target),
    "relative symlink": lambda link, target: link.symlink_to(Path("..") / target.name),
    "chain": _chain,
    "hard link": lambda link, target: link.hardlink_to(target),
}
BESIDE = (".part", ".part.json", ".unverified")


@pytest.fixture
def elsewhere(tmp_path: Path, desk: Desk) -> Path:
    desk.folder.mkdir()
    path = tmp_path / "elsewhere"
    path.write_bytes(SECRET)
    return path


@pytest.fixture(params=LINKS)
def link(request: pytest.FixtureRequest) -> Callable[[Path, Path], object]:
    return LINKS[request.param]


@pytest.mark.parametrize("beside", BESIDE)
def test_a_link_beside_the_file_is_not_written_through(
    server: Server, desk: Desk, elsewhere: Path, link: Callable[[Path, Path], object], beside: str
) -> None:
    link(desk.folder / f"{NAME}{beside}", elsewhere)
    server.says(whole())
    assert desk.get().stage == "done" and (desk.folder / NAME).read_bytes() == CONTENT
    assert elsewhere.read_bytes() == SECRET and not (desk.folder / NAME).is_symlink()


def test_a_linked_part_is_not_gone_on_with(
    server: Server, desk: Desk, elsewhere: Path, link: Callable[[Path, Path], object]
) -> None:
    """Even where the note beside it says that it came from here."""
    server.says(short(9000), refuse(404))
    desk.get()
    (desk.folder / f"{NAME}.part").unlink()
    link(desk.folder / f"{NAME}.part", elsewhere)
    server.says(whole())
    assert desk.get().stage == "done" and elsewhere.read_bytes() == SECRET
    assert server.ranges[-1] is None and (desk.folder / NAME).read_bytes() == CONTENT


def test_a_whole_file_elsewhere_is_not_moved_here_by_a_link(
    server: Server, desk: Desk, elsewhere: Path, link: Callable[[Path, Path], object]
) -> None:
    elsewhere.write_bytes(CONTENT)
    link(desk.folder / f"{NAME}.part", elsewhere)
    server.says(whole())
    assert desk.get().stage == "done" and elsewhere.read_bytes() == CONTENT
    assert not (desk.folder / NAME).is_symlink() and (desk.folder / NAME).stat().st_nlink == 1


def test_a_link_under_the_files_own_name_that_leads_nowhere_is_replaced(server: Server, desk: Desk) -> None:
    desk.folder.mkdir()
    nowhere = desk.folder.parent / "nowhere"
    (desk.folder / NAME).symlink_to(nowhere)
    server.says(whole())
    assert desk.get().stage == "done" and not nowhere.exists()
    assert not (desk.folder / NAME).is_symlink() and (desk.folder / NAME).read_bytes() == CONTENT


def test_what_came_wrong_replaces_a_link_and_not_its_target(
    server: Server, desk: Desk, elsewhere: Path, link: Callable[[Path, Path], object]
) -> None:
    link(desk.folder / f"{NAME}.unverified", elsewhere)
    server.says(whole(b"\xff" * SIZE))
    assert "is not the published file" in str(desk.get().error)
    assert elsewhere.read_bytes() == SECRET and not (desk.folder / f"{NAME}.unverified").is_symlink()


def test_a_file_that_the_person_linked_here_is_used_and_left_alone(server: Server, desk: Desk, elsewhere: Path) -> None:
    elsewhere.write_bytes(CONTENT)
    (desk.folder / NAME).symlink_to(elsewhere)
    assert desk.get().stage == "done" and not server.asked and elsewhere.read_bytes() == CONTENT


def test_a_folder_that_the_person_linked_is_downloaded_into(server: Server, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    desk.folder.symlink_to(tmp_path / "disk")
    server.says(short(9000), whole())
    assert desk.get().stage == "done" and (tmp_path / "disk" / NAME).read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=9000-"]


def test_what_is_no_file_at_all_is_told(server: Server, desk: Desk) -> None:
    (desk.folder / f"{NAME}.part").mkdir(parents=True)
    server.says(whole())
    assert "cannot be written to" in str(desk.get().error)


@pytest.mark.parametrize("name", ["hashes.json", "hashes.json.new"])
def test_the_memory_of_hashes_is_not_written_through_a_link(
    elsewhere: Path, link: Callable[[Path, Path], object], tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "sam"
    link(folder / name, elsewhere)
    digests = weights.Digests()
    digests.keep_in(folder / "hashes.json")
    (tmp_path / "file").write_bytes(b"abc")
    digests.of(tmp_path / "file")
    assert elsewhere.read_bytes() == SECRET
    assert list(json.loads((folder / "hashes.json").read_text(encoding="utf-8"))) == [str(tmp_path / "file")]
