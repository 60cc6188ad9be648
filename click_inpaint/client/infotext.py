"""The host's infotext, read back into what its API takes: the settings that decide how a picture is painted."""

from __future__ import annotations

import json
import re
from typing import Any

_PARAMETER = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
"""The host's own pattern (modules/infotext_utils.py)."""
_FEWEST_PARAMETERS = 3
_ERASE = "Click Inpaint erase"
_NEGATIVE = "Negative prompt:"
_KEYS: dict[str, tuple[str, type]] = {
    "Steps": ("steps", int),
    "Sampler": ("sampler_name", str),
    "Schedule type": ("scheduler", str),
    "CFG scale": ("cfg_scale", float),
    "Seed": ("seed", int),
    "Denoising strength": ("denoising_strength", float),
    "Variation seed": ("subseed", int),
    "Variation seed strength": ("subseed_strength", float),
    "Eta": ("eta", float),
}
"""What stands in an infotext, its name in the API, and its type. What does not stand there has the API's default, but
for the checkpoint, which the Edit names."""
_OPTIONS: dict[str, tuple[str, type]] = {
    "Clip skip": ("CLIP_stop_at_last_layers", int),
    "Conditional mask weight": ("inpainting_mask_weight", float),
    "ENSD": ("eta_noise_seed_delta", int),
    "RNG": ("randn_source", str),
}
"""Likewise, of the host's options. A job could set them for itself, but a host keeps those that it had no value for."""


def settings(infotext: str) -> dict[str, Any]:
    """What POST /sdapi/v1/img2img takes of an infotext; {} for a text that is none. Raises ValueError where a number is
    none.
    """
    *lines, _ = infotext.strip().split("\n")
    pairs = _pairs(infotext)
    if not pairs:
        return {}
    prompt, _, negative = "\n".join(lines).partition(_NEGATIVE)
    found: dict[str, Any] = {"prompt": prompt.strip(), "negative_prompt": negative.strip(), **_typed(pairs, _KEYS)}
    if size := re.fullmatch(r"(\d{1,5})x(\d{1,5})", pairs.get("Size", "")):
        found["width"], found["height"] = int(size[1]), int(size[2])
    return found


def is_erased(infotext: str) -> bool:
    """Whether it is that of a picture which was filled without a job of the host's."""
    return _ERASE in _pairs(infotext)


def options(infotext: str) -> dict[str, Any]:
    """What the host's options were, by their names, as far as an infotext tells. Raises ValueError likewise."""
    return _typed(_pairs(infotext), _OPTIONS)


def _pairs(infotext: str) -> dict[str, str]:
    found = {key: _unquoted(value) for key, value in _PARAMETER.findall(infotext.strip().rpartition("\n")[2])}
    return found if len(found) >= _FEWEST_PARAMETERS else {}


def _typed(pairs: dict[str, str], keys: dict[str, tuple[str, type]]) -> dict[str, Any]:
    return {name: kind(pairs[key]) for key, (name, kind) in keys.items() if key in pairs}


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value.strip()
    try:
        return str(json.loads(value))
    except ValueError:
        return value
