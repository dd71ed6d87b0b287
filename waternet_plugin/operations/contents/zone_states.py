"""How the metered areas stand: verdicts of their checks, retests, leakage, and what was edited since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Optional

from waternet_plugin.core.frames import records
from waternet_plugin.core.quality.zones.stored_checks import newest_checks
from waternet_plugin.core.readings.recorded_series import COUNTER, FLOW
from waternet_plugin.core.schema.use import METERED_SYSTEMS
from waternet_plugin.operations.leakage.zone_flow import LeakageState, leakage_states, read_zone_meters
from waternet_plugin.operations.rows.edited_since import edited_since
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network

_RETIRED = "retired"
_COLUMNS = ["zone_id", "state", "verdict", "checked_on", "retest"]


@dataclass(frozen=True)
class ZoneStates:
    """The metered areas of a network that are not retired.

    Parameters
    ----------
    verdicts
        How many have each verdict, '' for those never checked.
    checked_on
        The oldest day of a check, YYYY-MM-DD, '' for none.
    retests
        How many are to be tested again.
    pipes
        How many pipes the network has.
    leakage
        The newest night of each area, the worst alarm first; none where there is no area.
    has_new_readings
        Whether there are readings of their meters, and no night flow was computed yet.
    edited
        Pipes and nodes of supply edited since the oldest of these checks, -1 where it can't be told.
    """

    verdicts: Mapping[str, int]
    checked_on: str
    retests: int
    pipes: int
    leakage: tuple[LeakageState, ...] = ()
    has_new_readings: bool = False
    edited: int = 0

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.verdicts.values())


def zone_states(network: Network) -> ZoneStates:
    """Return how the metered areas of a network stand."""
    frame = network.read("zone", _COLUMNS, where={"kind": "dma"}, geometry=False)
    rows = [row for row in records(frame) if row["state"] != _RETIRED]
    verdicts: dict[str, int] = {}
    for row in rows:
        verdicts[row["verdict"] or ""] = verdicts.get(row["verdict"] or "", 0) + 1
    days = [row["checked_on"] for row in rows if row["checked_on"] == row["checked_on"] and row["checked_on"]]
    leakage = leakage_states(network) if rows else ()
    has_nights = any(state.is_alarm or state.night is not None for state in leakage)
    checked = [row["zone_id"] for row in rows if row["verdict"]]
    return ZoneStates(
        verdicts,
        str(min(days))[:10] if days else "",
        sum(row["retest"] == "yes" for row in rows),
        network.count("pipe"),
        leakage,
        bool(rows) and not has_nights and _has_flow(network),
        edited_since(network, _entry_of_checks(network, checked), METERED_SYSTEMS),
    )


def _has_flow(network: Network) -> bool:
    """Return whether there is a reading that night flow can be computed of."""
    meters = {meter.node_id for zone in read_zone_meters(network).values() for meter in zone}
    return bool(meters) and len(read_readings(network, (FLOW, COUNTER), sorted(meters))) > 0


def _entry_of_checks(network: Network, zones: Collection[str]) -> Optional[int]:
    """Return the entry of the change log up to which the last checks of all of some zones saw edits.

    None where one of them never was checked.
    """
    last = newest_checks(network.read("zone_check"), "")
    entries = [getattr(last.get(zone), "base_log", None) for zone in zones]
    known = [int(one) for one in entries if one is not None and one == one]
    return min(known) if known and len(known) == len(entries) else None
