import os
from pathlib import Path

import pytest

from click_inpaint.errors import BadWeights
from click_inpaint.segment.base import Segmenter
from click_inpaint.segment.grabcut.segmenter import GrabCut
from click_inpaint.segment.registry import Registry


def test_the_built_in_segmenter_is_always_there() -> None:
    registry = Registry()
    assert registry.available() == ("grabcut",)
    assert registry.get("auto").name == "grabcut" and registry.get("auto") is registry.get("grabcut")


def test_auto_is_the_best_file_that_is_present(tmp_path: Path) -> None:
    registry = Registry([tmp_path])
    (tmp_path / "sam_vit_b_01ec64.pth").touch()
    assert registry.available() == ("sam_vit_b", "grabcut")
    (tmp_path / "sam_vit_h_4b8939.safetensors").touch()  # put there while running
    assert registry.get("auto").name == "sam_vit_h"


def test_what_is_missing_is_named_with_the_place_for_it(tmp_path: Path) -> None:
    with pytest.raises(BadWeights, match=rf"sam_vit_l_0b3195\.pth is in none of these folders: {tmp_path}\. Put it"):
        Registry([tmp_path]).get("sam_vit_l")
    with pytest.raises(BadWeights, match="no segmenter “sam9”; known are auto, sam_hq_vit_h, sam_vit_h"):
        Registry([tmp_path]).get("sam9")


def test_the_device_is_asked_for_when_it_is_needed(tmp_path: Path) -> None:
    asked: list[str] = []

    def device() -> str:
        asked.append("now")
        return "cpu"

    registry = Registry([tmp_path], device)
    (tmp_path / "sam_vit_b_01ec64.pth").touch()
    assert registry.get("auto").note is None and not asked


def test_a_file_that_was_replaced_is_another_segmenter(tmp_path: Path) -> None:
    registry, file = Registry([tmp_path]), tmp_path / "sam_vit_b_01ec64.pth"
    file.write_bytes(b"one")
    first = registry.get("sam_vit_b")
    assert registry.get("sam_vit_b") is first
    file.write_bytes(b"another")
    second = registry.get("sam_vit_b")
    assert second is not first and second.weights_digest != ""
    assert first.weights_digest != second.weights_digest, "who still has the first one has its weights"


@pytest.mark.skipif(os.name == "nt", reason="Windows lets administrators alone make links")
def test_a_link_out_of_the_folders_is_not_followed_and_one_within_or_a_linked_folder_is(tmp_path: Path) -> None:
    elsewhere, own, shared = (tmp_path / name for name in ("elsewhere", "own", "shared"))
    for folder in (elsewhere, own):
        folder.mkdir()
    (elsewhere / "sam_vit_b_01ec64.pth").write_bytes(b"weights")
    (own / "sam_vit_b_01ec64.pth").symlink_to(elsewhere / "sam_vit_b_01ec64.pth")
    registry = Registry([own])
    assert registry.available() == ("grabcut",) and registry.get("auto").name == "grabcut"
    with pytest.raises(BadWeights, match=rf"sam_vit_b_01ec64\.pth in {own} is a link that leads out of the folders"):
        registry.get("sam_vit_b")
    shared.symlink_to(elsewhere, target_is_directory=True)
    assert Registry([own, shared]).get("sam_vit_b").name == "sam_vit_b"
    assert Registry([shared]).get("auto").name == "sam_vit_b"


class Meddling(str):
    """A name that puts another one beside it whenever it is looked at, as another thread may."""

    __hash__ = str.__hash__
    made: dict[tuple[str, str, str], Segmenter]

    def __eq__(self, other: object) -> bool:
        self.made[("another", "", str(len(self.made)))] = GrabCut()
        return str.__eq__(self, other)


def test_others_may_add_segmenters_while_outdated_ones_are_looked_for(tmp_path: Path) -> None:
    registry = Registry([tmp_path])
    meddling = Meddling("sam_vit_l")
    meddling.made = registry._made
    registry._made[(meddling, "", "")] = GrabCut()
    (tmp_path / "sam_vit_b_01ec64.pth").touch()
    assert registry.get("sam_vit_b") is registry.get("sam_vit_b")
