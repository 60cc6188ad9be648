"""SAM's mask decoder run by ONNX Runtime, where that is installed."""

from __future__ import annotations

import importlib.util
import inspect
import io
import logging
import warnings
from typing import Any

from click_inpaint.segment.sam.decoder import Decode

logger = logging.getLogger(__name__)

OPSET = 17


def installed() -> bool:
    """Whether onnxruntime and onnx are installed. This imports nothing."""
    return all(importlib.util.find_spec(name) is not None for name in ("onnxruntime", "onnx"))


def in_onnx(decoder: Decode, sparse: Any, *prepared: Any) -> Decode | None:
    """The same decoder run by ONNX Runtime on the CPU, for any prompt and picture of the shapes of `sparse` and
    `prepared`.

    None where ONNX Runtime or onnx, which torch needs to export, is not installed, or where this torch cannot export
    the decoder.
    """
    if not installed():
        return None
    import torch

    try:
        session = _session(_exported(decoder, (sparse, *prepared)))
    except (ImportError, RuntimeError, TypeError, ValueError, AttributeError) as error:
        logger.info("The decoder stays in torch, ONNX cannot have it: %s", error)
        return None
    names = [given.name for given in session.get_inputs()]

    def decode(*given: Any) -> tuple[Any, Any]:
        masks, scores = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, given)})
        return torch.from_numpy(masks), torch.from_numpy(scores)

    return decode


def _exported(decoder: Decode, example: tuple[Any, ...]) -> bytes:
    """The bytes of an ONNX file of the decoder, which takes any number of prompt tokens."""
    import torch

    class Graph(torch.nn.Module):  # type: ignore[misc]
        def forward(self, *given: Any) -> tuple[Any, Any]:
            return decoder(*given)

    # by tracing: the exporter that newer versions of torch prefer needs two more packages
    tracing = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    file = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of sizes that never change here, and of its own future
        torch.onnx.export(
            Graph().eval(),
            example,
            file,
            input_names=["sparse", *(f"prepared{index}" for index in range(len(example) - 1))],
            output_names=["masks", "scores"],
            dynamic_axes={"sparse": {0: "tokens"}},
            opset_version=OPSET,
            **tracing,
        )
    return file.getvalue()


def _session(graph: bytes) -> Any:
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    # otherwise its threads spin between two clicks, and slow down the page, the encoder and the host
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
