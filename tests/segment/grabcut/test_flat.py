"""Areas of one colour, and views in which a cut would have nothing to go by: answered at once, whatever is asked."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from click_inpaint.geometry import Box, Point, Size
from click_inpaint.segment.base import Candidate, Prompt
from click_inpaint.segment.grabcut import bounded
from click_inpaint.segment.grabcut.segmenter import GrabCut

U8 = NDArray[np.uint8]
SIZE = Size(1000, 750)
MOST_UNDECIDED = 0.15
"""Of the pixels of a view that is nearly all even: what one cut may be left to decide. Where it decided about all, some
of these prompts took up to fifty seconds.
"""


def plain(*colour: int) -> U8:
    return np.full((SIZE.height, SIZE.width, 3), colour, np.uint8)


def with_disc(image: U8, centre: tuple[int, int] = (750, 200), radius: int = 75) -> U8:
    return np.asarray(cv2.circle(image.copy(), centre, radius, (200, 30, 30), -1))


def answered(image: U8, prompt: Prompt) -> tuple[Candidate, ...]:
    """The answer to a prompt on a picture that, as decoded ones are, cannot be written to."""
    image.setflags(write=False)
    segmenter = GrabCut()
    return segmenter.predict(segmenter.embed(image), prompt)


@pytest.fixture
def no_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something was cut")

    monkeypatch.setattr(cv2, "grabCut", refuse)


@pytest.mark.parametrize("colour", [(128, 128, 128), (255, 255, 255), (0, 0, 0), (10, 90, 200)])
def test_a_click_on_one_colour_selects_all_of_it(no_cut: None, colour: tuple[int, int, int]) -> None:
    disc = with_disc(plain(*colour))
    (found,) = answered(disc, Prompt((Point(300, 450),)))
    assert (found.mask.full() > 0).tolist() == (disc == colour).all(axis=2).tolist()
    assert 0 < found.score < 1


def test_an_area_ends_where_its_colour_ends(no_cut: None) -> None:
    image = plain(128, 128, 128)
    image[:, 500:] = 60
    (found,) = answered(image, Prompt((Point(200, 300),)))
    assert found.mask.box == Box(0, 0, 500, 750) and found.mask.pixels.all()


def test_an_area_of_the_same_colour_elsewhere_is_another_area(no_cut: None) -> None:
    image = plain(128, 128, 128)
    image[:, 480:520] = 60
    (left,) = answered(image, Prompt((Point(200, 300),)))
    assert left.mask.box == Box(0, 0, 480, 750)
    (both,) = answered(image, Prompt((Point(200, 300), Point(800, 300))))
    assert both.mask.box == SIZE.box and not both.mask.covers(Point(500, 300)) and both.mask.covers(Point(900, 700))


def test_noise_that_nobody_sees_is_one_colour(no_cut: None) -> None:
    noise = np.random.default_rng(3).integers(0, 2, (SIZE.height, SIZE.width, 1), np.uint8)
    (found,) = answered(plain(128, 128, 128) + noise, Prompt((Point(200, 300),)))
    assert found.mask.pixels.mean() > 250


def test_an_exclude_click_on_the_same_colour_takes_the_half_that_is_nearer_to_it(no_cut: None) -> None:
    (found,) = answered(plain(128, 128, 128), Prompt((Point(250.5, 300),), (Point(750.5, 300),)))
    assert found.mask.covers(Point(499, 10)) and not found.mask.covers(Point(502, 10))
    assert found.mask.covers(Point(250.5, 300)) and not found.mask.covers(Point(750.5, 300))


def test_an_exclude_click_on_another_colour_changes_nothing(no_cut: None) -> None:
    disc = with_disc(plain(128, 128, 128))
    (found,) = answered(disc, Prompt((Point(300, 450),), (Point(750, 200),)))
    assert (found.mask.full() > 0).sum() == (disc == 128).all(axis=2).sum()


def test_a_box_on_one_colour_is_taken_as_it_was_drawn(no_cut: None) -> None:
    for prompt in (Prompt(box=Box(200, 300, 500, 600)), Prompt((Point(300, 400),), box=Box(200, 300, 500, 600))):
        (found,) = answered(with_disc(plain(128, 128, 128)), prompt)
        assert found.mask.box == Box(200, 300, 500, 600) and found.mask.pixels.all()


def test_an_object_near_the_click_is_cut_out_of_one_colour() -> None:
    image = with_disc(plain(128, 128, 128))
    (best, *_) = answered(image, Prompt((Point(750, 200),)))
    disc = (image != 128).any(axis=2)
    found = best.mask.full() > 0
    assert (found & disc).sum() / (found | disc).sum() > 0.97


def sparse(share: float, step: int) -> U8:
    dots = np.random.default_rng(1).random((SIZE.height, SIZE.width, 1)) < share
    return np.asarray(plain(128, 128, 128) + np.uint8(step) * dots)


def dotted() -> U8:
    image = plain(128, 128, 128)
    image[450:452, 325:327] = 0
    return image


def shaded() -> U8:
    ramp = 200 + 3 * np.sin(np.arange(SIZE.width) / 150)
    return np.asarray(np.broadcast_to(ramp[None, :, None], (SIZE.height, SIZE.width, 3)), np.uint8).copy()


def compressed() -> U8:
    image = cv2.circle(plain(128, 128, 128), (450, 450), 150, (131, 127, 129), -1)
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 50])[1], cv2.IMREAD_COLOR))


def striped(width_px: int, step: int) -> U8:
    return np.asarray(
        plain(128, 128, 128) - np.uint8(step) * (np.arange(SIZE.width) // width_px % 2)[None, :, None]
    ).astype(np.uint8)


PICTURES: dict[str, Callable[[], U8]] = {
    "one colour": lambda: plain(128, 128, 128),
    "white": lambda: plain(255, 255, 255),
    "a disc far off": lambda: with_disc(plain(128, 128, 128)),
    "a disc near by": lambda: with_disc(plain(128, 128, 128), (500, 400), 30),
    "a dot": dotted,
    "a few dots": lambda: sparse(0.0001, 90),
    "some dots": lambda: sparse(0.001, 12),
    "many dots": lambda: sparse(0.01, 4),
    "a soft shade": shaded,
    "compressed": compressed,
    "stripes": lambda: striped(20, 38),
    "fine stripes": lambda: striped(2, 5),
}


def even_share(lab: U8) -> float:
    """Of all pairs of neighbours, those that are equal."""
    pairs = [(lab[1:] == lab[:-1]).all(axis=2), (lab[:, 1:] == lab[:, :-1]).all(axis=2)]
    return float(sum(pair.sum() for pair in pairs) / sum(pair.size for pair in pairs))


PROMPTS = {
    "click": Prompt((Point(300, 450),)),
    "two clicks": Prompt((Point(300, 450),), (Point(400, 450),)),
    "box": Prompt(box=Box(200, 375, 600, 675)),
    "small box": Prompt(box=Box(300, 425, 350, 475)),
    "click in a box": Prompt((Point(300, 450),), box=Box(200, 375, 600, 675)),
}


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_cut_of_an_even_view_decides_about_much_of_it(
    picture: str, prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, cut, undecided = PROMPTS[prompt], cv2.grabCut, [0.0]

    def counted(lab: U8, labels: U8, *more: Any) -> Any:
        if max(labels.shape) > bounded.COARSE_SIDE_PX and even_share(lab) > 0.9:
            undecided.append(float((labels >= cv2.GC_PR_BGD).mean()))
        return cut(lab, labels, *more)

    monkeypatch.setattr(cv2, "grabCut", counted)
    found = answered(PICTURES[picture](), asked)
    assert max(undecided) <= MOST_UNDECIDED
    for candidate in found:
        assert all(candidate.mask.covers(point) for point in asked.include)
        assert not any(candidate.mask.covers(point) for point in asked.exclude)


@pytest.mark.parametrize("radius", [4, 20, 60, 100])
@pytest.mark.parametrize("rounds", [1, 3])
def test_a_cut_in_a_band_is_the_cut_of_the_whole_view(
    monkeypatch: pytest.MonkeyPatch, radius: int, rounds: int
) -> None:
    lab = np.full((256, 256, 3), (120, 128, 128), np.uint8)
    cv2.circle(lab, (120, 130), radius, (90, 160, 120), -1)
    labels = np.full((256, 256), cv2.GC_PR_BGD, np.uint8)
    labels[np.hypot(*np.ogrid[-130:126, -120:136]) <= radius + 10] = cv2.GC_PR_FGD
    labels[:5] = labels[:, :5] = cv2.GC_BGD
    banded = bounded.grabcut(lab, labels, rounds)
    monkeypatch.setattr(bounded, "EVEN_SHARE", 2)
    whole = bounded.grabcut(lab, labels, rounds)
    assert ((banded & 1) == (whole & 1)).all() and (whole & 1).any()
