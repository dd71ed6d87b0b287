"""Zones that passed a test: what was proven of each, and since which entry of the change log."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.retests.kept_boundary import ProvenBoundary, boundary_from

# What is read of zones and tests to tell.
ZONE_COLUMNS = ("zone_id", "kind", "level", "parent_id", "tested_on", "retest")
TEST_COLUMNS = ("test_id", "zone_id", "ended_on", "verdict", "valves", "base_log")
MARKED = "yes"
_VERDICT, _KIND = "pass", "dma"


@dataclass(frozen=True)
class ZoneTested:
    """A zone that passed a test.

    Parameters
    ----------
    held
        Ids of the zone and of those inside it.
    tested_on
        Day of the test.
    entry
        The last entry of the change log before it.
    boundary
        What was proven.
    is_marked
        Whether it is to be tested again already.
    """

    zone_id: str
    held: frozenset[str]
    tested_on: datetime.date
    entry: int
    boundary: ProvenBoundary
    is_marked: bool = False


def tested_zones(zones: pd.DataFrame, tests: pd.DataFrame) -> list[ZoneTested]:
    """Return the zones that passed a test, each with its newest pass.

    Parameters
    ----------
    zones
        All zones, `ZONE_COLUMNS`.
    tests
        Their tests, `TEST_COLUMNS`, ``ended_on`` as moments.
    """
    passed = tests[(tests["verdict"] == _VERDICT) & tests["base_log"].notna()]
    if not len(passed):
        return []
    # A later row takes the place of an earlier one.
    ordered = passed.sort_values(["base_log", "ended_on"], kind="stable")
    newest = {str(row["zone_id"]): row for row in records(ordered)}
    areas = [row for row in records(zones) if row["kind"] == _KIND]
    inside: dict[str, list[str]] = {}
    for row in areas:
        inside.setdefault(str(row["parent_id"]), []).append(str(row["zone_id"]))
    found = []
    for row in areas:
        name = str(row["zone_id"])
        test = newest.get(name)
        boundary = None if test is None else boundary_from(test["valves"])
        if test is None or boundary is None:
            continue
        day = row["tested_on"] if pd.notna(row["tested_on"]) else test["ended_on"]
        is_marked = row["retest"] == MARKED
        entry = int(test["base_log"])
        found.append(ZoneTested(name, _held(name, inside), day.date(), entry, boundary, is_marked))
    return found


def _held(zone: str, inside: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return a zone and those inside it, at any depth; a circle of parents ends where it began."""
    found, open_ends = {zone}, [zone]
    while open_ends:
        new = set(inside.get(open_ends.pop(), ())) - found
        found |= new
        open_ends += new
    return frozenset(found)
