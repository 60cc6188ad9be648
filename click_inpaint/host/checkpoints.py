"""Which of the host's checkpoints paints: told by the file's header, never by its name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from modules import sd_models, shared

from click_inpaint.errors import BadWeights, UserError
from click_inpaint.messages import Message
from click_inpaint.weights import safetensors_shapes

OPTION = "sd_model_checkpoint"
AUTO = "auto"
CURRENT = "current"
INPAINTING_CHANNELS = 9
"""4 of the noisy latent, 1 of the mask, 4 of the masked picture's latent."""

REFILLED_AFTER_S = (0.05, 0.1, 0.15, 0.2)
"""When to look again, one after the other, while “refresh” refills the host's lists, which it clears first."""

NO_INPAINTING = Message(
    "No inpainting checkpoint was found, so the current one painted: expect weaker seams and less context."
)

T = TypeVar("T")
_FIRST_CONVOLUTION = "model.diffusion_model.input_blocks.0.0.weight"
_FAMILY_OF_CONTEXT = {768: "SD1", 1024: "SD2", 2048: "SDXL"}


@dataclass(frozen=True)
class Kind:
    """What a checkpoint's header tells: the UNet's input channels and the family ("" when it has none that we know)."""

    channels: int = 0
    family: str = ""

    @property
    def inpainting(self) -> bool:
        """Whether the UNet was made for inpainting."""
        return self.channels == INPAINTING_CHANNELS


@dataclass(frozen=True)
class Choice:
    """The checkpoint's exact alias for `override_settings`, "" to keep what is loaded; and what to tell the person."""

    name: str
    note: Message | None = None


def kind_of(filename: str) -> Kind:
    """Read from the header of a .safetensors file; Kind() for everything else, which has no header to read."""
    path = Path(filename)
    if path.suffix != ".safetensors":
        return Kind()
    try:
        status = path.stat()
        return _kind(filename, status.st_size, status.st_mtime_ns)
    except (OSError, BadWeights):  # a damaged checkpoint is the host's to complain about, when somebody loads it
        return Kind()


def choose(wanted: str) -> Choice:
    """The checkpoint for a job: "auto", "current", or any alias of one. Raises UserError when there is none of that
    name.
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
    """The host's checkpoints now; a list of our own, since another thread may refill the host's at any time."""
    return list(sd_models.checkpoints_list.values())


def keep_restorable() -> None:
    """Make the host put the checkpoint option back after an override: it restores only what its config holds."""
    shared.opts.data.setdefault(OPTION, shared.opts.get_default(OPTION))


def _found(look: Callable[[list[Any]], T | None]) -> T | None:
    """What `look` finds in the host's checkpoints; where it finds nothing, again for as long as they are refilled."""
    infos = listed()
    found = look(infos)
    for seconds in REFILLED_AFTER_S:
        if found is not None:
            break
        time.sleep(seconds)
        before, infos = infos, listed()
        if infos and infos == before:
            break
        found = look(infos)
    return found


def _best(infos: Iterable[Any]) -> Any:
    """The first SD2 inpainting checkpoint by name, else another inpainting one of a known family, else of an unknown
    one.
    """
    ranked = []
    for info in infos:
        kind = kind_of(info.filename)
        if kind.inpainting:
            ranked.append(((kind.family != "SD2", not kind.family, info.name.lower()), info))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


@lru_cache(maxsize=1024)
def _kind(filename: str, size: int, changed_ns: int) -> Kind:
    shapes = safetensors_shapes(Path(filename))
    first = shapes.get(_FIRST_CONVOLUTION, ())
    contexts = [
        shape[1]
        for name, shape in shapes.items()
        if name.startswith("model.diffusion_model.") and name.endswith("attn2.to_k.weight") and len(shape) == 2
    ]
    return Kind(first[1] if len(first) == 4 else 0, _FAMILY_OF_CONTEXT.get(contexts[0], "") if contexts else "")
