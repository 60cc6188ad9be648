import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from click_inpaint import mask
from click_inpaint.crop import Plan, plan, resize, whole
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.images import Picture
from click_inpaint.mask import Mask
from click_inpaint.stitch import blend_into
from tests.arrays import U8, Array

bytes_ = st.integers(0, 255)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Picture, U8, Box, Mask]:
    height, width = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    rgb = draw(hnp.arrays(np.uint8, (height, width, 3), elements=bytes_))
    alpha = draw(st.none() | hnp.arrays(np.uint8, (height, width), elements=bytes_))
    x0, y0 = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    crop = Box(x0, y0, draw(st.integers(x0 + 1, width)), draw(st.integers(y0 + 1, height)))
    blend = draw(hnp.arrays(np.uint8, (crop.height, crop.width), elements=st.sampled_from([0, 0, 1, 127, 254, 255])))
    painted = draw(hnp.arrays(np.uint8, (crop.height, crop.width, 3), elements=bytes_))
    return Picture(rgb, alpha), painted, crop, Mask(Size(width, height), crop, blend)


@given(cases())
def test_exact_outside_new_inside_mixed_between(case: tuple[Picture, U8, Box, Mask]) -> None:
    picture, painted, crop, blend = case
    before = picture.rgb.copy()
    result = blend_into(picture, painted, crop, blend)
    weight = blend.full()
    new = np.zeros_like(picture.rgb)
    new[crop.slices] = painted
    assert (result.rgb[weight == 0] == before[weight == 0]).all()
    assert (result.rgb[weight == 255] == new[weight == 255]).all()
    if picture.alpha is None:
        ideal = before + (new.astype(float) - before) * (weight / 255)[..., None]
        assert np.abs(result.rgb - ideal).max() <= 0.501
    assert (picture.rgb == before).all()  # a copy: the picture is kept


def over(rgb: Array, alpha: Array | None, background: Array) -> Array:
    """What a viewer shows over that background: float HxWx3, not rounded."""
    cover = (np.full(rgb.shape[:2], 255) if alpha is None else alpha)[..., None] / 255
    return np.asarray(rgb * cover + background * (1 - cover))


@given(cases(), hnp.arrays(np.uint8, 3, elements=bytes_))
def test_over_any_background_the_ramp_lies_between_the_old_and_the_new_composite(
    case: tuple[Picture, Array, Box, Mask], background: Array
) -> None:
    picture, painted, crop, blend = case
    result = blend_into(picture, painted, crop, blend)
    shown = over(result.rgb, result.alpha, background)[crop.slices]
    old = over(picture.rgb, picture.alpha, background)[crop.slices]
    share = blend.window(crop)[..., None] / 255
    # half a level of the colour's rounding, and half a level of the alpha's
    assert np.abs(shown - (old + (painted - old) * share)).max() <= 1.001
    assert (shown >= np.minimum(old, painted) - 1.001).all() and (shown <= np.maximum(old, painted) + 1.001).all()


def test_beside_transparency_the_feather_has_no_dark_fringe() -> None:
    """White painted over black that nobody sees: over white all stays white."""
    rgb, alpha = np.zeros((40, 60, 3), np.uint8), np.zeros((40, 60), np.uint8)
    rgb[:, :30], alpha[:, :30] = 255, 255
    frame = Size(60, 40)
    _, blend = mask.grown_and_feathered(mask.rectangle(frame, Box(20, 10, 40, 30)), 0, 12, "linear")
    result = blend_into(Picture(rgb, alpha), np.full((40, 60, 3), 255, np.uint8), Box(0, 0, 60, 40), blend)
    ramp = (blend.full() > 0) & (blend.full() < 255)
    assert ramp.sum() > 300 and (over(result.rgb, result.alpha, np.full(3, 255)) >= 254).all()


@given(cases())
def test_alpha_is_kept_outside_and_opaque_where_painted(case: tuple[Picture, U8, Box, Mask]) -> None:
    picture, painted, crop, blend = case
    result = blend_into(picture, painted, crop, blend)
    if picture.alpha is None:
        assert result.alpha is None
        return
    weight = blend.full()
    assert result.alpha is not None
    assert (result.alpha[weight == 0] == picture.alpha[weight == 0]).all()
    assert (result.alpha[weight == 255] == 255).all()
    assert (result.alpha >= picture.alpha).all()


@st.composite
def paintings(draw: st.DrawFn) -> tuple[Picture, Mask, Plan]:
    """A picture with or without alpha, a refined selection in it, and how that is painted."""
    frame = Size(draw(st.integers(20, 150)), draw(st.integers(20, 150)))
    noise = np.random.default_rng(draw(st.integers(0, 99)))
    rgb = noise.integers(0, 256, (frame.height, frame.width, 3), np.uint8)
    alpha = noise.integers(0, 256, (frame.height, frame.width), np.uint8) if draw(st.booleans()) else None
    points = draw(st.lists(st.builds(Point, st.floats(0, frame.width), st.floats(0, frame.height)), min_size=1))
    drawn = draw(st.sampled_from([mask.stroke(frame, points, 4), mask.polygon(frame, points)]))
    selection = mask.invert(drawn) if draw(st.booleans()) else drawn
    grow, feather = draw(st.sampled_from([-2, 0, 5.5])), draw(st.sampled_from([0, 1, 9.5]))
    _, blend = mask.grown_and_feathered(selection, grow, feather, draw(st.sampled_from(["linear", "smooth"])))
    assume(not blend.empty)
    area = draw(st.sampled_from([Size(64, 64), Size(128, 64), Size(192, 256)]))
    planned = whole(frame, area) if draw(st.booleans()) else plan(blend.box, frame, area, draw(st.integers(0, 40)))
    return Picture(rgb, alpha), blend, planned


@given(paintings())
def test_outside_the_blend_every_byte_stays(case: tuple[Picture, Mask, Plan]) -> None:
    picture, blend, planned = case
    painted = np.random.default_rng(3).integers(0, 256, (planned.working.height, planned.working.width, 3), np.uint8)
    result = blend_into(picture, resize(painted, planned.crop.size), planned.crop, blend)
    outside = blend.full() == 0
    assert (result.rgb[outside] == picture.rgb[outside]).all()
    if picture.alpha is not None:
        assert result.alpha is not None and (result.alpha[outside] == picture.alpha[outside]).all()
    # only what the blend's box needs, brought to size: the same picture
    box = mask.trimmed(blend).box
    part = resize(painted, planned.crop.size, box.moved(-planned.crop.x0, -planned.crop.y0))
    same = blend_into(picture, part, box, blend)
    assert (same.rgb == result.rgb).all()
    if picture.alpha is not None:
        assert same.alpha is not None and result.alpha is not None and (same.alpha == result.alpha).all()


def test_what_does_not_fit_is_refused() -> None:
    picture = Picture(np.zeros((8, 8, 3), np.uint8))
    crop = Box(2, 2, 6, 6)
    with pytest.raises(ValueError, match="does not fill"):
        blend_into(picture, np.zeros((3, 4, 3), np.uint8), crop, mask.rectangle(Size(8, 8), crop))
    with pytest.raises(ValueError, match="leaves the crop"):
        blend_into(picture, np.zeros((4, 4, 3), np.uint8), crop, mask.rectangle(Size(8, 8), Box(0, 0, 3, 3)))
