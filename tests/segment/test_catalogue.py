"""The table of segmenters: complete, and without two entries for one thing."""

from pathlib import Path

from click_inpaint.segment.catalogue import BUILT_IN, SEGMENTERS, downloadable, prior_seconds
from click_inpaint.segment.registry import Registry


def test_every_segmenter_has_a_name_a_label_and_a_file_of_its_own() -> None:
    specs = SEGMENTERS.values()
    assert [spec.name for spec in specs] == list(SEGMENTERS)
    assert len({spec.label for spec in specs}) == len(specs) and all(spec.prior_seconds > 0 for spec in specs)
    files = [spec.file.filename for spec in specs if spec.file]
    assert len(set(files)) == len(files) == len(specs) - 1


def test_only_the_built_in_segmenter_needs_no_file() -> None:
    without = [spec.name for spec in SEGMENTERS.values() if spec.file is None]
    assert without == [BUILT_IN] == [spec.name for spec in SEGMENTERS.values() if spec.architecture is None]
    assert list(SEGMENTERS)[-1] == BUILT_IN, "everything else is better"


def test_what_can_be_downloaded_is_stated_in_full() -> None:
    files = downloadable()
    assert len(files) == 6 and next(iter(files)) == "mobile_sam"
    for file in files.values():
        assert file.url.startswith("https://") and file.url.endswith(file.filename)
        assert len(file.sha256) == 64 and int(file.sha256, 16) and file.size > 1 << 20


def test_what_cannot_be_downloaded_is_used_where_it_lies(tmp_path: Path) -> None:
    assert "sam_hq_vit_l" not in downloadable()
    (tmp_path / "sam_hq_vit_l.pth").touch()
    assert Registry([tmp_path]).available() == ("sam_hq_vit_l", BUILT_IN)


def test_a_segmenter_that_nobody_knows_is_expected_to_take_some_seconds() -> None:
    assert prior_seconds("mobile_sam") < prior_seconds("squares") < prior_seconds("sam_vit_h")
