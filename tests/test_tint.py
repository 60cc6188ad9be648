import numpy as np
import pytest
import skimage.color
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from click_inpaint.pipeline import Pipeline, finish
from click_inpaint.store import Store
from click_inpaint.tint import tinted
from tests.arrays import U8, Array
from tests.squares import AREA, PHOTO, OnlySquares, click, edit_of

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
CAT: U8 = skimage.data.chelsea()
FACE = np.zeros(CAT.shape[:2], np.uint8)
FACE[60:220, 120:320] = 255


def lab(pixels: U8) -> Array:
    found: Array = skimage.color.rgb2lab(pixels)
    return found


def asked(colour: str) -> Array:
    (found,) = lab(np.frombuffer(bytes.fromhex(colour[1:]), np.uint8)[None])
    return np.asarray(found)


def test_a_grey_takes_the_colour_itself_and_what_is_not_covered_stays() -> None:
    image = np.array([[[90, 90, 90], [90, 90, 90], [10, 20, 30]]], np.uint8)
    cover = np.array([[255, 0, 0]], np.uint8)
    assert tinted(image, cover, "#c81e1e", 1).tolist() == [[[200, 30, 30], [90, 90, 90], [10, 20, 30]]]
    assert image.tolist() == [[[90, 90, 90], [90, 90, 90], [10, 20, 30]]]


def test_half_a_cover_and_half_the_amount_go_half_of_the_way() -> None:
    image = np.full((2, 2, 3), 119, np.uint8)
    cover = np.full((2, 2), 255, np.uint8)
    whole = lab(tinted(image, cover, "#4c9a2a", 1)) - lab(image)
    for half in (tinted(image, cover, "#4c9a2a", 0.5), tinted(image, np.full((2, 2), 128, np.uint8), "#4c9a2a", 1)):
        assert np.abs(lab(half) - lab(image) - whole / 2).max() < 0.7


def test_no_colour_and_no_amount_change_nothing() -> None:
    assert (tinted(CAT, FACE, "", 1) == CAT).all() and (tinted(CAT, FACE, "#ff0000", 0) == CAT).all()
    assert (tinted(CAT, np.zeros_like(FACE), "#ff0000", 1) == CAT).all()


@settings(max_examples=40, deadline=None)
@given(colours)
def test_any_colour_is_met_in_hue_and_chroma_and_light_and_shade_stay(colour: str) -> None:
    before, after = lab(CAT[FACE > 0][None])[0], lab(tinted(CAT, FACE, colour, 1)[FACE > 0][None])[0]
    aim = np.concatenate([after[:, :1], np.broadcast_to(asked(colour)[1:], (len(after), 2))], axis=1)
    assert skimage.color.deltaE_ciede2000(after, aim).mean() < 5
    assert np.corrcoef(before[:, 0], after[:, 0])[0, 1] > 0.98
    assert abs(after[:, 0].mean() - asked(colour)[0]) < 17


@given(colours, st.floats(0, 1), st.integers(0, 99))
def test_nothing_changes_where_nothing_is_covered(colour: str, amount: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, (9, 11, 3), np.uint8)
    cover = random.choice(np.array([0, 0, 90, 255], np.uint8), (9, 11))
    result = tinted(image, cover, colour, amount)
    assert result.dtype == np.uint8 and (result[cover == 0] == image[cover == 0]).all()


@pytest.mark.parametrize("colour", ["#8a5a2b", "#3366cc", "#808080"])
def test_a_tint_over_its_own_result_changes_nothing_more(colour: str) -> None:
    once = tinted(CAT, FACE, colour, 1)
    twice = tinted(once, FACE, colour, 1)
    assert np.abs(lab(twice)[FACE > 0] - lab(once)[FACE > 0]).mean() < 1


def test_the_job_tints_what_is_selected_after_the_fill_and_no_background() -> None:
    """What is left in the band is the background's colour: on it, colours are matched."""
    pipeline = Pipeline(Store(), OnlySquares())
    edit = edit_of(pipeline, click(150, 100), refine={"grow": 10, "feather": 12}, tint="#c81e1e")
    (job,) = pipeline.prepare(edit, AREA)
    assert (job.init[job.band] == job.source[job.band]).all() and (job.init != job.source).any()
    result = finish(job, job.init).rgb
    assert (result[job.blend.full() == 0] == PHOTO[job.blend.full() == 0]).all()
    red, green, blue = result[95:105, 145:155].reshape(-1, 3).mean(axis=0)
    assert red > 2 * max(green, blue)
    (filled,) = pipeline.prepare(edit_of(pipeline, click(150, 100), fill="colour", tint="#c81e1e"), AREA)
    middle = filled.working.height // 2, filled.working.width // 2
    assert filled.init[middle].tolist() == [200, 30, 30]


def test_half_an_amount_is_half_a_tint() -> None:
    pipeline = Pipeline(Store(), OnlySquares())
    ways = []
    for amount in (0.5, 1):
        (job,) = pipeline.prepare(edit_of(pipeline, click(150, 100), tint="#3366cc", tint_amount=amount), AREA)
        ways.append(lab(job.init) - lab(job.source))
    assert np.abs(2 * ways[0] - ways[1]).mean() < 1
