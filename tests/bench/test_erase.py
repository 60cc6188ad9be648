import cv2
import numpy as np
import pytest

from bench import erase


def test_holes_depend_on_the_seed_alone_and_lie_in_photographs() -> None:
    both = [list(erase.holes(3, 1)), list(erase.holes(3, 1))]
    for (image, hole), (again, hole_again) in zip(*both, strict=True):
        assert (image == again).all() and (hole == hole_again).all()
        assert hole.shape == image.shape[:2] and 0 < (hole > 0).mean() < 0.5
    assert any((one != other).any() for (_, one), (_, other) in zip(both[0], erase.holes(3, 2), strict=True))


@pytest.mark.parametrize(("kept", "detail"), [(1.0, 1.0), (0.5, 0.5)])
def test_the_figures_of_known_fills(monkeypatch: pytest.MonkeyPatch, kept: float, detail: float) -> None:
    """A fill that is the truth, or as far off as Telea is, only with half of the detail."""
    image, hole = next(erase.holes(1, 1))
    mean = image[hole > 0].mean()
    answer = (image * kept + mean * (1 - kept)).astype(np.uint8)
    monkeypatch.setattr(erase, "patched", lambda *_: answer)
    monkeypatch.setattr(erase, "telea", lambda *_: np.clip(image.astype(int) + 20, 0, 255).astype(np.uint8))
    decibel, ours, theirs = erase.compared(image, hole)
    assert ours == pytest.approx(detail, abs=0.03) and theirs == pytest.approx(1, abs=0.1)
    assert decibel > 20 if kept == 1 else decibel < 20


def test_nothing_of_the_truth_is_handed_to_a_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    image, hole = next(erase.holes(1, 1))
    given: list[erase.U8] = []

    def fills(image: erase.U8, hole: erase.U8) -> erase.U8:
        given.append(image)
        return np.asarray(cv2.inpaint(image, hole, 3.0, cv2.INPAINT_TELEA), np.uint8)

    monkeypatch.setattr(erase, "patched", fills)
    monkeypatch.setattr(erase, "telea", fills)
    assert erase.compared(image, hole)[0] == 0
    assert len(given) == 2 and all(not one[hole > 0].any() for one in given)
