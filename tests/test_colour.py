from dataclasses import replace

import numpy as np
import pytest
import skimage.color
import skimage.data
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import ArrayLike

from bench import seams
from click_inpaint import colour
from click_inpaint.pipeline import Job, Pipeline, finish
from click_inpaint.segment.registry import Registry
from tests.arrays import U8, Array

colours = hnp.arrays(np.uint8, (5, 3))


@given(colours)
def test_lab_is_scikit_images(rgb: U8) -> None:
    assert np.abs(colour.lab_from_linear(colour.to_linear(rgb / 255)) - skimage.color.rgb2lab(rgb)).max() < 0.02


@given(colours, colours)
def test_delta_e_is_scikit_images(a: U8, b: U8) -> None:
    lab_a, lab_b = skimage.color.rgb2lab(a), skimage.color.rgb2lab(b)
    expected = skimage.color.deltaE_ciede2000(lab_a, lab_b)
    assert np.abs(colour.delta_e(lab_a, lab_b) - expected).max() < 1e-6


def test_delta_e_by_hand() -> None:
    # pairs 1 and 17 of Sharma, Wu & Dalal's test data
    a = np.array([[50, 2.6772, -79.7751], [50, 2.5, 0]])
    b = np.array([[50, 0, -82.7485], [73, 25, -18]])
    assert np.abs(colour.delta_e(a, b) - [2.0425, 27.1492]).max() < 1e-4


def test_linear_light_there_and_back() -> None:
    levels = np.arange(256) / 255
    assert np.abs(colour.to_srgb(colour.to_linear(levels)) - levels).max() < 1e-6


def drifted(image: U8, gain: ArrayLike, offset: ArrayLike) -> U8:
    linear = colour.to_linear(image / 255) * np.array(gain) + np.array(offset)
    return np.asarray(np.rint(255 * colour.to_srgb(linear))).astype(np.uint8)


SOURCE = np.clip(skimage.data.astronaut()[100:356, 100:356], 20, 225)
BAND = np.zeros((256, 256), bool)
BAND[64:192, 64:192] = True
RING = ~BAND


def error(table: Array | None, painted: U8, source: U8 = SOURCE) -> float:
    fixed = painted if table is None else colour.applied(table, painted)
    lab = [colour.lab_from_linear(colour.to_linear(image / 255)) for image in (fixed, source)]
    return float(np.median(colour.delta_e(*lab)))


def test_a_known_drift_is_undone() -> None:
    painted = drifted(SOURCE, [1.2, 0.9, 1.1], [0.005, 0.01, -0.003])
    assert error(None, painted) > 4
    table = colour.correction(painted, SOURCE, BAND, RING)
    assert table is not None and error(table, painted) < 0.4


def test_outliers_in_the_band_do_not_count() -> None:
    painted = drifted(SOURCE, [1.2, 0.9, 1.1], 0.005)
    spoiled = painted.copy()
    spoiled[64:192, 64:90] = (40, 200, 90)  # the new object reaches into the band
    table = colour.correction(spoiled, SOURCE, BAND, RING)
    assert table is not None and error(table, painted) < 0.4


@pytest.mark.parametrize("match", ["auto", "on"])
def test_few_samples_change_nothing(match: str) -> None:
    band = np.zeros_like(BAND)
    band[64:76, 64:76] = True
    assert colour.correction(drifted(SOURCE, 1.3, 0), SOURCE, band, RING, match) is None
    assert colour.correction(drifted(SOURCE, 1.3, 0), SOURCE, ~band & band, RING, match) is None


def test_what_cannot_be_seen_changes_nothing_unless_asked() -> None:
    painted = drifted(SOURCE, 1.01, 0)
    assert colour.correction(painted, SOURCE, BAND, RING, "auto") is None
    assert colour.correction(painted, SOURCE, BAND, RING, "on") is not None
    assert colour.correction(drifted(SOURCE, 1.3, 0), SOURCE, BAND, RING, "off") is None


def test_other_content_in_the_band_is_no_drift() -> None:
    other = np.clip(skimage.data.coffee()[100:356, 100:356], 20, 225)
    painted = np.where(BAND[..., None], other, SOURCE)
    assert colour.correction(painted, SOURCE, BAND, RING, "auto") is None


@given(colours, st.floats(0.2, 4), st.floats(-0.3, 0.3))
def test_a_correction_is_limited_and_rises(rgb: U8, gain: float, offset: float) -> None:
    painted = drifted(SOURCE, gain, offset)
    table = colour.correction(painted, SOURCE, BAND, RING, "on")
    if table is None:
        return
    assert table.shape == (256, 3) and table.min() >= 0 and table.max() <= 255
    assert (np.diff(table, axis=0) >= -1e-3).all()
    linear = colour.to_linear(table / 255)
    levels = colour.to_linear(np.arange(256) / 255)[:, None]
    inside = slice(3, 253)
    limit = colour.MAX_GAIN * levels + colour.MAX_OFFSET
    assert (linear <= limit + 1e-4)[inside].all()


def test_values_driven_to_black_come_back_as_what_stood_there() -> None:
    dark = np.clip(SOURCE // 3, 6, 225)
    dark[:, ::2] = 6
    painted = drifted(dark, 1.0, -0.01)
    table = colour.correction(painted, dark, BAND, RING, "on")
    assert table is not None and (table[0] <= 12).all() and error(table, painted, dark) < 1.5


def jobs() -> list[tuple[seams.SeamCase, Job]]:
    return [
        (case, Pipeline(seams.stored(case.rgb), Registry()).prepare(case.edit, seams.AREA)[0])
        for case in seams.seam_cases(2)
    ]


def test_the_seam_of_a_drifting_sampler() -> None:
    for case, _ in jobs():
        figures = case.figures()
        for kind in ("everywhere", "inside"):
            assert figures[f"drift_before_{kind}"] > 4.5 and figures[f"drift_after_{kind}"] <= 0.5
            assert not figures[f"changed_without_drift_{kind}"]
        assert figures["seam_ratio"] <= 1.1


def test_drifts_that_crush_or_lift_shadows() -> None:
    for case in seams.seam_cases(2, offsets=seams.CRUSHING_OFFSETS):
        drifts = case.drifts()
        for kind in ("everywhere", "inside"):
            assert drifts[f"drift_before_{kind}"] > 4 and drifts[f"drift_after_{kind}"] <= 0.5


def test_matching_changes_nothing_outside_the_blend() -> None:
    for case, job in jobs():
        painted = case.inside(job, 1)
        results = {match: finish(replace(job, match=match), painted).rgb for match in ("auto", "on", "off")}
        outside = job.blend.full() == 0
        assert all((rgb[outside] == case.rgb[outside]).all() for rgb in results.values())
        assert (results["auto"] != results["off"]).any()
