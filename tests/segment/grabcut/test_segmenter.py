import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from click_inpaint.geometry import Box, Point, Size
from click_inpaint.mask import Mask, from_array
from click_inpaint.segment.base import Candidate, Prompt
from click_inpaint.segment.grabcut import network
from click_inpaint.segment.grabcut.segmenter import GrabCut
from tests.arrays import U8, Bools

RNG = np.random.default_rng(5)


def disc(size: Size, centre: tuple[float, float], radius: float) -> Bools:
    y, x = np.mgrid[: size.height, : size.width] + 0.5
    return np.asarray(np.hypot(x - centre[0], y - centre[1]) <= radius, np.bool_)


def noise(size: Size, colour: tuple[int, int, int], amount: float) -> U8:
    grain = RNG.normal(0, amount, (size.height, size.width, 1))
    return np.asarray((np.array(colour) + grain).clip(0, 255)).astype(np.uint8)


def gradient(size: Size) -> U8:
    ramp = np.linspace(40, 160, size.width)[None, :, None]
    return np.broadcast_to(ramp * [1, 0.8, 0.6], (size.height, size.width, 3)).astype(np.uint8)


def painted(background: U8, shape: Bools, paint: U8) -> U8:
    return np.where(shape[..., None], paint, background)


def predict(image: U8, prompt: Prompt) -> tuple[Candidate, ...]:
    segmenter = GrabCut()
    return segmenter.predict(segmenter.embed(image), prompt)


def iou(mask: Mask, shape: Bools) -> float:
    found = mask.full() > 0
    return float((found & shape).sum() / (found | shape).sum())


FRAME = Size(320, 240)
RED = (200, 50, 40)
BACKGROUNDS = {"noise": noise(FRAME, (60, 90, 120), 18), "gradient": gradient(FRAME)}


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("radius", [24, 45, 80])
def test_one_click_finds_a_disc(background: str, radius: int) -> None:
    shape = disc(FRAME, (150, 120), radius)
    image = painted(BACKGROUNDS[background], shape, noise(FRAME, RED, 8))
    best = predict(image, Prompt((Point(155, 124),)))[0]
    assert iou(best.mask, shape) >= 0.97
    assert best.score > 0.5


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_a_box_finds_a_disc(background: str) -> None:
    shape = disc(FRAME, (150, 120), 50)
    image = painted(BACKGROUNDS[background], shape, noise(FRAME, RED, 8))
    best = predict(image, Prompt(box=Box(98, 68, 202, 172)))[0]
    assert iou(best.mask, shape) >= 0.97
    assert Box(98, 68, 202, 172).contains(best.mask.box)


def test_a_hole_is_filled() -> None:
    shape = disc(FRAME, (150, 120), 60)
    image = painted(BACKGROUNDS["noise"], shape & ~disc(FRAME, (170, 120), 12), noise(FRAME, RED, 8))
    assert iou(predict(image, Prompt((Point(120, 120),)))[0].mask, shape) >= 0.97


def test_an_object_of_two_colours_is_taken_whole() -> None:
    shape = disc(FRAME, (150, 120), 60)
    upper = shape & (np.arange(FRAME.height) < 110)[:, None]
    image = painted(BACKGROUNDS["noise"], shape, noise(FRAME, RED, 8))
    image = painted(image, upper, noise(FRAME, (235, 205, 60), 8))
    for y in (90, 140):
        assert iou(predict(image, Prompt((Point(150, y),)))[0].mask, shape) >= 0.95


def test_an_exclude_click_gives_up_the_neighbour() -> None:
    left, right = disc(FRAME, (120, 120), 45), disc(FRAME, (205, 120), 45)
    image = painted(BACKGROUNDS["noise"], left, noise(FRAME, RED, 8))
    image = painted(image, right & ~left, noise(FRAME, (230, 200, 40), 8))
    best = predict(image, Prompt((Point(115, 120),), (Point(210, 120),)))[0]
    assert iou(best.mask, left) >= 0.95
    assert not best.mask.covers(Point(210, 120))


