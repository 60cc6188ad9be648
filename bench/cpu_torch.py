"""PyTorch with segment-anything importable, on machines that have PyTorch for the CPU only."""

from __future__ import annotations

from typing import Any


def torch_for_segment_anything() -> Any:
    """The module torch. The published torchvision cannot register its operators with a CPU-only torch, and then fails
    to import; here they are declared, which is all that importing needs. Raises ImportError where there is no torch.
    """
    import torch

    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        library = torch.library.Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        torch.click_inpaint_kept = library  # undone when it is collected
    return torch
