"""The host's selectable scripts (X/Y/Z plot, Loopback …), each of which runs `process_images` itself, and often.

Such a script must not begin a job that was refused: it may enlarge the picture first. And some go on with what each of
their passes raises, so that nobody would be told.
"""

from __future__ import annotations

import copy
import functools
from typing import Any

from modules import scripts

from click_inpaint.host import report
from click_inpaint.host.refusal import raise_refused

_OURS = "_click_inpaint_original"
_RUN = "run"


def wrap() -> None:
    """Watch over the host's runner of selectable scripts. The host makes a new runner whenever it loads its scripts."""
    runner = scripts.scripts_img2img
    original = runner.run
    if hasattr(original, _OURS):
        return

    @functools.wraps(original)
    def run(p: Any, *args: Any) -> Any:
        raise_refused(p)
        processed = original(p, *args)
        told = report.of(p)
        if processed is not None and told.failures and not told.is_painted:
            raise copy.copy(told.failures[0])
        return processed

    setattr(run, _OURS, original)
    setattr(runner, _RUN, run)


def unwrap() -> None:
    """Let the runner be, when scripts are unloaded."""
    runner = scripts.scripts_img2img
    setattr(runner, _RUN, getattr(runner.run, _OURS, runner.run))
