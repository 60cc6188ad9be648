"""Infotexts, written and read back: the prompts, then one line of `key: value` pairs."""

import json
import re
from typing import Any

from modules import errors
from modules.shared import opts

VERSION = "v1.10.1-workbench"
_PARAM = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def quote(text: Any) -> Any:
    """Values with a comma, colon or line break go as JSON strings."""
    return json.dumps(text, ensure_ascii=False) if re.search("[,:\n]", str(text)) else text


def unquote(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text


def parse_generation_parameters(x: str) -> dict[str, Any]:
    """{'Prompt', 'Negative prompt', and every key of the last line}; sizes are split into key-1 and key-2."""
    *lines, last = x.strip().split("\n")
    prompt, _, negative = "\n".join(lines).partition("Negative prompt:")
    result: dict[str, Any] = {"Prompt": prompt.strip(), "Negative prompt": negative.strip()}
    for key, value in _PARAM.findall(last):
        size = re.fullmatch(r"(\d+)x(\d+)", unquote(value))
        result |= {f"{key}-1": size[1], f"{key}-2": size[2]} if size else {key: unquote(value)}
    return result


def create_infotext(p: Any, index: int) -> str:
    """The text of picture `index` of the running batch.

    A value in p.extra_generation_params may be a string, a list (one entry per picture) or a callable that takes facts
    by name; one that fails is reported and left out, as is None.
    """
    params: dict[str, Any] = {
        "Steps": p.steps,
        "Sampler": p.sampler_name,
        "CFG scale": p.cfg_scale,
        "Seed": p.seeds[index],
        "Size": f"{p.width}x{p.height}",
        "Model hash": p.sd_model_hash,
        "Model": p.sd_model_name,
        "Denoising strength": None,  # its place in the row; img2img sets it
        "Conditional mask weight": opts.inpainting_mask_weight if p.is_using_inpainting_conditioning else None,
        **p.extra_generation_params,
        "Version": VERSION,
    }
    for key, value in params.items():
        try:
            if isinstance(value, list):
                params[key] = value[index]
            elif callable(value):
                params[key] = value(p=p, index=index, generation_params=params)
        except Exception:  # noqa: PERF203 - one bad entry must not cost the others
            errors.report(f'Error creating infotext for key "{key}"', exc_info=True)
            params[key] = None
    shown = (key if key == value else f"{key}: {quote(value)}" for key, value in params.items() if value is not None)
    negative = f"\nNegative prompt: {p.negative_prompt}" if p.negative_prompt else ""
    return f"{p.prompt}{negative}\n{', '.join(shown)}".strip()
