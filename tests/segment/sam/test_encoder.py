"""Where the encoder runs, and what it does when a device's memory runs out. The device is made up: no GPU is needed."""

from typing import Any

import numpy as np
import pytest

from click_inpaint.segment.sam import encoder as encoder_module
from click_inpaint.segment.sam import precision
from click_inpaint.segment.sam.encoder import Encoder, out_of_memory

PICTURE = np.full((3, 4, 3), 200, np.uint8)
SIDE = 8
CUDA_TEXT = "CUDA out of memory. Tried to allocate 3.00 GiB (GPU 0; 3.94 GiB total capacity)"


@pytest.fixture
def module(torch: Any) -> Any:
    """An encoder that writes down where it is sent and where it runs; every place is the CPU in truth."""

    class Module(torch.nn.Module):  # type: ignore[misc]  # torch is Any here: nothing reads its types
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.full((1,), 1 / 3))
            self.moved: list[tuple[str, object]] = []
            self.failures: list[Exception] = []
            self.ran: list[str] = []

        def to(self, device: str, dtype: object) -> "Module":
            self.moved.append((device, dtype))
            return self

        def forward(self, pixels: Any) -> Any:
            self.ran.append(self.moved[-1][0] if self.moved else "cpu")
            if self.failures:
                raise self.failures.pop(0)
            return pixels.mean(1, keepdim=True) * self.weight

    return Module()


@pytest.fixture
def on_gpu(torch: Any, module: Any, monkeypatch: pytest.MonkeyPatch) -> Encoder:
    """An encoder whose device is called cuda."""
    monkeypatch.setattr(encoder_module, "_sent", lambda pixels, place: pixels)
    monkeypatch.setattr(precision, "encoding", lambda device: torch.autocast("cpu", enabled=False))
    return Encoder(lambda: module, lambda: "cuda")


def test_it_runs_on_the_device_in_half_precision_and_answers_on_the_cpu(
    torch: Any, on_gpu: Encoder, module: Any
) -> None:
    (features,) = on_gpu(PICTURE, SIDE)
    assert module.ran == ["cuda"] and module.moved == [("cuda", torch.float16)]
    assert features.device.type == "cpu" and features.dtype == torch.float32 and on_gpu.note is None
    on_gpu(PICTURE, SIDE)
    assert len(module.moved) == 1, "what is there is not sent again"


@pytest.mark.parametrize("text", [CUDA_TEXT, "CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"])
def test_out_of_memory_once_is_tried_again(on_gpu: Encoder, module: Any, text: str) -> None:
    expected = on_gpu(PICTURE, SIDE)[0]
    module.failures = [RuntimeError(text)]
    assert (on_gpu(PICTURE, SIDE)[0] == expected).all()
    assert module.ran[1:] == ["cuda", "cuda"] and on_gpu.note is None
    assert [place for place, _ in module.moved] == ["cuda", "cpu", "cuda"], "all of it was given back in between"


def test_out_of_memory_twice_is_done_on_the_cpu_and_told(
    torch: Any, on_gpu: Encoder, module: Any, caplog: pytest.LogCaptureFixture
) -> None:
    module.failures = [torch.cuda.OutOfMemoryError(CUDA_TEXT), torch.cuda.OutOfMemoryError(CUDA_TEXT)]
    (features,) = on_gpu(PICTURE, SIDE)
    assert module.ran == ["cuda", "cuda", "cpu"] and module.moved[-1] == ("cpu", torch.float32)
    assert "ran on the CPU" in str(on_gpu.note) and str(on_gpu.note) in caplog.text
    (again,) = on_gpu(PICTURE, SIDE)
    assert module.ran[-1] == "cuda" and on_gpu.note is None, "the next picture finds the device free, perhaps"
    assert (features == again).all()


def test_a_move_that_finds_no_room_is_undone(on_gpu: Encoder, module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = type(module).to

    def full(self: Any, device: str, dtype: object) -> Any:
        moved(self, device, dtype)
        if device == "cuda":
            raise RuntimeError(CUDA_TEXT)
        return self

    monkeypatch.setattr(type(module), "to", full)
    on_gpu(PICTURE, SIDE)
    assert module.ran == ["cpu"] and [place for place, _ in module.moved] == ["cuda", "cpu", "cuda", "cpu"]


def test_other_errors_are_not_taken_for_a_full_device(on_gpu: Encoder, module: Any) -> None:
    module.failures = [RuntimeError("mat1 and mat2 shapes cannot be multiplied")]
    with pytest.raises(RuntimeError, match="shapes"):
        on_gpu(PICTURE, SIDE)
    assert not out_of_memory(RuntimeError("CUDA error: device-side assert triggered"))


def test_a_full_main_memory_is_an_error(module: Any) -> None:
    module.failures = [RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 99 bytes.")]
    with pytest.raises(RuntimeError, match="not enough memory"):
        Encoder(lambda: module, lambda: "cpu")(PICTURE, SIDE)


def test_released_it_leaves_the_device_and_comes_back(on_gpu: Encoder, module: Any) -> None:
    on_gpu.release()
    assert not module.moved, "it was nowhere yet"
    on_gpu(PICTURE, SIDE)
    on_gpu.release()
    on_gpu.release()
    assert [place for place, _ in module.moved] == ["cuda", "cpu"]
    on_gpu(PICTURE, SIDE)
    assert module.ran == ["cuda", "cuda"]


def test_forgotten_it_is_made_again(module: Any) -> None:
    made: list[str] = []

    def make() -> Any:
        made.append("made")
        return module

    encoder = Encoder(make, lambda: "cpu")
    encoder(PICTURE, SIDE)
    encoder(PICTURE, SIDE)
    encoder.release(everything=True)
    assert made == ["made"]
    encoder(PICTURE, SIDE)
    assert made == ["made", "made"]


def test_the_device_is_asked_for_at_each_run(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_module, "_sent", lambda pixels, place: pixels)
    monkeypatch.setattr(precision, "weights", lambda place: None)
    places = iter(["cpu", "other", "cpu"])
    encoder = Encoder(lambda: module, lambda: next(places))
    for _ in range(3):
        encoder(PICTURE, SIDE)
    assert module.ran == ["cpu", "other", "cpu"]
