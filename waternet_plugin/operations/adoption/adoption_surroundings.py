"""What adopted rows meet in the network: where nodes lie, which levels are known, which pipes name nodes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.adoption.duplicates.like_lines import COLUMNS as LINE_COLUMNS
from waternet_plugin.core.exchange.adoption.turned_lines import ENDS, no_places, turned_pipes, turning_notes
from waternet_plugin.core.exchange.adoption.unknown_levels import LEVELS, no_levels
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.store.network import Network

_FLOW = ("flow", "flow_source", "flow_confidence")


class AdoptionSurroundings:
    """Nodes, levels and pipes of a network, and of results that count as written.

    Parameters
    ----------
    network
        The network; None for one that is still to be made.
    """

    def __init__(self, network: Network | None) -> None:
        self._network = network
        self._kept: dict[str, list[pd.DataFrame]] = {"node": [], "pipe": []}

    def keep(self, result: AdoptionResult) -> None:
        """Count a result as written."""
        if result.table in self._kept and len(result.rows):
            self._kept[result.table].append(result.rows)

    def node_places(self, names: Sequence[str]) -> pd.DataFrame:
        """Return where nodes lie: x and y by id; an id that several rows of a file had tells nothing."""
        columns = ["node_id", "source_id"]
        parts = []
        if self._network is not None and names:
            parts.append(self._network.read("node", columns, ids=list(names)))
        parts += [rows[rows["node_id"].isin(set(names))] for rows in self._kept["node"]]
        found = [_points(one) for one in parts if len(one)]
        known = pd.concat(found) if found else no_places(())
        return known[~known.index.duplicated()]

    def known_levels(self) -> pd.DataFrame:
        """Return the levels of nodes and pipes: x, y and level_m."""
        parts = []
        for table, ends in LEVELS.items():
            rows = list(self._kept[table])
            if self._network is not None:
                rows.append(self._network.read(table, list(ends)))
            for one in rows:
                for name, end in ends.items():
                    if name in one and len(one):
                        parts.append(_levels(one, name, end))
        return pd.concat(parts) if parts else no_levels()

    def pipes_within(self, box: tuple[float, float, float, float]) -> pd.DataFrame:
        """Return the pipes that may meet a box, with the columns by which a line is told from another."""
        columns = [*LINE_COLUMNS]
        parts = [rows.reindex(columns=columns) for rows in self._kept["pipe"]]
        if self._network is not None:
            parts.append(self._network.read("pipe", columns[:-1], bbox=box, as_stored=True))
        found = [pd.DataFrame(one).astype(object) for one in parts if len(one)]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)

    def pipes_naming(self, names: Collection[str]) -> pd.DataFrame:
        """Return the pipes that name some nodes, with ends, flow and geometry."""
        columns = ["pipe_id", *ENDS, *_FLOW, GEOMETRY_COLUMN]
        wanted = set(names)
        parts = []
        if self._network is not None:
            ends = self._network.read("pipe", ["pipe_id", *ENDS], geometry=False)
            naming = ends[ends["from_node"].isin(wanted) | ends["to_node"].isin(wanted)]
            if len(naming):
                read = ["pipe_id", *ENDS, *_FLOW]
                parts.append(self._network.read("pipe", read, ids=naming["pipe_id"].tolist()))
        for rows in self._kept["pipe"]:
            if set(ENDS) <= {*rows}:
                parts.append(rows[rows["from_node"].isin(wanted) | rows["to_node"].isin(wanted)])
        found = [pd.DataFrame(one).reindex(columns=columns).astype(object) for one in parts if len(one)]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def turn_named_pipes(around: AdoptionSurroundings, result: AdoptionResult) -> AdoptionResult:
    """Return a result of nodes with the pipes that lie against the ids of their ends, turned."""
    if result.table != "node":
        return result
    pipes = around.pipes_naming(result.rows["node_id"])
    if not len(pipes):
        return result
    new = _points(result.rows)

    def places(names: Sequence[str]) -> pd.DataFrame:
        others = around.node_places([name for name in names if name not in new.index])
        return pd.concat([new, others]) if len(others) else new

    turned = turned_pipes(pipes, places)
    if not len(turned):
        return result
    notes = (*result.notes, *turning_notes(len(turned)))
    return replace(result, notes=notes, turned=len(turned), turned_pipes=turned)


def _points(nodes: pd.DataFrame) -> pd.DataFrame:
    """Return x and y of nodes by id, without those whose id several rows of a file had."""
    if "source_id" in nodes:
        nodes = nodes[nodes["source_id"].isna()]
    shapes = np.array(nodes[GEOMETRY_COLUMN].to_numpy(), dtype=object)
    places = {"x": shapely.get_x(shapes), "y": shapely.get_y(shapes)}
    return pd.DataFrame(places, index=pd.Index(nodes["node_id"].to_numpy(dtype=object), dtype=object))


def _levels(rows: pd.DataFrame, name: str, end: int) -> pd.DataFrame:
    shapes = np.array(rows[GEOMETRY_COLUMN].to_numpy(), dtype=object)
    lines = shapely.get_type_id(shapes) == 1
    shapes[lines] = shapely.get_point(shapes[lines], end)
    level = rows[name].to_numpy(dtype=float, na_value=np.nan)
    return pd.DataFrame({"x": shapely.get_x(shapes), "y": shapely.get_y(shapes), "level_m": level}).dropna()
