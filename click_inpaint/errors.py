"""Errors that a person can do something about. Deep code raises them, and the edge shows their message."""

from __future__ import annotations

from click_inpaint.messages import Message, Value


class UserError(Exception):
    """An error whose message says what to do next, and can be shown as it is.

    It is made of a literal `template` with {names} and the `values` that take the names' places, as a Message is.
    """

    def __init__(self, template: str, /, **values: Value) -> None:
        self.message = Message(template, **values)
        super().__init__(str(self.message))


class BadEdit(UserError):
    """The Edit has an unknown key or a value out of range; the message names it."""


class BadPicture(UserError):
    """The bytes are not a picture, or they are a truncated one, or one beyond the limits."""


class UnknownPicture(UserError):
    """The store does not hold a picture of this id (any more); it must be uploaded again."""


class EmptySelection(UserError):
    """Nothing is selected, so there is nothing to paint."""


class BadWeights(UserError):
    """A weight or checkpoint file is missing, damaged, or not what its name says."""


class ForeignRequest(UserError):
    """A website, not our own page, makes a visitor's browser ask."""


class NotNow(UserError):
    """Something is in the way that will be over in a moment; then the same request may succeed."""
