"""Sentences for the person about a job that goes on."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from modules import shared

from click_inpaint.messages import Message

logger = logging.getLogger(__name__)


def tell(p: Any, notes: Sequence[Message]) -> None:
    """Show notes to the person: beside the progress bar before sampling, and below the result. Both are the host's
    places, which take a whole sentence.
    """
    for note in map(str, notes):
        logger.warning(note)
        shared.state.textinfo = note
        if hasattr(p, "comment"):
            p.comment(note)
