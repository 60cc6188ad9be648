"""Running an image encoder on the host's device without taking that device from the host: its memory is given back on
request, and where the memory is too little, the encoder runs on the CPU.

On CUDA ViT-B takes 0.19 GB for its weights in half precision, and 0.17 GB more while it runs with fused attention
(ViT-L 0.62 and 0.22, ViT-H 1.27 and 0.24, MobileSAM 0.02 and 0.13: `dev.py bench gpu`). In float32, as the package does
it, it takes 0.36 and 2.5 GB, counted by the bytes of its tensors. Beside Stable Diffusion 2 in half precision, 2.6 GB,
it fits on a card of 4 GB. Between pictures only the weights stay on the card, until `release`.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from click_inpaint.messages import Message
from click_inpaint.segment.sam import precision
from click_inpaint.segment.sam.mobile import PIXEL_MEAN, PIXEL_STD

logger = logging.getLogger(__name__)

CPU = "cpu"
OUT_OF_MEMORY_WORDS = ("out of memory", "not enough memory", "alloc_failed")
"""The words with which CUDA, cuBLAS, MPS and DirectML say that memory ran out, in errors of other classes."""

NO_ROOM = Message("The GPU has no memory left for the segmenter; it ran on the CPU, which takes longer.")


class Encoder:
    """An image encoder, which `make` makes when it is first needed. It runs on the device that `device` names each
    time.

    Its weights are in half precision on CUDA, else in float32. `note` says what went wrong in the last run, or "". An
    encoder is safe to use from several threads.
    """

    def __init__(self, make: Callable[[], Any], device: Callable[[], str]) -> None:
        self._make, self._device = make, device
        self._module: Any = None
        self._place = CPU
        self._lock = threading.Lock()
        self.note: Message | None = None

    def __call__(self, picture: NDArray[np.uint8], side: int) -> tuple[Any, ...]:
        """The encoder's output for a picture (HxWx3 uint8 RGB, longest side `side`): float32 tensors on the CPU.

        Where the device runs out of memory, all that the encoder holds there is given back, and it runs once more. If
        that fails too, it runs on the CPU, and `note` says so.
        """
        pixels = _padded(picture, side)
        device = self._device()
        with self._lock:
            for place in (device, device):
                found = self._tried(place, pixels)
                if found is not None:
                    self.note = None
                    return found
                self._leave()
            self.note = NO_ROOM
            logger.warning(NO_ROOM)
            return self._run(CPU, pixels)

    def release(self, everything: bool = False) -> None:
        """Take the weights off the device; with `everything`, forget them. This waits for a run on the
        device to end.
        """
        if everything:
            self._module = None
        if self._place != CPU:
            with self._lock:
                self._leave()

    def _tried(self, place: str, pixels: Any) -> tuple[Any, ...] | None:
        """The output of a run, or None where the device's memory is too little: once this has returned, the memory of
        that run is free.
        """
        try:
            return self._run(place, pixels)
        except RuntimeError as error:
            if place == CPU or not out_of_memory(error):
                raise
            logger.info("No memory for the segmenter on %s: %s", place, error)
            return None

    def _run(self, place: str, pixels: Any) -> tuple[Any, ...]:
        import torch

        module = self._at(place)
        with torch.inference_mode(), precision.encoding(place):
            found = module(_sent(pixels, place))
        return tuple(part.float().cpu() for part in (found if isinstance(found, tuple) else (found,)))

    def _at(self, place: str) -> Any:
        module = self._module if self._module is not None else self._make()
        self._module = module
        if place != self._place:
            self._place = place  # set before: a move that fails half way has left something there, too
            module.to(device=place, dtype=precision.weights(place))
        return module

    def _leave(self) -> None:
        import torch

        if self._module is not None:
            self._module.to(device=CPU, dtype=torch.float32)
        self._place = CPU
        gc.collect()  # the traceback of a failed run holds its tensors in cycles
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def out_of_memory(error: RuntimeError) -> bool:
    """Whether an error says that the memory of a device ran out."""
    said = str(error).lower()
    return type(error).__name__ == "OutOfMemoryError" or any(words in said for words in OUT_OF_MEMORY_WORDS)


def _sent(pixels: Any, place: str) -> Any:
    return pixels.to(place)


def _padded(picture: NDArray[np.uint8], side: int) -> Any:
    """The picture as 1x3xSxS float32, normalised as Sam.preprocess does it, and padded with 0 to the right
    and below.
    """
    import torch

    pixels = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))
    mean, deviation = (torch.tensor(numbers).view(3, 1, 1) for numbers in (PIXEL_MEAN, PIXEL_STD))
    free = (0, side - pixels.shape[2], 0, side - pixels.shape[1])
    return torch.nn.functional.pad((pixels - mean) / deviation, free)[None]
