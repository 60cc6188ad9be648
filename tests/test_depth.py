"""Grey of 32 bits: read right or refused, and never black."""

import numpy as np
import pytest
from PIL import Image

from click_inpaint.errors import BadPicture
from click_inpaint.images import decode, from_pil
from tests.pictures import encoded

GREY = (np.arange(240).reshape(12, 20)).astype(np.int32)


def test_a_tiff_of_32_bits_with_values_of_8_is_read_as_it_is() -> None:
    for values in (GREY, GREY + 15):
        picture = decode(encoded(Image.fromarray(values), "TIFF"))
        assert (picture.rgb == values[..., None]).all()
        (note,) = picture.notes
        assert "values up to 255" in str(note)


@pytest.mark.parametrize("scale", [257, 300, 1 << 20, -1])
def test_a_tiff_of_32_bits_with_others_is_refused(scale: int) -> None:
    """Nobody knows what is white there."""
    with pytest.raises(BadPicture, match="save it with 8 or 16 bits"):
        decode(encoded(Image.fromarray(GREY * scale), "TIFF"))


@pytest.mark.parametrize("scale", [1, 1 / 255, 257])
def test_a_tiff_of_floats_is_refused(scale: float) -> None:
    with pytest.raises(BadPicture, match="save it with 8 or 16 bits"):
        decode(encoded(Image.fromarray((GREY * scale).astype(np.float32)), "TIFF"))


def test_a_dark_png_of_16_bits_stays_dark() -> None:
    picture = decode(encoded(Image.fromarray(GREY), "PNG"))  # Pillow's mode is that of a TIFF of 32 bits
    assert picture.rgb.max() == 1
    assert [str(note) for note in picture.notes] == ["16 bits per channel were reduced to 8."]


def test_an_image_of_an_api_caller_tells_no_format() -> None:
    assert (from_pil(Image.fromarray(GREY)).rgb == GREY[..., None]).all()
    assert (from_pil(Image.fromarray(GREY * 257)).rgb == GREY[..., None]).all()
    with pytest.raises(BadPicture):
        from_pil(Image.fromarray(GREY * 300))
