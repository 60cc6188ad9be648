"""The decoder by ONNX Runtime against the decoder in torch."""

from types import SimpleNamespace

import pytest

from click_inpaint.segment import sam_decoder


@pytest.fixture(scope="module")
def sam(torch) -> SimpleNamespace:
    from segment_anything.modeling import MaskDecoder, PromptEncoder, TwoWayTransformer

    torch.manual_seed(2)
    transformer = TwoWayTransformer(depth=2, embedding_dim=256, mlp_dim=2048, num_heads=8)
    return SimpleNamespace(
        prompt_encoder=PromptEncoder(256, (64, 64), (1024, 1024), 16).eval(),
        mask_decoder=MaskDecoder(transformer_dim=256, transformer=transformer).eval(),
    )


def prompts(torch, sam, count: int):
    """Sparse and dense embeddings of `count` points."""
    points = torch.linspace(100, 900, 2 * count).reshape(1, count, 2)
    return sam.prompt_encoder(points=(points, torch.ones(1, count, dtype=torch.int64)), boxes=None, masks=None)


def test_masks_by_onnx_are_those_of_torch(torch, sam) -> None:
    if not sam_decoder.installed():
        pytest.skip("onnxruntime or onnx is not installed")
    features = torch.randn(1, 256, 64, 64)
    with torch.no_grad():
        positions = sam.prompt_encoder.get_dense_pe()
    in_onnx = sam_decoder.in_onnx(sam, positions)
    assert in_onnx is not None
    with torch.inference_mode():
        for count in (1, 2, 5):
            sparse, dense = prompts(torch, sam, count)
            masks, scores = in_onnx(features, sparse, dense)
            expected, expected_scores = sam_decoder.in_torch(sam, positions)(features, sparse, dense)
            assert masks.shape == expected.shape == (1, 4, 256, 256)
            assert (masks - expected).abs().max() < 1e-4 * expected.abs().max()
            assert (scores - expected_scores).abs().max() < 1e-4
            for mine, theirs in zip(masks[0] > 0, expected[0] > 0):
                assert (mine & theirs).sum() >= 0.995 * (mine | theirs).sum()


def test_without_onnxruntime_the_decoder_stays_in_torch(torch, sam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sam_decoder, "installed", lambda: False)
    assert sam_decoder.in_onnx(sam, sam.prompt_encoder.get_dense_pe()) is None


def test_a_torch_that_cannot_export_keeps_its_decoder(torch, sam, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*given: object) -> bytes:
        raise torch.onnx.errors.OnnxExporterError("Module onnx is not installed!")

    monkeypatch.setattr(sam_decoder, "installed", lambda: True)
    monkeypatch.setattr(sam_decoder, "_exported", refuses)
    assert sam_decoder.in_onnx(sam, sam.prompt_encoder.get_dense_pe()) is None
