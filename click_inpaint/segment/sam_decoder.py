"""SAM's mask decoder up to its logits: in torch, or by ONNX Runtime where the host has it, which on a CPU is at least
twice as fast.
"""

from __future__ import annotations

import importlib.util
import inspect
import io
import logging
import warnings
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)

Decode = Callable[[Any, Any, Any], tuple[Any, Any]]
"""(features 1x256x64x64, sparse 1xNx256, dense 1x256x64x64) -> (logits 1x4x256x256, scores 1x4), float32 tensors."""

OPSET = 17


def in_torch(sam: Any, positions: Any) -> Decode:
    """The decoder of segment_anything's Sam as it is; `positions` is its grid's positional encoding."""

    def decode(features: Any, sparse: Any, dense: Any) -> tuple[Any, Any]:
        masks, scores = sam.mask_decoder.predict_masks(
            image_embeddings=features,
            image_pe=positions,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
        )
        return masks, scores

    return decode


def installed() -> bool:
    """Whether onnxruntime and onnx are there; imports nothing."""
    return all(importlib.util.find_spec(name) is not None for name in ("onnxruntime", "onnx"))


def in_onnx(sam: Any, positions: Any) -> Decode | None:
    """The same by ONNX Runtime on the CPU.

    None where it is not installed, or onnx, by which torch exports, or where this torch cannot export the decoder.
    """
    if not installed():
        return None
    import torch

    try:
        session = _session(_exported(sam, positions))
    except (ImportError, RuntimeError, TypeError, ValueError, AttributeError) as error:
        logger.info("The decoder stays in torch, ONNX cannot have it: %s", error)
        return None

    def decode(features: Any, sparse: Any, dense: Any) -> tuple[Any, Any]:
        given = {"features": features, "sparse": sparse, "dense": dense}
        masks, scores = session.run(None, {name: tensor.contiguous().numpy() for name, tensor in given.items()})
        return torch.from_numpy(masks), torch.from_numpy(scores)

    return decode


def _exported(sam: Any, positions: Any) -> bytes:
    """The decoder up to its 256x256 logits as an ONNX file, for any number of prompt tokens."""
    import torch

    class Graph(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.mask_decoder = sam.mask_decoder

        def forward(self, features: Any, sparse: Any, dense: Any) -> tuple[Any, Any]:
            return in_torch(self, positions)(features, sparse, dense)

    features, sparse = torch.zeros(1, *positions.shape[1:]), torch.zeros(1, 2, positions.shape[1])
    # traced: the exporter that newer versions of torch prefer needs two more packages
    tracing = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    file = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's, on sizes that never change here and on its own future
        torch.onnx.export(
            Graph().eval(),
            (features, sparse, features),
            file,
            input_names=["features", "sparse", "dense"],
            output_names=["masks", "scores"],
            dynamic_axes={"sparse": {1: "tokens"}},
            opset_version=OPSET,
            **tracing,
        )
    return file.getvalue()


def _session(graph: bytes) -> Any:
    import onnxruntime  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    # its threads would spin between two clicks and starve the page, the encoder and the host
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
