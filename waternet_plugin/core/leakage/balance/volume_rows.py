"""Rows of the table ``volume`` as arrays: what each counts for, and what counts for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import NO_ZONE, ZoneTree
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.balance.periods import Period, share_of_days
from waternet_plugin.core.network.model.end_coordinates import column

METERED = "metered"
SUPPLY = ("own_supply", "bulk_import", "bulk_export")
BILLED = ("billed_metered", "billed_unmetered")
UNBILLED = ("unbilled_metered", "unbilled_unmetered")
AUTHORISED = BILLED + UNBILLED
APPARENT = ("unauthorised", "meter_error_household", "meter_error_other", "data_error")
REAL = ("leak_reported", "leak_hidden", "background", "tank_loss")
COMPONENTS = (METERED, *SUPPLY, *AUTHORISED, *APPARENT, *REAL)
# What a row names: nothing (the whole network), a zone, a meter, a customer.
WHOLE, ZONE, METER, CUSTOMER = range(4)


@dataclass(frozen=True)
class VolumeRows:
    """Volumes that can be used, ``R`` rows.

    Parameters
    ----------
    component
        Position in COMPONENTS (R,).
    first_day, last_day
        Days since 1970, both included (R,).
    volume_m3
        Volumes; negative ones correct others (R,).
    of
        WHOLE, ZONE, METER or CUSTOMER: what the row names (R,).
    zone
        Number of the deepest zone that it belongs to, NO_ZONE outside (R,).
    node_id, customer_id
        Ids as written, None for none, objects (R,).
    row
        Place of each in the frame that it comes from (R,).
    left_out
        Number of rows by what is wrong with them: dates, volume, component, zone, customer.
    """

    component: Array
    first_day: Array
    last_day: Array
    volume_m3: Array
    of: Array
    zone: Array
    node_id: Array
    customer_id: Array
    row: Array
    left_out: Mapping[str, int] = field(default_factory=dict)

    def chosen(self, names: tuple[str, ...]) -> Array:
        """Return which rows have one of some components, booleans (R,)."""
        return np.isin(self.component, [COMPONENTS.index(name) for name in names])

    def within(self, period: Period) -> Array:
        """Return the volume of each row that belongs to a period, by its share of days, m3 (R,)."""
        return np.asarray(self.volume_m3 * share_of_days(self.first_day, self.last_day, period))

    def taken(self, rows: Array) -> VolumeRows:
        """Return some of the rows."""
        arrays = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "left_out"}
        return VolumeRows(**{name: array[rows] for name, array in arrays.items()}, left_out=self.left_out)


def _named(values: Array) -> Array:
    series = pd.Series(values, dtype=object)
    return np.asarray(series.notna() & (series != ""))


def _days(dates: pd.Series) -> tuple[Array, Array]:
    """Return dates as days since 1970, and which are known."""
    moments = pd.to_datetime(dates).to_numpy().astype("datetime64[D]")
    known = ~np.isnat(moments)
    return np.where(known, moments, np.datetime64(0, "D")).astype(np.int64), known


def volume_rows(
    volumes: pd.DataFrame, tree: ZoneTree, zone_of_node: Mapping[str, int], zone_of_customer: pd.Series
) -> VolumeRows:
    """Return the rows of a frame as volumes of zones.

    A customer's row lies in the zone of its pipe, a meter's in the zone of the pipes at its node; where that
    is unknown, the zone that the row itself names counts.

    Parameters
    ----------
    volumes
        As the table ``volume``.
    tree
        The zones of kind dma.
    zone_of_node
        Number of the zone of each node that rows name.
    zone_of_customer
        Number of the zone by customer id, NO_ZONE outside every zone.
    """
    customer, node = column(volumes, "customer_id"), column(volumes, "node_id")
    given = tree.numbers(column(volumes, "zone_id"))
    by_customer, by_node = _named(customer), _named(node)
    first, has_first = _days(volumes["from_date"])
    last, has_last = _days(volumes["to_date"])
    codes = rows_of_ids(COMPONENTS, column(volumes, "component"))
    value = volumes["volume_m3"].to_numpy(dtype=float)
    at = rows_of_ids(zone_of_customer.index, customer)
    is_known = by_customer & (at >= 0)
    numbers = np.append(zone_of_customer.to_numpy(dtype=np.int64), NO_ZONE)
    zone = np.where(is_known, numbers[at], NO_ZONE)
    for row in np.flatnonzero(by_node & ~by_customer).tolist():
        zone[row] = zone_of_node.get(str(node[row]), NO_ZONE)
    zone = np.where(zone >= 0, zone, given)
    kind = np.where(
        by_customer,
        CUSTOMER,
        np.where(by_node, METER, np.where(_named(column(volumes, "zone_id")), ZONE, WHOLE)),
    )
    faults = {
        "dates": ~(has_first & has_last) | (last < first),
        "volume": ~np.isfinite(value),
        "component": codes < 0,
        "zone": (kind == ZONE) & (given < 0),
    }
    good = ~np.logical_or.reduce(list(faults.values()))
    counts = {name: int(np.count_nonzero(wrong)) for name, wrong in faults.items()}
    counts["customer"] = int(np.count_nonzero(good & by_customer & (at < 0)))
    volume_table = VolumeRows(
        codes, first, last, value, kind, np.maximum(zone, NO_ZONE), node, customer,
        np.arange(len(codes)), {name: row_count for name, row_count in counts.items() if row_count},
    )  # fmt: skip
    return volume_table.taken(np.flatnonzero(good))


def zone_of_nodes(nodes: list[str], pipes: pd.DataFrame, tree: ZoneTree) -> dict[str, int]:
    """Return the zone of nodes by the pipes that end there; nodes between two zones are left out.

    Parameters
    ----------
    nodes
        Ids.
    pipes
        from_node, to_node and dma_id of the pipes in zones.
    tree
        The zones.
    """
    number = tree.numbers(column(pipes, "dma_id"))
    wanted = pd.Index(nodes, dtype=object)
    zones: dict[str, int] = {}
    mixed: set[str] = set()
    for side in ("from_node", "to_node"):
        ends = column(pipes, side)
        for row in np.flatnonzero(pd.Index(ends, dtype=object).isin(wanted) & (number >= 0)).tolist():
            name, zone = str(ends[row]), int(number[row])
            if zones.setdefault(name, zone) != zone:
                mixed.add(name)
    return {name: zone for name, zone in zones.items() if name not in mixed}


def overlapping(rows: VolumeRows) -> int:
    """Return how many rows of a customer or meter begin before an earlier one of the same component ends.

    A day in common is usual: the day of a reading ends one bill and begins the next.
    """
    of_one = np.flatnonzero(rows.of >= METER)
    if not len(of_one):
        return 0
    ids = np.where(rows.of == CUSTOMER, rows.customer_id, rows.node_id)[of_one]
    codes = pd.factorize(pd.Series(ids, dtype=object))[0].astype(np.int64)
    group = (codes * len(COMPONENTS) + rows.component[of_one]) * 2 + (rows.of[of_one] == CUSTOMER)
    order = np.lexsort((rows.last_day[of_one], rows.first_day[of_one], group))
    group, at = group[order], of_one[order]
    # The latest end before each row within its group; days are few beside the distance of groups.
    apart = np.int64(10_000_000)
    ends = np.maximum.accumulate(rows.last_day[at] + group * apart)
    begins = rows.first_day[at] + group * apart
    same = group[1:] == group[:-1]
    return int(np.count_nonzero(same & (begins[1:] < ends[:-1])))
