"""What all parts share: command line, options, the state of the running job, and the loaded model."""

import datetime
import sys
import threading
import time
import types
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from modules import options
from modules.options import OptionInfo
from modules.paths_internal import data_path

__all__ = ["OptionInfo"]


class State:
    """What the running job is doing; Interrupt and Skip set a flag here that the sampler looks at before each step."""

    def __init__(self) -> None:
        self.server_command: str | None = None
        self.server_command_signal = threading.Event()
        self.sampling_steps = 0
        self.begin("")
        self.end()

    def begin(self, job: str = "(unknown)") -> None:
        """A fresh job: flags down, and job_count -1 so that the first process_images fills it in."""
        self.time_start, self.job = time.time(), job
        self.job_timestamp = datetime.datetime.now().strftime("%Y%m%d%H%M%S")
        self.job_no, self.job_count, self.sampling_step = 0, -1, 0
        self.skipped = self.interrupted = self.stopping_generation = False

    def end(self) -> None:
        self.job, self.job_count = "", 0

    def nextjob(self) -> None:
        self.job_no += 1
        self.sampling_step = 0

    def fraction(self) -> float:
        """How much of the running job is done."""
        if self.job_count <= 0:
            return 0.0
        steps = self.sampling_step / self.sampling_steps if self.sampling_steps else 0.0
        return min((self.job_no + steps) / self.job_count, 1.0)

    def interrupt(self) -> None:
        self.interrupted = True

    def skip(self) -> None:
        self.skipped = True

    def request_restart(self) -> None:
        """Reload UI: end the running job, and wake the thread that serves the page."""
        self.interrupt()
        self.server_command = "restart"
        self.server_command_signal.set()

    def dict(self) -> dict[str, Any]:
        keys = ("skipped", "interrupted", "stopping_generation", "job", "job_count", "job_timestamp", "job_no")
        return {key: getattr(self, key) for key in (*keys, "sampling_step", "sampling_steps")}


cmd_opts = SimpleNamespace(api=True, api_auth=None, ckpt_dir=None, gradio_auth=None, nowebui=False, photo=None)
config_filename = str(Path(data_path, "config.json"))
opts = options.Options(config_filename)
state = State()
demo: Any = None

if TYPE_CHECKING:
    sd_model: Any


class _Shared(types.ModuleType):
    """Reading `shared.sd_model` may load a checkpoint, as in the host; `sd_models.model_data.sd_model` never does."""

    @property
    def sd_model(self) -> Any:
        from modules import sd_models

        return sd_models.model_data.get_sd_model()


sys.modules[__name__].__class__ = _Shared
