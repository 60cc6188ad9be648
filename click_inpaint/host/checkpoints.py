"""Which of the host's checkpoints paints. What a checkpoint is for is read from the file's header, not from
its name.
"""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from modules import sd_models, shared

from click_inpaint.errors import BadWeights, UserError
from click_inpaint.host.notes import tell
from click_inpaint.messages import Message
from click_inpaint.weights import safetensors_shapes

OPTION = "sd_model_checkpoint"
AUTO = "auto"
CURRENT = "current"
INPAINTING_CHANNELS = 9
"""4 channels of the noisy latent, 1 of the mask, and 4 of the masked picture's latent."""

REFRESH_PAUSES_S = (0.05, 0.1, 0.15, 0.2)
"""Pauses before looking again, one after the other: while the host refreshes its lists they are empty at first."""

NO_INPAINTING = Message(
    "No inpainting checkpoint was found, so the current one painted: expect weaker seams and less context."
)

MOST_REMEMBERED = 10_000
"""Checkpoints whose kind is remembered: more than anybody has, for whoever had more would have all of them read anew at
each look.
"""

T = TypeVar("T")
_FIRST_CONVOLUTION = "model.diffusion_model.input_blocks.0.0.weight"
_FAMILY_OF_CONTEXT = {768: "SD1", 1024: "SD2", 2048: "SDXL"}


@dataclass(frozen=True)
class Kind:
    """What a checkpoint's header tells: the number of the UNet's input channels, and the family ("" where it is none
    that we know).
    """

    channels: int = 0
    family: str = ""

    @property
    def inpainting(self) -> bool:
        """Whether the UNet was made for inpainting."""
        return self.channels == INPAINTING_CHANNELS


@dataclass(frozen=True)
class Choice:
    """The checkpoint to paint with: `name` is its exact alias for `override_settings`, "" to keep the one that is
    loaded; `note` is a sentence for the person, or "".
    """

    name: str
    note: Message | None = None


def kind_of(filename: str) -> Kind:
    """Read from the header of a .safetensors file, once for each size and time of change.

    Kind() for everything else: a file without a header, and one whose header is odd or damaged, which is the host's to
    complain about when somebody loads it.
    """
    path = Path(filename)
    if path.suffix != ".safetensors":
        return Kind()
    try:
        status = path.stat()
        return _kind(filename, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else Kind()
    except OSError:  # it may be readable again in a moment, so this is not remembered
        return Kind()


def check(wanted: str) -> None:
    """Raise UserError where a job wants a checkpoint by a name that the host does not have. It reads no file."""
    if wanted not in (AUTO, CURRENT):
        choose(wanted)


def choose(wanted: str) -> Choice:
    """The checkpoint for a job, where `wanted` is "auto", "current", or any alias of a checkpoint. Raises UserError
    where there is no checkpoint of that name.
    """
    if wanted == CURRENT:
        return Choice("")
    if wanted != AUTO:
        info = _found(lambda _: sd_models.checkpoint_aliases.get(wanted))
        if info is None:
            raise UserError("The Web UI has no checkpoint “{name}”; choose another one, or “auto”.", name=wanted)
        return Choice(info.name)
    best = _found(_best)
    if best is None:
        return Choice("", NO_INPAINTING)
    return Choice(best.name)


def listed() -> list[Any]:
    """The host's checkpoints as they are now, in a list of our own, since another thread may refill the host's."""
    return list(sd_models.checkpoints_list.values())


def override(p: Any, choice: Choice) -> None:
    """Have the host load the checkpoint for this job. This comes last, when nothing of ours can fail any more, since
    the host loads it before it calls anything else.
    """
    tell(p, [choice.note] if choice.note else [])
    if choice.name and not p.override_settings.get(OPTION):
        _keep_restorable()
        p.override_settings[OPTION] = choice.name


def _keep_restorable() -> None:
    """Make sure that the host restores the checkpoint option after an override: it does so only where its config has a
    value for it.
    """
    shared.opts.data.setdefault(OPTION, shared.opts.get_default(OPTION))


def _found(look: Callable[[list[Any]], T | None]) -> T | None:
    """What `look` finds among the host's checkpoints. Where it finds nothing, it looks again for as long as the host
    refills its lists.
    """
    infos = listed()
    found = look(infos)
    for seconds in REFRESH_PAUSES_S:
        if found is not None:
            break
        time.sleep(seconds)
        before, infos = infos, listed()
        if infos and infos == before:
            break
        found = look(infos)
    return found


def _best(infos: Iterable[Any]) -> Any:
    """The best inpainting checkpoint: the first of the SD2 ones by name, else one of another known family, else any."""
    ranked = []
    for info in infos:
        kind = kind_of(info.filename)
        if kind.inpainting:
            ranked.append(((kind.family != "SD2", not kind.family, info.name.lower()), info))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


@lru_cache(maxsize=MOST_REMEMBERED)
def _kind(filename: str, size: int, changed_ns: int) -> Kind:
    try:
        shapes = safetensors_shapes(Path(filename))
    except BadWeights:
        return Kind()
    first = shapes.get(_FIRST_CONVOLUTION, ())
    contexts = [
        shape[1]
        for name, shape in shapes.items()
        if name.startswith("model.diffusion_model.") and name.endswith("attn2.to_k.weight") and len(shape) == 2
    ]
    return Kind(first[1] if len(first) == 4 else 0, _FAMILY_OF_CONTEXT.get(contexts[0], "") if contexts else "")
