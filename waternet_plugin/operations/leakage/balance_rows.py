"""What a water balance reads: zones, meters, volumes with their zones, readings, mains, compounds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import NO_ZONE, ZoneTree, zone_tree
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.balance.level_tree import BalanceBasis
from waternet_plugin.core.leakage.balance.meter_volumes import MeterVolumes
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.public_use import PublicPoints, public_points
from waternet_plugin.core.leakage.balance.volume_rows import (
    METER,
    METERED,
    SUPPLY,
    VolumeRows,
    volume_rows,
    zone_of_nodes,
)
from waternet_plugin.core.leakage.zone_inflow import ZoneMeter, net_inflow, zone_meters
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.readings.recorded_series import (
    COUNTER,
    FLOW,
    impossible_notes,
    series_of_readings,
)
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network

TIME_ZONE = "general.time_zone"
_ZONES = ["zone_id", "kind", "level", "parent_id", "name", "state"]
VOLUME_COLUMNS = (
    "zone_id", "node_id", "customer_id", "from_date", "to_date", "component", "volume_m3",
)  # fmt: skip
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class Mains:
    """Potable pipes in use without connectors: km of mains, of those from DN 75 on, of unknown diameter."""

    mains_km: float
    standard_km: float
    unknown_km: float


@dataclass(frozen=True)
class CompoundsOf:
    """Compounds by what names them, and their names."""

    node: dict[str, str]
    customer: dict[str, str]
    name: dict[str, str]


@dataclass(frozen=True)
class BalanceRows:
    """What was read.

    Parameters
    ----------
    basis
        Zones, volumes and meters; readings are not in it yet.
    compounds
        Compounds of meters and customers.
    mains
        Lengths.
    connections
        Number of customers of the supply.
    of_household
        Volumes that are billed by meters of households (R,).
    points
        Take-off points of public use.
    """

    basis: BalanceBasis
    compounds: CompoundsOf
    mains: Mains
    connections: int
    of_household: Array
    points: PublicPoints


def read_balance_rows(network: Network, asked: tuple[str, ...], settings: Settings) -> BalanceRows:
    """Return what balances are made of, but for readings.

    Parameters
    ----------
    asked
        Ids of zones that must be there.
    settings
        The clock and the share of days that is enough.

    Raises
    ------
    InputError
        Where a zone is unknown or there is no volume that can be used.
    """
    zones = network.read("zone", [*_ZONES], where={"kind": "dma"}, geometry=False)
    tree = zone_tree(zones)
    strange = sorted(set(asked) - set(map(str, tree.zone_id)))
    if strange:
        message = tr("There is no metered area {zones}. Give ids of zones of the kind dma, or none for all.")
        raise InputError(message.format(zones=listed(strange)))
    volumes = network.read("volume", [*VOLUME_COLUMNS])
    if not len(volumes):
        raise InputError(
            tr(
                "There is no volume in this network. Adopt supplied and billed volumes into the table "
                "“volume” first, such as the list of meter readings and the monthly bills."
            )
        )
    ids = [str(one) for one in tree.zone_id]
    pipes = network.read(
        "pipe", ["pipe_id", "from_node", "to_node", "dma_id"], where={"dma_id": ids}, geometry=False
    )
    customers = read_supplied(network, ["customer_id", "pipe_id", "compound_id", "kind"])
    nodes = sorted({str(one) for one in volumes["node_id"].dropna().unique() if one})
    points = _points(network)
    # A public point lies in the area that it names.
    zone_of_node = {**zone_of_nodes(nodes, pipes, tree), **_named_zones(points, tree)}
    rows = volume_rows(volumes, tree, zone_of_node, _zone_of_customers(customers, pipes, tree))
    if not len(rows.component):
        raise InputError(_unusable(rows, len(volumes)))
    clock = LocalClock(clock_of(TIME_ZONE, settings.text(TIME_ZONE)))
    meters = MeterVolumes(_meters(network, tree, ids), rows, {}, clock, settings.real("leakage.coverage"))
    names = column(zones, "name")[tree.row]
    bulk = rows.chosen((METERED,)) & (rows.of == METER)
    return BalanceRows(
        BalanceBasis(tree, names, rows, meters),
        _compounds(network, customers, sorted(set(map(str, rows.node_id[bulk])))),
        _mains(network, settings),
        len(customers),
        rows.chosen(("billed_metered",)) & np.isin(rows.customer_id.astype(str), _households(customers)),
        points,
    )


def _points(network: Network) -> PublicPoints:
    """Return the take-off points of public use in use."""
    columns = ["node_id", "kind", "water_use", "dma_id"]
    where = {"water_use": list(domain("water_use")), "status": list(in_use())}
    nodes = network.read("node", columns, where=where, geometry=False)
    parents = network.read("node", ["meter_parent"], where={"kind": "meter"}, geometry=False)
    return public_points(nodes, set(parents["meter_parent"].dropna()) if len(nodes) else set())


def _named_zones(points: PublicPoints, tree: ZoneTree) -> dict[str, int]:
    """Return the number of the zone that each public point names."""
    names = list(points.zone_id)
    numbers = tree.numbers(np.array([points.zone_id[name] for name in names], dtype=object))
    return {name: int(number) for name, number in zip(names, numbers) if number >= 0}


def _households(customers: pd.DataFrame) -> list[str]:
    return [str(one) for one in customers.loc[(customers["kind"] == "domestic").to_numpy(), "customer_id"]]


def _unusable(rows: VolumeRows, count: int) -> str:
    """Return why none of the volumes can be used, by the most frequent fault."""
    faults = {
        "dates": tr(
            "None of the %n volume(s) has a first and a last day in this order: a volume without dates "
            "belongs to no period. Give from_date and to_date.",
            "",
            count,
        ),
        "volume": tr("None of the %n volume(s) is a number. Give volume_m3.", "", count),
        "component": tr(
            "None of the %n volume(s) has a component that is known, such as metered, own_supply or "
            "billed_metered.",
            "",
            count,
        ),
    }
    known = {name: many for name, many in rows.left_out.items() if name in faults}
    worst = max(known, key=lambda name: known[name], default="")
    return faults.get(worst, tr("None of the %n volume(s) names a zone that is a metered area.", "", count))


def _zone_of_customers(customers: pd.DataFrame, pipes: pd.DataFrame, tree: ZoneTree) -> pd.Series:
    """Return the number of the zone of each customer by its pipe, NO_ZONE outside."""
    at = rows_of_ids(column(pipes, "pipe_id"), column(customers, "pipe_id"))
    number = np.append(np.maximum(tree.numbers(column(pipes, "dma_id")), NO_ZONE), NO_ZONE)[at]
    zones: pd.Series = pd.Series(number, index=pd.Index(column(customers, "customer_id"), dtype=object))
    return zones[~zones.index.duplicated()]


def _meters(network: Network, tree: ZoneTree, ids: list[str]) -> tuple[tuple[ZoneMeter, ...], ...]:
    columns = ["node_id", "meter_in", "meter_out"]
    sides = [network.read("node", columns, where={side: ids}, geometry=False) for side in columns[1:]]
    nodes = pd.concat(sides, ignore_index=True).drop_duplicates("node_id")
    return zone_meters(
        column(nodes, "node_id"),
        tree.numbers(column(nodes, "meter_in")),
        tree.numbers(column(nodes, "meter_out")),
        tree.ancestors,
    )


def _compounds(network: Network, customers: pd.DataFrame, meters: list[str]) -> CompoundsOf:
    """Return the compounds of meters with volumes and of customers."""
    nodes = network.read("node", ["node_id", "compound_id"], ids=meters, geometry=False)
    return CompoundsOf(
        *(
            {str(key): str(value) for key, value in zip(frame[one], frame[other]) if value and value == value}
            for frame, one, other in (
                (nodes, "node_id", "compound_id"),
                (customers, "customer_id", "compound_id"),
                (network.read("compound", ["compound_id", "name"], geometry=False), "compound_id", "name"),
            )
        )
    )


def _mains(network: Network, settings: Settings) -> Mains:
    """Return the lengths that indicators need."""
    pipes = network.read(
        "pipe",
        ["length_m", "diameter_mm", "function"],
        where={"system": "potable", "status": list(in_use())},
        geometry=False,
    )
    pipes = pipes[pipes["function"].fillna("") != "connector"]
    length = np.nan_to_num(pipes["length_m"].to_numpy(dtype=float)) / 1000.0
    diameter = pipes["diameter_mm"].to_numpy(dtype=float)
    is_main = ~pipes["function"].isin(["service", "riser"]).to_numpy()
    return Mains(
        float(length[is_main].sum()),
        float(length[diameter >= settings.real("leakage.main_dn_mm")].sum()),
        float(length[~np.isfinite(diameter)].sum()),
    )


def with_readings(
    network: Network, rows: BalanceRows, period: Period, now_s: float
) -> tuple[BalanceBasis, tuple[str, ...]]:
    """Return the basis with the readings of the meters whose volumes do not cover a period, and what to know.

    Parameters
    ----------
    rows
        What was read of it.
    now_s
        The moment after which readings are of the future, seconds since 1970 in UTC.
    """
    basis = rows.basis
    wanted = basis.meters.silent(period)
    if not wanted:
        return basis, ()
    series = series_of_readings(read_readings(network, (FLOW, COUNTER), wanted), now_s=now_s).series
    inflows = {name: net_inflow((ZoneMeter(name, 1),), series) for name in series}
    known = {name: one for name, one in inflows.items() if one is not None}
    meters = MeterVolumes(basis.meters.meters, basis.volumes, known, basis.meters.clock, basis.meters.enough)
    told = impossible_notes(series, basis.meters.clock)
    return replace(basis, meters=meters), told


def whole_period(rows: VolumeRows, first: Optional[datetime.date], last: Optional[datetime.date]) -> Period:
    """Return the period that is asked for; an end that is not given is that of the supplied volumes.

    Parameters
    ----------
    rows
        Volumes; where none of them is supply, all count.
    first, last
        Its ends, None where not given.

    Raises
    ------
    InputError
        Where it would end before it begins.
    """
    supplied: Array = rows.chosen((METERED, *SUPPLY))
    some = rows.taken(np.flatnonzero(supplied if supplied.any() else np.ones(len(rows.of), dtype=bool)))
    begin = first or _EPOCH + datetime.timedelta(days=int(some.first_day.min()))
    end = last or _EPOCH + datetime.timedelta(days=int(some.last_day.max()))
    if begin > end:
        message = tr("From {first} to {last} there are no days: supplied volumes run from {begin} to {end}.")
        days = (some.first_day.min(), some.last_day.max())
        known = [_EPOCH + datetime.timedelta(days=int(day)) for day in days]
        raise InputError(message.format(first=begin, last=end, begin=known[0], end=known[1]))
    return Period(begin, end)
