"""Pictures and masks of a folder, and results that are whole."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from click_inpaint.client import files
from click_inpaint.client.files import Work
from click_inpaint.errors import UserError
from tests.client.stand_in import INFOTEXT, picture


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(picture((1, 2, 3)))


def test_pictures_are_taken_by_name_with_the_masks_beside_them(tmp_path: Path) -> None:
    put(tmp_path, "b.PNG", "a.jpg", "a.mask.png", "c.webp", ".hidden.png", "orphan.mask.png")
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    (tmp_path / "folder.png").mkdir()
    out = tmp_path / "out"
    assert files.listed(tmp_path, out) == [
        Work(tmp_path / "a.jpg", tmp_path / "a.mask.png", out / "a.png"),
        Work(tmp_path / "b.PNG", None, out / "b.png"),
        Work(tmp_path / "c.webp", None, out / "c.png"),
    ]


def test_two_pictures_that_would_get_one_name_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "a.png")
    with pytest.raises(UserError, match=r"a\.jpg and a\.png would both become a\.png"):
        files.listed(tmp_path, tmp_path / "out")


@pytest.mark.parametrize(("name", "says"), [("", "no picture in"), ("absent", "cannot be read")])
def test_a_folder_without_pictures_is_told(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        files.listed(tmp_path / name, tmp_path / "out")


def test_a_file_has_its_name_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "a.png"
    place.write_bytes(b"before")
    seen: list[bytes] = []

    def full(descriptor: int) -> None:
        seen.append(place.read_bytes())
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"a\.png cannot be written \(No space left on device\)"):
        files.write(place, b"after")
    assert seen == [b"before"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.png": b"before"}
    monkeypatch.undo()
    files.write(place, b"after")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.png": b"after"}


def test_a_result_of_the_kind_that_was_asked_for_stays_as_it_is() -> None:
    data = picture((9, 8, 7))
    assert files.as_named(data, INFOTEXT, Path("x.png")) == (data, None)
    lossy = picture((9, 8, 7), kind="JPEG")
    stored, note = files.as_named(lossy, INFOTEXT, Path("x.jpeg"))
    assert stored == lossy
    assert "JPEG is lossy" in str(note)


@pytest.mark.parametrize(("ending", "lossy"), [("jpg", True), ("tif", False)])
def test_another_kind_has_the_pixels_and_the_infotext(ending: str, lossy: bool) -> None:
    stored, note = files.as_named(picture((200, 100, 50)), INFOTEXT, Path(f"x.{ending}"))
    image = Image.open(io.BytesIO(stored))
    assert np.abs(np.asarray(image).astype(int) - (200, 100, 50)).max() <= (3 if lossy else 0)
    assert (note is not None) == lossy
    in_jpeg = image.getexif().get_ifd(0x8769).get(0x9286, b"").removeprefix(b"UNICODE\0").decode("utf-16-be")
    assert (in_jpeg if lossy else image.getexif()[270]) == INFOTEXT


def test_what_the_web_ui_sent_with_loss_becomes_no_quiet_png() -> None:
    stored, note = files.as_named(picture((200, 100, 50), kind="WEBP"), INFOTEXT, Path("x.png"))
    image = Image.open(io.BytesIO(stored))
    assert (image.format, image.info["parameters"]) == ("PNG", INFOTEXT)
    assert "WEBP is lossy" in str(note)


def test_an_infotext_that_no_jpeg_can_hold_does_not_cost_the_picture() -> None:
    stored, _ = files.as_named(picture((1, 2, 3)), "x" * 40_000, Path("x.jpg"))
    assert Image.open(io.BytesIO(stored)).size == (8, 6)
