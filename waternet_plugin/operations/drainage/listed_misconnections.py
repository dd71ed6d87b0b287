"""Misconnections with what a map shows of each: its state, the way to the outfall, compound and drains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import shapely

from waternet_plugin.core.frames import records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.operations.drainage.find_misconnections import MisconnectionRequest, find_misconnections
from waternet_plugin.operations.rows.network_places import places_of_nodes
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class ListedMisconnections:
    """Misconnections, the most urgent first.

    Parameters
    ----------
    rows
        As `MisconnectionList.frame`, with the state of the issue and its reason, the pipes of the way as a
        tuple, the compound's name under ``place``, and x and y, m.
    summary
        The answer in sentences.
    pipes, compounds
        Lines of the drains and edges of the compounds that the rows name, as WKB by id.
    outfalls
        Where the outfalls are, x and y in m by id.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    summary: tuple[str, ...] = ()
    pipes: Mapping[str, bytes] = field(default_factory=dict)
    compounds: Mapping[str, bytes] = field(default_factory=dict)
    outfalls: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def count(self, state: str = OPEN) -> int:
        """Return how many there are in a state."""
        return sum(row["state"] == state for row in self.rows)


def list_misconnections(network: Network, progress: Progress = SILENT) -> ListedMisconnections:
    """Look for misconnections and read what a map shows of them; nothing is written."""
    answer = find_misconnections(network, MisconnectionRequest(name=""), progress)
    points = answer.found.geometry
    rows: list[dict[str, Any]] = []
    for row, x, y in zip(records(answer.found.drop(columns=points.name)), points.x, points.y):
        way = tuple(str(row["way"]).split(";")) if row["way"] else ()
        rows.append({**row, "way": way, "x": float(x), "y": float(y)})
    states = _states(network, [row["issue_id"] for row in rows])
    compounds = network.read("compound", ["compound_id", "name"], ids=_ids(rows, "compound_id"))
    names = dict(zip(compounds["compound_id"], compounds["name"]))
    for row in rows:
        row["state"], row["state_reason"] = states.get(row["issue_id"], (OPEN, ""))
        row["place"] = names.get(row["compound_id"]) or row["compound_id"] or ""
    drains = sorted({name for row in rows for name in (*row["way"], row["other_id"]) if name})
    outfalls = network.read("node", ["node_id"], ids=_ids(rows, "outfall_id"))
    return ListedMisconnections(
        rows,
        answer.summary,
        _shapes(network.read("pipe", ["pipe_id"], ids=drains), "pipe_id"),
        _shapes(compounds, "compound_id", edge=True),
        places_of_nodes(outfalls),
    )


def _ids(rows: list[dict[str, Any]], key: str) -> list[str]:
    return sorted({str(row[key]) for row in rows if row[key]})


def _states(network: Network, ids: list[str]) -> dict[str, tuple[str, str]]:
    issues = network.read("issue", ["issue_id", "state", "state_reason"], ids=ids, geometry=False)
    reasons = issues["state_reason"].fillna("")
    return dict(zip(issues["issue_id"], zip(issues["state"].fillna(OPEN), reasons)))


def _shapes(frame: gpd.GeoDataFrame, key: str, *, edge: bool = False) -> dict[str, bytes]:
    """Return the lines of rows by their id; of areas the edges."""
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    if edge:
        shapes = shapely.boundary(shapes)
    return {
        str(name): to_wkb(shape)
        for name, shape in zip(frame[key], shapes)
        if shape is not None and not shape.is_empty
    }
