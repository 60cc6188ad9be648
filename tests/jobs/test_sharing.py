"""Sharing the host's GPU: its queue, its memory, its main thread. The GPU is played; the code around it is not."""

import importlib.util
import sys
import threading
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from click_inpaint.embeddings import Embeddings
from click_inpaint.errors import NotNow, UserError
from click_inpaint.geometry import Size
from click_inpaint.service import Busy
from tests.arrays import U8
from tests.jobs.conftest import EDIT
from tests.squares import Squares

Run = Callable[..., Any]


@pytest.fixture
def on_gpu(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host says that it has a CUDA device."""
    put(monkeypatch, "modules.devices", get_device_for=lambda task: f"cuda:{len(task)}")


def put(monkeypatch: pytest.MonkeyPatch, name: str, **content: Any) -> None:
    """A module of the host's that the workbench has not."""
    module = ModuleType(name)
    vars(module).update(content)
    module.__spec__ = importlib.util.spec_from_loader(name, None)
    monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.parametrize(
    ("device", "encoder"), [("cuda", "cuda"), ("cuda:1", "cuda:1"), ("cpu", "cpu"), ("mps", "cpu")]
)
def test_encoders_run_on_the_hosts_device_where_it_is_cuda(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, device: str, encoder: str
) -> None:
    from click_inpaint.host import memory

    assert memory.encoder_device() == "cpu", "a host that names no device"
    put(monkeypatch, "modules.devices", get_device_for=lambda task: device)
    assert memory.encoder_device() == encoder


def test_on_the_gpu_an_encoder_takes_the_hosts_queue_and_never_waits_for_it(on_gpu: None) -> None:
    from modules import call_queue

    from click_inpaint.host import queue

    assert queue.on_device(Squares(), call_queue.queue_lock.locked) is True
    assert not call_queue.queue_lock.locked()
    with call_queue.queue_lock, pytest.raises(Busy):
        queue.on_device(Squares(), lambda: None)
    with pytest.raises(ZeroDivisionError):
        queue.on_device(Squares(), lambda: 1 // 0)
    assert not call_queue.queue_lock.locked()


def test_what_needs_no_gpu_does_not_queue_for_it(on_gpu: None) -> None:
    from modules import call_queue

    from click_inpaint.host import queue

    with call_queue.queue_lock:
        assert queue.on_device(Squares("grabcut"), lambda: 7) == 7


def test_on_the_cpu_the_hosts_jobs_are_not_in_the_way(host: SimpleNamespace) -> None:
    from modules import call_queue

    from click_inpaint.host import queue

    with call_queue.queue_lock:
        assert queue.on_device(Squares(), lambda: 7) == 7


def test_nothing_is_built_while_the_host_loads_its_first_checkpoint(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint.host import queue

    lock = threading.Lock()
    monkeypatch.setattr(host.sd_models.model_data, "lock", lock, raising=False)
    with lock:
        with pytest.raises(Busy):
            queue.on_device(Squares(), lambda: None)
        assert queue.on_device(Squares("grabcut"), lambda: 7) == 7
    assert queue.on_device(Squares(), lambda: 7) == 7


def test_what_cannot_be_now_is_asked_for_again(host: SimpleNamespace) -> None:
    from click_inpaint.host import queue

    def too_early() -> None:
        raise NotNow("The Web UI is loading a checkpoint.")

    with pytest.raises(Busy):
        queue.on_device(Squares(), too_early)


def test_a_host_with_a_main_thread_gets_the_work_there(on_gpu: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from click_inpaint.host import queue

    def run_and_wait_result(run: Callable[[], Any]) -> None:
        thread = threading.Thread(target=run, name="the host's")
        thread.start()
        thread.join()

    put(monkeypatch, "modules_forge")
    put(monkeypatch, "modules_forge.main_thread", run_and_wait_result=run_and_wait_result)
    assert queue.on_device(Squares(), lambda: threading.current_thread().name) == "the host's"
    with pytest.raises(ZeroDivisionError):
        queue.on_device(Squares(), lambda: 1 // 0)


@pytest.mark.parametrize(
    ("free", "size", "batch", "released"),
    [
        (24 << 30, Size(512, 512), 1, False),
        (2 << 30, Size(512, 512), 1, True),
        (6 << 30, Size(512, 512), 1, False),
        (6 << 30, Size(512, 512), 4, True),
        (6 << 30, Size(1024, 1024), 1, True),
    ],
)
def test_an_encoder_makes_room_where_the_job_would_not_fit(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, free: int, size: Size, batch: int, released: bool
) -> None:
    from modules import shared

    from click_inpaint.host import memory

    done: list[int] = []
    memory.make_room(size, batch, lambda: done.append(1))
    assert not done, "a host that measures no memory"
    monitor = SimpleNamespace(disabled=False, cuda_mem_get_info=lambda: (free, 24 << 30))
    monkeypatch.setattr(shared, "mem_mon", monitor, raising=False)
    memory.make_room(size, batch, lambda: done.append(1))
    assert bool(done) == released


def test_a_job_makes_room_before_it_samples(job: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from modules import shared

    released: list[bool] = []
    monkeypatch.setattr(Embeddings, "release", lambda self, everything=False: released.append(everything))
    monitor = SimpleNamespace(disabled=False, cuda_mem_get_info=lambda: (0, 8 << 30))
    monkeypatch.setattr(shared, "mem_mon", monitor, raising=False)
    job()
    assert released == [False], "off the GPU, not out of memory"


class Clock:
    """Time, and timers that a test lets ring."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[SimpleNamespace] = []

    def timer(self, seconds: float, run: Callable[[], None]) -> Any:
        made = SimpleNamespace(seconds=seconds, run=run, start=lambda: None, cancel=lambda: self.timers.clear())
        self.timers.append(made)
        return made

    def ring(self) -> None:
        timer = self.timers.pop()
        self.now += timer.seconds
        timer.run()


def test_models_leave_memory_when_nothing_was_clicked_for_a_while(host: SimpleNamespace) -> None:
    from click_inpaint.host import memory

    clock, minutes = Clock(), [10]
    released: list[float] = []
    idle = memory.IdleTimer(lambda: released.append(clock.now), lambda: minutes[0], clock.timer, lambda: clock.now)
    idle.restart()
    clock.now = 240
    idle.restart()
    assert len(clock.timers) == 1, "one timer, however often something is used"
    clock.now = 0
    clock.ring()
    assert not released and clock.timers[0].seconds == 240
    clock.ring()
    assert released == [840] and not clock.timers
    idle.restart()
    idle.close()
    assert not clock.timers
    minutes[0] = 0
    idle.restart()
    assert not clock.timers, "0 is never"


def test_the_options_are_the_persons(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    from modules import shared

    from click_inpaint.host import settings

    assert settings.idle_minutes() == settings.IDLE_MINUTES and settings.max_megapixels() == 100
    with monkeypatch.context() as without:
        without.delattr(shared, "OptionInfo")
        settings.register()  # a host without a settings page
    added: dict[str, Any] = {}
    monkeypatch.setattr(shared, "OptionInfo", lambda *args, **kwargs: (args, kwargs))
    vars(shared.opts)["add_option"] = added.__setitem__
    settings.register()
    assert {more["section"][1] for _, more in added.values()} == {"Click Inpaint"}
    (default, label), _ = added[settings.IDLE]
    assert default == settings.IDLE_MINUTES and "minutes" in label
    (default, label), _ = added[settings.MEGAPIXELS]
    fields = {type(default) for (default, _), _ in added.values()}
    assert fields <= {int, str, bool}, "the host has no field for other kinds of numbers"
    assert default == 100 and "megapixels" in label and "MB of the server's memory" in label
    shared.opts.data.update({settings.IDLE: 3, settings.MEGAPIXELS: 250})
    assert (settings.idle_minutes(), settings.max_megapixels()) == (3, 250)
    for nonsense in (0, -5, "many", None):
        shared.opts.data[settings.MEGAPIXELS] = nonsense
        assert settings.max_megapixels() == 100


def test_the_limit_on_pixels_is_the_option(host: SimpleNamespace, job: Run, pixels: U8) -> None:
    from modules import shared

    from click_inpaint.host import settings

    shared.opts.data[settings.MEGAPIXELS] = 0.05
    with pytest.raises(UserError, match=r"more than 0\.05 megapixels.*Settings → Click Inpaint"):
        job()
    shared.opts.data[settings.MEGAPIXELS] = 0.06
    assert job().images[0].size == (260, 200)


def test_unloading_the_script_takes_its_models_out_of_memory(
    host: SimpleNamespace, job: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules import script_callbacks

    released: list[bool] = []
    monkeypatch.setattr(Embeddings, "release", lambda self, everything=False: released.append(everything))
    job(edit={**EDIT, "selection": [{"kind": "click", "x": 130, "y": 100}]})
    before = len(host.errors.exception_records)
    script_callbacks.script_unloaded_callback()
    assert released == [True] and len(host.errors.exception_records) == before
