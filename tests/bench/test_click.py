import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bench import click
from click_inpaint import mask
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.segment.sam import frame
from tests.arrays import Array


class Predictor:
    def predict(self, points: Array, labels: Array, multimask_output: bool) -> tuple[Array, ...]:
        masks = np.zeros((3, 40, 60), bool)
        masks[1, int(points[0, 1]), int(points[0, 0])] = True
        return masks, np.array([0.1, 0.9, 0.2]), np.zeros((3, 256, 256))


def test_the_other_way_sends_its_best_mask_whole() -> None:
    sent = Image.open(io.BytesIO(base64.b64decode(click.their_click(Predictor(), Point(20, 10)))))
    assert sent.size == (60, 40)
    assert np.argwhere(np.asarray(sent)).tolist() == [[10, 20]]


def test_ours_sends_the_box_alone() -> None:
    sent = click.packed(mask.rectangle(Size(60, 40), Box(10, 5, 30, 15)))
    assert sent.endswith(b"\xff" * 200) and json.loads(sent[:-200])["box"] == [10, 5, 30, 15]


@pytest.mark.parametrize("side", click.SIDES_PX)
def test_the_object_has_its_size_in_every_picture(side: int) -> None:
    logits, fitted = click._round_object(click.OBJECT_PX / side * 256), Size(1024, 1024)
    box = frame.enlarged(logits, Size(side, side), fitted, 1024).box
    assert abs(box.width - click.OBJECT_PX) <= 16 and abs(box.height - click.OBJECT_PX) <= 16


def test_a_decoder_that_hands_on_still_does_its_work(torch: Any) -> None:
    class Decoder(torch.nn.Module):  # type: ignore[misc]  # torch is Any here: nothing reads its types
        def forward(self, multimask_output: bool) -> tuple[object, object]:
            return torch.zeros(1, 3, 4, 4), torch.tensor([[0.1, 0.2, 0.3]])

    decoder, logits = Decoder(), torch.ones(4, 4)
    click._hand_on(decoder, logits)
    masks, scores = decoder(multimask_output=True)
    assert masks.shape == (1, 3, 4, 4) and bool((masks == 1).all()) and scores.tolist()[0][2] == pytest.approx(0.3)


@pytest.mark.full
def test_the_benchmark_prints_one_json_object(torch: Any, capsys: pytest.CaptureFixture[str]) -> None:
    click.main(["--json", "--rounds", "1", "--encodings", "1"])
    result = json.loads(capsys.readouterr().out)
    ratios = {"reencode_over_click", "click_4096_torch", "click_1024_torch", "embed_over_fp32"}
    assert ratios <= result.keys()
    assert all(value > 0 for value in result.values())
