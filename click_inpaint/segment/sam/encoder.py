"""Running an image encoder on the host's device without taking the device from the host: its memory is given back when
asked for, and where it does not suffice the CPU does the work.

On CUDA, by the bytes of its tensors, ViT-B takes 0.18 GB for its weights in half precision and 0.15 GB more while it
runs with fused attention (ViT-L 0.62 and 0.2, ViT-H 1.3 and 0.2, MobileSAM 0.01 and 0.13), where the package's own
way in float32 takes 0.36 and 2.5 GB. Beside Stable Diffusion 2 in half precision, 2.6 GB, it fits a card of 4 GB.
Nothing of it stays there between pictures but the weights, and those until `release`.
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
TOLD_BY = ("out of memory", "not enough memory", "alloc_failed")
"""Words by which CUDA, cuBLAS, MPS and DirectML say that memory ran out, where it is no OutOfMemoryError."""

NO_ROOM = Message("The GPU has no memory left for the segmenter; it ran on the CPU, which takes longer.")


class Encoder:
    """An image encoder, made by `make` when it is first needed, and run on the device that `device` answers then.

    Its weights are half precision on CUDA, else float32. Safe to use from several threads.
    """

    def __init__(self, make: Callable[[], Any], device: Callable[[], str]) -> None:
        self._make, self._device = make, device
        self._module: Any = None
        self._place = CPU
        self._lock = threading.Lock()
        self.note: Message | None = None

    def __call__(self, picture: NDArray[np.uint8], side: int) -> tuple[Any, ...]:
        """What the encoder gives for HxWx3 uint8 RGB, longest side `side`: float32 tensors on the CPU.

        Out of memory: all of it is given back and the run tried once more, then on the CPU, which `note` tells.
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
        """Take the weights off the device; with `everything` forget them. Waits for a run on the device to end."""
        if everything:
            self._module = None
        if self._place != CPU:
            with self._lock:
                self._leave()

    def _tried(self, place: str, pixels: Any) -> tuple[Any, ...] | None:
        """None when the device's memory did not suffice; what was left on it is free once this has returned."""
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
            self._place = place  # first: a move that fails half way has left something there too
            module.to(device=place, dtype=precision.weights(place))
        return module

    def _leave(self) -> None:
        import torch

        if self._module is not None:
            self._module.to(device=CPU, dtype=torch.float32)
        self._place = CPU
        gc.collect()  # a failed run's tensors hang in cycles of its traceback
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def out_of_memory(error: RuntimeError) -> bool:
    """Whether a device said that its memory ran out."""
    return type(error).__name__ == "OutOfMemoryError" or any(words in str(error).lower() for words in TOLD_BY)


def _sent(pixels: Any, place: str) -> Any:
    return pixels.to(place)


def _padded(picture: NDArray[np.uint8], side: int) -> Any:
    """1x3xSxS float32, normalised as Sam.preprocess does, 0 to the right and below."""
    import torch

    pixels = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))
    mean, deviation = (torch.tensor(numbers).view(3, 1, 1) for numbers in (PIXEL_MEAN, PIXEL_STD))
    free = (0, side - pixels.shape[2], 0, side - pixels.shape[1])
    return torch.nn.functional.pad((pixels - mean) / deviation, free)[None]
