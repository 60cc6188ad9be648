"""Which segmenters this machine has: the embedded default always, SAM where its weight file lies in a known folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from click_inpaint import weights
from click_inpaint.errors import BadWeights
from click_inpaint.segment.base import Segmenter
from click_inpaint.segment.grabcut.segmenter import GrabCut
from click_inpaint.segment.sam.models import ARCHITECTURES
from click_inpaint.segment.sam.segmenter import Sam

EMBEDDED = "grabcut"
BEST_FIRST = (*ARCHITECTURES, EMBEDDED)


class Registry:
    """Segmenters by name, each made once; files are looked for when asked, so that one put there later is found.

    `device` is torch's name for where encoders run, or answers it whenever one is about to.
    """

    def __init__(self, folders: Sequence[Path] = (), device: str | Callable[[], str] = "cpu") -> None:
        self._folders = tuple(folders)
        self._device = device if callable(device) else lambda: device
        self._made: dict[tuple[str, str, str], Segmenter] = {}

    def available(self) -> tuple[str, ...]:
        """Names that can be used now, best first."""
        return tuple(name for name in BEST_FIRST if name == EMBEDDED or self._present(name))

    def get(self, name: str) -> Segmenter:
        """The segmenter of that name; "auto" is the best available one. Raises BadWeights when its file is missing."""
        chosen = self.available()[0] if name == "auto" else name
        if chosen == EMBEDDED:
            return self._made.setdefault((chosen, "", ""), GrabCut())
        if chosen not in ARCHITECTURES:
            raise BadWeights(f"There is no segmenter “{chosen}”; known are auto, {', '.join(BEST_FIRST)}.")
        path = weights.find(chosen, self._folders)
        if path is None:
            raise BadWeights(
                f"{weights.filename(chosen)} is not in {self._places()}; put it there or choose another segmenter."
            )
        # a file that was replaced is another segmenter, and the old one's weights need not stay in memory
        key = chosen, str(path), weights.digest(path)
        for outdated in [made for made in list(self._made) if made[0] == chosen and made != key]:  # others may add some
            self._made.pop(outdated, None)
        return self._made.setdefault(key, Sam(chosen, path, self._device, key[2]))

    def _present(self, name: str) -> bool:
        return weights.find(name, self._folders) is not None and ARCHITECTURES[name].usable()

    def _places(self) -> str:
        return " or ".join(str(folder) for folder in self._folders) or "any known folder"
