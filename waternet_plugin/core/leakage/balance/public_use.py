"""Public use in the water balance: what take-off points for fire, greening and other public work took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import ZoneTree
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.volume_rows import AUTHORISED, METER, WHOLE, VolumeRows


@dataclass(frozen=True)
class PublicPoints:
    """Take-off points of public use.

    Parameters
    ----------
    use
        Code of water_use by node.
    zone_id
        Metered area by node, of those that name one.
    points, metered
        How many points there are by use, and how many of them have a meter.
    """

    use: Mapping[str, str]
    zone_id: Mapping[str, str]
    points: Mapping[str, int]
    metered: Mapping[str, int]


def public_points(nodes: pd.DataFrame, parents: set[str]) -> PublicPoints:
    """Return the take-off points of public use.

    A point has a meter where it is one, or where a meter names it as its total meter.

    Parameters
    ----------
    nodes
        node_id, kind, water_use and dma_id.
    parents
        What meters name as their total meter.
    """
    public = nodes[nodes["water_use"].notna() & (nodes["water_use"] != "")]
    has_meter = (public["kind"] == "meter") | public["node_id"].isin(parents)
    names = [str(name) for name in public["node_id"]]
    codes = [str(code) for code in public["water_use"]]
    points, metered = (dict.fromkeys(sorted(set(codes)), 0) for _count in range(2))
    for code, is_metered in zip(codes, has_meter):
        points[code] += 1
        metered[code] += bool(is_metered)
    zones = {name: str(zone) for name, zone in zip(names, public["dma_id"]) if zone and zone == zone}
    return PublicPoints(dict(zip(names, codes)), zones, points, metered)


@dataclass(frozen=True)
class PublicUse:
    """What public points took in a period, m3: of all, by zone with all below it (Z,), by use."""

    m3: float
    by_zone: Array
    by_use: Mapping[str, float]


def public_use(rows: VolumeRows, tree: ZoneTree, points: PublicPoints, period: Period) -> PublicUse:
    """Return what public points took in a period: their rows of authorised consumption.

    Parameters
    ----------
    rows
        Volumes with their zones.
    tree
        The zones.
    points
        The points.
    """
    some = rows.taken(np.flatnonzero((rows.of == METER) & rows.chosen(AUTHORISED)))
    use = np.array([points.use.get(str(name)) for name in some.node_id], dtype=object)
    inside = (some.last_day >= period.first_day) & (some.first_day <= period.last_day)
    counts = np.flatnonzero(np.array([code is not None for code in use], dtype=bool) & inside)
    m3, zone, use = some.within(period)[counts], some.zone[counts], use[counts]
    known = zone >= 0
    own = np.bincount(zone[known], m3[known], minlength=tree.count)
    by_use = {str(code): float(m3[use == code].sum()) for code in sorted(set(use))}
    return PublicUse(float(m3.sum()), np.asarray(tree.ancestors.astype(float) @ own), by_use)


def without_customers(rows: VolumeRows, names: set[str]) -> VolumeRows:
    """Return volumes without those of some customers.

    Where a component has rows of the network as one, which hold these customers too, their volumes are taken
    off those.

    Parameters
    ----------
    names
        Ids of the customers.
    """
    leaves = np.array([name in names for name in rows.customer_id], dtype=bool)
    of_network = set(rows.component[rows.of == WHOLE].tolist())
    stays = rows.taken(np.flatnonzero(~leaves))
    taken_off = rows.taken(np.flatnonzero(leaves & np.isin(rows.component, sorted(of_network))))
    count = len(taken_off.of)
    nothing = np.full(count, None, dtype=object)
    return VolumeRows(
        np.concatenate([stays.component, taken_off.component]),
        np.concatenate([stays.first_day, taken_off.first_day]),
        np.concatenate([stays.last_day, taken_off.last_day]),
        np.concatenate([stays.volume_m3, -taken_off.volume_m3]),
        np.concatenate([stays.of, np.full(count, WHOLE)]),
        np.concatenate([stays.zone, np.full(count, -1)]),
        np.concatenate([stays.node_id, nothing]),
        np.concatenate([stays.customer_id, nothing]),
        np.concatenate([stays.row, taken_off.row]),
        rows.left_out,
    )
