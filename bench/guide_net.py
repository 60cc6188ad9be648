"""The architecture of click_inpaint/segment/grabcut/guide.onnx in torch, and how it becomes that file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1))
"""MobileNetV2's first blocks: expansion, channels, how many, and the first one's stride."""
WIDTH = 48
OPSET = 11  # what OpenCV 4.8 reads


def _conv(inner: int, outer: int, side: int = 1) -> Any:
    return nn.Sequential(nn.Conv2d(inner, outer, side, 1, side // 2, bias=False), nn.BatchNorm2d(outer), nn.ReLU())


def _separable(inner: int, outer: int, side: int = 3, dilation: int = 1) -> Any:
    each = nn.Conv2d(inner, inner, side, 1, dilation * (side // 2), dilation, groups=inner, bias=False)
    mixed = nn.Conv2d(inner, outer, 1, bias=False)
    return nn.Sequential(each, nn.BatchNorm2d(inner), nn.ReLU(), mixed, nn.BatchNorm2d(outer), nn.ReLU())


class _Block(nn.Module):  # type: ignore[misc]
    """An inverted residual block; its names are torchvision's, so that its weights fit."""

    def __init__(self, inner: int, outer: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden, layers = inner * expansion, []
        if expansion != 1:
            layers.append(nn.Sequential(nn.Conv2d(inner, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6()))
        each = nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False)
        layers.append(nn.Sequential(each, nn.BatchNorm2d(hidden), nn.ReLU6()))
        self.conv = nn.Sequential(*layers, nn.Conv2d(hidden, outer, 1, bias=False), nn.BatchNorm2d(outer))
        self.residual = stride == 1 and inner == outer

    def forward(self, x: Any) -> Any:
        return x + self.conv(x) if self.residual else self.conv(x)


class Guide(nn.Module):  # type: ignore[misc]
    """Nx7xHxW to Nx1xH/2xW/2 logits: RGB in [0, 1], and the planes of network.Asked. H and W are multiples of 32."""

    def __init__(self) -> None:
        super().__init__()
        first = nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU6())
        self.features = nn.ModuleList([first, *_blocks()])
        self.ask = nn.Sequential(nn.Conv2d(4, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 1))
        self.ask8 = nn.Sequential(nn.AvgPool2d(8), nn.Conv2d(4, 32, 1))  # again, where much of the window is seen
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))
        wide = 2 * WIDTH
        self.top = _conv(STAGES[-1][1], wide)
        self.ctx = nn.ModuleList([_separable(wide, wide, 3, dilation) for dilation in (1, 2, 4, 8)])
        self.low = nn.Sequential(nn.AvgPool2d(2), *(_separable(wide, wide, 5) for _ in range(3)))
        self.mix = _separable(wide, WIDTH)
        self.l8, self.d8 = _conv(32, WIDTH), nn.Sequential(_separable(WIDTH, WIDTH), _separable(WIDTH, WIDTH))
        self.l4, self.d4 = _conv(24, WIDTH), nn.Sequential(_separable(WIDTH, WIDTH), _separable(WIDTH, 32))
        self.l2, self.d2 = _conv(16, 32), nn.Sequential(_separable(32, 24), _separable(24, 24))
        self.out = nn.Conv2d(24, 1, 3, 1, 1)

    def forward(self, x: Any) -> Any:
        rgb, asked = x[:, :3], x[:, 3:]
        convolved, normal, active = self.features[0]
        y = active(normal(convolved((rgb - self.mean) / self.std)) + self.ask(asked))
        kept = {}
        for index in range(1, len(self.features)):
            y = self.features[index](y)
            kept[index] = y
            if index == 6:
                y = y + self.ask8(asked)
        top = self.top(y)
        context = top
        for layer in self.ctx:
            context = context + layer(context)
        z = self.mix(context + _doubled(self.low(top)))
        z = self.d8(_doubled(z) + self.l8(kept[6]))
        z = self.d4(_doubled(z) + self.l4(kept[3]))
        return self.out(self.d2(_doubled(z) + self.l2(kept[1])))


def _blocks() -> Iterator[_Block]:
    inner = 32
    for expansion, outer, count, stride in STAGES:
        for index in range(count):
            yield _Block(inner, outer, stride if index == 0 else 1, expansion)
            inner = outer


def _doubled(x: Any) -> Any:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def with_trunk(net: Guide, weights: Path) -> Guide:
    """The network with the first layers of torchvision's `mobilenet_v2-b0353104.pth`."""
    given, own = torch.load(weights, map_location="cpu", weights_only=True), net.state_dict()
    names = [name for name in own if name.startswith("features.")]
    net.load_state_dict(own | {name: given[name] for name in names})
    return net


def export(net: Guide, path: Path) -> None:
    """Write the network as ONNX: batch norms folded into the convolutions, and numbers in half precision."""
    import onnx

    net = net.eval().cpu()
    convolved, normal, active = net.features[0]
    net.features[0] = nn.Sequential(fuse_conv_bn_eval(convolved, normal), nn.Identity(), active)
    _fold(net)
    example = (torch.zeros(1, 7, 256, 256),)
    torch.onnx.export(net, example, str(path), opset_version=OPSET, dynamo=False, input_names=["x"], output_names=["y"])
    model = onnx.load(str(path))
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            half = onnx.numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(onnx.numpy_helper.from_array(half, tensor.name))
    onnx.save(model, str(path))


def _fold(module: Any) -> None:
    """Replace every convolution with a batch norm behind it, in any Sequential, by one convolution."""
    for name, child in list(module.named_children()):
        if isinstance(child, nn.Sequential):
            child = nn.Sequential(*_folded(list(child)))
            setattr(module, name, child)
        _fold(child)


def _folded(layers: list[Any]) -> Iterator[Any]:
    skip = False
    for layer, following in zip(layers, [*layers[1:], None]):
        if skip:
            skip = False
        elif isinstance(layer, nn.Conv2d) and isinstance(following, nn.BatchNorm2d):
            yield fuse_conv_bn_eval(layer, following)
            skip = True
        else:
            yield layer
