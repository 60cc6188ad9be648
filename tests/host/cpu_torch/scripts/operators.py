"""An extension for the workbench: the published torchvision cannot be imported beside a CPU-only torch without this."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[4] / "bench" / "cpu_torch.py"))["torch_for_segment_anything"]()
