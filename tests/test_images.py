import io
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from click_inpaint.errors import BadPicture, UnknownPicture
from click_inpaint.images import Store, decode, flattened

RGB = np.random.default_rng(5).integers(0, 256, (12, 20, 3), np.uint8)


def encoded(image: Image.Image | np.ndarray, format_: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(file, format_, **options)
    return file.getvalue()


def adobe_like_profile() -> bytes:
    """A profile that is not sRGB: Lab, which Pillow can make without a file."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


@pytest.mark.parametrize("format_", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_come_through_to_the_bit(format_: str) -> None:
    picture = decode(encoded(RGB, format_))
    assert (picture.rgb == RGB).all() and picture.alpha is None and picture.notes == ()


@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "GIF"])
def test_lossy_formats_are_what_pillow_makes_of_them(format_: str) -> None:
    data = encoded(RGB, format_)
    assert (decode(data).rgb == np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = {
        1: RGB,
        2: RGB[:, ::-1],
        3: RGB[::-1, ::-1],
        4: RGB[::-1],
        5: RGB.transpose(1, 0, 2),
        6: np.rot90(RGB, -1),
        7: RGB[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(RGB),
    }
    assert (decode(encoded(RGB, exif=exif.tobytes())).rgb == upright[orientation]).all()


def test_alpha_is_kept() -> None:
    alpha = np.arange(240, dtype=np.uint8).reshape(12, 20)
    picture = decode(encoded(np.dstack([RGB, alpha])))
    assert (picture.rgb == RGB).all() and (picture.alpha == alpha).all()
    assert np.asarray(picture.to_pil()).shape == (12, 20, 4)
    assert (flattened(picture)[0, 0] == 255).all()  # alpha 0 there: white
    assert decode(encoded(np.dstack([RGB, np.full_like(alpha, 255)]))).alpha is None


def test_palette_with_transparency_grey_and_one_bit() -> None:
    palette = Image.fromarray(RGB).quantize(16)
    data = encoded(palette, transparency=3)
    expected = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    picture = decode(data)
    assert (picture.rgb == expected[..., :3]).all() and (picture.alpha == expected[..., 3]).all()
    assert (decode(encoded(RGB[..., 0])).rgb == RGB[..., :1]).all()
    assert set(np.unique(decode(encoded(Image.fromarray(RGB).convert("1"))).rgb)) <= {0, 255}


def test_sixteen_bits_are_scaled_not_clipped_and_said() -> None:
    deep = (np.arange(240).reshape(12, 20) * 257).astype(np.uint16)
    picture = decode(encoded(Image.fromarray(deep)))
    assert (picture.rgb[..., 1] == np.arange(240).reshape(12, 20)).all()
    assert picture.notes == ("16 bits per channel were reduced to 8.",)


def test_cmyk_becomes_rgb() -> None:
    picture = decode(encoded(Image.fromarray(np.full((8, 8, 3), (200, 30, 60), np.uint8)).convert("CMYK"), "JPEG"))
    assert np.abs(picture.rgb.astype(int) - (200, 30, 60)).max() <= 6


def test_an_srgb_profile_changes_nothing_and_a_broken_one_is_said() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = decode(encoded(RGB, icc_profile=srgb))
    assert (picture.rgb == RGB).all() and picture.notes == ()
    broken = decode(encoded(RGB, icc_profile=b"no profile at all"))
    assert (broken.rgb == RGB).all() and "could not be used" in broken.notes[0]
    foreign = decode(encoded(RGB, icc_profile=adobe_like_profile()))  # a Lab profile does not fit RGB pixels
    assert (foreign.rgb == RGB).all() and "could not be used" in foreign.notes[0]


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


def pictures(count: int) -> list[bytes]:
    generator = np.random.default_rng(7)
    return [encoded(generator.integers(0, 256, (40, 40, 3), np.uint8)) for _ in range(count)]


def test_the_store_keeps_by_content() -> None:
    store = Store()
    data = encoded(RGB)
    first = store.add(data)
    assert store.add(data) == first and store.encoded(first) == data
    assert (store.picture(first).rgb == RGB).all()


def test_the_least_recently_used_goes_first_and_says_so() -> None:
    data = pictures(4)
    store = Store(max_bytes=sum(map(len, data[:3])) + 50)
    ids = [store.add(item) for item in data[:3]]
    store.picture(ids[0])
    ids.append(store.add(data[3]))
    assert (store.picture(ids[0]).rgb == decode(data[0]).rgb).all()
    with pytest.raises(UnknownPicture, match="open it again"):
        store.picture(ids[1])


def test_at_most_two_are_decoded_and_pinned_ones_stay() -> None:
    data = pictures(4)
    store = Store(max_bytes=sum(map(len, data[:2])) + 50)
    first = store.add(data[0])
    held = store.picture(first)
    with store.pinned(first):
        for item in data[1:]:
            store.add(item)
        assert store.picture(first) is held
        assert len(store._decoded) <= 2
    for item in data[1:]:
        store.add(item)
    with pytest.raises(UnknownPicture):
        store.encoded(first)


def test_a_file_over_the_store_is_refused() -> None:
    with pytest.raises(BadPicture, match="over 0 MB"):
        Store(max_bytes=10).add(encoded(RGB))


def test_what_cannot_be_decoded_is_not_kept() -> None:
    store = Store()
    with pytest.raises(BadPicture):
        store.add(b"GIF89a nonsense")
    assert not store._encoded


def test_many_threads_may_use_it() -> None:
    store, data, failures = Store(max_bytes=40_000), pictures(12), []

    def work() -> None:
        try:
            for item in data * 3:
                image_id = store.add(item)
                with store.pinned(image_id):
                    store.add(item)
                    assert store.picture(image_id).size.width == 40
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
