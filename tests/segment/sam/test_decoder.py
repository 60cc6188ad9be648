"""The decoder against segment_anything's own, in torch and by ONNX Runtime."""

from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint.segment.sam import mobile, onnx
from click_inpaint.segment.sam.decoder import Decoder


@pytest.fixture(scope="module")
def sam(torch: Any) -> SimpleNamespace:
    torch.manual_seed(2)
    prompt_encoder, mask_decoder = mobile.prompt_encoder_and_decoder()
    made = SimpleNamespace(prompt_encoder=prompt_encoder.eval(), mask_decoder=mask_decoder.eval())
    for part in (prompt_encoder, mask_decoder):
        part.requires_grad_(False)
    return SimpleNamespace(**vars(made), decoder=Decoder(prompt_encoder, mask_decoder))


def prompts(torch: Any, sam: Any, count: int, masks: Any = None) -> Any:
    """Sparse and dense embeddings of `count` points."""
    points = torch.linspace(100, 900, 2 * count).reshape(1, count, 2)
    return sam.prompt_encoder(points=(points, torch.arange(count)[None] % 2), boxes=None, masks=masks)


def theirs(sam: Any, features: Any, sparse: Any, dense: Any) -> Any:
    masks, scores = sam.mask_decoder.predict_masks(
        image_embeddings=features,
        image_pe=sam.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse,
        dense_prompt_embeddings=dense,
    )
    return masks[0], scores[0]


def agree(found: Any, expected: Any) -> None:
    assert found[0].shape == expected[0].shape == (4, 256, 256)
    assert (found[0] - expected[0]).abs().max() < 1e-4 * expected[0].abs().max()
    assert (found[1] - expected[1]).abs().max() < 1e-4
    for mine, package in zip(found[0] > 0, expected[0] > 0):
        assert (mine & package).sum() >= 0.999 * (mine | package).sum()


@pytest.mark.parametrize("count", [1, 2, 9])
def test_masks_are_the_packages(torch: Any, sam: Any, count: int) -> None:
    features = torch.randn(1, 256, 64, 64)
    sparse, dense = prompts(torch, sam, count)
    agree(sam.decoder(sparse[0], *sam.decoder.prepare(features)), theirs(sam, features, sparse, dense))


def test_masks_that_start_from_one_are_the_packages(torch: Any, sam: Any) -> None:
    features = torch.randn(1, 256, 64, 64)
    sparse, dense = prompts(torch, sam, 2, masks=torch.randn(1, 1, 256, 256))
    prepared = sam.decoder.with_mask(sam.decoder.prepare(features), dense)
    agree(sam.decoder(sparse[0], *prepared), theirs(sam, features, sparse, dense))


def test_masks_by_onnx_are_those_of_torch(torch: Any, sam: Any) -> None:
    if not onnx.installed():
        pytest.skip("onnxruntime or onnx is not installed")
    prepared = sam.decoder.prepare(torch.randn(1, 256, 64, 64))
    in_onnx = onnx.in_onnx(sam.decoder, *sam.decoder.example())
    assert in_onnx is not None
    with torch.inference_mode():
        for count in (1, 2, 5):
            sparse, _ = prompts(torch, sam, count)
            agree(in_onnx(sparse[0], *prepared), sam.decoder(sparse[0], *prepared))


def test_without_onnxruntime_the_decoder_stays_in_torch(torch: Any, sam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx, "installed", lambda: False)
    assert onnx.in_onnx(sam.decoder, *sam.decoder.example()) is None


def test_a_torch_that_cannot_export_keeps_its_decoder(torch: Any, sam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*given: object) -> bytes:
        raise torch.onnx.errors.OnnxExporterError("Module onnx is not installed!")

    monkeypatch.setattr(onnx, "installed", lambda: True)
    monkeypatch.setattr(onnx, "_exported", refuses)
    assert onnx.in_onnx(sam.decoder, *sam.decoder.example()) is None
