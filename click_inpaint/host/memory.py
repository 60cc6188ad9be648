"""The memory that encoders share with the host's own models: on which device they run, and when they give it back."""

from __future__ import annotations

import importlib
import importlib.util
import threading
import time
from collections.abc import Callable
from typing import Any

from modules import shared

from click_inpaint.geometry import Size

CPU = "cpu"
BYTES_PER_PIXEL = 8 << 10
"""The memory that sampling and decoding take at most for each pixel of a batch, besides the checkpoint's own weights.
At 512² that is 2 GB, most of it for the VAE's decoder.
"""
MARGIN_BYTES = 1 << 30
"""A margin for what the estimate does not know of: ControlNets, LoRAs, other programs."""


def encoder_device() -> str:
    """Torch's name for the device that encoders run on: the host's device where that is a CUDA GPU, else the CPU."""
    if importlib.util.find_spec("modules.devices") is None:
        return CPU
    devices = importlib.import_module("modules.devices")
    name = str(devices.get_device_for("sam"))
    return name if name.startswith("cuda") else CPU


def make_room(working: Size, batch_size: int, release: Callable[[], None]) -> None:
    """Call `release` if the GPU has too little memory left to sample a batch at this size."""
    monitor = getattr(shared, "mem_mon", None)
    if monitor is None or monitor.disabled:
        return
    free = int(monitor.cuda_mem_get_info()[0])
    if free < MARGIN_BYTES + working.area * batch_size * BYTES_PER_PIXEL:
        release()


class IdleTimer:
    """Calls `release` when nothing has been used for so many `minutes`, which it asks for each time. 0 means never."""

    def __init__(
        self,
        release: Callable[[], None],
        minutes: Callable[[], float],
        timer: Callable[[float, Callable[[], None]], Any] = threading.Timer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._release, self._minutes, self._timer, self._clock = release, minutes, timer, clock
        self._last_use = 0.0
        self._running: Any = None
        self._lock = threading.Lock()

    def restart(self) -> None:
        """Count from now on again, since something was used."""
        with self._lock:
            self._last_use = self._clock()
            if self._running is None and self._minutes() > 0:
                self._wait(self._minutes() * 60)

    def close(self) -> None:
        """Stop counting; `release` is not called any more."""
        with self._lock:
            if self._running is not None:
                self._running.cancel()
                self._running = None

    def _wait(self, seconds: float) -> None:
        self._running = self._timer(seconds, self._look)
        self._running.daemon = True
        self._running.start()

    def _look(self) -> None:
        with self._lock:
            self._running = None
            minutes = self._minutes()
            left = self._last_use + minutes * 60 - self._clock()
            if minutes <= 0:
                return
            if left > 0:
                self._wait(left)
                return
        self._release()
