"""Failures in hooks and callbacks go here: written to the log and remembered, never raised."""

import sys
import traceback

exception_records: list[str] = []


def report(message: str, *, exc_info: bool = False) -> None:
    text = f"{message}\n{traceback.format_exc()}" if exc_info else message
    exception_records.append(text)
    print("*** " + text.replace("\n", "\n    "), file=sys.stderr, flush=True)
