"""Which of the host's checkpoints paints, and which of the person's settings are set aside while another one does.

What a checkpoint is for is read from its file's header, not from its name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from modules import paths_internal, sd_models, shared

from click_inpaint.checkpoint_header import Kind, kind_of
from click_inpaint.errors import UserError
from click_inpaint.host import overrides
from click_inpaint.host.notes import tell
from click_inpaint.messages import Message

OPTION = "sd_model_checkpoint"
AUTO = "auto"
AUTO_FAMILY = "auto-family"
CURRENT = "current"

OF_ONE_FAMILY: dict[str, object] = {
    "sd_vae": "Automatic",
    "forge_additional_modules": [],
    "forge_unet_storage_dtype": "Automatic",
}
"""Settings that a person makes for the checkpoints of one family, with the value by which each checkpoint brings its
own. A host applies them to whatever it loads. A VAE's file does not tell the family: SD1, SD2 and SDXL have the same
shapes.
"""
OF_ONE_CHECKPOINT: dict[str, object] = {"sd_unet": "Automatic"}
"""The same for a setting that belongs to a single checkpoint: it puts another UNet into that one's place."""
BRINGS_ITS_OWN: tuple[object, ...] = ("Automatic", "auto", "None", None, [])
"""Values of such settings that suit every checkpoint."""

REFRESH_PAUSES_S = (0.05, 0.1, 0.15, 0.2)
"""Pauses before looking again, one after the other: while the host refreshes its lists they are empty at first."""

NO_INPAINTING = Message(
    "No inpainting checkpoint was found, so the current one painted: expect weaker seams and less context."
)

T = TypeVar("T")
_FLAGS = {"is_sd1": "SD1", "is_sd2": "SD2", "is_sdxl": "SDXL"}
"""By which attribute a loaded model tells its family."""


@dataclass(frozen=True)
class Choice:
    """The checkpoint to paint with: `name` is its exact alias for `override_settings`, "" to keep the current one;
    `note` is a sentence for the person, and `info` the host's entry for the checkpoint, where there is one.
    """

    name: str
    note: Message | None = None
    info: Any = field(default=None, compare=False)


def check(wanted: str) -> None:
    """Raise UserError where a job wants a checkpoint by a name that the host does not have, or one that the host does
    not let it change to. An automatic choice reads files for that, but only where the settings are frozen.
    """
    if wanted != CURRENT and (wanted not in (AUTO, AUTO_FAMILY) or not overrides.is_changeable(OPTION)):
        choose(wanted)


def choose(wanted: str) -> Choice:
    """The checkpoint for a job, where `wanted` is "auto", "auto-family", "current", or any alias of a checkpoint.

    Raises UserError where there is no checkpoint of that name, and where the host does not let a job change checkpoint.
    """
    if wanted == CURRENT:
        return Choice("")
    if wanted == AUTO:
        best = _found(_best)
        return Choice("", NO_INPAINTING) if best is None else _chosen(_allowed(best))
    if wanted == AUTO_FAMILY:
        return _choose_of_family()
    info = _found(lambda _: sd_models.checkpoint_aliases.get(wanted))
    if info is None:
        raise UserError("The Web UI has no checkpoint “{name}”; choose another one, or “auto”.", name=wanted)
    _refuse_if_frozen(info)
    return _chosen(info)


def choose_for(p: Any, wanted: str) -> Choice:
    """The checkpoint for this job. One that its caller, or another script, has asked the host for is left alone."""
    return Choice("") if p.override_settings.get(OPTION) else choose(wanted)


def current() -> Any:
    """The checkpoint that the host loads for a job which asks for none; None where it has no checkpoint at all."""
    return sd_models.checkpoint_aliases.get(getattr(shared.opts, OPTION)) or next(iter(listed()), None)


def listed() -> list[Any]:
    """The host's checkpoints as they are now, in a list of our own, since another thread may refill the host's."""
    return list(sd_models.checkpoints_list.values())


