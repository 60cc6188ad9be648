"""Infotexts, written and read back: the prompts, then one line of `key: value` pairs."""

import json
import re
from typing import Any

_PARAM = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def quote(text: Any) -> Any:
    """Values with a comma, colon or line break go as JSON strings."""
    return json.dumps(text, ensure_ascii=False) if re.search("[,:\n]", str(text)) else text


def parse_generation_parameters(x: str) -> dict[str, str]:
    """{'Prompt', 'Negative prompt', and every key of the last line}."""
    *lines, last = x.strip().split("\n")
    prompt, _, negative = "\n".join(lines).partition("Negative prompt:")
    pairs = {key: json.loads(value) if value.startswith('"') else value for key, value in _PARAM.findall(last)}
    pairs["Size-1"], _, pairs["Size-2"] = pairs.pop("Size", "x").partition("x")
    return {"Prompt": prompt.strip(), "Negative prompt": negative.strip(), **pairs}


def create_infotext(p: Any, index: int) -> str:
    """The text of picture `index` of the running batch. None is left out. (The host takes lists and callables too.)"""
    params: dict[str, Any] = {
        "Steps": p.steps, "Sampler": p.sampler_name, "CFG scale": p.cfg_scale, "Seed": p.seeds[index],
        "Size": f"{p.width}x{p.height}", "Model hash": p.sd_model_hash, "Model": p.sd_model_name,
        "Denoising strength": None,  # its place in the row; img2img sets it
        "Conditional mask weight": 1.0 if p.is_using_inpainting_conditioning else None,
        "Init image hash": getattr(p, "init_img_hash", None),
        **p.extra_generation_params, "Version": "v1.10.1-workbench",
    }  # fmt: skip
    shown = ", ".join(f"{key}: {quote(value)}" for key, value in params.items() if value is not None)
    negative = f"\nNegative prompt: {p.negative_prompt}" if p.negative_prompt else ""
    return f"{p.prompt}{negative}\n{shown}".strip()
