"""Volumes of customers and of meters in a period, with readings where no volumes were written down."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.balance.meter_volumes import read_volume
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.zone_inflow import ZoneMeter, net_inflow
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.readings.recorded_series import COUNTER, FLOW, series_of_readings
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.users.customer_volumes import (
    CONSUMED,
    Consumption,
    DatedVolumes,
    consumption,
    dated_volumes,
    unmeasured_meters,
)
from waternet_plugin.operations.rows.node_readings import latest_s, read_readings
from waternet_plugin.store.network import Network

_TIME_ZONE = "general.time_zone"
_EPOCH = datetime.date(1970, 1, 1)


def refuse_backwards(first: Optional[datetime.date], last: Optional[datetime.date]) -> None:
    """Refuse a period that ends before it begins.

    Raises
    ------
    InputError
        For one.
    """
    if first and last and first > last:
        message = tr("FROM ({first}) is after TO ({last}). Give them the other way round.")
        raise InputError(message.format(first=first, last=last))


def read_volumes(network: Network, components: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Return the volumes of some components, with the ids of ``columns``, their days and m3."""
    wanted = [*columns, "component", "from_date", "to_date", "volume_m3"]
    rows = network.read("volume", wanted, geometry=False)
    is_meant = rows["component"].isin(components).to_numpy()
    # A frame of millions of rows is not copied for nothing.
    return rows if is_meant.all() else rows[is_meant]


def customer_rows(network: Network, customers: Array) -> DatedVolumes:
    """Return the volumes of customers that count as consumption.

    Parameters
    ----------
    customers
        Their ids, objects (U,).
    """
    return dated_volumes(read_volumes(network, CONSUMED, ["customer_id"]), "customer_id", customers)


def asked_period(rows: DatedVolumes, first: Optional[datetime.date], last: Optional[datetime.date]) -> Period:
    """Return the period that is asked for; an end that is not given is that of the volumes.

    Raises
    ------
    InputError
        Where an end is not given and there is no volume, or the period would end before it begins.
    """
    if (first is None or last is None) and not len(rows.owner):
        raise InputError(
            tr(
                "No customer has a volume in this network: adopt the bills into the table “volume”, or give "
                "FROM and TO."
            )
        )
    if first is None or last is None:
        begin, end = (_EPOCH + datetime.timedelta(days=day) for day in rows.span())
        first, last = first or begin, last or end
    if first > last:
        raise InputError(
            tr(
                "From {first} to {last} there are no days: give FROM and TO within the volumes of customers."
            ).format(first=first, last=last)
        )
    return Period(first, last)


def read_meters(
    network: Network, meters: Sequence[str], period: Period, settings: Settings
) -> dict[str, tuple[float, float]]:
    """Return what the readings of meters tell of a period: m3 (NaN: too few) and the covered share, 0-1.

    Parameters
    ----------
    meters
        Their ids; those without readings are left out.
    """
    if not meters or not network.count("reading"):
        return {}
    series = series_of_readings(read_readings(network, (FLOW, COUNTER), meters), now_s=latest_s(None)).series
    clock = LocalClock(clock_of(_TIME_ZONE, settings.text(_TIME_ZONE)))
    enough = settings.real("leakage.coverage")
    found = {}
    for name in series:
        inflow = net_inflow((ZoneMeter(name, 1),), series)
        if inflow is not None:
            volume, share = read_volume(inflow, period, clock)
            found[name] = (volume if share >= enough else float("nan"), share)
    return found


@dataclass(frozen=True)
class Taken:
    """What customers took, and what to know of it in sentences."""

    taken: Consumption
    notes: tuple[str, ...]


def taken_in(
    network: Network, rows: DatedVolumes, customers: Array, meter: Array, period: Period, settings: Settings
) -> Taken:
    """Return what customers took in a period, with the readings of the meters of those without volumes.

    Parameters
    ----------
    rows
        Their volumes.
    customers, meter
        Ids and meters, None for none, objects (U,).
    """
    written = rows.in_period(period, len(customers))
    read = read_meters(network, unmeasured_meters(written[0], meter), period, settings)
    taken = consumption(written, meter, read)
    notes = []
    if rows.left_out:
        text = tr(
            "%n volume(s) of customers are left out: no number, or no first and last day in this order.",
            "",
            rows.left_out,
        )
        notes.append(text)
    for names, text in (
        (customers[rows.overlapping(period)],
         tr("Volumes of these customers overlap, so days count twice: {names}.")),
        (customers[rows.negative(period)],
         tr("These customers have negative volumes, which are counted as they are: {names}.")),
    ):  # fmt: skip
        if len(names):
            notes.append(text.format(names=shortened(map(str, names))))
    silent = int(np.isnan(taken.m3).sum())
    if silent:
        notes.append(tr("%n user(s) have neither a volume nor readings in the period.", "", silent))
    return Taken(taken, tuple(notes))


def plain_ids(frame: pd.DataFrame, column: str) -> Array:
    """Return ids as objects, None for none and for empty ones."""
    values = np.array(frame[column].to_numpy(dtype=object), dtype=object)
    values[pd.isna(values) | (values == "")] = None
    return np.asarray(values)
