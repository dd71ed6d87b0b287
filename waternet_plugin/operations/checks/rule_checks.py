"""Since when each rule has been looked at everywhere: what the panel says of checks rests on this."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any, Optional

from waternet_plugin.core.frames import tuples
from waternet_plugin.store.network import Network

# The setting that keeps the entry of the change log up to which checks by all rules saw edits.
CHECKED_UP_TO = "quality.checked_up_to"
_RULES, _ENTRY = "rules", "entry"


def looked_at(rules: Iterable[str], entry: int) -> dict[str, Any]:
    """Return what a batch keeps of the rules that were looked at everywhere; nothing where there are none.

    Parameters
    ----------
    rules
        Ids of these rules.
    entry
        The newest entry of the change log before the network was read.
    """
    names = sorted(rules)
    return {_RULES: names, _ENTRY: entry} if names else {}


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


def entry_of(network: Network, rules: Iterable[str]) -> Optional[int]:
    """Return the entry of the change log up to which all of some rules saw edits, None where nobody knows.

    Parameters
    ----------
    rules
        Ids of rules.
    """
    oldest = _oldest(network, rules)
    if oldest is None or oldest[1] is None:
        return None
    # Checks by all rules of what changed since see it, too.
    told = network.facts().get(CHECKED_UP_TO, "")
    return max(oldest[1], int(told) if told.isdigit() else 0)


def _oldest(network: Network, rules: Iterable[str]) -> Optional[tuple[datetime.datetime, Optional[int]]]:
    """Return time and entry of the oldest of the newest looks at each rule, None where one never was."""
    left = set(rules)
    batches = network.read("batch", ["at", "undone", "facts"], where={"kind": "check"}, geometry=False)
    oldest: Optional[tuple[datetime.datetime, Optional[int]]] = None
    for row in tuples(batches.iloc[::-1]):
        names, entry = ([], None) if row.undone else _told(row.facts)
        found = left.intersection(names)
        if found:
            oldest, left = (row.at.to_pydatetime(), entry), left - found
        if not left:
            return oldest
    return None


def _told(facts: Optional[str]) -> tuple[list[str], Optional[int]]:
    """Return the rules that a batch looked at everywhere, and the entry up to which it saw edits."""
    try:
        told = json.loads(facts or "{}")
    except ValueError:
        # Written by another program.
        told = None
    if not isinstance(told, dict):
        return [], None
    found, entry = told.get(_RULES), told.get(_ENTRY)
    names = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
    return names, entry if isinstance(entry, int) else None
