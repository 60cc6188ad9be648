"""Pictures in: decoded upright, in sRGB, alpha kept, limits checked before decoding; and the store that keeps them by
content.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from click_inpaint.errors import BadPicture, UnknownPicture
from click_inpaint.geometry import Size
from click_inpaint.profiles import to_srgb

U8 = NDArray[np.uint8]

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")
"""Decoders that an upload may reach; Pillow knows dozens more, some of them old and odd."""
MAX_MEGAPIXELS = 100.0
STORE_BYTES = 512 << 20
DECODED_PICTURES = 2
JPEG_SIDE_PX = 65_500
"""The longest that libjpeg writes."""
_DEEP = "16 bits per channel were reduced to 8."
_WIDE_MODES = ("I", "I;16", "I;16L", "I;16B")
_MAX_16_BIT = 0xFFFF
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by its EXIF orientation."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels as the person sees them: `rgb` HxWx3 uint8 in sRGB, `alpha` HxW uint8 or None; never written to.

    `notes` says in words what decoding had to change.
    """

    rgb: U8
    alpha: U8 | None = None
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size(self.rgb.shape[1], self.rgb.shape[0])

    def to_pil(self) -> Image.Image:
        """An RGB picture, or RGBA where there is alpha."""
        if self.alpha is None:
            return Image.fromarray(self.rgb)
        return Image.fromarray(np.dstack([self.rgb, self.alpha]))


