"""The balance of every zone and of the whole network, level by level, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import ZoneTree
from waternet_plugin.core.leakage.balance.meter_volumes import MeterVolumes
from waternet_plugin.core.leakage.balance.periods import Period, covered_days
from waternet_plugin.core.leakage.balance.volume_rows import (
    APPARENT,
    AUTHORISED,
    BILLED,
    COMPONENTS,
    CUSTOMER,
    METER,
    METERED,
    SUPPLY,
    WHOLE,
    VolumeRows,
)

# How the leakage rate of an area stands to the limit.
WITHIN, OVER = "within", "over"
_KEPT = (
    "zone_id", "from_date", "to_date", "supply_m3", "authorised_m3", "loss_m3", "loss_rate", "coverage",
)  # fmt: skip
BALANCE_COLUMNS = (
    "zone_id", "parent_id", "level", "inflow_m3", "outflow_m3", "supply_m3", "authorised_m3", "billed_m3",
    "loss_m3", "loss_rate", "apparent_m3", "real_m3", "nrw_m3", "between_levels_m3", "coverage", "own_m3",
    "source", "name", "depth",
)  # fmt: skip


@dataclass(frozen=True)
class BalanceBasis:
    """What balances of any period are made of.

    Parameters
    ----------
    tree
        The zones.
    name
        Names of the zones, None for none, objects (Z,).
    volumes
        Volumes of all components.
    meters
        What the boundary meters measured.
    taken_off
        Rows of bulk meters whose areas are left out: their supply is taken off; None for none.
    """

    tree: ZoneTree
    name: Array
    volumes: VolumeRows
    meters: MeterVolumes
    taken_off: Optional[VolumeRows] = None

    def less_m3(self, period: Period) -> tuple[float, Array]:
        """Return the supply that is taken off in a period, m3: of all, and of each zone with all below it."""
        if self.taken_off is None:
            return 0.0, np.zeros(self.tree.count)
        m3, known = self.taken_off.within(period), self.taken_off.zone >= 0
        own = np.bincount(self.taken_off.zone[known], m3[known], minlength=self.tree.count)
        return float(m3.sum()), np.asarray(self.tree.ancestors.astype(float) @ own)


def tree_order(tree: ZoneTree) -> tuple[Array, Array]:
    """Return zones so that each follows its parent, by id within one, and how deep each lies (Z,), (Z,)."""
    children: dict[int, list[int]] = {}
    by_id = sorted(range(tree.count), key=lambda row: str(tree.zone_id[row]))
    is_top = (tree.parent < 0) | tree.in_cycle
    for zone in by_id:
        children.setdefault(-1 if is_top[zone] else int(tree.parent[zone]), []).append(zone)
    order: list[int] = []
    depth = np.zeros(tree.count, dtype=np.int64)
    waiting = [(zone, 1) for zone in reversed(children.get(-1, []))]
    while waiting:
        zone, deep = waiting.pop()
        order.append(zone)
        depth[zone] = deep
        waiting += [(child, deep + 1) for child in reversed(children.get(zone, []))]
    return np.array(order, dtype=np.int64), depth


def own_sums(rows: VolumeRows, period: Period, zones: int) -> tuple[Array, Array]:
    """Return volumes (m3) and counts of rows by deepest zone and component, without descendants (Z, C)."""
    shared = rows.within(period)
    counts = (rows.zone >= 0) & (rows.of != WHOLE) & (rows.component != COMPONENTS.index(METERED))
    counts &= (rows.last_day >= period.first_day) & (rows.first_day <= period.last_day)
    counted_rows = np.flatnonzero(counts)
    key = rows.zone[counted_rows] * len(COMPONENTS) + rows.component[counted_rows]
    size = zones * len(COMPONENTS)
    shape = (zones, len(COMPONENTS))
    return (
        np.bincount(key, shared[counted_rows], minlength=size).reshape(shape),
        np.bincount(key, minlength=size).reshape(shape),
    )


def whole_rows(rows: VolumeRows, period: Period) -> Array:
    """Return which rows make up the items of the whole network, booleans (R,).

    They are the rows that name nothing; for a component without such rows those of customers and meters.
    """
    is_there = (rows.last_day >= period.first_day) & (rows.first_day <= period.last_day)
    counted = np.zeros(len(rows.of), dtype=bool)
    for number, name in enumerate(COMPONENTS):
        if name == METERED:
            continue
        of_component = is_there & (rows.component == number)
        for kind in (rows.of == WHOLE, (rows.of == METER) if name in SUPPLY else (rows.of >= METER)):
            if (of_component & kind).any():
                counted |= of_component & kind
                break
    return counted


def whole_items(rows: VolumeRows, period: Period) -> Mapping[str, float]:
    """Return the items of the whole network by component, m3, of `whole_rows`; without any row missing."""
    shared, counted = rows.within(period), whole_rows(rows, period)
    return {
        COMPONENTS[number]: float(shared[counted & (rows.component == number)].sum())
        for number in np.unique(rows.component[counted]).tolist()
    }


def _summed(tree: ZoneTree, values: Array) -> Array:
    """Return sums with all descendants of each column (Z, C)."""
    return tree.ancestors.astype(float) @ values


def _picked(values: Array, names: tuple[str, ...]) -> Array:
    return np.asarray(values[:, [COMPONENTS.index(name) for name in names]].sum(axis=1))


def _finished(frame: pd.DataFrame, enough: float) -> pd.DataFrame:
    """Return rows with loss, rate, real losses and water without revenue; unknown where supply is."""
    covered = frame["coverage"].to_numpy(dtype=float) >= enough
    supply = np.where(covered, frame["supply_m3"].to_numpy(dtype=float), np.nan)
    loss = supply - frame["authorised_m3"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(supply > 0, loss / supply, np.nan)
    result: pd.DataFrame = frame.assign(
        loss_m3=loss,
        loss_rate=rate,
        real_m3=loss - frame["apparent_m3"].to_numpy(dtype=float),
        nrw_m3=supply - frame["billed_m3"].to_numpy(dtype=float),
    )
    return result


def _zone_rows(basis: BalanceBasis, period: Period) -> pd.DataFrame:
    tree = basis.tree
    supply = basis.meters.supply(period)
    supply = replace(supply, outflow_m3=supply.outflow_m3 + basis.less_m3(period)[1])
    own, own_counts = own_sums(basis.volumes, period, tree.count)
    sums, counts = _summed(tree, own), _summed(tree, own_counts)
    has_authorised = _picked(counts, AUTHORISED) > 0
    net = np.where(supply.coverage >= basis.meters.enough, supply.net_m3, np.nan)
    parent = np.where(tree.in_cycle, -1, tree.parent)
    is_child = parent >= 0
    children = np.bincount(parent[is_child], net[is_child], minlength=tree.count)
    has_children = np.bincount(parent[is_child], minlength=tree.count) > 0
    own_authorised = _picked(own, AUTHORISED)
    order, depth = tree_order(tree)
    above = [str(tree.zone_id[holder]) if holder >= 0 else None for holder in tree.parent.tolist()]
    frame = pd.DataFrame(
        {
            "zone_id": pd.Series(tree.zone_id, dtype=object),
            "name": pd.Series(basis.name, dtype=object),
            "parent_id": pd.Series(above, dtype=object),
            "level": np.where(np.isfinite(tree.level), tree.level, depth),
            "inflow_m3": supply.inflow_m3,
            "outflow_m3": supply.outflow_m3,
            "supply_m3": supply.net_m3,
            "authorised_m3": np.where(has_authorised, _picked(sums, AUTHORISED), np.nan),
            "billed_m3": np.where(has_authorised, _picked(sums, BILLED), np.nan),
            "apparent_m3": _picked(sums, APPARENT),
            "between_levels_m3": np.where(has_children, net - children - own_authorised, np.nan),
            "coverage": np.nan_to_num(supply.coverage),
            "own_m3": own_authorised,
            "source": pd.Series(np.where(supply.is_read, "readings", "volumes"), dtype=object).where(
                np.isfinite(supply.net_m3), None
            ),
            "depth": depth.astype(float),
        }
    )
    sorted_rows: pd.DataFrame = frame.iloc[order].reset_index(drop=True)
    return sorted_rows


def _whole_row(basis: BalanceBasis, period: Period, zones: pd.DataFrame) -> pd.DataFrame:
    rows, items = basis.volumes, whole_items(basis.volumes, period)
    has_supply = any(column in items for column in ("own_supply", "bulk_import"))
    inflow = items.get("own_supply", 0.0) + items.get("bulk_import", 0.0)
    outflow = items.get("bulk_export", 0.0) + basis.less_m3(period)[0]
    has_authorised = any(column in items for column in AUTHORISED)
    authorised = sum(items.get(column, 0.0) for column in AUTHORISED) if has_authorised else np.nan
    supply_rows = rows.taken(
        np.flatnonzero(rows.chosen(SUPPLY[:2]) & ((rows.of == WHOLE) | (rows.of == METER)))
    )
    covered = covered_days(
        np.zeros(len(supply_rows.zone), dtype=np.int64),
        supply_rows.first_day,
        supply_rows.last_day,
        period,
        1,
    )
    coverage = float(covered[0]) / period.days
    top = zones[zones["depth"] == 1.0]
    is_known = top["coverage"].to_numpy(dtype=float) >= basis.meters.enough
    top_supply = np.where(is_known, top["supply_m3"].to_numpy(dtype=float), np.nan).sum()
    own = authorised - top["authorised_m3"].fillna(0.0).sum()
    supply = inflow - outflow if has_supply else np.nan
    known_supply = supply if coverage >= basis.meters.enough else np.nan
    row: pd.DataFrame = pd.DataFrame(
        {
            "zone_id": [""], "name": pd.Series([None], dtype=object),
            "parent_id": pd.Series([None], dtype=object), "level": [0.0],
            "inflow_m3": [inflow if has_supply else np.nan],
            "outflow_m3": [outflow if has_supply else np.nan],
            "supply_m3": [supply], "authorised_m3": [authorised],
            "billed_m3": [sum(items.get(column, 0.0) for column in BILLED) if has_authorised else np.nan],
            "apparent_m3": [sum(items.get(column, 0.0) for column in APPARENT)],
            "between_levels_m3": [known_supply - top_supply - own if len(top) else np.nan],
            "coverage": [coverage], "own_m3": [own],
            "source": pd.Series(["volumes" if has_supply else None], dtype=object), "depth": [0.0],
        }
    )  # fmt: skip
    return row


def _of_period(basis: BalanceBasis, period: Period) -> BalanceBasis:
    """Return the basis with the volumes alone that have a day in a period: a year of bills has twelve."""
    volumes = basis.volumes
    inside = (volumes.last_day >= period.first_day) & (volumes.first_day <= period.last_day)
    rows = volumes.taken(np.flatnonzero(inside))
    return replace(basis, volumes=rows, meters=replace(basis.meters, rows=rows))


def balance_rows(basis: BalanceBasis, period: Period) -> pd.DataFrame:
    """Return the balance of a period: the whole network first, then every zone below its parent.

    Loss is supply less authorised consumption, real losses are loss less apparent losses, ``nrw_m3`` is
    supply less what is billed, ``between_levels_m3`` supply less that of the children and less the
    authorised consumption of own customers (``own_m3``). Where supply covers too few of the days, or no
    consumption is known, loss is unknown.

    Parameters
    ----------
    basis
        The zones with their volumes and meters.

    Returns
    -------
    pandas.DataFrame
        BALANCE_COLUMNS; volumes in m3, rates and coverage 0-1, ``depth`` 0 for the whole network.
    """
    basis = _of_period(basis, period)
    zones = _zone_rows(basis, period)
    network_row = _whole_row(basis, period, zones)
    rows = pd.concat([network_row, zones], ignore_index=True) if len(zones) else network_row
    finished: pd.DataFrame = _finished(rows, basis.meters.enough)[list(BALANCE_COLUMNS)]
    return finished


def billed_coverage(rows: VolumeRows, period: Period) -> float:
    """Return which share of the days of the customers with bills is billed, 0-1; NaN without bills."""
    bills = rows.taken(np.flatnonzero((rows.of == CUSTOMER) & rows.chosen(AUTHORISED)))
    number, names = pd.factorize(pd.Series(bills.customer_id, dtype=object))
    if not len(names):
        return float("nan")
    covered = covered_days(number.astype(np.int64), bills.first_day, bills.last_day, period, len(names))
    return float(covered.sum() / (len(names) * period.days))


def zone_rates(periods: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Return the rows of ``zone_balance``: zones and periods whose leakage rate is known.

    Parameters
    ----------
    periods
        Balances as `balance_rows` has them, with from_date and to_date.
    limit
        Leakage rate above which a zone is over its limit (0-1).
    """
    known = periods["zone_id"].notna() & periods["loss_rate"].notna()
    rows: pd.DataFrame = periods.loc[known, [*_KEPT]].reset_index(drop=True)
    days = [rows[name].dt.strftime("%Y-%m-%d") for name in ("from_date", "to_date")]
    ids = [" ".join(words) for words in zip(rows["zone_id"].astype(str), *days)]
    rows.insert(0, "balance_id", pd.Series(ids, dtype=object))
    over = rows["loss_rate"].to_numpy(dtype=float) > limit
    rows["state"] = pd.Series(np.where(over, OVER, WITHIN), dtype=object)
    return rows
