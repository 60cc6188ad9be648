"""SAM-HQ against what the reference code computes: github.com/SysCV/sam-hq at commit fb181f8, its decoder run once on
the weights and features made here. What it gave is written down below.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from click_inpaint.geometry import Point
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.catalogue import SEGMENTERS
from click_inpaint.segment.registry import Registry
from click_inpaint.segment.sam import hq, mobile, models, onnx
from tests.segment.sam import small_sam
from tests.segment.sam.numbers import numbers

EARLY_CHANNELS = 160
REFERENCE_NAMES = 145
REFERENCE_SHAPES = "28eeb07a6c9517d4506a9a683539b09428bc1ad9d10e1c14049285a10dbd2fa5"
"""sha256 of the lines "name shape" of the reference mask decoder's state, for that many early channels, sorted."""
REFERENCE = {
    True: (
        0.7066141366958618,
        [
            [-1.802261, -2.763318, 1.86536, -4.23382],
            [0.431843, -3.857039, 2.708648, -5.838218],
            [-4.883183, -3.453191, 2.020242, -7.091826],
            [-7.487429, -11.68096, -0.322116, 0.268774],
        ],
    ),
    False: (
        -0.45778384804725647,
        [
            [-1.821739, -2.747062, 2.038545, -5.463787],
            [-0.587197, -4.017777, 2.341062, -6.521122],
            [-4.99602, -3.523893, 2.464409, -7.442994],
            [-7.724896, -11.88458, -1.075551, -0.070226],
        ],
    ),
}
"""With and without multimask_output: the score and logits[::80, ::80]."""


class Layer:
    """Stands for the part of an encoder that gives early features."""

    def register_forward_hook(self, hook: object) -> None:
        self.hook = hook


@pytest.fixture(scope="module")
def sam(torch: Any) -> Any:
    """The prompt encoder and the extended mask decoder with numbers of our own."""
    from segment_anything.modeling import Sam

    made = Sam(torch.nn.Identity(), *mobile.prompt_encoder_and_decoder(), [0.0] * 3, [1.0] * 3)
    hq.extend(made, Layer(), EARLY_CHANNELS, channels_last=False)
    state = made.state_dict()
    drawn = {
        name: torch.from_numpy(np.asarray(numbers(seed, name, tuple(state[name].shape))))
        for seed, name in enumerate(sorted(state))
    }
    made.load_state_dict(drawn)
    return made.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def decoder(sam: Any) -> Any:
    return hq.HqDecoder(sam.prompt_encoder, sam.mask_decoder)


@pytest.fixture(scope="module")
def prepared(torch: Any, decoder: Any) -> Any:
    drawn = np.random.default_rng(3)
    shapes = (1, 256, 64, 64), (1, EARLY_CHANNELS, 64, 64)
    return decoder.prepare(*(torch.from_numpy(drawn.normal(0, 1, shape).astype(np.float32)) for shape in shapes))


@pytest.fixture(scope="module")
def sparse(torch: Any, sam: Any) -> Any:
    point = torch.tensor([[[300.0, 400.0]]]), torch.ones(1, 1)
    return sam.prompt_encoder(points=point, boxes=None, masks=None)[0][0]


def test_the_names_are_the_references(sam: Any) -> None:
    state = sorted(sam.state_dict().items())
    lines = [f"{name} {tuple(tensor.shape)}" for name, tensor in state if name.startswith("mask_decoder.")]
    assert len(lines) == REFERENCE_NAMES
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == REFERENCE_SHAPES


def test_masks_and_scores_are_the_references(decoder: Any, prepared: Any, sparse: Any) -> None:
    masks, scores = decoder(sparse, *prepared)
    assert masks.shape == (4, 256, 256) and scores.shape == (4,)
    best = 1 + int(scores[1:].argmax())
    for index, (score, logits) in ((best, REFERENCE[True]), (0, REFERENCE[False])):
        assert float(scores[index]) == pytest.approx(score, abs=1e-4)
        assert masks[index, ::80, ::80].numpy() == pytest.approx(np.array(logits), abs=1e-3)


def test_masks_by_onnx_are_those_of_torch(decoder: Any, prepared: Any, sparse: Any) -> None:
    if not onnx.installed():
        pytest.skip("onnxruntime or onnx is not installed")
    in_onnx = onnx.in_onnx(decoder, *decoder.example())
    assert in_onnx is not None
    (masks, scores), (expected, expected_scores) = in_onnx(sparse, *prepared), decoder(sparse, *prepared)
    assert (masks - expected).abs().max() < 1e-4 * expected.abs().max()
    assert (scores - expected_scores).abs().max() < 1e-4


def test_the_encoder_gives_what_its_first_block_with_a_view_of_all_gave(torch: Any) -> None:
    sam = small_sam.build().eval()
    pixels = torch.randn(1, 3, 1024, 1024)
    kept = []
    with torch.inference_mode():
        sam.image_encoder.blocks[1].register_forward_hook(lambda _, __, found: kept.append(found))
        expected = sam.image_encoder(pixels)
        hq.extend(sam, sam.image_encoder.blocks[1], small_sam.WIDTH, channels_last=True)
        features, early = sam.image_encoder(pixels)
    assert (features == expected).all() and (early == kept[0].permute(0, 3, 1, 2)).all()


@pytest.mark.parametrize("name", ["sam_hq_vit_b", "sam_hq_vit_tiny"])
def test_the_early_features_are_the_references(torch: Any, name: str) -> None:
    """After block 2 in ViT-B, the first with global attention; 64x64 cells of 160 channels in TinyViT."""
    architecture = SEGMENTERS[name].architecture
    assert architecture is not None
    if not architecture.usable():
        pytest.skip("timm is not installed")
    sam = architecture.build()
    if name == "sam_hq_vit_b":
        assert sam.image_encoder.blocks[2]._forward_hooks and not sam.image_encoder.blocks[1]._forward_hooks
        assert sam.mask_decoder.compress_vit_feat[0].weight.shape == (768, 256, 2, 2)
    else:
        with torch.inference_mode():
            _, early = sam.eval().image_encoder(torch.zeros(1, 3, 1024, 1024))
        assert early.shape == (1, EARLY_CHANNELS, 64, 64)


def test_a_file_is_found_loaded_and_answers_clicks(torch: Any, tmp_path: Path) -> None:
    def build() -> Any:
        sam = small_sam.build()
        return hq.extend(sam, sam.image_encoder.blocks[1], small_sam.WIDTH, channels_last=True)

    small = models.Architecture(build, decoder=hq.HqDecoder)
    small_sam.published(torch, tmp_path, build).rename(tmp_path / "sam_hq_vit_b.pth")
    segmenter = Registry([tmp_path], specs=small_sam.catalogue("sam_hq_vit_b", small)).get("auto")
    assert segmenter.name == "sam_hq_vit_b"
    embedding = segmenter.embed(np.random.default_rng(1).integers(0, 256, (90, 140, 3), np.uint8))
    first = Prompt((Point(60.5, 40.5),))
    found = segmenter.predict(embedding, first)
    assert len(found) == 3 and found[0].score >= found[1].score >= found[2].score
    further = Prompt((*first.include, Point(80.5, 50.5)), previous=(first, 1))
    assert len(segmenter.predict(embedding, further)) == 1
    assert segmenter.hover(embedding, Point(60.5, 40.5)).score == found[0].score
