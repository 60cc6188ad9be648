"""The fused attention against the package's, on a small encoder with relative positions that are not zero."""

from typing import Any

import pytest

from click_inpaint.segment.sam import attention, precision


@pytest.fixture
def encoder(torch: Any) -> Any:
    from segment_anything.modeling import ImageEncoderViT

    torch.manual_seed(3)
    made = ImageEncoderViT(
        img_size=160, depth=3, embed_dim=48, num_heads=3, use_rel_pos=True, window_size=4, global_attn_indexes=(1,)
    )
    for name, parameter in made.named_parameters():
        if "rel_pos" in name or "pos_embed" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    return made.eval()


def relative_error(found: Any, expected: Any) -> float:
    return float((found - expected).norm() / expected.norm())


def test_fused_attention_is_the_packages(torch: Any, encoder: Any) -> None:
    picture = torch.randn(1, 3, 160, 160)
    with torch.inference_mode():
        expected = encoder(picture)
        names = set(encoder.state_dict())
        assert relative_error(attention.fuse(encoder)(picture), expected) < 1e-5
    assert set(encoder.state_dict()) == names


def test_the_package_itself_stays_as_it_is(torch: Any, encoder: Any) -> None:
    from segment_anything.modeling.image_encoder import Attention

    before = Attention.forward
    attention.fuse(encoder)
    assert Attention.forward is before
    other = Attention(48, 3, use_rel_pos=True, input_size=(4, 4))
    assert "forward" not in vars(other)


def test_bf16_changes_the_features_by_little(torch: Any, encoder: Any) -> None:
    picture = torch.randn(1, 3, 160, 160)
    with torch.inference_mode():
        expected = encoder(picture)
        with torch.autocast("cpu", torch.bfloat16):
            found = attention.fuse(encoder)(picture).float()
    assert relative_error(found, expected) < 0.02


def test_half_precision_is_chosen_by_measurement_on_the_cpu(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for pays in (True, False):
        monkeypatch.setattr(precision, "bf16_pays", lambda pays=pays: pays)
        with precision.encoding("cpu"):
            assert torch.is_autocast_enabled("cpu") == pays
    assert not torch.is_autocast_enabled("cpu")


def test_the_measurement_is_made_once(torch: Any) -> None:
    precision.bf16_pays.cache_clear()
    assert precision.bf16_pays() is precision.bf16_pays()
    assert precision.bf16_pays.cache_info().misses == 1
