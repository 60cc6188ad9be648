"""What the library says to people: English sentences whose values are kept apart from their words, so that the page can
translate the words and put the values in afterwards.

As in gettext, the English template is also the key that a translation is looked up by. It therefore has to be a
literal wherever a Message or a UserError is made; `tests/test_sentences.py` makes sure of that and keeps the list of
all templates, `docs/localization-template.json`, complete.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

Value = Union[str, int, "Message"]
"""What may stand in a sentence: text that is the same in every language, a whole number, or a sentence of its own.
Numbers with a fraction or a unit are formatted where the message is made.
"""

PLACE = re.compile(r"\{(\w+)\}")
"""The place of a value in a template; the page's `text/translate.mjs` reads the same form."""


@dataclass(frozen=True, init=False)
class Message:
    """One sentence: `template` holds the words with {names}, `values` what takes the names' places. `str` is the
    whole sentence in English.
    """

    template: str
    values: Mapping[str, Value]

    def __init__(self, template: str, /, **values: Value) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        """The values are put in once: braces in a value are text, and a name without a value stays to be seen."""
        return PLACE.sub(lambda found: str(self.values.get(found[1], found[0])), self.template)

    def as_json(self) -> dict[str, Any]:
        """{"text": the sentence in English, "template": …, "values": …}, where a value may be such an object too."""
        values = {name: value.as_json() if isinstance(value, Message) else value for name, value in self.values.items()}
        return {"text": str(self), "template": self.template, "values": values}
