"""Where things lie, fixed at the first import as in the host; `boot.initialize` sets the data folder before that."""

import os
from pathlib import Path

script_path = str(Path(__file__).resolve().parents[1])
data_path = str(Path(os.environ["WORKBENCH_DATA_DIR"]).absolute())
models_path = str(Path(data_path, "models"))
