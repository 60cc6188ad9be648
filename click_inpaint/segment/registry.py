"""The segmenters that this machine has: always the built-in one, and the others whose weight files are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from click_inpaint import weights
from click_inpaint.errors import BadWeights
from click_inpaint.messages import Message
from click_inpaint.segment.base import Segmenter
from click_inpaint.segment.catalogue import SEGMENTERS, SegmenterSpec
from click_inpaint.segment.grabcut.segmenter import GrabCut
from click_inpaint.segment.sam.segmenter import Sam


class Registry:
    """Segmenters by name, each made once. Files are looked for whenever somebody asks, so that one which was put there
    later is found.

    `device` is torch's name for the device that encoders run on, or a function that answers it each time one is about
    to run. `specs` are the segmenters to choose from, best first.
    """

    def __init__(
        self,
        folders: Sequence[Path] = (),
        device: str | Callable[[], str] = "cpu",
        specs: Mapping[str, SegmenterSpec] = SEGMENTERS,
    ) -> None:
        self._folders, self._specs = tuple(folders), specs
        self._device = device if callable(device) else lambda: device
        self._made: dict[tuple[str, str, str], Segmenter] = {}

    def available(self) -> tuple[str, ...]:
        """The names that can be used now, best first."""
        return tuple(name for name, spec in self._specs.items() if self._usable(spec))

    def get(self, name: str) -> Segmenter:
        """The segmenter of that name; "auto" is the best available one. Raises BadWeights when its file is missing."""
        chosen = self.available()[0] if name == "auto" else name
        spec = self._specs.get(chosen)
        if spec is None:
            raise BadWeights(
                "There is no segmenter “{name}”; known are {known}.",
                name=chosen,
                known=", ".join(("auto", *self._specs)),
            )
        if spec.architecture is None or spec.file is None:
            return self._made.setdefault((chosen, "", ""), GrabCut())
        path = weights.find(spec.file.filename, self._folders)
        if path is None:
            self._refuse_link(spec.file.filename)
            raise BadWeights(
                "{file} is in none of these folders: {folders}. Put it into one of them or choose another segmenter.",
                file=spec.file.filename,
                folders=", ".join(map(str, self._folders)) or Message("none"),
            )
        # a file that was replaced is another segmenter, and the old one's weights need not stay in memory
        key = chosen, str(path), weights.digest(path)
        for outdated in [made for made in list(self._made) if made[0] == chosen and made != key]:  # others may add some
            self._made.pop(outdated, None)
        return self._made.setdefault(key, Sam(chosen, spec.architecture, path, self._device, key[2]))

    def _refuse_link(self, filename: str) -> None:
        if link := weights.strayed(filename, self._folders):
            raise BadWeights(
                "{file} in {folder} is a link that leads out of the folders of weight files, and is not followed; put "
                "the file itself there, or make the whole folder a link.",
                file=link.name,
                folder=str(link.parent),
            )

    def _usable(self, spec: SegmenterSpec) -> bool:
        """Whether it needs no file, or its file and the packages that it needs are there."""
        if spec.architecture is None or spec.file is None:
            return True
        return weights.find(spec.file.filename, self._folders) is not None and spec.architecture.usable()
