import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from click_inpaint import mask
from click_inpaint.geometry import Box, Size
from click_inpaint.images import Picture
from click_inpaint.mask import Mask
from click_inpaint.stitch import blend_into

bytes_ = st.integers(0, 255)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Picture, np.ndarray, Box, Mask]:
    height, width = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    rgb = draw(hnp.arrays(np.uint8, (height, width, 3), elements=bytes_))
    alpha = draw(st.none() | hnp.arrays(np.uint8, (height, width), elements=bytes_))
    x0, y0 = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    crop = Box(x0, y0, draw(st.integers(x0 + 1, width)), draw(st.integers(y0 + 1, height)))
    blend = draw(hnp.arrays(np.uint8, (crop.height, crop.width), elements=st.sampled_from([0, 0, 1, 127, 254, 255])))
    painted = draw(hnp.arrays(np.uint8, (crop.height, crop.width, 3), elements=bytes_))
    return Picture(rgb, alpha), painted, crop, Mask(Size(width, height), crop, blend)


@given(cases())
def test_exact_outside_new_inside_mixed_between(case: tuple[Picture, np.ndarray, Box, Mask]) -> None:
    picture, painted, crop, blend = case
    before = picture.rgb.copy()
    result = blend_into(picture, painted, crop, blend)
    weight = blend.full()
    new = np.zeros_like(picture.rgb)
    new[crop.slices] = painted
    assert (result.rgb[weight == 0] == before[weight == 0]).all()
    assert (result.rgb[weight == 255] == new[weight == 255]).all()
    ideal = before + (new.astype(float) - before) * (weight / 255)[..., None]
    assert np.abs(result.rgb - ideal).max() <= 0.501
    assert (picture.rgb == before).all()  # a copy: the picture is kept


@given(cases())
def test_alpha_is_kept_outside_and_opaque_where_painted(case: tuple[Picture, np.ndarray, Box, Mask]) -> None:
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


def test_what_does_not_fit_is_refused() -> None:
    picture = Picture(np.zeros((8, 8, 3), np.uint8))
    crop = Box(2, 2, 6, 6)
    with pytest.raises(ValueError, match="does not fill"):
        blend_into(picture, np.zeros((3, 4, 3), np.uint8), crop, mask.rectangle(Size(8, 8), crop))
    with pytest.raises(ValueError, match="leaves the crop"):
        blend_into(picture, np.zeros((4, 4, 3), np.uint8), crop, mask.rectangle(Size(8, 8), Box(0, 0, 3, 3)))
