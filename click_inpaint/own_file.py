"""Writing below names at which somebody else may have put a link: what a link leads to is never written to."""

from __future__ import annotations

import os
import stat
from io import BufferedWriter
from pathlib import Path


def size(path: Path) -> int:
    """Bytes of a plain file that has this name and no other; 0 where there is none, or a link of either kind."""
    try:
        found = path.lstat()
    except OSError:
        return 0
    return found.st_size if _is_own(found) else 0


def fresh(path: Path) -> BufferedWriter:
    """A new, empty file of this name, open for writing. What had the name is gone: the link, not what it leads to."""
    path.unlink(missing_ok=True)
    return path.open("xb")  # which follows no link, and fails where somebody was quicker


def resumed(path: Path) -> BufferedWriter:
    """The plain file of this name, open for writing on at its end. Raises OSError where it is a link, or none."""
    no_link: int = getattr(os, "O_NOFOLLOW", 0)  # Windows has none: there the look below is all
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | no_link), "ab")
    opened, named = os.fstat(file.fileno()), path.lstat()
    if not _is_own(named) or (opened.st_dev, opened.st_ino) != (named.st_dev, named.st_ino):
        file.close()
        raise FileExistsError(f"{path} is a link")
    return file


def _is_own(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) and found.st_nlink <= 1
