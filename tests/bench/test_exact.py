import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from bench import exact, seams
from click_inpaint import mask
from click_inpaint.geometry import Box, Size


@pytest.mark.full
def test_the_benchmark_prints_one_json_object(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(exact, "STITCHED_SIDES", (1024,))
    monkeypatch.setattr(exact, "GAUSS_SIDE", 1024)
    exact.main(["--json", "--pictures", "1", "--rounds", "1"])
    result = json.loads(capsys.readouterr().out)
    assert {"refine_8192_over_1024", "gauss_over_refine_1024", "host_over_ours_1024", "extra_mb_1024"} <= result.keys()
    assert {"drift_before", "drift_after", "seam_ratio", "seam_ratio_host"} <= result.keys()
    assert {"crushed_drift_before", "crushed_drift_after", "crushed_clipped_everywhere"} <= result.keys()
    assert all(np.isfinite(value) for value in result.values())


def test_extra_memory_counts_numpy() -> None:
    held = exact.extra_mb(lambda: np.ones(20_000_000, np.uint8))
    assert 19 < held < 60


def test_the_hosts_overlay_keeps_what_lies_off_its_mask() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (300, 400, 3), np.uint8)
    selection = mask.rectangle(Size(400, 300), Box(150, 100, 200, 180))
    job = seams.HostJob(Image.fromarray(picture), Image.fromarray(selection.full()), Size(128, 128))
    result = np.asarray(job.finished(Image.new("RGB", (128, 128), (255, 0, 0))))
    assert (result[job.blurred == 0] == picture[job.blurred == 0]).all()
    assert (result[job.blurred == 255] == (255, 0, 0)).all()
    x, y, width, height = job.paste_to
    assert abs(width / height - 1) < 0.02 and x <= 150 and y <= 100


def test_cases_depend_on_the_seed_alone() -> None:
    first, again, other = (next(seams.seam_cases(1, seed)) for seed in (5, 5, 6))
    assert (first.rgb == again.rgb).all() and first.edit == again.edit
    assert first.edit != replace(other.edit, image=first.edit.image)
