"""Leakage as it is stored: the state of each metered area, and the night flow of one, for pictures."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.detection.leak_alarms import alarm_options
from waternet_plugin.core.leakage.expected_flow import expected_of_nights
from waternet_plugin.core.leakage.night_readings import ZONE_COLUMNS, metered_tree
from waternet_plugin.core.leakage.night_words import WORDS
from waternet_plugin.core.leakage.zone_inflow import ZoneMeter, net_inflow, zone_meters
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock, night_window
from waternet_plugin.core.readings.recorded_series import COUNTER, FLOW, series_of_readings
from waternet_plugin.core.reports.leakage.night_chart import NIGHTS
from waternet_plugin.core.schema.map_views import LEAKAGE
from waternet_plugin.core.units import DAY_MIN, HOUR_S
from waternet_plugin.operations.rows.node_readings import latest_s, read_readings
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between

_WEEK_DAYS = 7
_NIGHT_COLUMNS = ("night", "window_mean_m3h", "leak_m3h", "state")
_ALARM_COLUMNS = (
    "alarm_id",
    "raised_on",
    "started_on",
    "ended_on",
    "rise_m3h",
    "kind",
    "reason_facts",
    "reason",
)
_STATE_COLUMNS = ("zone_id", "name", "night", "leak_m3h", "leak_state", "alarm_id", "started_on", "rise_m3h")

Day = Optional[datetime.date]


@dataclass(frozen=True)
class LeakageState:
    """The newest night with data of a metered area, and its worst open alarm.

    Parameters
    ----------
    zone_id, name
        The area; its id where it has no name.
    night
        The newest night with data, without any the newest one; None where none is stored.
    state
        Code of the domain ``night_state``; ``no_data`` where no night is stored.
    leak_m3h
        Leakage of that night; NaN unknown.
    alarm_id, started_on, rise_m3h
        The worst open alarm; '' , None and NaN where none is open.
    """

    zone_id: str
    name: str
    night: Day
    state: str
    leak_m3h: float
    alarm_id: str
    started_on: Day
    rise_m3h: float

    @property
    def is_alarm(self) -> bool:
        """Whether an alarm is open."""
        return bool(self.alarm_id)


@dataclass(frozen=True)
class FlowAlarm:
    """An alarm of an area, with what it says for itself in the language that is spoken."""

    alarm_id: str
    raised_on: Day
    started_on: Day
    ended_on: Day
    rise_m3h: float
    kind: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ZoneFlow:
    """The night flow of an area over a year, and its flow over the last week.

    Parameters
    ----------
    zone_id
        The area.
    night
        Nights, datetime64[D] (N,), the last 366.
    window_mean_m3h, low_m3h, high_m3h
        Night flow and the band that is expected (N,); NaN unknown.
    alarms
        In the order of the days on which they were raised; those that ended among them.
    moment, flow_m3h
        Clock times of the week, datetime64[s] (M,), and net inflow from each on (M,), NaN unknown.
    windows
        Begin and end of the night windows of the week by the clock, datetime64[s].
    """

    zone_id: str
    night: Array
    window_mean_m3h: Array
    low_m3h: Array
    high_m3h: Array
    alarms: tuple[FlowAlarm, ...]
    moment: Array
    flow_m3h: Array
    windows: tuple[tuple[Any, Any], ...]

    @property
    def open_alarm(self) -> Optional[FlowAlarm]:
        """The worst alarm that is open."""
        running = [one for one in self.alarms if one.ended_on is None]
        return max(running, key=lambda one: (one.rise_m3h, one.alarm_id), default=None)


def leakage_states(network: Network) -> tuple[LeakageState, ...]:
    """Return what is stored of the leakage of each metered area in use, the worst alarms first."""
    found = [
        LeakageState(
            str(row["zone_id"]),
            str(row["name"] or row["zone_id"]),
            _day(row["night"]),
            str(row["leak_state"] or "no_data"),
            float(row["leak_m3h"]),
            str(row["alarm_id"] or ""),
            _day(row["started_on"]),
            float(row["rise_m3h"]),
        )
        for row in records(network.read(LEAKAGE, [*_STATE_COLUMNS], geometry=False))
    ]
    return tuple(sorted(found, key=lambda one: (-one.rise_m3h if one.is_alarm else np.inf, one.zone_id)))


def read_zone_meters(network: Network) -> dict[str, tuple[ZoneMeter, ...]]:
    """Return the boundary meters of each metered area."""
    zones = network.read("zone", [*ZONE_COLUMNS], where={"kind": "dma"}, geometry=False)
    tree = metered_tree(zones, ())
    ids = [str(one) for one in tree.zone_id]
    columns = ["node_id", "meter_in", "meter_out"]
    sides = [network.read("node", columns, where={side: ids}, geometry=False) for side in columns[1:]]
    nodes = pd.concat(sides, ignore_index=True).drop_duplicates("node_id")
    within, without = (tree.numbers(nodes[side].to_numpy(dtype=object)) for side in columns[1:])
    meters = zone_meters(nodes["node_id"].to_numpy(dtype=object), within, without, tree.ancestors)
    return dict(zip(ids, meters))


def zone_flow(
    network: Network, zone_id: str, meters: Optional[Mapping[str, tuple[ZoneMeter, ...]]] = None
) -> ZoneFlow:
    """Return the stored night flow of an area, and its readings of the last week.

    Parameters
    ----------
    zone_id
        The area.
    meters
        As `read_zone_meters` gives them, to save reading them again; None to read them.

    Raises
    ------
    InputError
        Where there is no metered area.
    """
    settings = network.settings()
    options = alarm_options(settings)
    nights = network.read("zone_night", [*_NIGHT_COLUMNS], where={"zone_id": zone_id}, geometry=False)
    nights = nights.sort_values("night", kind="stable").iloc[-NIGHTS:]
    night = nights["night"].to_numpy().astype("datetime64[D]")
    mean = nights["window_mean_m3h"].to_numpy(dtype=float)
    alarms = _alarms(network, zone_id)
    low, high = expected_of_nights(night, mean, [(one.started_on, one.ended_on) for one in alarms], options)
    clock = LocalClock(clock_of("general.time_zone", settings.text("general.time_zone")))
    known = read_zone_meters(network) if meters is None else meters
    measured = night[np.isfinite(mean)]
    moment, flow, windows = _week(
        network, known.get(zone_id, ()), clock, measured if len(measured) else night
    )
    return ZoneFlow(zone_id, night, mean, low, high, alarms, moment, flow, windows)


def _day(value: Any) -> Day:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _alarms(network: Network, zone_id: str) -> tuple[FlowAlarm, ...]:
    frame = network.read("leak_alarm", [*_ALARM_COLUMNS], where={"zone_id": zone_id}, geometry=False)
    found = [
        FlowAlarm(
            str(row["alarm_id"]),
            _day(row["raised_on"]) or _day(row["started_on"]),
            _day(row["started_on"]),
            _day(row["ended_on"]),
            float(row["rise_m3h"]),
            str(row["kind"] or ""),
            WORDS.say_all(WORDS.read(row["reason_facts"], row["reason"])),
        )
        for row in records(frame)
    ]
    return tuple(sorted(found, key=lambda one: (str(one.raised_on), one.alarm_id)))


def _week(
    network: Network, meters: tuple[ZoneMeter, ...], clock: LocalClock, night: Array
) -> tuple[Array, Array, tuple[tuple[Any, Any], ...]]:
    """Return clock times, net inflow and night windows of the week that ends with the last of some nights."""
    nothing = np.zeros(0, dtype="datetime64[s]"), np.zeros(0), ()
    if not meters or not len(night):
        return nothing
    days = night[-1] - np.arange(_WEEK_DAYS - 1, -1, -1)
    begin, end = clock.moments(days[:1], 0)[0], clock.moments(days[-1:], DAY_MIN, is_end=True)[0]
    first, last = (datetime.datetime.fromtimestamp(one, datetime.timezone.utc) for one in (begin, end))
    names = [one.node_id for one in meters]
    readings = read_readings(network, (FLOW, COUNTER), names, time=Between(first, last))
    inflow = net_inflow(meters, series_of_readings(readings, now_s=latest_s(None)).series)
    if inflow is None:
        return nothing
    covered = np.diff(inflow.covered_s)
    flow = np.full(len(covered), np.nan)
    known = covered > 0
    flow[known] = np.diff(inflow.volume_m3)[known] / covered[known] * HOUR_S
    at_s = inflow.first_s + inflow.step_s * np.arange(len(flow))
    window = night_window(network.settings())
    begins = clock.moments(days, window.start_min)
    ends = clock.moments(days, window.end_min, is_end=True)
    windows = tuple(zip(_by_clock(begins, clock), _by_clock(ends, clock)))
    return _by_clock(at_s, clock), flow, windows


def _by_clock(seconds: Array, clock: LocalClock) -> Array:
    """Return moments as clock times, datetime64[s]."""
    local = pd.to_datetime(seconds, unit="s", utc=True).tz_convert(clock.zone).tz_localize(None)
    return np.asarray(local.to_numpy().astype("datetime64[s]"))
