"""What narrowing reads of a metered area: its pipes, expected failures, searches, repairs, sensors, steps."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.frames import last_of_each
from waternet_plugin.core.leakage.narrowing.noise_evidence import NOISE
from waternet_plugin.core.leakage.narrowing.step_records import VALVE_OPEN, StepRecord, steps_of
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.leakage.night_use import night_use_m3h
from waternet_plugin.core.leakage.zone_inflow import ZoneInflow, net_inflow, zone_meters
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.readings.recorded_series import COUNTER, FLOW, series_of_readings
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import DAY_S
from waternet_plugin.operations.leakage.locating import LOCATE, searched_pipes
from waternet_plugin.operations.leakage.stored_alarms import StoredAlarm
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.operations.rows.node_readings import latest_s, read_readings
from waternet_plugin.operations.rows.work_items import DONE
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class LeakTime:
    """When the leak ran, days by the clocks of the network: None where begin or end are unknown."""

    since: Optional[datetime.date]
    until: Optional[datetime.date]

    def seconds(self, clock: LocalClock) -> tuple[float, float]:
        """Return begin and end in seconds since 1970 in UTC, -inf and inf where unknown."""

        def moment(day: Optional[datetime.date], unknown: float) -> float:
            return (
                unknown if day is None else float(clock.moments(np.array([day], dtype="datetime64[D]"), 0)[0])
            )

        return moment(self.since, -np.inf), moment(self.until, np.inf)


def leak_time(alarm: Optional[StoredAlarm]) -> LeakTime:
    """Return when the leak of an alarm ran."""
    return LeakTime(None, None) if alarm is None else LeakTime(alarm.started_on, alarm.ended_on)


def newest_assessment(
    network: Network, quantity: str, pipe_id: Optional[Array] = None
) -> tuple[pd.Series, str]:
    """Return a quantity of the newest assessment by pipe, and the id of its run; nothing and '' for none.

    Parameters
    ----------
    quantity
        A column of ``assessment``.
    pipe_id
        Of these pipes; of all if None.
    """
    runs = network.read("assessment_run", ["run_id"], geometry=False)
    if not len(runs):
        return pd.Series(dtype=float), ""
    newest = str(runs["run_id"].iloc[-1])
    where = {"run_id": newest, **({} if pipe_id is None else {"pipe_id": list(pipe_id)})}
    rows = network.read("assessment", ["pipe_id", quantity], where=where, geometry=False)
    rows = last_of_each(rows, "pipe_id")
    names = pd.Index(rows["pipe_id"], dtype=object)
    return pd.Series(rows[quantity].to_numpy(dtype=float), index=names), newest


def read_expected(network: Network, pipe_id: Array) -> tuple[Array, str]:
    """Return the expected failures of pipes by the newest assessment, and its id; NaN and '' for none."""
    likelihood, run_id = newest_assessment(network, "likelihood", pipe_id)
    return likelihood.reindex(pd.Index(pipe_id, dtype=object)).to_numpy(dtype=float), run_id


def read_searches(network: Network, pipe_id: Array, time: LeakTime) -> pd.DataFrame:
    """Return searches that found nothing since a leak began, a row a pipe: asset, closed_on, method."""
    names = ["asset", "pipes", "closed_on", "method", "found", "state"]
    items = network.read("work_item", names, where={"type": LOCATE, "state": DONE}, geometry=False)
    done = (items["found"] == "no") & items["closed_on"].notna()
    rows = searched_pipes(items[done.to_numpy()])
    rows = rows[rows["pipe_id"].isin(list(pipe_id)).to_numpy()]
    return _within(rows.assign(asset=rows["pipe_id"]), "closed_on", time)


def read_repairs(network: Network, pipe_id: Array, time: LeakTime) -> pd.DataFrame:
    """Return the failures that were repaired since a leak began: pipe_id, repaired_on."""
    if time.since is None:
        return pd.DataFrame({"pipe_id": pd.Series(dtype=object), "repaired_on": pd.Series(dtype=object)})
    rows = network.read(
        "failure", ["pipe_id", "repaired_on"], where={"pipe_id": list(pipe_id)}, geometry=False
    )
    return _within(rows[rows["repaired_on"].notna().to_numpy()], "repaired_on", time)


def _within(rows: pd.DataFrame, column: str, time: LeakTime) -> pd.DataFrame:
    days = pd.to_datetime(rows[column])
    kept = np.ones(len(rows), dtype=bool)
    if time.since is not None:
        kept &= (days >= pd.Timestamp(time.since)).to_numpy()
    if time.until is not None:
        kept &= (days <= pd.Timestamp(time.until)).to_numpy()
    return rows[kept].reset_index(drop=True)


def read_noise(network: Network, pipes: ZonePipes) -> pd.DataFrame:
    """Return the readings of noise at the nodes of a zone."""
    return read_readings(network, (NOISE,), [one for one in pipes.node_id.tolist() if one is not None])


def read_steps(
    network: Network, pipes: ZonePipes, time: LeakTime, clock: LocalClock, settings: Settings
) -> StepRecord:
    """Return the steps of step tests that were made at the valves of a zone while a leak ran."""
    names = [one for one in [*pipes.node_id[pipes.valve], *pipes.gate] if one is not None]
    record = steps_of(read_readings(network, (VALVE_OPEN,), names), settings)
    if not record.steps:
        return record
    since_s, until_s = time.seconds(clock)
    if time.since is None:
        since_s = record.steps[-1].start_s - settings.integer("leakage.no_alarm_days") * DAY_S
    kept = tuple(one for one in record.steps if since_s <= one.start_s < until_s)
    return StepRecord(kept, record.never_opened)


def read_inflow(network: Network, model: DmaModel, zone: int) -> Optional[ZoneInflow]:
    """Return the net inflow of a zone by its boundary meters; None where one of them has no readings."""
    dma = model.dma
    meters = zone_meters(
        dma.graph.node_id[dma.meter],
        dma.meter_in[dma.meter],
        dma.meter_out[dma.meter],
        dma.zones.ancestors[zone : zone + 1],
    )[0]
    frame = read_readings(network, (FLOW, COUNTER), [one.node_id for one in meters])
    return net_inflow(meters, series_of_readings(frame, now_s=latest_s(None)).series)


def read_night_use(network: Network, zone_id: str, pipe_id: Array, settings: Settings) -> float:
    """Return the legitimate night use of a zone, m3/h: as measured, else by its customers; NaN unknown."""
    zones = network.read("zone", ["zone_id", "night_use_m3h"], ids=[zone_id], geometry=False)
    measured = zones["night_use_m3h"].to_numpy(dtype=float)
    if len(measured) and np.isfinite(measured[0]):
        return float(measured[0])
    customers = read_supplied(network, ["pipe_id", "kind", "households"])
    customers = customers[customers["pipe_id"].isin(list(pipe_id))]
    return float(np.sum(night_use_m3h(customers, settings))) if len(customers) else float("nan")


def read_excess(network: Network, zone_id: str) -> float:
    """Return the excess leakage of the last night of a zone with a value, m3/h; NaN for none."""
    nights = network.read("zone_night", ["night", "excess_m3h"], where={"zone_id": zone_id}, geometry=False)
    known = nights[nights["excess_m3h"].notna().to_numpy()].sort_values("night")
    excess = float(known["excess_m3h"].iloc[-1]) if len(known) else float("nan")
    return excess if excess > 0 else float("nan")


def read_quiet_parts(
    network: Network, model: DmaModel, zone: int, time: LeakTime
) -> tuple[tuple[str, Array], ...]:
    """Return the zones inside one measured while a leak ran that had no alarm, with their numbers."""
    tree = model.dma.zones
    inside = np.flatnonzero(tree.ancestors[zone] & (np.arange(tree.count) != zone))
    if time.since is None or not len(inside):
        return ()
    names = [str(one) for one in tree.zone_id[inside]]
    nights = _within(
        network.read("zone_night", ["zone_id", "night", "state"], where={"zone_id": names}, geometry=False),
        "night",
        time,
    )
    states = nights[nights["state"] != "no_data"].groupby("zone_id")["state"]
    quiet = {str(name) for name, some in states if len(some) and not (some == "alarm").any()}
    found = [(name, np.flatnonzero(tree.ancestors[number])) for name, number in zip(names, inside.tolist())]
    return tuple((name, numbers) for name, numbers in found if name in quiet)
