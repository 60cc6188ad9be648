"""MobileSAM against what the reference code computes: github.com/ChaoningZhang/MobileSAM at commit 34bbbfd, run once on
the weights and the picture made here. It is not published as a package, so what it gave is written down below.
"""

import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from click_inpaint.errors import BadWeights, UserError
from click_inpaint.geometry import Point
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.registry import Registry
from click_inpaint.segment.sam import mobile
from click_inpaint.segment.sam.models import Architecture
from click_inpaint.segment.sam.segmenter import Sam
from tests.segment.sam.numbers import numbers

REFERENCE_NAMES = 302
REFERENCE_SHAPES = "3bae6e53e8e0674c86d3c03f785efa7e75a0d52c6e1db6c2ddec68ca450df98b"
"""sha256 of the lines "name shape" of the reference image encoder's state, sorted."""
REFERENCE_FEATURES = [
    [2.032243013, 1.023333430, 2.179080009, 1.670699596],
    [-1.868118882, -1.403785586, -1.849683404, 0.567191184],
    [-0.747074127, -0.436767071, -0.114004418, -0.759570837],
    [-0.424018443, 0.498506422, 0.635105908, 0.779386759],
    [1.302279115, 0.983323693, -0.550567448, -0.828261971],
    [2.156895161, 0.480847478, 0.557033181, -1.381218433],
    [-0.046441384, -0.493465126, 0.157069504, -0.334210455],
    [0.098015487, 0.801863730, 0.458369732, 1.090137959],
]
"""features[0, :8, ::40, ::40], each channel's four in a row."""

Shapes = Iterator[tuple[str, tuple[int, ...]]]


def convolution(name: str, inputs: int, outputs: int, kernel: int, groups: int = 1) -> Shapes:
    yield f"{name}.c.weight", (outputs, inputs // groups, kernel, kernel)
    for statistic in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.bn.{statistic}", (outputs,)
    yield f"{name}.bn.num_batches_tracked", ()


def affine(name: str, inputs: int, outputs: int | None = None) -> Shapes:
    yield f"{name}.weight", (inputs,) if outputs is None else (outputs, inputs)
    yield f"{name}.bias", (inputs if outputs is None else outputs,)


def narrow(name: str, inputs: int, inner: int, outputs: int) -> Shapes:
    yield from convolution(f"{name}.conv1", inputs, inner, 1)
    yield from convolution(f"{name}.conv2", inner, inner, 3, inner)
    yield from convolution(f"{name}.conv3", inner, outputs, 1)


def attending(name: str, width: int, heads: int, window: int) -> Shapes:
    yield f"{name}.attn.attention_biases", (heads, window * window)
    yield from affine(f"{name}.attn.norm", width)
    yield from affine(f"{name}.attn.qkv", width, 3 * width)
    yield from affine(f"{name}.attn.proj", width, width)
    yield from affine(f"{name}.mlp.norm", width)
    yield from affine(f"{name}.mlp.fc1", width, 4 * width)
    yield from affine(f"{name}.mlp.fc2", 4 * width, width)
    yield from convolution(f"{name}.local_conv", width, width, 3, width)


def reference_encoder() -> Shapes:
    """Names and shapes of the reference's image encoder (mobile_sam/modeling/tiny_vit_sam.py)."""
    widths = (64, 128, 160, 320)
    yield from convolution("patch_embed.seq.0", 3, 32, 3)
    yield from convolution("patch_embed.seq.2", 32, 64, 3)
    for block in range(2):
        yield from narrow(f"layers.0.blocks.{block}", 64, 256, 64)
    for layer, blocks, heads, window in ((1, 2, 4, 7), (2, 6, 5, 14), (3, 2, 10, 7)):
        yield from narrow(f"layers.{layer - 1}.downsample", widths[layer - 1], widths[layer], widths[layer])
        for block in range(blocks):
            yield from attending(f"layers.{layer}.blocks.{block}", widths[layer], heads, window)
    yield from affine("norm_head", 320)
    yield from affine("head", 320, 1000)
    yield "neck.0.weight", (256, 320, 1, 1)
    yield from affine("neck.1", 256)
    yield "neck.2.weight", (256, 256, 3, 3)
    yield from affine("neck.3", 256)


@pytest.fixture(scope="module")
def published(torch: Any) -> Any:
    """A state as the published file has it: the reference's names, its decoder, numbers of our own."""
    pytest.importorskip("timm")
    encoder = sorted(reference_encoder())
    torch.manual_seed(7)
    rest = {name: tensor for name, tensor in mobile.build().state_dict().items() if "image_encoder" not in name}
    drawn = {f"image_encoder.{n}": torch.from_numpy(numbers(i, n, shape)) for i, (n, shape) in enumerate(encoder)}
    return drawn | rest


@pytest.fixture(scope="module")
def folder(torch: Any, published: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mobile")
    torch.save(published, folder / "mobile_sam.pt")
    return folder


def test_the_names_written_here_are_the_references() -> None:
    lines = [f"{name} {shape}" for name, shape in sorted(reference_encoder())]
    assert len(lines) == REFERENCE_NAMES
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == REFERENCE_SHAPES


def test_every_tensor_of_the_file_finds_its_place(published: Any) -> None:
    model = mobile.build()
    ours, wanted = mobile.renamed(published), model.state_dict()
    assert ours.keys() == wanted.keys()
    assert all(ours[name].shape == wanted[name].shape for name in ours)
    assert len(published) - len(ours) == 4  # the classifier's


def test_the_features_are_the_references(torch: Any, published: Any) -> None:
    model = mobile.build()
    model.load_state_dict(mobile.renamed(published))
    picture = torch.from_numpy(np.random.default_rng(5).normal(0, 1, (1, 3, 1024, 1024))).float()
    with torch.inference_mode():
        features = model.eval().image_encoder(picture)
    assert features.shape == (1, 256, 64, 64)
    assert features[0, :8, ::40, ::40].numpy().reshape(8, 4) == pytest.approx(np.array(REFERENCE_FEATURES), abs=1e-3)


def test_a_file_is_found_loaded_and_answers_a_click(folder: Path) -> None:
    registry = Registry([folder])
    assert registry.available() == ("mobile_sam", "grabcut")
    segmenter = registry.get("auto")
    assert isinstance(segmenter, Sam)
    picture = np.random.default_rng(1).integers(0, 256, (90, 140, 3), np.uint8)
    candidates = segmenter.predict(segmenter.embed(picture), Prompt((Point(60.5, 40.5),)))
    assert len(candidates) == 3
    assert all((c.mask.frame.width, c.mask.frame.height) == (140, 90) for c in candidates)


def test_a_file_of_another_model_is_refused(torch: Any, folder: Path, tmp_path: Path) -> None:
    torch.save({"image_encoder.pos_embed": torch.ones(3)}, tmp_path / "mobile_sam.pt")
    with pytest.raises(BadWeights, match="does not hold the weights of mobile_sam"):
        Sam("mobile_sam", Architecture(mobile.build, mobile.renamed), tmp_path / "mobile_sam.pt").embed(
            np.zeros((8, 8, 3), np.uint8)
        )


def test_without_timm_it_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mobile_sam.pt").touch()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not mobile.usable()
    assert Registry([tmp_path]).available() == ("grabcut",)
    with pytest.raises(UserError, match="timm"):
        mobile._encoder()
