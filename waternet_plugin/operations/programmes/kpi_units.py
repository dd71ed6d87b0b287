"""The units of the KPI sheet: the whole network, metered areas or districts, and what lies in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import ZoneTree, zone_tree
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.store.network import Network

ALL, DMA, DISTRICT = "all", "dma", "district"
BY = (ALL, DMA, DISTRICT)


@dataclass(frozen=True)
class KpiUnits:
    """Units by name, and the units of each pipe.

    Parameters
    ----------
    by
        ALL, DMA or DISTRICT.
    names
        Their ids; ``all`` for the whole network.
    of_pipe
        The units in which each pipe lies, those above it too, by its id.
    tree
        The metered areas.
    shapes
        Outlines of districts, in the order of ``names``; none for the others.
    """

    by: str
    names: tuple[str, ...]
    of_pipe: dict[str, tuple[str, ...]]
    tree: ZoneTree
    shapes: Array

    def of_pipe_or_point(self, pipe_id: Any, point: Any) -> tuple[str, ...]:
        """Return the units of what lies on a pipe, or where its pipe is unknown at a point."""
        if self.by == ALL:
            return (ALL,)
        found = self.of_pipe.get(str(pipe_id))
        return self.at([point])[0] if found is None else found

    def at(self, points: Sequence[Any]) -> list[tuple[str, ...]]:
        """Return the units around points; none of metered areas, which are known by their pipes."""
        if self.by == ALL:
            return [(ALL,)] * len(points)
        found: list[list[str]] = [[] for _point in points]
        if self.by == DISTRICT and len(self.shapes) and len(points):
            tree = shapely.STRtree(self.shapes)
            rows, units = tree.query(np.array(points, dtype=object), predicate="intersects")
            for row, unit in sorted(zip(rows.tolist(), units.tolist())):
                found[row].append(self.names[unit])
        return [tuple(one) for one in found]

    def of_zones(self, ids: Array) -> list[tuple[str, ...]]:
        """Return the metered areas that hold some, themselves too."""
        return _holding(self.tree, ids)


def _holding(tree: ZoneTree, ids: Array) -> list[tuple[str, ...]]:
    found: list[list[str]] = [[] for _id in ids]
    row, holder = tree.holders(tree.numbers(ids))
    for one, zone in zip(row.tolist(), holder.tolist()):
        found[one].append(str(tree.zone_id[zone]))
    return [tuple(one) for one in found]


def kpi_units(network: Network, by: str, pipes: pd.DataFrame) -> KpiUnits:
    """Return the units of a network.

    Parameters
    ----------
    by
        ALL, DMA or DISTRICT.
    pipes
        pipe_id, dma_id and ``geom``.
    """
    zones = network.read("zone", ["zone_id", "kind", "state", "parent_id", "level"]).sort_values("zone_id")
    tree = zone_tree(zones)
    names = [str(name) for name in pipes["pipe_id"]]
    nothing = np.empty(0, dtype=object)
    if by == ALL:
        return KpiUnits(by, (ALL,), dict.fromkeys(names, (ALL,)), tree, nothing)
    if by == DMA:
        units = _holding(tree, pipes["dma_id"].to_numpy(dtype=object))
        return KpiUnits(by, tuple(map(str, tree.zone_id)), dict(zip(names, units)), tree, nothing)
    districts = zones[(zones["kind"] == DISTRICT) & zones[GEOMETRY_COLUMN].notna()]
    shapes = districts[GEOMETRY_COLUMN].to_numpy(dtype=object)
    found = KpiUnits(by, tuple(districts["zone_id"].astype(str)), {}, tree, shapes)
    lines = shapely.force_2d(pipes[GEOMETRY_COLUMN].to_numpy())
    found.of_pipe.update(zip(names, found.at(shapely.line_interpolate_point(lines, 0.5, normalized=True))))
    return found
