"""Since when each rule has been looked at everywhere: what the panel says of checks rests on this."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any, Optional

from waternet_plugin.core.frames import tuples
from waternet_plugin.store.network import Network

_KEY = "rules"


def looked_at(rules: Iterable[str]) -> dict[str, Any]:
    """Return what a batch keeps of the rules that were looked at everywhere; nothing where there are none."""
    names = sorted(rules)
    return {_KEY: names} if names else {}


def checked_on(network: Network, rules: Iterable[str]) -> Optional[datetime.datetime]:
    """Return since when all of some rules have been looked at everywhere, None where one never was.

    Checks of an area, of what changed or of some rules say nothing of the rest, and one that was undone says
    nothing at all.

    Parameters
    ----------
    network
        The network.
    rules
        Ids of rules.
    """
    left = set(rules)
    batches = network.read("batch", ["at", "undone", "facts"], where={"kind": "check"}, geometry=False)
    since: Optional[datetime.datetime] = None
    for row in tuples(batches.iloc[::-1]):
        found = left.intersection(() if row.undone else _rules_of(row.facts))
        if found:
            since, left = row.at.to_pydatetime(), left - found
        if not left:
            return since
    return None


def _rules_of(facts: Optional[str]) -> list[str]:
    """Return the rules that a batch looked at everywhere."""
    try:
        told = json.loads(facts or "{}")
    except ValueError:
        # Written by another program.
        return []
    found = told.get(_KEY) if isinstance(told, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
