"""What can go wrong in a way that a person can mend. Deep code raises these; the edge shows the message."""


class UserError(Exception):
    """A message that says what to do next, fit to be shown as it is."""


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
