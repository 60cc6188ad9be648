"""Translations that lie in localizations/ fit the page's sentences; docs/TRANSLATING.md tells how one is made."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE: dict[str, str] = json.loads((ROOT / "docs" / "localization-template.json").read_text(encoding="utf-8"))
FILES = sorted((ROOT / "localizations").glob("*.json"))


def values(sentence: str) -> list[str]:
    """What the page fills in, in the order of the alphabet."""
    return sorted(re.findall(r"\{\w+\}", sentence))


def faults(translation: dict[str, str], template: dict[str, str] = TEMPLATE) -> list[str]:
    """What is wrong with a translation, in sentences; empty for one that is complete."""
    return [
        *(f"“{sentence}” is not translated." for sentence in template if sentence not in translation),
        *(f"Nobody says “{sentence}” any more." for sentence in translation if sentence not in template),
        *(
            f"“{translated}” must have {' '.join(values(sentence)) or 'no value in braces'}, as “{sentence}” has."
            for sentence, translated in translation.items()
            if values(sentence) != values(translated)
        ),
    ]


def test_every_translation_is_complete() -> None:
    """There may be none yet; that faults are found at all is tested below."""
    found = {path.name: faults(json.loads(path.read_text(encoding="utf-8"))) for path in FILES}
    assert not any(found.values()), found


def test_the_template_is_a_complete_translation_into_english() -> None:
    assert faults(TEMPLATE) == [] and len(TEMPLATE) > 100
    assert any(values(sentence) for sentence in TEMPLATE)


def test_what_is_missing_left_over_or_lost_is_told() -> None:
    template = {"Grow": "Grow", "{name} in pixels": "{name} in pixels"}
    assert faults({"Grow": "Wachsen", "{name} in pixels": "{name} in Pixeln"}, template) == []
    assert faults({"Grow": "Wachsen"}, template) == ["“{name} in pixels” is not translated."]
    assert faults({**template, "Old": "Alt"}, template) == ["Nobody says “Old” any more."]
    (lost,) = faults({"Grow": "Wachsen", "{name} in pixels": "{nom} in Pixeln"}, template)
    assert lost == "“{nom} in Pixeln” must have {name}, as “{name} in pixels” has."
