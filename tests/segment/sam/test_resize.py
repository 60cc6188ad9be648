"""The picture brought to SAM's square by a fast area filter, against SAM's own resize: a photograph at three sizes
through a small encoder and the real decoder, with random weights, whose masks follow the picture's every detail.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from click_inpaint.segment.sam import frame, precision
from click_inpaint.segment.sam.decoder import Decoder
from click_inpaint.segment.sam.encoder import Encoder
from tests.segment.sam import small_sam

SIDE = 1024
POINTS = ((300, 320), (600, 400), (800, 200))


@pytest.fixture(scope="module")
def sam(torch: Any) -> Any:
    torch.manual_seed(4)
    made = small_sam.build().eval()
    for name, parameter in made.named_parameters():
        parameter.requires_grad_(False)
        if "rel_pos" in name or "pos_embed" in name:
            parameter.normal_(std=0.1 if "rel_pos" in name else 0.02)
    return made


@pytest.mark.parametrize("width", [1500, 2600, 4000])
def test_masks_are_those_of_sams_own_resize(
    torch: Any, sam: Any, photograph: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from segment_anything.utils.transforms import ResizeLongestSide

    monkeypatch.setattr(precision, "bf16_pays", lambda: False)
    size = (width, width * 2 // 3)
    image = np.asarray(cv2.resize(cv2.imread(str(photograph)), size, interpolation=cv2.INTER_CUBIC), np.uint8)
    encoder, decoder = Encoder(lambda: sam.image_encoder, lambda: "cpu"), Decoder(sam.prompt_encoder, sam.mask_decoder)
    ours, theirs = (
        decoder.prepare(*encoder(fitted, SIDE))
        for fitted in (frame.fit(image, SIDE), ResizeLongestSide(SIDE).apply_image(image))
    )
    assert (ours[0] - theirs[0]).norm() < 0.015 * theirs[0].norm()
    for point in POINTS:
        given = torch.tensor([[point]]).float(), torch.ones(1, 1)
        sparse = sam.prompt_encoder(points=given, boxes=None, masks=None)[0][0]
        for found, expected in zip(decoder(sparse, *ours)[0].numpy() > 0, decoder(sparse, *theirs)[0].numpy() > 0):
            assert 0.01 < expected.mean() < 0.99, "a mask that could not tell"
            assert np.logical_and(found, expected).sum() >= 0.99 * np.logical_or(found, expected).sum()
