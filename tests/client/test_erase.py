"""`erase` on the command line, against a Web UI of a few lines."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint.client.command import ALL_DONE, SOME_FAILED, WRONG, main
from tests.client.stand_in import INFOTEXT, picture, serving

ERASED = picture((1, 2, 3))


class Server:
    """Takes pictures and erases; what it was asked to erase is kept. Where told so, it refuses."""

    def __init__(self, refusal: str = "") -> None:
        self.refusal = refusal
        self.uploads: list[int] = []
        self.erased: list[dict[str, Any]] = []

    def __call__(self, path: str, told: dict[str, Any]) -> tuple[int, Any]:
        if path.endswith("/images"):
            self.uploads.append(1)
            return 200, {"image": f"id {len(self.uploads)}"}
        assert path.endswith("/click-inpaint/v1/erase")
        self.erased.append(told)
        return (422, {"error": self.refusal}) if self.refusal else (200, ERASED)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.zeros((60, 80, 3), np.uint8)).save(path)
    return path


def test_one_picture_is_filled_and_written(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server = Server()
    with serving(server) as (url, _):
        code = main(["erase", str(photo), "--click", "5,6", "--grow", "9", "--json", "--webui", url])
    out = photo.with_name("photo-erased.png")
    assert code == ALL_DONE and out.read_bytes() == ERASED
    (asked,) = server.erased
    assert asked["save"] is False and asked["edit"]["image"] == "id 1" and asked["edit"]["refine"] == {"grow": 9}
    assert [(step["kind"], step["x"], step["y"]) for step in asked["edit"]["selection"]] == [("click", 5, 6)]
    done = next(one for one in map(json.loads, capsys.readouterr().out.splitlines()) if one["event"] == "done")
    assert (done["out"], done["infotext"]) == (str(out), INFOTEXT)


def test_a_mask_is_uploaded_and_selects(photo: Path, tmp_path: Path) -> None:
    mask = tmp_path / "mask.png"
    Image.fromarray(np.full((60, 80), 255, np.uint8)).save(mask)
    server = Server()
    with serving(server) as (url, _):
        out = str(tmp_path / "o.png")
        assert main(["erase", str(photo), "--mask", str(mask), "-o", out, "--webui", url]) == ALL_DONE
    assert server.erased[0]["edit"]["selection"] == [{"kind": "mask", "image": "id 2"}]


def test_a_folder_is_done_once_and_goes_on_where_it_was(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.png").write_bytes(photo.read_bytes())
    server, out = Server(), tmp_path / "out"
    with serving(server) as (url, _):
        command = ["erase", str(tmp_path / "in"), "-o", str(out), "--click", "5,6", "--webui", url]
        assert main(command) == ALL_DONE and len(server.erased) == 2
        (out / "a.png").unlink()
        assert main(command) == ALL_DONE and len(server.erased) == 3
    assert sorted(path.name for path in out.iterdir()) == ["a.png", "b.png"]


def test_what_is_wrong_is_told_and_nothing_is_written(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server("All of the picture is selected.")
    with serving(server) as (url, asked):
        assert main(["erase", str(tmp_path), "--webui", url]) == WRONG
        assert "say with --out" in capsys.readouterr().err
        assert main(["erase", str(photo), "--webui", url]) == SOME_FAILED and not asked, "nothing is selected"
        assert main(["erase", str(photo), "--click", "5,6", "--webui", url]) == SOME_FAILED
    assert "All of the picture is selected." in "".join(capsys.readouterr())
    assert not photo.with_name("photo-erased.png").exists()
