"""What is told of a job of ours at its end: why it failed, and whether anything was painted all the same.

The host logs what a hook raises and goes on. Some hosts also lose what ends a job on their main thread, and then show
the error of an older job. So each job has a report of its own, and what answers the person looks there.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from click_inpaint.errors import UnknownPicture, UserError
from click_inpaint.host import carried

_REPORT = "_click_inpaint_report"
NOT_FOUND, UNPROCESSABLE, OUR_FAULT = 404, 422, 500


@dataclass(eq=False)
class Report:
    """`failures` are what went wrong, each sentence once. `is_painted` says whether a picture was finished; `seconds`
    is what steps of the job have taken, by their names in `log`.
    """

    failures: list[UserError] = field(default_factory=list)
    is_painted: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, error: Exception) -> UserError:
        """Add a failure; returns it as the person is told of it."""
        told = _as_told(error)
        if str(told) not in map(str, self.failures):
            self.failures.append(told)
        return told


class PageEdit(str):
    """The Edit of a job that the page has sent, together with that job's report.

    Of all that the page sends, the arguments of the scripts alone reach the hooks as they are.
    """

    def __init__(self, text: str) -> None:
        self.report = Report()


def begin(p: Any, document: Any) -> None:
    """Give a job its report: the one that came with the page's Edit, else a new one."""
    carried.put(p, _REPORT, document.report if isinstance(document, PageEdit) else Report())


def of(p: Any) -> Report:
    """The report of a job, which copies of `p` share with it. It is empty for a job that is not ours."""
    found: Report | None = carried.of(p, _REPORT)
    return found or Report()


@contextmanager
def noted(p: Any) -> Iterator[None]:
    """Note what is raised in here, and let it go on to the host's log."""
    try:
        yield
    except Exception as error:
        of(p).note(error)
        raise


def _as_told(error: Exception) -> UserError:
    """The error with a sentence for the person, and with the two attributes of which the host's API makes its answer.

    It has no traceback, whose frames would keep the job and its pictures in memory.
    """
    if isinstance(error, UserError):
        told, status = copy.copy(error), NOT_FOUND if isinstance(error, UnknownPicture) else UNPROCESSABLE
    else:
        reason = str(error).rstrip(".") or type(error).__name__
        told = UserError("Click Inpaint failed: {reason}. The Web UI's log has the details.", reason=reason)
        status = OUR_FAULT
    vars(told).setdefault("status_code", status)
    vars(told).setdefault("detail", str(told))
    return told