def folder() -> Path:
    """Where a downloaded checkpoint goes: to the folder that `--ckpt-dir` names, else to the host's usual one."""
    named = getattr(shared.cmd_opts, "ckpt_dir", None)
    return Path(named or Path(paths_internal.models_path) / "Stable-diffusion")


def list_anew() -> None:
    """Have the host look into its folders again, as its refresh button does."""
    sd_models.list_models()


def find(filename: str) -> Path | None:
    """Where the host has a checkpoint whose file has this name."""
    return next((path for info in listed() if (path := Path(info.filename)).name == filename), None)


def lacks_inpainting() -> bool:
    """Whether the host has no checkpoint that was made for inpainting."""
    return _found(_best) is None


def kind(info: Any) -> Kind:
    """What is known of one of the host's checkpoints: from its header and, where that tells no family, from the model
    while it is loaded.
    """
    found = kind_of(info.filename)
    return found if found.family else Kind(found.channels, _family_of_loaded(info))


def override(p: Any, choice: Choice) -> None:
    """Have the host load the checkpoint for this job. This comes last, when nothing of ours can fail any more, since
    the host loads it before it calls anything else.
    """
    tell(p, [choice.note] if choice.note else [])
    mine = current()
    if not choice.name or _is_same(choice.info, mine):
        return
    aside = {**OF_ONE_CHECKPOINT, **({} if _are_of_one_family(choice.info, mine) else OF_ONE_FAMILY)}
    for key, value in aside.items():  # before the checkpoint: the host applies one after the other
        if getattr(shared.opts, key, None) not in BRINGS_ITS_OWN:
            overrides.set_for_job(p, key, value)
    overrides.set_for_job(p, OPTION, choice.name)


def _chosen(info: Any) -> Choice:
    return Choice(info.name, info=info)


def _choose_of_family() -> Choice:
    """The person's own checkpoint if that was made for inpainting, else one of its family that was."""
    mine = _found(lambda _: current())
    if mine is None:
        return Choice("", NO_INPAINTING)
    if kind(mine).inpainting:
        return _chosen(mine)
    family = kind(mine).family
    if not family:
        note = Message(
            "The family of {name} is not known, so it painted itself: expect weaker seams and less context.",
            name=mine.name,
        )
        return Choice("", note)
    best = _found(lambda infos: _best(info for info in infos if kind_of(info.filename).family == family))
    if best is None:
        note = Message(
            "There is no inpainting checkpoint of the family {family}, so the current one painted: "
            "expect weaker seams and less context.",
            family=family,
        )
        return Choice("", note)
    _refuse_if_frozen(best)
    return _chosen(best)


def _allowed(best: Any) -> Any:
    """The best checkpoint or, where the host lets no job change checkpoint, the current one if that can inpaint."""
    mine = current()
    if mine and kind(mine).inpainting and not overrides.is_changeable(OPTION):
        return mine
    _refuse_if_frozen(best)
    return best


def _refuse_if_frozen(info: Any) -> None:
    """Raise UserError where the host would end the job with an error of its own, once it is about to load this."""
    if not _is_same(info, current()) and not overrides.is_changeable(OPTION):
        raise UserError(
            "This Web UI was started with frozen settings, so it cannot load {name} for a job. "
            "Choose “Current checkpoint” (“current”), or start it without --freeze-settings.",
            name=info.name,
        )


def _is_same(info: Any, other: Any) -> bool:
    return bool(other and info.filename == other.filename)


def _are_of_one_family(info: Any, other: Any) -> bool:
    """Whether both are known to be of one family."""
    return bool(other and kind(info).family and kind(info).family == kind(other).family)


def _family_of_loaded(info: Any) -> str:
    """What the host says of the model that it has in memory, if that is this one."""
    model = sd_models.model_data.sd_model
    loaded = getattr(model, "sd_checkpoint_info", None)
    if not _is_same(info, loaded):
        return ""
    return next((family for flag, family in _FLAGS.items() if getattr(model, flag, False) is True), "")


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
        found = kind_of(info.filename)
        if found.inpainting:
            ranked.append(((found.family != "SD2", not found.family, info.name.lower()), info))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None
