"""An extension for the workbench: the published torchvision cannot be imported beside a CPU-only torch without this."""

import torch

try:
    import torchvision  # noqa: F401
except RuntimeError:
    library = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    torch.click_inpaint_tests = library  # undone when it is collected
