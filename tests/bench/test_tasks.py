import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from bench import erase, extend, tasks


@pytest.fixture(autouse=True)
def one_photograph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extend, "PHOTOGRAPHS", ("chelsea",))
    monkeypatch.setattr(erase, "SIDES_PX", (1024, 2048))


@pytest.mark.full
def test_it_says_what_it_measured_on_where_no_cases_are_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tasks, "COLOURS", {"blue": "#0000ff", "white": "#ffffff"})
    tasks.main(["--json", "--count", "1", "--holes", "2"])
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert tasks.NO_CASES in told.err and result["count"] == 2
    assert result["erase_detail"] > 2 * result["erase_detail_telea"] > 0 and result["erase_8192_over_1024"] > 0
    assert 0 < result["tint_de00"] <= 5 and result["tint_l_corr"] >= 0.98 and result["tint_outside"] == 0


def test_it_reads_a_folder_of_cases(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(tasks, "COLOURS", {"brown": "#a52a2a"})
    image = skimage.data.chelsea()
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[80:200, 150:300] = 255
    cv2.imwrite(str(tmp_path / "cat.png"), image[..., ::-1])
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    case = {"image": "cat.png", "mask": "mask.png", "click": [200, 100], "box": [150, 80, 300, 200]}
    (tmp_path / "cases.json").write_text(json.dumps([case]), encoding="utf-8")
    tasks.main(["--json", "--cases", str(tmp_path), "--holes", "1"])
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert result["count"] == 1 and result["tint_de00"] <= 5 and result["tint_outside"] == 0 and not told.err


def test_a_pixel_outside_the_selection_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def everywhere(image: tasks.U8, cover: tasks.U8, colour: str, amount: float) -> tasks.U8:
        return np.bitwise_not(image)

    monkeypatch.setattr("click_inpaint.pipeline.tinted", everywhere)
    image = skimage.data.chelsea()
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[80:200, 150:300] = 255
    figures = tasks.tint_figures(image, mask, "#808080")
    assert figures["outside"] > 1000 and figures["l_corr"] < 0
