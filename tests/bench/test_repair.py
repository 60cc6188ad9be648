from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from bench import damage, repair


def test_a_search_that_finds_nothing_brings_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "find", lambda picture: np.zeros(picture.shape[:2], np.bool_))
    found = repair.figures([np.asarray(skimage.data.chelsea())])
    assert found["repair_f1"] == found["repair_recall"] == found["repair_psnr_gain_db"] == 0


def test_a_search_that_finds_all_damage_repairs_the_picture() -> None:
    case = damage.damaged(np.asarray(skimage.data.chelsea()), np.random.default_rng(1))
    better = repair.psnr(repair.repaired(case.picture, case.mask), case.clean)
    assert better > repair.psnr(case.picture, case.clean) + 6 and repair.f1(case.mask, case.mask) == 1


def test_what_is_marked_in_clean_pictures_counts_in_percent(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(picture: damage.U8) -> repair.Found:
        return np.ones(picture.shape[:2], np.bool_)

    monkeypatch.setattr(repair, "find", everything)
    monkeypatch.setattr(repair, "repaired", lambda picture, found: picture)
    found = repair.figures([np.asarray(skimage.data.chelsea())])
    assert found["repair_clean_pct"] == 100 and found["repair_recall"] == 1 and found["repair_psnr_gain_db"] == 0
    assert 0 < found["repair_precision"] <= damage.MOST


def test_a_picture_is_damaged_where_the_mask_says_and_never_by_much() -> None:
    for seed in range(4):
        case = damage.damaged(np.asarray(skimage.data.chelsea()), np.random.default_rng(seed))
        changed = (case.picture != case.clean).any(axis=2)
        assert 0 < case.mask.mean() <= damage.MOST and changed[case.mask].mean() > 0.9


def test_overlays_come_from_a_folder(tmp_path: Path) -> None:
    alpha = np.zeros((40, 40, 4), np.uint8)
    alpha[10:12, :, 3] = 255
    Image.fromarray(alpha).save(tmp_path / "one.png")
    cover = damage.Overlays(tmp_path).one(np.random.default_rng(1))
    assert cover.max() > 0.5 and cover.mean() < 0.2
    with pytest.raises(FileNotFoundError, match="PNG or JPEG"):
        damage.Overlays(tmp_path / "nothing")
