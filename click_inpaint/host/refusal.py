"""How a job that cannot be done ends, with a sentence for the person.

The host logs the errors that a hook raises and goes on. So a job that must not go on is given something that raises the
error where the host does not guard it, as early as possible:

- before a selectable script begins (`selectable`);
- where `process_images` asks for the names of the override settings, which is before it loads a checkpoint;
- in `p.init`, should a host have asked for neither;
- after the sampling, in place of the picture that could not be finished.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from PIL import Image

from click_inpaint.errors import UserError
from click_inpaint.host import contexts, log, report


class _Refusal:
    """The `init` of a job that is refused: it raises the reason."""

    def __init__(self, reason: UserError) -> None:
        self._reason = reason

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise copy.copy(self._reason)  # the one that is kept gets no traceback, whose frames would hold pictures


class _RefusingSettings(dict[str, Any]):
    """Override settings whose names cannot be had. Copies of them, and their values, can."""

    def __init__(self, settings: dict[str, Any], refusal: _Refusal) -> None:
        super().__init__(settings)
        self._refusal = refusal

    def keys(self) -> NoReturn:
        self._refusal()


class _NoPicture:
    """What stands for a picture that could not be finished: whatever the host wants of it raises the reason."""

    def __init__(self, refusal: _Refusal) -> None:
        self._refusal = refusal

    def __getattr__(self, name: str) -> NoReturn:
        self._refusal()


def run_or_refuse(p: Any, step: Callable[[], None]) -> None:
    """Run a step of ours; where it raises an error, make the job end with that error's message."""
    try:
        step()
    except UserError as error:
        _refuse(p, report.of(p).note(error))
    except Exception as error:
        _refuse(p, report.of(p).note(error))
        raise


def refuse_before_loading(p: Any) -> None:
    """Let a job that was refused end where the host next asks for its override settings.

    It is for the last hook before that, since scripts and other extensions may look at the settings as well.
    """
    if refusal := _refusal_of(p):
        p.override_settings = _RefusingSettings(getattr(p, "override_settings", None) or {}, refusal)


def raise_refused(p: Any) -> None:
    """Raise the reason for which a job was refused, if it was."""
    if refusal := _refusal_of(p):
        refusal()


def withdraw(p: Any) -> None:
    """Have the job go on as the host would have it, whatever was refused before."""
    if _refusal_of(p):
        del p.init  # so that the class's own is called
    if isinstance(getattr(p, "override_settings", None), _RefusingSettings):
        p.override_settings = dict(p.override_settings)


@contextmanager
def no_picture_without(p: Any, pp: Any) -> Iterator[None]:
    """Make the finished picture `pp.image` in here; where that raises, the job ends before the host saves or shows it.

    What the host has would be our crop, as the sampler left it.
    """
    try:
        yield
    except Exception as error:
        pp.image = _NoPicture(_Refusal(report.of(p).note(error)))
        raise


def _refuse(p: Any, reason: UserError) -> None:
    log.refused(reason)
    p.init = _Refusal(reason)
    contexts.put(p, None)
    if not any(getattr(p, "init_images", None) or []):
        p.init_images = [Image.new("RGB", (8, 8))]  # other extensions look at the picture before the job ends


def _refusal_of(p: Any) -> _Refusal | None:
    init = vars(p).get("init")
    return init if isinstance(init, _Refusal) else None
