"""The figures of what an extension starts from."""

import cv2
import numpy as np
import pytest

from bench import extend
from click_inpaint.edit import Frame
from click_inpaint.images import Picture


def test_an_extension_that_repeats_the_edge_is_no_better_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    def repeated(picture: Picture, frame: Frame) -> Picture:
        return Picture(
            np.asarray(cv2.copyMakeBorder(picture.rgb, 0, 0, 0, frame.right, cv2.BORDER_REPLICATE), np.uint8)
        )

    monkeypatch.setattr(extend, "PHOTOGRAPHS", ("coins",))
    ours = extend.run()
    monkeypatch.setattr(extend, "extended", repeated)
    figures = extend.run()
    assert figures["extend_prefill_over_border_db"] == figures["extend_prefill_worst_db"] == 0
    assert figures["extend_prefill_better"] == 1 and 5 < figures["extend_prefill_psnr_db"] < 40
    assert ours["extend_prefill_psnr_db"] == pytest.approx(
        figures["extend_prefill_psnr_db"] + ours["extend_prefill_over_border_db"]
    )
    assert ours["extend_prefill_over_border_db"] > 0


def test_each_side_of_a_photograph_lies_right_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extend, "PHOTOGRAPHS", ("chelsea",))
    turned = list(extend.photographs())
    assert [one.shape for one in turned] == [(300, 451, 3), (451, 300, 3)] * 2
    assert (turned[2] == turned[0][::-1, ::-1]).all()
