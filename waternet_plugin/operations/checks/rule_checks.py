"""Since when each rule has been looked at everywhere: what the panel says of checks rests on this."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any, Optional

from waternet_plugin.core.frames import tuples
from waternet_plugin.core.schema.settings import CHECKED_UP_TO
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import BEGINNING

# The setting that keeps the position up to which checks by all rules saw edits.
# Older versions kept the number of an entry of the change log, which the store takes as a position.
_RULES, _POSITION = "rules", "entry"


def looked_at(rules: Iterable[str], position: str) -> dict[str, Any]:
    """Return what a batch keeps of the rules that were looked at everywhere; nothing where there are none.

    Parameters
    ----------
    rules
        Ids of these rules.
    position
        That of the network before it was read.
    """
    names = sorted(rules)
    return {_RULES: names, _POSITION: position} if names else {}


def checked_on(network: Network, rules: Iterable[str]) -> Optional[datetime.datetime]:
    """Return since when all of some rules have been looked at everywhere, None where one never was.

    Checks of an area, of what changed or of some rules say nothing of the rest, and one that was undone says
    nothing at all.

    Parameters
    ----------
    rules
        Ids of rules.
    """
    oldest = _oldest(network, rules)
    return None if oldest is None else oldest[0]


def position_of(network: Network, rules: Iterable[str]) -> Optional[str]:
    """Return the position up to which all of some rules saw edits, None where nobody knows.

    Parameters
    ----------
    rules
        Ids of rules.
    """
    oldest = _oldest(network, rules)
    if oldest is None or oldest[1] is None:
        return None
    # Checks by all rules of what changed since see it, too.
    everywhere = network.facts().get(CHECKED_UP_TO, BEGINNING)
    return network.oldest_first([oldest[1], everywhere])[-1]


def _oldest(network: Network, rules: Iterable[str]) -> Optional[tuple[datetime.datetime, Optional[str]]]:
    """Return time and position of the oldest of the newest looks at each rule, None where one never was."""
    left = set(rules)
    batches = network.read("batch", ["at", "undone", "facts"], where={"kind": "check"}, geometry=False)
    oldest: Optional[tuple[datetime.datetime, Optional[str]]] = None
    for row in tuples(batches.iloc[::-1]):
        names, position = ([], None) if row.undone else _told(row.facts)
        found = left.intersection(names)
        if found:
            oldest, left = (row.at.to_pydatetime(), position), left - found
        if not left:
            return oldest
    return None


def _told(facts: Optional[str]) -> tuple[list[str], Optional[str]]:
    """Return the rules that a batch looked at everywhere, and the position up to which it saw edits."""
    try:
        told = json.loads(facts or "{}")
    except ValueError:
        # Written by another program.
        told = None
    if not isinstance(told, dict):
        return [], None
    found, position = told.get(_RULES), told.get(_POSITION)
    names = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
    return names, str(position) if isinstance(position, (int, str)) else None
