"""ICC profiles written by hand, and what colours in them are in sRGB by plain matrix arithmetic: nothing here asks the
colour management that is tested.
"""

import struct
from collections.abc import Sequence

import numpy as np

from tests.arrays import F64, Array

D50 = np.array([0.9642, 1.0, 0.8249])
WHITES = {"D65": np.array([0.3127, 0.3290]), "D50": np.array([0.3457, 0.3585])}
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB = ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060))
SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def to_pcs(primaries: Sequence[tuple[float, float]]) -> F64:
    """Linear RGB (white D65) to XYZ adapted to D50: 3x3."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    x, y = WHITES["D65"]
    white = np.array([x / y, 1, (1 - x - y) / y])
    matrix = columns * np.linalg.solve(columns, white)
    cones = np.diag(_BRADFORD @ D50 / (_BRADFORD @ white))
    return np.asarray(np.linalg.inv(_BRADFORD) @ cones @ _BRADFORD @ matrix, np.float64)


def srgb_levels(xyz: F64) -> F64:
    """sRGB 0..255, not rounded, of XYZ under D50 (..., 3); what it cannot show is cut."""
    linear = np.clip(xyz @ np.linalg.inv(to_pcs(SRGB)).T, 0, 1)
    return np.asarray(255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def xyz_of_lab(lab: F64) -> F64:
    """XYZ under D50 of CIE L*a*b* (..., 3)."""
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], axis=-1)
    return np.asarray(D50 * np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)), np.float64)


def rgb_profile(name: str, primaries: Sequence[tuple[float, float]], curve: bytes) -> bytes:
    """A display profile of three primaries and one tone curve."""
    matrix = to_pcs(primaries)
    colorants = {f"{letter}XYZ": _xyz(matrix[:, index]) for index, letter in enumerate("rgb")}
    return _profile(name, b"mntr", b"RGB ", b"XYZ ", colorants | {f"{letter}TRC": curve for letter in "rgb"})


def grey_profile(name: str, curve: bytes) -> bytes:
    """A profile of grey alone."""
    return _profile(name, b"mntr", b"GRAY", b"XYZ ", {"kTRC": curve})


def gamma(exponent: float) -> bytes:
    """A tone curve: linear light is the value to this power."""
    return struct.pack(">4sIIH", b"curv", 0, 1, round(exponent * 256))


def srgb_curve() -> bytes:
    """sRGB's tone curve, as 4096 samples."""
    value = np.arange(4096) / 4095
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return struct.pack(">4sII", b"curv", 0, 4096) + _packed(65535 * linear, ">u2")


def cmyk_profile(name: str, lab_of_corners: F64) -> bytes:
    """A press that prints `lab_of_corners` (2x2x2x2x3: without and with each ink) and mixes evenly in Lab between."""
    encoded = lab_of_corners * (65280 / 100, 256, 256) + (0, 32768, 32768)
    table = _packed(np.clip(encoded, 0, 65535), ">u2")
    ramp = np.array([0, 65535], ">u2").tobytes()
    identity = np.eye(3, dtype=">i4") * 65536
    head = struct.pack(">4sIBBBx", b"mft2", 0, 4, 3, 2) + identity.astype(">i4").tobytes() + struct.pack(">HH", 2, 2)
    return _profile(name, b"prtr", b"CMYK", b"Lab ", {"A2B0": head + 4 * ramp + table + 3 * ramp})


def _packed(values: Array, kind: str) -> bytes:
    """Rounded to whole numbers of this dtype."""
    return np.asarray(np.rint(values), kind).tobytes()


def _xyz(values: F64) -> bytes:
    return struct.pack(">4sI", b"XYZ ", 0) + _packed(values * 65536, ">i4")


def _profile(name: str, kind: bytes, space: bytes, pcs: bytes, tags: dict[str, bytes]) -> bytes:
    """ICC.1:2001-04 (version 2): header, tag table, tags."""
    text = name.encode("ascii") + b"\0"
    described = struct.pack(">4sII", b"desc", 0, len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    tags = {"desc": described, "cprt": b"text\0\0\0\0none\0", "wtpt": _xyz(D50)} | tags
    at, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for signature, body in tags.items():
        table += struct.pack(">4sII", signature.encode(), at + len(data), len(body))
        data += body + bytes(-len(body) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(data), bytes(4), 0x02100000, kind, space, pcs)
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + _packed(D50 * 65536, ">i4")
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data
