import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench import cases, segmenter
from click_inpaint.geometry import Box, Point

needs_font = pytest.mark.skipif(not cases.FONT.is_file(), reason="fonts-noto-color-emoji is not installed")


def folder_with_a_square(folder: Path) -> Path:
    image = np.full((60, 80, 3), (10, 120, 40), np.uint8)
    mask = np.zeros((60, 80), np.uint8)
    image[20:40, 30:60] = (200, 30, 90)
    mask[20:40, 30:60] = 255
    cv2.imwrite(str(folder / "00.png"), image[..., ::-1])
    cv2.imwrite(str(folder / "00-mask.png"), mask)
    entry = {"image": "00.png", "mask": "00-mask.png", "click": [44, 31], "box": [30, 20, 60, 40]}
    (folder / "cases.json").write_text(json.dumps([entry]), encoding="utf-8")
    return folder


def test_a_folder_is_read_as_it_was_written(tmp_path: Path) -> None:
    (case,) = cases.read(folder_with_a_square(tmp_path))
    assert case.image[30, 45].tolist() == [200, 30, 90]
    assert case.image[0, 0].tolist() == [10, 120, 40]
    assert set(np.unique(case.mask)) == {0, 255}
    assert case.click == Point(44.5, 31.5)
    assert case.box == Box(30, 20, 60, 40)


def test_a_resized_case_keeps_its_object_under_the_click(tmp_path: Path) -> None:
    (case,) = cases.read(folder_with_a_square(tmp_path))
    large = case.resized(120 * 160)
    assert large.image.shape == (120, 160, 3)
    assert large.mask[int(large.click.y), int(large.click.x)] == 255
    assert large.box == Box(60, 40, 120, 80)


@needs_font
def test_generated_cases_depend_on_the_seed_alone() -> None:
    first, again, other = (next(cases.generate(1, seed)) for seed in (7, 7, 8))
    assert (first.image == again.image).all()
    assert (first.mask == again.mask).all()
    assert first.click == again.click
    assert first.image.shape != other.image.shape or (first.image != other.image).any()


@needs_font
def test_generated_cases_have_their_click_on_the_object_and_their_box_around_it() -> None:
    for case in cases.generate(6, 7):
        assert case.image.dtype == np.uint8
        assert case.image.shape == (*case.mask.shape, 3)
        assert case.mask[int(case.click.y), int(case.click.x)] == 255
        inside = case.mask[case.box.slices]
        assert inside.any(axis=0)[[0, -1]].all()
        assert inside.any(axis=1)[[0, -1]].all()
        assert (inside > 0).sum() == (case.mask > 0).sum()


def test_a_missing_font_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cases, "FONT", tmp_path / "none.ttf")
    with pytest.raises(cases.MissingFont, match="fonts-noto-color-emoji"):
        next(cases.generate(1, 1))


def test_the_benchmark_prints_one_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    segmenter.main(["--json", "--cases", str(folder_with_a_square(tmp_path))])
    result = json.loads(capsys.readouterr().out)
    named = {"iou_click", "iou_click_p10", "iou_box", "dots_pct", "noc85", "noc90", "click_ms", "count"}
    assert result.keys() >= named | {"click_over_opencv", "box_over_opencv", "worst_click"}
    assert result["count"] == 1
    assert result["iou_click"] > 0.95
    assert result["iou_box"] > 0.95
