import math
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from click_inpaint import mask
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.mask import Mask, spread
from tests.arrays import U16, Array
from tests.strategies import masks, naive_distance

WAYS = {"stamps": 0.0, "transform": math.inf}


@pytest.fixture(params=WAYS.values(), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways to the same levels, each as if the other cost more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spread, "_cost", lambda stamps, reach: request.param)
        yield


def rounded(distance: Array) -> U16:
    """Distances as levels: the nearer, the greater; none is lost up to 60 px."""
    return np.asarray(np.maximum(60_000 - np.rint(1000 * distance), 0)).astype(np.uint16)


@pytest.mark.usefixtures("way")
@given(masks(), st.integers(0, 30))
def test_every_pixel_has_the_level_of_its_nearest_source(selection: Mask, reach: int) -> None:
    def level(distance: Array) -> U16:
        return np.where(distance <= reach, rounded(distance), np.uint16(0))

    for frame in (selection.box, selection.frame.box):  # sources that fill the window, and such as lie in it
        levels = spread.spread(selection.pixels, selection.box, frame, reach, level)
        assert levels.dtype == np.uint16
        assert (levels == level(naive_distance(selection.window(frame)))).all()


def rough(frame: Size, smoothness: float, part: float) -> Mask:
    noise = cv2.GaussianBlur(np.random.default_rng(8).random((frame.height, frame.width)), (0, 0), smoothness)
    return mask.from_array(mask.binary(noise > np.quantile(noise, 1 - part)))


FRAME = Size(500, 400)
SHAPES = {
    "disc": mask.stroke(FRAME, [Point(250, 200)], 120),
    "square": mask.rectangle(FRAME, Box(150, 90, 350, 300)),
    "ring": mask.subtract(mask.stroke(FRAME, [Point(250, 200)], 150), mask.stroke(FRAME, [Point(240, 190)], 90)),
    "lasso": mask.polygon(FRAME, [Point(20, 30), Point(400, 12), Point(90, 200), Point(480, 390), Point(30, 380)]),
    "dot": mask.rectangle(FRAME, Box(250, 200, 251, 201)),
    "pits": mask.subtract(mask.rectangle(FRAME, Box(0, 0, 500, 300)), mask.rectangle(FRAME, Box(100, 0, 104, 200))),
    "blobs": rough(FRAME, 9, 0.2),
    "ragged": rough(FRAME, 1.5, 0.3),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("ramp", ["linear", "smooth"])
def test_both_ways_agree_to_the_bit(name: str, ramp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for cost in WAYS.values():
        monkeypatch.setattr(spread, "_cost", lambda stamps, reach, cost=cost: cost)
        results.append(
            [
                *mask.grown_and_feathered(SHAPES[name], 24, 37.5, ramp),
                mask.grow(SHAPES[name], -11.2),
                mask.smooth(SHAPES[name], 4),
            ]
        )
    assert results[0] == results[1]


@pytest.mark.parametrize("ramp", ["linear", "smooth"])
@pytest.mark.parametrize("feather", [1, 7.3, 64, 255, 1024])
def test_ramps_never_rise_with_the_distance(ramp: str, feather: float) -> None:
    distances = np.sqrt(np.arange((1024 + 10) ** 2, dtype=np.float32))
    assert (np.diff(mask.refine._ramp(distances, 10, feather, ramp).astype(int)) <= 0).all()


def test_distances_do_not_depend_on_where_the_pixels_lie_in_memory() -> None:
    """OpenCV's exact ones differ in their last bit with alignment, and half levels of a ramp would tip with it."""
    pixels = np.full((91, 97), 255, np.uint8)
    pixels[np.random.default_rng(0).random(pixels.shape) < 0.02] = 0
    pixels[20:60, 20:60] = 255
    pixels[40, 40] = 0
    seen, kept = set(), []
    for size in np.random.default_rng(1).integers(1, 5000, 64):
        distance = spread.distance_to_zero(pixels)
        seen.add(distance.tobytes())
        kept.append((distance, np.empty(size, np.uint8)))  # so that the next result lies somewhere else
    assert len(seen) == 1
    assert np.abs(np.frombuffer(seen.pop(), np.float32).reshape(91, 97) - naive_distance(pixels == 0)).max() < 1e-6
