"""Zones that passed a test: what was proven of each, and since which entry of the change log."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.dma.pressure_test.kept_boundary import ProvenBoundary, boundary_from
from waternet_plugin.core.dma.pressure_test.record import PASS
from waternet_plugin.core.dma.zone_tree import zone_tree
from waternet_plugin.core.frames import records

# What is read of zones and tests to tell.
ZONE_COLUMNS = ("zone_id", "kind", "level", "parent_id", "tested_on", "retest")
TEST_COLUMNS = ("test_id", "zone_id", "ended_on", "verdict", "valves", "base_log")
MARKED = "yes"


@dataclass(frozen=True)
class ZoneTested:
    """A zone that passed a test.

    Parameters
    ----------
    zone_id
        The zone.
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
    passed = tests[(tests["verdict"] == PASS) & tests["base_log"].notna()]
    if not len(passed):
        return []
    # A later row takes the place of an earlier one.
    ordered = passed.sort_values(["base_log", "ended_on"], kind="stable")
    newest = {str(row["zone_id"]): row for row in records(ordered)}
    tree, rows = zone_tree(zones), records(zones)
    found = []
    for number, name in enumerate(tree.zone_id.tolist()):
        test = newest.get(str(name))
        boundary = None if test is None else boundary_from(test["valves"])
        if test is None or boundary is None:
            continue
        row = rows[int(tree.row[number])]
        day = row["tested_on"] if pd.notna(row["tested_on"]) else test["ended_on"]
        held = frozenset(str(one) for one in tree.zone_id[tree.ancestors[number]])
        is_marked = row["retest"] == MARKED
        entry = int(test["base_log"])
        found.append(ZoneTested(str(name), held, day.date(), entry, boundary, is_marked))
    return found