def test_two_clicks_find_two_parts() -> None:
    left, right = disc(FRAME, (110, 120), 35), disc(FRAME, (215, 120), 35)
    image = painted(BACKGROUNDS["noise"], left | right, noise(FRAME, RED, 8))
    best = predict(image, Prompt((Point(110, 120), Point(215, 120))))[0]
    assert iou(best.mask, left | right) >= 0.95


def sky(size: Size) -> U8:
    """A picture with nothing in it, though no two of its pixels need be alike."""
    return np.clip(gradient(size).astype(np.int16) + RNG.integers(-6, 7, (size.height, size.width, 1)), 0, 255).astype(
        np.uint8
    )


@pytest.mark.parametrize("picture", [noise(FRAME, (120, 120, 120), 40), gradient(FRAME), sky(FRAME)])
@pytest.mark.parametrize(
    "box", [Box(20, 30, 300, 38), Box(140, 60, 200, 150), Box(5, 5, 315, 235), Box(90, 80, 93, 84)]
)
def test_a_box_around_nothing_to_find_selects_some_of_it(picture: U8, box: Box) -> None:
    (only,) = predict(picture, Prompt(box=box))
    assert only.mask.full()[box.y0 : box.y1, box.x0 : box.x1].any()
    assert np.count_nonzero(only.mask.pixels) <= 1.5 * box.size.area + 64


def test_where_nothing_is_found_in_a_box_it_is_taken_and_told_as_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "mirrored_logits", lambda rgb, asked: np.full(rgb.shape[:2], -9, np.float32))
    box = Box(60, 40, 160, 140)
    (only,) = predict(sky(FRAME), Prompt(box=box))
    assert iou(only.mask, np.pad(np.ones((100, 100), bool), ((40, 100), (60, 160)))) >= 0.9
    assert only.score == 0
    disc_in_it = disc(FRAME, (110, 90), 40)
    image = painted(BACKGROUNDS["noise"], disc_in_it, noise(FRAME, RED, 8))
    (cut,) = predict(image, Prompt(box=box))
    assert iou(cut.mask, disc_in_it) >= 0.95, "colours decide alone"


def test_a_click_in_a_box_takes_nothing_away() -> None:
    left, right = disc(FRAME, (110, 120), 35), disc(FRAME, (215, 120), 35)
    image = painted(BACKGROUNDS["noise"], left | right, noise(FRAME, RED, 8))
    best = predict(image, Prompt((Point(110, 120),), box=Box(70, 80, 255, 160)))[0]
    assert iou(best.mask, left | right) >= 0.95


def test_an_object_at_the_edge_of_the_picture_reaches_the_edge() -> None:
    shape = disc(FRAME, (20, 120), 60)
    image = painted(BACKGROUNDS["noise"], shape, noise(FRAME, RED, 8))
    best = predict(image, Prompt((Point(30, 120),)))[0]
    assert iou(best.mask, shape) >= 0.97
    assert best.mask.box.x0 == 0


def test_the_same_prompt_gives_the_same_masks() -> None:
    shape = disc(FRAME, (150, 120), 50)
    image = painted(BACKGROUNDS["noise"], shape, noise(FRAME, RED, 30))
    first, again = (predict(image, Prompt((Point(150, 120),))) for _ in range(2))
    assert [(c.mask.digest, c.score) for c in first] == [(c.mask.digest, c.score) for c in again]


