"""What we keep on a processing object of the host's, from hook to hook."""

from __future__ import annotations

from typing import Any


class Carried(int):
    """Any `value` of ours, in the shape of a number.

    Other extensions copy all attributes of a processing object deeply and send them to other Web UIs as JSON
    (sd-webui-distributed does). A number can be sent, and means nothing there; copies share the value.
    """

    value: Any = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Carried:
        return self


def put(p: Any, name: str, value: Any) -> None:
    """Keep a value on `p`; every copy of `p` has it too."""
    carried = Carried()
    carried.value = value
    setattr(p, name, carried)


def of(p: Any, name: str) -> Any:
    """The value that was kept under this name; None where there is none."""
    return getattr(getattr(p, name, None), "value", None)
