"""The network that guides the cuts: it sees a window of the picture with what was asked, and says what is the object.

MobileNetV2's first fourteen blocks (Sandler et al. 2018; torchvision's weights, BSD) with planes for the prompt joined
to its first layer, as RITM does (Sofiiuk et al. 2022), dilated layers for the wider view, and a decoder to half the
size. docs/SEGMENTERS.md tells how it was trained and on what. It runs in OpenCV, which every Web UI brings.
"""

from __future__ import annotations

import hashlib
import threading
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from click_inpaint.mask import F32

FILE = Path(__file__).with_name("guide.onnx")
STEP_PX = 32
"""Sides of what it sees are multiples of this."""
SIDE_PX = 352
"""The longer side of the windows that it was trained on."""
CLICK_RADIUS_PX = 5.0
"""Of the discs that stand for clicks, in px of what it sees."""


class Asked(NamedTuple):
    """What a prompt looks like in a window, float32 HxW each, 0 or 1: discs under clicks, and the box; `before` is how
    likely each pixel is the object by an earlier look, in [0, 1].
    """

    include: F32
    exclude: F32
    box: F32
    before: F32


class _Loaded(NamedTuple):
    net: cv2.dnn.Net
    lock: threading.Lock


@cache
def _loaded() -> _Loaded:
    return _Loaded(cv2.dnn.readNetFromONNX(str(FILE)), threading.Lock())


@cache
def digest() -> str:
    """sha256 of the network's file."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


def logits(rgb: F32, asked: Asked) -> F32:
    """How likely each pixel is the object, as a logit: float32 H/2 x W/2, of a window (HxWx3 RGB in [0, 1], its sides
    multiples of STEP_PX). From any thread; one runs at a time.
    """
    planes = np.concatenate([rgb.transpose(2, 0, 1), np.stack(asked)])[None]
    net, lock = _loaded()
    with lock:
        net.setInput(np.ascontiguousarray(planes, np.float32))
        return np.array(net.forward()[0, 0], np.float32)


def mirrored_logits(rgb: F32, asked: Asked) -> F32:
    """The mean of the logits of a window and of its mirror image: better outlines for twice the time."""
    other = logits(rgb[:, ::-1], Asked(*(plane[:, ::-1] for plane in asked)))
    return np.asarray((logits(rgb, asked) + other[:, ::-1]) / 2, np.float32)