def test_candidates_are_binary_in_frame_and_best_first() -> None:
    shape = disc(FRAME, (150, 120), 50)
    inner = disc(FRAME, (150, 120), 25)
    image = painted(BACKGROUNDS["noise"], shape, noise(FRAME, RED, 8))
    found = predict(painted(image, inner, noise(FRAME, (240, 230, 90), 8)), Prompt((Point(150, 120),)))
    assert 1 <= len(found) <= 3
    assert all(set(np.unique(candidate.mask.pixels)) <= {0, 255} for candidate in found)
    assert all(candidate.mask.frame == FRAME for candidate in found)
    scores = [candidate.score for candidate in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_large_picture_gets_an_outline_of_its_own_resolution() -> None:
    frame = Size(4000, 3000)
    shape = disc(frame, (2100, 1400), 700)
    image = np.where(shape[..., None], np.array([200, 50, 40], np.uint8), np.array([60, 90, 120], np.uint8))
    best = predict(image, Prompt((Point(2000, 1500),)))[0]
    assert best.mask.frame == frame
    assert iou(best.mask, shape) >= 0.995
    assert (
        np.abs(
            np.array([best.mask.box.x0, best.mask.box.y0, best.mask.box.x1, best.mask.box.y1]) - [1400, 700, 2800, 2100]
        ).max()
        <= 4
    )


def test_nothing_in_the_frame_selects_nothing() -> None:
    image = BACKGROUNDS["noise"]
    for prompt in (Prompt(), Prompt((Point(-3, 10),)), Prompt(box=Box(400, 10, 500, 50)), Prompt((), (Point(9, 9),))):
        (only,) = predict(image, prompt)
        assert only.mask.empty
        assert only.mask.frame == FRAME


@st.composite
def pictures(draw: st.DrawFn) -> U8:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    colour = draw(st.tuples(*[st.integers(0, 255)] * 3))
    picture = np.full((height, width, 3), colour, np.uint8)
    if draw(st.booleans()):
        picture[height // 3 :, width // 2 :] = draw(st.tuples(*[st.integers(0, 255)] * 3))
    if draw(st.booleans()):
        picture[...] = picture[..., :1]
    return picture


@settings(max_examples=12)
@given(pictures(), st.data())
def test_any_picture_and_prompt_give_a_mask_that_obeys_the_clicks(picture: U8, data: st.DataObject) -> None:
    frame = Size(picture.shape[1], picture.shape[0])
    pixel = st.tuples(st.integers(0, frame.width - 1), st.integers(0, frame.height - 1))
    wanted = data.draw(st.lists(pixel, min_size=1, max_size=2, unique=True))
    unwanted = [place for place in data.draw(st.lists(pixel, max_size=2, unique=True)) if place not in wanted]
    corner = data.draw(pixel)
    box = data.draw(st.sampled_from([None, Box(*corner, corner[0] + 9, corner[1] + 5)]))
    prompt = Prompt(
        tuple(Point(x + 0.5, y + 0.5) for x, y in wanted), tuple(Point(x + 0.5, y) for x, y in unwanted), box
    )
    for candidate in predict(picture, prompt):
        assert candidate.mask.frame == frame
        assert set(np.unique(candidate.mask.pixels)) <= {0, 255}
        assert all(candidate.mask.covers(point) for point in prompt.include)
        assert not any(candidate.mask.covers(point) for point in prompt.exclude)


@pytest.mark.parametrize("size", [Size(1, 1), Size(1, 500), Size(2000, 3), Size(7, 7)])
def test_thin_and_tiny_pictures_are_answered(size: Size) -> None:
    image = RNG.integers(0, 255, (size.height, size.width, 3), np.uint8)
    point = Point(size.width / 2, size.height / 2)
    for prompt in (Prompt((point,)), Prompt(box=size.box), Prompt((point,), box=size.box)):
        for candidate in predict(image, prompt):
            assert candidate.mask.frame == size
            assert candidate.mask.covers(point) or not prompt.include


@pytest.mark.parametrize("box", [None, Box(3000, 1498, 3016, 1514)])
def test_a_tiny_object_in_a_large_picture_is_selected_to_the_pixel(box: Box | None) -> None:
    image = np.full((3000, 4000, 3), (120, 140, 160), np.uint8)
    image[1502:1511, 3004:3013] = (220, 40, 30)
    grabcut = GrabCut()
    embedding = grabcut.embed(image)
    include = (Point(3008.5, 1506.5),) if box is None else ()
    (best, *_) = grabcut.predict(embedding, Prompt(include, box=box))
    expected = np.zeros(image.shape[:2], np.uint8)
    expected[1502:1511, 3004:3013] = 255
    assert best.mask == from_array(expected)
