"""Run by tests/pth/test_old_torch.py beside the oldest PyTorch that a host brings. With a folder as its argument it
writes weight files there, loads them, and prints as JSON what became of each.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from click_inpaint import weights  # noqa: E402
from click_inpaint.errors import BadWeights  # noqa: E402


class Touches(torch.nn.Module):  # type: ignore[misc]  # torch is not read here
    """Loading its TorchScript makes the file `path`: proof that code ran."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    @torch.jit.export
    def __getstate__(self):  # type: ignore[no-untyped-def]
        return (self.path, self.training)

    @torch.jit.export  # type: ignore[untyped-decorator]
    def __setstate__(self, state: tuple[str, bool]) -> None:
        self.path = state[0]
        made = torch.from_file(state[0], True, 16, dtype=torch.uint8)
        self.training = made.numel() > 0  # else it would be left out as having no effect

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def outcome(path: Path) -> str:
    """The sentence that we refuse it with, or the tensors that it holds."""
    try:
        return repr({name: tensor.tolist() for name, tensor in weights.load(path).items()})
    except BadWeights as error:
        return str(error)


def main(folder: Path) -> None:
    trace = folder / "ran"
    state = {"w": torch.arange(4.0).reshape(2, 2)}
    torch.jit.save(torch.jit.script(Touches(str(trace))), str(folder / "script.pth"))
    torch.save(state, folder / "plain.pth")
    torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    trace.unlink(missing_ok=True)
    ours: dict[str, Any] = {path.name: outcome(path) for path in sorted(folder.glob("*.pth"))}
    ran_by_us = trace.exists()
    torch.load(folder / "script.pth", map_location="cpu", weights_only=True)
    print(json.dumps({"torch": torch.__version__, "ours": ours, "us": ran_by_us, "torch.load": trace.exists()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
