"""What is wrong with a MAPPING, told as one error."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, tr


class MappingError(InputError):
    """The mapping can't be used; ``details`` holds every fault."""


def refuse(faults: Sequence[str]) -> None:
    """Raise all faults as one error, where there are any.

    Raises
    ------
    MappingError
        With one sentence of all of them.
    """
    if faults:
        message = tr("The mapping can't be used: {faults} Correct it and run again.").format(
            faults=joined(faults)
        )
        raise MappingError(message, details=tuple(faults))


def as_text(raw: object) -> str:
    """Return a JSON value as the text that a source value would have."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return "" if raw is None else str(raw).strip()
