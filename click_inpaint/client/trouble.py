"""What can go wrong with a Web UI, told apart by what has to be done about it."""

from __future__ import annotations

from click_inpaint.errors import UserError


class Unreachable(UserError):
    """It does not answer, or no longer: it may come back, and another one may do the picture."""


class Unusable(UserError):
    """It answers, and will refuse every job: the message says what it lacks."""


class Refused(UserError):
    """It refused this one job, or failed in it; the message is the Web UI's own."""
