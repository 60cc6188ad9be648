"""Colour spaces that a file describes by numbers instead of a profile, as ICC profiles that colour management takes."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from click_inpaint.errors import BadPicture

F64 = NDArray[np.float64]
Points = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
"""CIE x and y of red, green and blue."""
Curve = tuple[float, ...]
"""ICC's parametric curves: (g,) is value ** g; (g, a, b, c, d) is (a·value + b) ** g from d on, and c·value below."""

D65 = (0.3127, 0.3290)
SRGB: Points = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
SRGB_CURVE: Curve = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
SAME_GAMMA = 0.01
"""Relative difference between exponents, and ..."""
SAME_POINT = 0.005
"""... difference in CIE x or y that comes of rounding and is no other space."""

_PRIMARIES: dict[int, tuple[str, Points]] = {
    1: ("Rec. 709", SRGB),
    5: ("Rec. 601 (625 lines)", ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060))),
    6: ("Rec. 601 (525 lines)", ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))),
    7: ("Rec. 601 (525 lines)", ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))),
    9: ("Rec. 2020", ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))),
    12: ("Display P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))),
}
"""Colour primaries of ITU-T H.273, table 2; all have the white point D65."""
_VIDEO: Curve = (2.4,)
"""What a display makes of video (ITU-R BT.1886), which browsers go by too; the curves in H.273 are a camera's."""
_CURVES: dict[int, Curve] = {
    1: _VIDEO, 6: _VIDEO, 14: _VIDEO, 15: _VIDEO, 4: (2.2,), 5: (2.8,), 8: (1.0,), 13: SRGB_CURVE,
}  # fmt: skip
"""Transfer characteristics of ITU-T H.273, table 3."""
_HDR = {16: "PQ", 18: "HLG"}
_UNSPECIFIED = 2
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


@dataclass(frozen=True)
class Space:
    """An RGB colour space: its primaries, its white point (CIE x, y) and the curve from values to linear light."""

    name: str
    primaries: Points
    white: tuple[float, float]
    curve: Curve

    def icc(self) -> bytes:
        """The least that makes an ICC profile (ICC.1:2010): primaries adapted to D50, and the curve."""
        columns = _to_pcs(self.primaries, self.white).T
        kind = 3 if len(self.curve) > 1 else 0
        curve = struct.pack(">4sIHH", b"para", 0, kind, 0) + _fixed(self.curve)
        tags = {b"wtpt": _xyz(_D50)} | dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(_xyz, columns), strict=True))
        return _profile(tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def by_code_points(primaries: int, transfer: int, matrix: int = 0, full_range: int = 1) -> Space | None:
    """The space of code points of ITU-T H.273; None for sRGB, and where nothing is specified.

    Raises BadPicture for HDR, whose light does not fit into 8 bits, and ValueError for numbers that are not known.
    """
    if transfer in _HDR:
        raise BadPicture(
            "This is an HDR picture ({curve}), and its light does not fit into 8 bits; save it as an ordinary picture "
            "(SDR, sRGB) and open that file.",
            curve=_HDR[transfer],
        )
    if matrix != 0 or full_range != 1:
        raise ValueError("its values are not RGB in full range")
    primaries = 1 if primaries == _UNSPECIFIED else primaries
    transfer = 13 if transfer == _UNSPECIFIED else transfer
    if primaries not in _PRIMARIES or transfer not in _CURVES:
        raise ValueError(f"code points {primaries}/{transfer} are not known")
    if (primaries, transfer) == (1, 13):
        return None
    name, points = _PRIMARIES[primaries]
    return Space(name, points, D65, _CURVES[transfer])


def by_gamma(gamma: float, chromaticities: Sequence[float] | None = None) -> Space | None:
    """The space of a PNG's gAMA (values are light ** gamma) and cHRM (white, red, green, blue: x and y each).

    None for sRGB, which is 1 / 2.2 there. Raises ValueError for numbers that mean no space.
    """
    if not 0.05 <= gamma <= 20:
        raise ValueError(f"a gamma of {gamma:g} means nothing")
    white, *points = zip(*[iter(chromaticities or (*D65, *(value for point in SRGB for value in point)))] * 2)
    if len(points) != 3 or not all(x >= 0 < y and x + y <= 1.1 for x, y in (white, *points)) or _area(*points) < 1e-3:
        raise ValueError("its primaries mean no colours")
    is_srgb_like = abs(gamma * 2.2 - 1) <= SAME_GAMMA
    if is_srgb_like and np.abs(np.subtract((white, *points), (D65, *SRGB))).max() <= SAME_POINT:
        return None
    red, green, blue = points
    return Space(f"gamma {1 / gamma:.3g}", (red, green, blue), white, (1 / gamma,))


def _to_pcs(primaries: Points, white: tuple[float, float]) -> F64:
    """3x3 from linear RGB to XYZ under D50, where ICC profiles meet."""
    columns = np.array([_light(*point) for point in primaries]).T
    seen = _light(*white)
    matrix = columns * np.linalg.solve(columns, seen)
    cones = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ seen))
    return np.asarray(np.linalg.inv(_BRADFORD) @ cones @ _BRADFORD @ matrix)


def _area(red: tuple[float, float], green: tuple[float, float], blue: tuple[float, float]) -> float:
    """Of the triangle that the primaries span in CIE x and y; sRGB's has 0.11."""
    (x0, y0), (x1, y1), (x2, y2) = red, green, blue
    return abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2


def _light(x: float, y: float) -> F64:
    """XYZ of CIE x and y, where Y is 1."""
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _fixed(values: Sequence[float] | F64) -> bytes:
    """ICC's s15Fixed16Number."""
    return bytes(np.clip(np.rint(np.asarray(values) * 65536), -(2**31), 2**31 - 1).astype(">i4").tobytes())


def _xyz(values: F64) -> bytes:
    return struct.pack(">4sI", b"XYZ ", 0) + _fixed(values)


def _profile(tags: dict[bytes, bytes]) -> bytes:
    """Header, table of the tags, and the tags."""
    at = 128 + 4 + 12 * len(tags)
    table, body = b"", b""
    for signature, data in tags.items():
        table += struct.pack(">4sII", signature, at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), bytes(4), 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + _fixed(_D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
