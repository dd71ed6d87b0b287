"""The states that items of a programme go through: a list per programme, as data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr

# What a state says of an item, whatever the programme.
OPEN, UNDER_WAY, DONE, REFUSED = "open", "under_way", "done", "refused"
# Its list serves the programmes without one of their own.
_COMMON = "meter_to_household"


@lru_cache(maxsize=None)
def _lists() -> dict[str, dict[str, str]]:
    """Return the stage of each state, by programme."""
    found: dict[str, dict[str, str]] = {}
    for row in rows_of(Path(__file__).parent / "programme_states.csv"):
        found.setdefault(row["programme"], {})[row["state"]] = row["stage"]
    return found


def stages_of(programme: str) -> dict[str, str]:
    """Return the states of a programme in their order, each with the stage that it means."""
    lists = _lists()
    return lists.get(programme, lists[_COMMON])


def all_states() -> dict[str, str]:
    """Return the states of all programmes, each with the stage that it means."""
    return {state: stage for states in _lists().values() for state, stage in states.items()}


def checked_programme(code: str) -> str:
    """Return the code of a programme.

    Raises
    ------
    InputError
        When there is no such programme; the sentence lists those there are.
    """
    programmes = domain("programme")
    if code not in programmes:
        message = tr("There is no programme “{code}”. Choose one of: {programmes}.")
        raise InputError(message.format(code=code, programmes=listed(programmes)))
    return code
