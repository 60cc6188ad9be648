"""What the encoders of segmenters take of a CUDA GPU, and give back: `python -m bench.gpu --json`.

Random weights of the real architectures: neither times nor memory depend on them. Half precision's error does, so that
`_error` shows no more than that nothing overflows and that nothing is mixed up.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import command
from bench.click import medians, picture, with_weights_of
from bench.cpu_torch import torch_for_segment_anything
from click_inpaint.segment.catalogue import SEGMENTERS
from click_inpaint.segment.sam.encoder import Encoder
from click_inpaint.segment.sam.models import SIDE_PX
from click_inpaint.segment.sam.segmenter import Sam

NAMES = ("mobile_sam", "sam_vit_b", "sam_hq_vit_b", "sam_vit_l", "sam_vit_h")
MB = 1e6


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """For each of NAMES, on a picture of 1024²:

    _weights_mb: memory that its encoder's weights hold on the GPU; _extra_mb: what a run takes besides, at its peak;
    _left_mb: what is still allocated after `release`, which is the workspace of cuBLAS, as other work of the process
    has it too. _ms: a run, with its result back on the CPU; _over_cpu: that over a run on this CPU. _error: norm of the
    difference from float32 on the CPU, over the norm of that.

    no_room_ran_on_cpu: 1 where the encoder, given too little memory, ran on the CPU and said so; no_room_left_mb: what
    it still held on the GPU then; room_again: 1 where the next picture ran on the GPU again, with nothing to say, and
    room_again_error: the difference of the two runs.

    Raises SystemExit where there is no CUDA GPU.
    """
    rounds = _arguments(argv).rounds
    torch = torch_for_segment_anything()
    if not torch.cuda.is_available():
        raise SystemExit("bench.gpu: PyTorch finds no CUDA GPU here")
    figures: dict[str, float] = {}
    for name in NAMES:
        torch.manual_seed(1)
        figures |= {f"{name}_{key}": value for key, value in _measured(torch, _segmenter(name), rounds).items()}
    return figures | _without_room(torch, _segmenter("sam_vit_b"))


def _segmenter(name: str) -> Sam:
    """The segmenter, its file read."""
    architecture = SEGMENTERS[name].architecture
    assert architecture is not None
    with tempfile.TemporaryDirectory() as folder:
        made = with_weights_of(architecture.build(), name, Path(folder))
        made._loaded()
    return made


def _measured(torch: Any, segmenter: Sam, rounds: int) -> dict[str, float]:
    device = ["cpu"]
    encoder = _moving(segmenter, device)
    pixels = picture(SIDE_PX)
    in_float32 = _first(encoder, pixels, torch)
    cpu_ms = medians({"cpu": lambda: encoder(pixels, SIDE_PX)}, 2)["cpu"]
    device[0] = "cuda"
    difference = _norm(encoder(pixels, SIDE_PX)[0] - in_float32) / _norm(in_float32)
    weights_mb = torch.cuda.memory_allocated() / MB
    torch.cuda.reset_peak_memory_stats()
    gpu_ms = medians({"gpu": lambda: encoder(pixels, SIDE_PX)}, rounds)["gpu"]
    extra_mb = torch.cuda.max_memory_allocated() / MB - weights_mb
    encoder.release()
    left_mb = torch.cuda.memory_allocated() / MB
    return {
        "weights_mb": weights_mb,
        "extra_mb": extra_mb,
        "left_mb": left_mb,
        "ms": gpu_ms,
        "over_cpu": gpu_ms / cpu_ms,
        "error": difference,
    }


def _without_room(torch: Any, segmenter: Sam) -> dict[str, float]:
    """The GPU that has no more than 100 MB for this process, and then all of its memory again."""
    encoder, pixels = _moving(segmenter, ["cuda"]), picture(SIDE_PX)
    torch.cuda.set_per_process_memory_fraction(100 * MB / torch.cuda.get_device_properties(0).total_memory)
    on_cpu = encoder(pixels, SIDE_PX)[0]
    said, left_mb = encoder.note is not None, torch.cuda.memory_allocated() / MB
    torch.cuda.set_per_process_memory_fraction(1.0)
    again = encoder(pixels, SIDE_PX)[0]
    return {
        "no_room_ran_on_cpu": float(said and bool(torch.isfinite(on_cpu).all())),
        "no_room_left_mb": left_mb,
        "room_again": float(encoder.note is None and torch.cuda.memory_allocated() > 0),
        "room_again_error": _norm(again - on_cpu) / _norm(on_cpu),
    }


def _moving(segmenter: Sam, device: list[str]) -> Encoder:
    encoder = segmenter._loaded().encoder
    encoder._device = lambda: device[0]
    return encoder


def _first(encoder: Callable[..., Any], pixels: NDArray[np.uint8], torch: Any) -> Any:
    """What the encoder makes of the picture in float32 on the CPU, whatever this CPU would choose."""
    from click_inpaint.segment.sam import precision

    chosen, precision.bf16_pays = precision.bf16_pays, lambda: False  # type: ignore[assignment]
    try:
        return encoder(pixels, SIDE_PX)[0]
    finally:
        precision.bf16_pays = chosen


def _norm(values: Any) -> float:
    return float(values.float().norm())


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = command.parser("gpu", "What encoders take of a CUDA GPU, and give back.")
    parser.add_argument("--rounds", type=int, default=9, help="runs of each encoder")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
