"""Every kind of file: what the library makes of it."""

import numpy as np
import pytest

from click_inpaint.errors import BadPicture
from click_inpaint.images import decode, size_of
from tests.kinds import all_kinds, refused_kinds

KINDS, REFUSED = all_kinds(), refused_kinds()


@pytest.mark.parametrize("name", KINDS)
def test_it_comes_out_as_it_should(name: str) -> None:
    kind = KINDS[name]
    picture = decode(kind.data)
    pixels = np.asarray(picture.to_pil().convert("RGBA")).astype(int)
    assert pixels.shape == kind.truth.shape
    assert size_of(kind.data) == picture.size, "the header alone tells it too"
    visible = kind.truth[..., 3] > 0
    difference = np.abs(pixels - kind.truth)
    if kind.loss:
        assert difference[visible].mean() <= kind.loss and difference[..., 3].max() <= 2
    else:
        assert difference[visible].max() == 0 and difference[..., 3].max() == 0


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_name(name: str) -> None:
    data, says = REFUSED[name]
    with pytest.raises(BadPicture) as refusal:
        decode(data)
    assert says in str(refusal.value)


def test_there_are_kinds_of_every_format() -> None:
    formats = {name.partition(",")[0] for name in KINDS}
    assert formats - {"AVIF"} == {"PNG", "JPEG", "WebP", "BMP", "GIF", "TIFF"}
