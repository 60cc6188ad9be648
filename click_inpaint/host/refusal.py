"""How a job that cannot be done ends, with a sentence for the person.

The host logs the errors that a hook raises and goes on. So a job that must not go on is given an `init` that raises the
error: the host does not guard that call, and the message reaches the person.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from PIL import Image

from click_inpaint.errors import UnknownPicture, UserError
from click_inpaint.host import contexts

_REFUSAL = "_click_inpaint_refusal"


def run_or_refuse(p: Any, step: Callable[[], None]) -> None:
    """Run a step of ours; where it raises an error, make the job end with that error's message."""
    try:
        step()
    except UserError as error:
        # where an error has these two attributes, the host's API answers with them instead of a bare 500
        vars(error).update(status_code=404 if isinstance(error, UnknownPicture) else 422, detail=str(error))
        refuse(p, error)
    except Exception as error:
        refuse(p, RuntimeError(f"Click Inpaint failed: {error!r}. The log has the details."))
        raise


def refuse(p: Any, error: Exception) -> None:
    """Make the job end with this error at the first call that the host does not guard, before any sampling."""
    refusal = copy.copy(error)  # without the traceback, whose frames would keep the job and its pictures in memory

    def init(*args: Any, **kwargs: Any) -> None:
        raise copy.copy(refusal)

    p.init = init
    setattr(p, _REFUSAL, init)
    contexts.put(p, None)
    if not any(getattr(p, "init_images", None) or []):
        p.init_images = [Image.new("RGB", (8, 8))]  # selectable scripts look at the picture before `init` is called


def withdraw(p: Any) -> None:
    """Have the job go on as the host would have it, whatever was refused before."""
    if "init" in vars(p) and p.init is getattr(p, _REFUSAL, None):
        del p.init  # so that the class's own is called
