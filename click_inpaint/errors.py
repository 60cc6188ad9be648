"""What can go wrong in a way that a person can mend. Deep code raises these; the edge shows the message."""

from __future__ import annotations

from click_inpaint.messages import Message, Value


class UserError(Exception):
    """A message that says what to do next, fit to be shown as it is.

    It is made of a literal `template` with {names} and the `values` that take the names' places, as a Message is.
    """

    def __init__(self, template: str, /, **values: Value) -> None:
        self.message = Message(template, **values)
        super().__init__(str(self.message))


class BadEdit(UserError):
    """The Edit has an unknown key or a value out of range; the message names it."""


class BadPicture(UserError):
    """The bytes are no picture, a truncated one, or one beyond the limits."""


class UnknownPicture(UserError):
    """The store does not hold this id (any more); upload the picture again."""


class EmptySelection(UserError):
    """Nothing is selected, so there is nothing to paint."""


class BadWeights(UserError):
    """A weight or checkpoint file is missing, damaged, or not what its name says."""


class NotNow(UserError):
    """Something that will be over in a moment is in the way; the same request may succeed then."""
