import io
import struct
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from click_inpaint.errors import BadPicture
from click_inpaint.images import MAX_SIDE_PX, Picture, decode, flattened, to_png
from click_inpaint.messages import Message
from tests import profiles
from tests.arrays import U8, Array

RGB = np.random.default_rng(5).integers(0, 256, (12, 20, 3), np.uint8)


def encoded(image: Image.Image | Array, format_: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(file, format_, **options)
    return file.getvalue()


def adobe_like_profile() -> bytes:
    """A profile that is not sRGB: Lab, which Pillow can make without a file."""
    return bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes())


@pytest.mark.parametrize("format_", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_come_through_to_the_bit(format_: str) -> None:
    picture = decode(encoded(RGB, format_))
    assert (picture.rgb == RGB).all() and picture.alpha is None and picture.notes == ()


@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "GIF"])
def test_lossy_formats_are_what_pillow_makes_of_them(format_: str) -> None:
    data = encoded(RGB, format_)
    assert (decode(data).rgb == np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))).all()


UPRIGHT: dict[int, Callable[[U8], U8]] = {
    1: lambda pixels: pixels,
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: np.rot90,
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("format_", ["PNG", "WEBP", "TIFF", "JPEG"])
def test_exif_orientation_is_applied(format_: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if format_ == "WEBP" else {}
    turned = {"tiffinfo": {0x0112: orientation}} if format_ == "TIFF" else {"exif": exif.tobytes()}
    plain = decode(encoded(RGB, format_, **options)).rgb
    picture = decode(encoded(RGB, format_, **options, **turned))
    assert (picture.rgb == UPRIGHT[orientation](plain)).all()
    if format_ in ("PNG", "WEBP"):
        alpha = np.arange(240, dtype=np.uint8).reshape(12, 20)
        layered = decode(encoded(np.dstack([RGB, alpha]), format_, **options, **turned))
        assert layered.alpha is not None and (layered.alpha == UPRIGHT[orientation](alpha)).all()


def test_alpha_is_kept() -> None:
    alpha = np.arange(240, dtype=np.uint8).reshape(12, 20)
    picture = decode(encoded(np.dstack([RGB, alpha])))
    assert (picture.rgb == RGB).all() and picture.alpha is not None and (picture.alpha == alpha).all()
    assert np.asarray(picture.to_pil()).shape == (12, 20, 4)
    assert (flattened(picture)[0, 0] == 255).all()  # alpha 0 there: white
    assert decode(encoded(np.dstack([RGB, np.full_like(alpha, 255)]))).alpha is None


def test_what_forge_hides_in_the_alpha_makes_nothing_transparent() -> None:
    """Its “stealth infotext”: the lowest bit of the first columns' alpha."""
    told = np.full((12, 20), 255, np.uint8)
    told[:, :7] -= np.random.default_rng(1).integers(0, 2, (12, 7), np.uint8)
    picture = decode(encoded(np.dstack([RGB, told])))
    assert (picture.rgb == RGB).all() and picture.alpha is None
    told[0, 0] = 253
    picture = decode(encoded(np.dstack([RGB, told])))
    assert picture.alpha is not None and (picture.alpha == told).all()


def test_palette_with_transparency_grey_and_one_bit() -> None:
    palette = Image.fromarray(RGB).quantize(16)
    data = encoded(palette, transparency=3)
    expected = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    picture = decode(data)
    assert (picture.rgb == expected[..., :3]).all()
    assert picture.alpha is not None and (picture.alpha == expected[..., 3]).all()
    assert (decode(encoded(RGB[..., 0])).rgb == RGB[..., :1]).all()
    assert set(np.unique(decode(encoded(Image.fromarray(RGB).convert("1"))).rgb)) <= {0, 255}


def deep_png(values: Array, transparent: bytes = b"") -> bytes:
    """A PNG of HxWxN uint16: grey, grey and alpha, RGB or RGBA. Pillow writes none but grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, channels = values.shape
    head = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + row.astype(">u2").tobytes() for row in values))
    hole = chunk(b"tRNS", transparent) if transparent else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + hole + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


DEEP_NOTE = (Message("16 bits per channel were reduced to 8."),)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_are_scaled_not_clipped_and_said(channels: int) -> None:
    values = np.random.default_rng(1).integers(0, 65536, (12, 20, channels)).astype(np.uint16)
    values[0, :2] = [[0], [65535]]
    picture = decode(deep_png(values))
    ideal = values / 257
    # Pillow keeps 16 bits of grey alone; of colours it drops the lower eight while it decodes.
    assert np.abs(picture.rgb - ideal[..., : 3 if channels > 2 else 1]).max() <= (0.5 if channels == 1 else 1)
    if channels in (2, 4):
        assert picture.alpha is not None and np.abs(picture.alpha - ideal[..., -1]).max() <= 1
    assert picture.notes == DEEP_NOTE and (picture.rgb[0, :2] == [[0], [255]]).all()


def test_one_of_sixteen_bit_greys_may_be_transparent() -> None:
    values = np.arange(240, dtype=np.uint16).reshape(12, 20, 1) * 257
    picture = decode(deep_png(values, transparent=struct.pack(">H", 5 * 257)))
    assert picture.alpha is not None and (picture.alpha.ravel() == np.where(np.arange(240) == 5, 0, 255)).all()


def test_sixteen_bit_tiff() -> None:
    deep = (np.arange(240).reshape(12, 20) * 257).astype(np.uint16)
    for image in (Image.fromarray(deep), Image.frombytes("I;16B", (20, 12), deep.astype(">u2").tobytes())):
        picture = decode(encoded(image, "TIFF"))
        assert (picture.rgb[..., 1] == np.arange(240).reshape(12, 20)).all() and picture.notes == DEEP_NOTE
    colours = np.random.default_rng(1).integers(0, 65536, (12, 20, 3)).astype(np.uint16)
    picture = decode(cv2.imencode(".tiff", colours[..., ::-1])[1].tobytes())
    assert np.abs(picture.rgb - colours / 257).max() <= 1 and picture.notes == DEEP_NOTE


def test_more_than_sixteen_bits_are_refused() -> None:
    for deeper in (np.full((4, 4), 1 << 20, np.int32), np.full((4, 4), 0.5, np.float32)):
        with pytest.raises(BadPicture, match="save it with 8 or 16 bits"):
            decode(encoded(Image.fromarray(deeper), "TIFF"))


def test_a_profile_of_a_sixteen_bit_picture_counts() -> None:
    values = (np.arange(240).reshape(12, 20) * 257).astype(np.uint16)
    profile = profiles.grey_profile("Gamma 1.0", profiles.gamma(1.0))
    picture = decode(encoded(Image.fromarray(values), icc_profile=profile))
    assert picture.notes == (*DEEP_NOTE, Message("Colours were converted from {profile} to sRGB.", profile="Gamma 1.0"))
    expected = profiles.srgb_levels((np.arange(240) / 255)[:, None] * profiles.D50).reshape(12, 20, 3)
    assert np.abs(picture.rgb - expected).max() <= 2


def test_cmyk_becomes_rgb() -> None:
    picture = decode(encoded(Image.fromarray(np.full((8, 8, 3), (200, 30, 60), np.uint8)).convert("CMYK"), "JPEG"))
    assert np.abs(picture.rgb.astype(int) - (200, 30, 60)).max() <= 6


def test_an_srgb_profile_changes_nothing_and_a_broken_one_is_said() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = decode(encoded(RGB, icc_profile=srgb))
    assert (picture.rgb == RGB).all() and picture.notes == ()
    broken = decode(encoded(RGB, icc_profile=b"no profile at all"))
    assert (broken.rgb == RGB).all() and "could not be used" in str(broken.notes[0])
    foreign = decode(encoded(RGB, icc_profile=adobe_like_profile()))  # a Lab profile does not fit RGB pixels
    assert (foreign.rgb == RGB).all() and "could not be used" in str(foreign.notes[0])


@given(st.binary(max_size=200))
def test_bytes_that_are_no_picture_are_refused(data: bytes) -> None:
    with pytest.raises(BadPicture):
        decode(data)


@given(st.integers(1, 99))
def test_a_truncated_picture_is_refused(percent: int) -> None:
    for format_ in ("PNG", "JPEG", "BMP"):
        data = encoded(np.tile(RGB, (8, 8, 1)), format_)
        with pytest.raises(BadPicture, match=r"ends early|not a picture"):
            decode(data[: max(4, len(data) * percent // 100 - 16)])


def test_limits_are_checked_before_decoding() -> None:
    huge = encoded(Image.new("1", (20_000, 20_000)))  # 400 megapixels in a few hundred bytes
    with pytest.raises(BadPicture, match="more than 100 megapixels"):
        decode(huge)
    with pytest.raises(BadPicture, match=r"more than 0\.0001 megapixels"):
        decode(encoded(RGB), max_megapixels=0.0001)


def test_formats_outside_the_list_are_refused() -> None:
    with pytest.raises(BadPicture, match="not a picture"):
        decode(encoded(RGB, "PPM"))


@pytest.mark.parametrize("alpha", [False, True])
def test_a_browser_is_given_the_same_pixels(alpha: bool) -> None:
    picture = Picture(RGB, RGB[..., 0] if alpha else None)
    shown = decode(to_png(picture))
    assert (shown.rgb == RGB).all()
    assert (shown.alpha is not None and (shown.alpha == RGB[..., 0]).all()) if alpha else shown.alpha is None


def test_a_browser_is_given_the_longest_picture_that_is_taken() -> None:
    for pixels in (np.full((2, MAX_SIDE_PX, 3), 9, np.uint8), np.full((MAX_SIDE_PX, 2, 3), 9, np.uint8)):
        assert (decode(to_png(Picture(pixels))).rgb == pixels).all()
