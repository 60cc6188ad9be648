"""What the page gets for a job that failed, in the shape of the host's own answer: gallery, generation info, infotext
and, last, HTML for the person.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from click_inpaint.errors import UserError
from click_inpaint.host.report import Report

_KEPT_OUTPUTS = 3
_MAIN_THREAD = "modules_forge.main_thread"


def answered(report: Report, run: Callable[[], Any], unchanged: Callable[[], Any]) -> Any:
    """Run the host's handler, unless the report tells already that the job has failed, and answer for it.

    Where the job failed for a reason of ours, everything that the page shows of earlier jobs stays: `unchanged` makes
    Gradio's value for that. What fails for a reason of the host's own is raised as it is.
    """
    result = None if report.failures else _result(report, run)
    if not report.failures:
        return result
    if result is None:
        _forget_what_was_raised()
        result = (*(unchanged() for _ in range(_KEPT_OUTPUTS)), "")
    *others, said = result
    return (*others, f"{said}{_html(report.failures, str(said))}")


def _result(report: Report, run: Callable[[], Any]) -> Any:
    """What the host answers; None where it has no answer, since the job ended for a reason that the report tells."""
    try:
        return run()
    except Exception as error:
        if str(error) in map(str, report.failures):
            return None
        raise


def _html(failures: Sequence[UserError], said: str) -> str:
    """The sentences below the gallery, where they do not stand already; and for our tab, which can translate them."""
    shown = [f"<div class='error'>{sentence}</div>" for sentence in map(_escaped, failures) if sentence not in said]
    messages = json.dumps([failure.message.as_json() for failure in failures])
    # Two jobs may say the same: the page tells them apart by the name.
    ours = f'<div hidden class="click-inpaint-said" data-job="{secrets.token_hex(8)}" data-said="{escape(messages)}">'
    return "".join([*shown, ours, "</div>"])


def _escaped(failure: UserError) -> str:
    return escape(str(failure))


def _forget_what_was_raised() -> None:
    """Forge keeps what its main thread raised last, and shows it for whatever fails next elsewhere."""
    main_thread = sys.modules.get(_MAIN_THREAD)
    if getattr(main_thread, "last_exception", None) is not None:
        vars(main_thread)["last_exception"] = None
