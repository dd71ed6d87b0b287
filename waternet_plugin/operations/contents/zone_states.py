"""How the metered areas stand: verdicts of their checks, retests, leakage, and what was edited since."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.quality.zones.stored_checks import newest_checks
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock, night_window
from waternet_plugin.core.readings.recorded_series import COUNTER, FLOW
from waternet_plugin.core.schema.use import METERED_SYSTEMS
from waternet_plugin.operations.leakage.zone_flow import LeakageState, leakage_states, read_zone_meters
from waternet_plugin.operations.rows.edited_since import edited_since
from waternet_plugin.operations.rows.node_readings import latest_s, read_readings
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between

_RETIRED = "retired"
_TIME_ZONE = "general.time_zone"
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
    has_newer_readings
        Whether all meters of an area have readings of a whole night after the newest one that is stored.
    edited
        Pipes and nodes of supply edited since the oldest of these checks, -1 where it can't be told.
    """

    verdicts: Mapping[str, int]
    checked_on: str
    retests: int
    pipes: int
    leakage: tuple[LeakageState, ...] = ()
    has_new_readings: bool = False
    has_newer_readings: bool = False
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
        has_nights and _has_newer_night(network),
        edited_since(network, _position_of_checks(network, checked), METERED_SYSTEMS),
    )


def _has_flow(network: Network) -> bool:
    """Return whether there is a reading that night flow can be computed of."""
    meters = {meter.node_id for zone in read_zone_meters(network).values() for meter in zone}
    return bool(meters) and len(read_readings(network, (FLOW, COUNTER), sorted(meters))) > 0


def _has_newer_night(network: Network) -> bool:
    """Return whether all meters of an area have readings of a night after the newest one of it."""
    settings = network.settings()
    nights = network.read("zone_night", ["zone_id", "night"], geometry=False)
    newest = nights.groupby("zone_id")["night"].max()
    meters = {
        zone: [meter.node_id for meter in meters]
        for zone, meters in read_zone_meters(network).items()
        if meters and zone in newest.index
    }
    if not meters:
        return False
    following = newest[list(meters)].to_numpy().astype("datetime64[D]") + np.timedelta64(1, "D")
    clock = LocalClock(clock_of(_TIME_ZONE, settings.text(_TIME_ZONE)))
    ends = clock.moments(following, night_window(settings).end_min, is_end=True)
    first, last = (
        datetime.datetime.fromtimestamp(one, datetime.timezone.utc) for one in (ends.min(), latest_s(None))
    )
    names = sorted({name for some in meters.values() for name in some})
    rows = read_readings(network, (FLOW, COUNTER), names, time=Between(first, last))
    reached = rows.groupby("node_id")["time"].max().map(pd.Timestamp.timestamp)
    return any(
        all(reached.get(name, -np.inf) >= end for name in some) for some, end in zip(meters.values(), ends)
    )


def _position_of_checks(network: Network, zones: Collection[str]) -> Optional[str]:
    """Return the position up to which the last checks of all of some zones saw edits.

    None where one of them never was checked.
    """
    last = newest_checks(network.read("zone_check"), "")
    logged = [getattr(last.get(zone), "base_log", None) for zone in zones]
    positions = [str(int(one)) for one in logged if one is not None and one == one]
    return network.oldest_first(positions)[0] if positions and len(positions) == len(logged) else None
