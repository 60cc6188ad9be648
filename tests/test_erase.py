import numpy as np
import pytest
import skimage.data

from click_inpaint import mask
from click_inpaint.erase import erased
from click_inpaint.errors import BadEdit, EmptySelection
from click_inpaint.geometry import Box, Size
from click_inpaint.images import Picture
from click_inpaint.mask import Mask

SIZE = Size(512, 512)


def soft(box: Box, feather: float = 9) -> Mask:
    return mask.grown_and_feathered(mask.rectangle(SIZE, box), 0, feather)[1]


@pytest.mark.parametrize("box", [Box(200, 150, 320, 260), Box(0, 300, 90, 512), Box(300, 0, 512, 512)])
def test_outside_the_blend_no_bit_changes_and_inside_all_is_new(box: Box) -> None:
    picture, blend = Picture(skimage.data.astronaut()), soft(box)
    done, full = erased(picture, blend), blend.full()
    assert (done.rgb[full == 0] == picture.rgb[full == 0]).all() and done.alpha is None
    assert (done.rgb[full == 255] != picture.rgb[full == 255]).any(axis=-1).mean() > 0.8
    assert (picture.rgb == skimage.data.astronaut()).all()


def test_what_was_there_has_no_part_in_what_is_new() -> None:
    """But where the blend mask mixes both."""
    blend = soft(Box(200, 150, 320, 260))
    other = skimage.data.astronaut()
    other[blend.full() > 0] = (0, 255, 0)
    one, two = erased(Picture(skimage.data.astronaut()), blend), erased(Picture(other), blend)
    assert (one.rgb[blend.full() == 255] == two.rgb[blend.full() == 255]).all()


def test_transparent_pictures_keep_their_alpha_and_are_opaque_where_new() -> None:
    alpha = np.full((512, 512), 90, np.uint8)
    picture, blend = Picture(skimage.data.astronaut(), alpha), soft(Box(200, 150, 320, 260))
    done, full = erased(picture, blend, (255, 0, 0)), blend.full()
    assert done.alpha is not None
    assert (done.alpha[full == 0] == 90).all() and (done.alpha[full == 255] == 255).all()
    assert (done.rgb[full == 0] == picture.rgb[full == 0]).all()
    assert (done.rgb[full == 255][:, 0] > 150).all(), "its surroundings are seen over the backdrop"


def test_nothing_and_everything_are_refused() -> None:
    picture = Picture(skimage.data.astronaut())
    with pytest.raises(EmptySelection, match="empty"):
        erased(picture, mask.nothing(SIZE))
    with pytest.raises(BadEdit, match="All of the picture is selected"):
        erased(picture, mask.rectangle(SIZE, SIZE.box))