def decode(data: bytes, max_megapixels: float = MAX_MEGAPIXELS) -> Picture:
    """Decode an encoded picture. Raises BadPicture for what is none, is truncated, or has too many pixels."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large(max_megapixels) from error
    except Exception as error:  # Pillow's parsers raise SyntaxError, struct.error and others on damaged headers
        raise BadPicture(f"This is not a picture; open a {', '.join(FORMATS[:-1])} or {FORMATS[-1]} file.") from error
    if image.width * image.height > max_megapixels * 1e6:
        raise _too_large(max_megapixels)
    deep = _is_deep(image)
    try:
        image.load()
        return from_pil(image, deep)
    except BadPicture:
        raise
    except Exception as error:
        raise BadPicture(
            f"The picture is damaged or ends early ({error}); save it again and open the new file."
        ) from error


def from_pil(image: Image.Image, deep: bool = False) -> Picture:
    """A Picture from any Pillow image: EXIF orientation applied, ICC profile converted to sRGB, alpha kept.

    `deep` says that the file had 16 bits per channel where the image no longer tells. Raises BadPicture for more.
    """
    notes = [_DEEP] if deep or _is_deep(image) else []
    image, note = _upright(image)
    if note:
        notes.append(note)
    alpha = _alpha(image)
    if image.mode in (*_WIDE_MODES, "F"):
        image = _from_16_bit(image)
    rgb, note = to_srgb(image)
    if note:
        notes.append(note)
    return Picture(np.asarray(rgb, np.uint8), alpha, tuple(notes))


def flattened(picture: Picture) -> U8:
    """RGB over white, HxWx3 uint8: what a sampler, which knows no alpha, should see."""
    if picture.alpha is None:
        return picture.rgb
    weight = picture.alpha[..., None].astype(np.float32) / 255
    return np.asarray(np.rint(picture.rgb * weight + 255 * (1 - weight)), np.uint8)


def to_browser(picture: Picture) -> tuple[bytes, str]:
    """Encoded so that every browser shows it, and its media type: JPEG, or PNG for alpha and for too long a side."""
    file = io.BytesIO()
    if picture.alpha is None and max(picture.size.width, picture.size.height) <= JPEG_SIDE_PX:
        picture.to_pil().save(file, "JPEG", quality=92)
        return file.getvalue(), "image/jpeg"
    picture.to_pil().save(file, "PNG", compress_level=1)
    return file.getvalue(), "image/png"


@dataclass(frozen=True, eq=False)
class _Stored:
    """An encoded picture, and what decoding it has told: kept, so that nobody decodes it again only to learn that."""

    data: bytes
    size: Size
    notes: tuple[str, ...]


class Store:
    """Encoded pictures by the sha256 of their bytes. Where they take too much memory, the least recently used go first.
    The last few are kept decoded, too.

    Pinned pictures (those of running jobs) stay, encoded and decoded. The store is safe to use from several threads.
    """

    def __init__(
        self, max_bytes: int = STORE_BYTES, decoded: int = DECODED_PICTURES, max_megapixels: float = MAX_MEGAPIXELS
    ) -> None:
        self.max_bytes, self.max_decoded, self.max_megapixels = max_bytes, decoded, max_megapixels
        self._encoded: OrderedDict[str, _Stored] = OrderedDict()
        self._decoded: OrderedDict[str, Picture] = OrderedDict()
        self._pins: Counter[str] = Counter()
        self._lock = threading.RLock()

    def add(self, data: bytes) -> str:
        """Keep an encoded picture and return its id. Raises BadPicture: what cannot be decoded is not kept."""
        image_id = hashlib.sha256(data).hexdigest()
        if len(data) > self.max_bytes:
            raise BadPicture(f"The file has over {self.max_bytes >> 20} MB; save it as a smaller one.")
        with self._lock:
            stored = self._encoded.get(image_id)
        picture = None
        if stored is None:
            picture = decode(data, self.max_megapixels)
            stored = _Stored(data, picture.size, picture.notes)
        with self._lock:
            self._encoded[image_id] = stored
            self._encoded.move_to_end(image_id)
            if picture is not None:
                self._keep_decoded(image_id, picture)
            self._evict_encoded(image_id)
        return image_id

    def hold(self, picture: Picture) -> str:
        """Pin a picture that comes decoded, and give its id. Encoding it would cost more than what is done with it: it
        is gone some time after `unpin`. Raises BadPicture for one with too many pixels.
        """
        if picture.size.area > self.max_megapixels * 1e6:
            raise _too_large(self.max_megapixels)
        head = f"{picture.size.width} {picture.size.height} {picture.alpha is not None} ".encode()
        digest = hashlib.sha256(head)
        for plane in (picture.rgb, picture.alpha):
            if plane is not None:
                digest.update(np.ascontiguousarray(plane).data)
        image_id = digest.hexdigest()
        with self._lock:
            self._pins[image_id] += 1
            self._keep_decoded(image_id, picture)
        return image_id

    def picture(self, image_id: str) -> Picture:
        """The decoded picture. Raises UnknownPicture when the store does not hold it (any more)."""
        with self._lock:
            found = self._found(image_id)
        picture = found if isinstance(found, Picture) else decode(found.data, self.max_megapixels)
        with self._lock:
            self._keep_decoded(image_id, picture)
        return picture

    def size(self, image_id: str) -> Size:
        """Width and height of the picture, upright. Nothing is decoded for it. Raises UnknownPicture."""
        with self._lock:
            return self._found(image_id).size

    def notes(self, image_id: str) -> tuple[str, ...]:
        """What decoding had to change, in words. Nothing is decoded for it. Raises UnknownPicture."""
        with self._lock:
            return self._found(image_id).notes

    def encoded(self, image_id: str) -> bytes:
        """The bytes as they were added. Raises UnknownPicture."""
        with self._lock:
            if image_id not in self._encoded:
                raise _unknown()
            return self._encoded[image_id].data

    @contextmanager
    def pinned(self, image_id: str) -> Iterator[None]:
        """While entered, the picture is not dropped."""
        self.pin(image_id)
        try:
            yield
        finally:
            self.unpin(image_id)

    def pin(self, image_id: str) -> None:
        """Keep this picture until it was unpinned as often as pinned."""
        with self._lock:
            self._pins[image_id] += 1

    def unpin(self, image_id: str) -> None:
        """Undo one `pin`."""
        with self._lock:
            self._pins[image_id] -= 1
            self._pins += Counter()  # drops what is no longer pinned
            self._evict_encoded("")
            self._evict_decoded()

    def _found(self, image_id: str) -> Picture | _Stored:
        """The picture where it is kept decoded, else its bytes; either counts as used now. Raises UnknownPicture."""
        decoded, stored = self._decoded.get(image_id), self._encoded.get(image_id)
        if stored is not None:
            self._encoded.move_to_end(image_id)
        if decoded is not None:
            self._decoded.move_to_end(image_id)
            return decoded
        if stored is None:
            raise _unknown()
        return stored

    def _keep_decoded(self, image_id: str, picture: Picture) -> None:
        self._decoded[image_id] = picture
        self._decoded.move_to_end(image_id)
        self._evict_decoded()

    def _evict_decoded(self) -> None:
        while len(self._decoded) > self.max_decoded:
            victim = next((key for key in self._decoded if key not in self._pins), None)
            if victim is None:
                return
            del self._decoded[victim]

    def _evict_encoded(self, newest: str) -> None:
        held = sum(len(stored.data) for stored in self._encoded.values())
        for key in [key for key in self._encoded if key not in self._pins and key != newest]:
            if held <= self.max_bytes:
                return
            held -= len(self._encoded.pop(key).data)
            self._decoded.pop(key, None)


def _unknown() -> UnknownPicture:
    return UnknownPicture("The server no longer has this picture; open it again.")


def _too_large(max_megapixels: float) -> BadPicture:
    return BadPicture(
        f"The picture has more than {max_megapixels:g} megapixels; make it smaller or raise the limit in the settings."
    )


def _upright(image: Image.Image) -> tuple[Image.Image, str]:
    """Turned as its EXIF orientation says, and what to tell the person about it ("" when there is nothing to tell).

    Not by ImageOps.exif_transpose, which writes all tags anew and fails on odd ones that are none of our concern.
    """
    image.load()
    if image.format == "TIFF":  # Pillow turned it when it was loaded, and 9.5 leaves the tag in place
        return image, ""
    try:
        turn = _TURNS.get(image.getexif().get(_ORIENTATION))
    except Exception as error:  # noqa: BLE001 - Pillow's parser raises SyntaxError, struct.error and others
        return image, f"The EXIF data could not be read ({error}), so the picture may lie on its side."
    return (image if turn is None else image.transpose(turn)), ""


def _is_deep(image: Image.Image) -> bool:
    """Whether the file has 16 bits per channel. Pillow keeps them of grey only; of colours it drops the lower 8 while
    it decodes, which moves values by up to one level, and only what it has yet to decode tells.
    """
    return image.mode in _WIDE_MODES or any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _from_16_bit(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    if image.mode == "F" or values.min() < 0 or values.max() > _MAX_16_BIT:
        raise BadPicture("The picture has more than 16 bits per channel; save it with 8 or 16 bits and open that file.")
    reduced = Image.fromarray(np.rint(values / np.float32(257)).astype(np.uint8))
    reduced.info = image.info
    return reduced


def _alpha(image: Image.Image) -> U8 | None:
    """HxW uint8, or None where all is opaque."""
    transparent = image.info.get("transparency")
    if image.mode in _WIDE_MODES:
        alpha = np.where(np.asarray(image) == transparent, 0, 255) if transparent is not None else np.array([255])
    elif image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or transparent is not None:
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    else:
        return None
    return alpha.astype(np.uint8) if (alpha != 255).any() else None
