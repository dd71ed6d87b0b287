"""The zero-pressure tests of a zone, and why it is to be tested again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.dma.pressure_test.record import FAIL
from waternet_plugin.core.frames import records
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.retests.boundary_changes import BoundaryChange
from waternet_plugin.core.retests.tested_zones import MARKED
from waternet_plugin.operations.retests.boundary_look import BoundaryLook
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.network import Network

_COLUMNS = (
    "test_id", "started_on", "ended_on", "verdict", "crew", "edited_by", "fault_node", "p_min_m", "rise_m",
    "hold_min", "next_test_on", "note", "valves",
)  # fmt: skip


@dataclass(frozen=True)
class ZoneTest:
    """One test; '' and None for what is not known.

    Parameters
    ----------
    day
        When it ended, on the clocks of the network, ISO 8601.
    verdict
        Code of the domain ``test_verdict``.
    by
        The crew, else who entered it.
    fault_node
        The valve that was found to leak.
    suspects
        The valves that the gauges point to, the likeliest first.
    p_min_m, rise_m, hold_min
        Lowest head and rise, m, and time of holding, min.
    next_test_on
        Day on which the next one is due, ISO 8601.
    note
        What was noted.
    """

    test_id: str
    day: str
    verdict: str
    by: str = ""
    fault_node: str = ""
    suspects: tuple[str, ...] = ()
    p_min_m: Optional[float] = None
    rise_m: Optional[float] = None
    hold_min: Optional[float] = None
    next_test_on: str = ""
    note: str = ""


@dataclass(frozen=True)
class ZoneTests:
    """What is known of the tests of a zone.

    Parameters
    ----------
    tests
        Its tests, the newest first.
    is_marked
        Whether the zone is to be tested again.
    change
        What was changed on its boundary since it passed, None for nothing.
    has_failed
        Whether the newest test failed.
    marked_by, marked_at
        Who marked the zone and when (UTC, ISO 8601), where neither a change nor a failed test is the reason.
    """

    zone_id: str
    tests: tuple[ZoneTest, ...] = ()
    is_marked: bool = False
    change: Optional[BoundaryChange] = None
    has_failed: bool = False
    marked_by: str = ""
    marked_at: str = ""

    @property
    def needs_test(self) -> bool:
        """Whether the zone is to be tested again, be it marked yet or not."""
        return self.is_marked or self.change is not None


def zone_tests(network: Network, zone_id: str) -> ZoneTests:
    """Return the tests of a zone, and why it is to be tested again.

    Parameters
    ----------
    zone_id
        The zone; one that only a scenario has is without tests.
    """
    frame = network.read("zone_test", _COLUMNS, where={"zone_id": zone_id})
    time_zone = network.settings().text("general.time_zone")
    ordered = frame.sort_values(["ended_on", "test_id"], kind="stable", ascending=False)
    tests = tuple(_test(row, time_zone) for row in records(ordered))
    zone = network.read("zone", ["zone_id", "retest"], ids=[zone_id], geometry=False)
    is_marked = MARKED in zone["retest"].tolist()
    if not (tests or is_marked):
        return ZoneTests(zone_id)
    has_failed = bool(tests) and tests[0].verdict == FAIL
    looking = BoundaryLook(network)
    passed = next((zone for zone in looking.passed if zone.zone_id == zone_id), None)
    change = None if passed is None else looking.first_change(passed)
    by = at = ""
    if is_marked and change is None and not has_failed:
        by, at = _marked(network, zone_id)
    return ZoneTests(zone_id, tests, is_marked, change, has_failed, by, at)


def _test(row: dict[str, Any], time_zone: str) -> ZoneTest:
    def text(name: str) -> str:
        return "" if pd.isna(row[name]) else str(row[name])

    def number(name: str) -> Optional[float]:
        return None if pd.isna(row[name]) else float(row[name])

    ended = row["ended_on"] if pd.notna(row["ended_on"]) else row["started_on"]
    return ZoneTest(
        test_id=str(row["test_id"]),
        day="" if pd.isna(ended) else ended.tz_convert(time_zone).date().isoformat(),
        verdict=text("verdict"),
        by=text("crew") or text("edited_by"),
        fault_node=text("fault_node"),
        suspects=_suspects(row["valves"]),
        p_min_m=number("p_min_m"),
        rise_m=number("rise_m"),
        hold_min=number("hold_min"),
        next_test_on=text("next_test_on")[:10],
        note=text("note"),
    )


def _suspects(valves: Any) -> tuple[str, ...]:
    """Return the valves that a test suspects, of what it keeps as JSON."""
    found = (valves if isinstance(valves, dict) else stored_object(valves)).get("suspects")
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def _marked(network: Network, zone_id: str) -> tuple[str, str]:
    """Return who marked a zone last and when."""
    history = network.history(HistoryQuery(table="zone", asset=zone_id))
    for row in records(history[history["field"] == "retest"]):
        return str(row["by"] or ""), str(row["at"] or "")
    return "", ""
