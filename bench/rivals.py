"""What the built-in segmenter must beat, run beside it: OpenCV's GrabCut as tutorials call it, and a random walker."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import random_walker

from bench.cases import U8
from click_inpaint.geometry import Box, Point

Found = NDArray[np.bool_]
ROUNDS = 5  # as in OpenCV's own tutorial
MARGIN = 0.02  # of the picture's longer side, like the two radii below
SURE_SHARE, LIKELY_SHARE = 0.02, 0.1
WALK_SIDE_PX = 192
WALK_BETA = 130.0  # scikit-image's default


def grabcut_box(image: U8, box: Box) -> Found:
    """GrabCut from a rectangle (uint8 HxWx3 RGB). One of the whole picture leaves a pixel at its edge, without which
    OpenCV refuses.
    """
    height, width = image.shape[:2]
    box = Box(max(1, box.x0), max(1, box.y0), min(width - 1, box.x1), min(height - 1, box.y1))
    return _cut(image, np.zeros(image.shape[:2], np.uint8), box)


def grabcut_click(image: U8, click: Point) -> Found:
    """GrabCut from two discs around the click: a small one that is surely the object, and a large one that likely is;
    the picture's edge is surely not. Of the ways tried to use one click, it overlapped the objects of real photographs
    most.
    """
    height, width = image.shape[:2]
    labels = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    side = max(height, width)
    margin = max(1, round(MARGIN * side))
    labels[:margin] = labels[-margin:] = labels[:, :margin] = labels[:, -margin:] = cv2.GC_BGD
    centre = int(click.x), int(click.y)
    cv2.circle(labels, centre, max(3, round(LIKELY_SHARE * side)), (cv2.GC_PR_FGD,), -1)
    cv2.circle(labels, centre, max(2, round(SURE_SHARE * side)), (cv2.GC_FGD,), -1)
    return _cut(image, labels, None)


def walker_click(image: U8, click: Point) -> Found:
    """A random walker (Grady 2006) from the click to the frame's edge, on a picture of WALK_SIDE_PX."""
    height, width = image.shape[:2]
    scale = min(1.0, WALK_SIDE_PX / max(height, width))
    small = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    labels = np.zeros(small.shape[:2], np.int32)
    labels[[0, -1], :], labels[:, [0, -1]] = 2, 2
    cv2.circle(labels, (int(click.x * scale), int(click.y * scale)), 3, (1,), -1)
    found = random_walker(small, labels, beta=WALK_BETA, mode="cg_j", channel_axis=-1, prob_tol=0.1)
    whole = cv2.resize((found == 1).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole > 0.5)


def _cut(image: U8, labels: U8, box: Box | None) -> Found:
    cv2.setRNGSeed(0)
    rect = (box.x0, box.y0, box.width, box.height) if box else (0, 0, 1, 1)
    mode = cv2.GC_INIT_WITH_RECT if box else cv2.GC_INIT_WITH_MASK
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(image, labels, rect, *models, ROUNDS, mode)
    return np.asarray((labels & 1) == 1)
