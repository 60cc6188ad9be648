"""A file of rounds, as the page saves it: a zip archive with rounds.json, pictures, masks and results."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click_inpaint import edit as edits
from click_inpaint import strict_json
from click_inpaint.client.infotext import is_erased, options, settings
from click_inpaint.edit import Edit
from click_inpaint.errors import UserError

FORMAT, VERSION = "click-inpaint rounds", 1
"""javascript/click_inpaint/pictures/rounds_file.mjs writes this."""
DOCUMENT = "rounds.json"
MOST_BYTES = 512_000_000
"""Of one file in the archive, unpacked."""
MOST_DOCUMENT_BYTES = 32_000_000


@dataclass(frozen=True)
class Round:
    """What one round was made from and with: `settings` for the host's API, `options` that its host had. `result` names
    a file in the archive. One that `is_erased` was filled without a job of the host's, and has no settings.
    """

    number: int
    edit: Edit
    settings: Mapping[str, Any]
    options: Mapping[str, Any]
    result: str
    is_erased: bool = False


class RoundsFile:
    """Raises UserError for what is no such file, and for a round that names what is not in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        document = self._document()
        if document.get("format") != FORMAT:
            raise self._wrong("it is no file of rounds")
        if document.get("version") != VERSION:
            raise self._wrong("it was saved by another version of Click Inpaint; update this one")
        pictures = document.get("pictures")
        self._pictures = pictures if isinstance(pictures, dict) else {}
        told = document.get("rounds")
        self.rounds = [self._round(one) for one in (told if isinstance(told, list) else [])]
        if not self.rounds:
            raise self._wrong("there is no round in it")

    def picture(self, image: str) -> bytes:
        """The file of the picture or mask with this id."""
        name = self._pictures.get(image)
        if not isinstance(name, str):
            raise self._wrong(f"the picture {image[:12]}… is not in it")
        return self.read(name)

    def read(self, name: str) -> bytes:
        """The bytes of a file in the archive. Nothing is ever unpacked to the disk."""
        return self._read(name, MOST_BYTES)

    def _read(self, name: str, most: int) -> bytes:
        try:
            with zipfile.ZipFile(self.path) as archive:
                if archive.getinfo(name).file_size > most:  # no more than that is ever unpacked
                    raise self._wrong(f"{name} has more than {most / 1e6:.0f} MB")
                return archive.read(name)
        except KeyError as error:
            raise self._wrong(f"{name} is not in it") from error
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
            raise self._wrong(str(error) or type(error).__name__) from error

    def _document(self) -> dict[str, Any]:
        try:
            found = strict_json.loads(self._read(DOCUMENT, MOST_DOCUMENT_BYTES))
        except ValueError as error:
            raise self._wrong(f"{DOCUMENT}: {error}") from error
        if not isinstance(found, dict):
            raise self._wrong(f"{DOCUMENT} holds no JSON object")
        return found

    def _round(self, told: Any) -> Round:
        number = told.get("number") if isinstance(told, dict) else None
        if type(number) is not int or not 0 < number < 100_000:
            raise self._wrong("a round has no number")
        edit, result, infotext = edits.parse(told.get("edit")), told.get("result"), told.get("infotext")
        if not edit.image or not isinstance(result, str) or not isinstance(infotext, str):
            raise self._wrong(f"round {number} is not whole")
        try:
            found, had = settings(infotext), options(infotext)
        except ValueError as error:
            raise self._wrong(f"round {number}: {error}") from error
        if not found:
            raise self._wrong(f"round {number} does not say how it was painted")
        return Round(number, edit, found, had, result, is_erased(infotext))

    def _wrong(self, reason: str) -> UserError:
        return UserError("{file} cannot be used: {reason}.", file=str(self.path), reason=reason)
