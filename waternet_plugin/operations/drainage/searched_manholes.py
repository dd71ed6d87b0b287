"""A search for the source of sewage with what a map shows of it: covers, candidates, drains between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import geopandas as gpd

from waternet_plugin.core.frames import records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.shapes.wkb import lines_wkb
from waternet_plugin.operations.drainage.find_misconnections import next_manhole
from waternet_plugin.operations.rows.network_places import places_of_nodes
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class SearchedManholes:
    """What a search has left.

    Parameters
    ----------
    lines, notes
        The answer in sentences, and what else is to be said.
    expected
        How many covers are to be opened still, on average.
    covers, candidates
        Rows with x and y, m; the best cover first.
    possible
        The drains between candidates as one shape, WKB; None without any.
    places
        Where the manholes of all these are, x and y in m by id.
    """

    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    expected: float = 0.0
    covers: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    possible: Optional[bytes] = None
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def next(self) -> str:
        """The cover to open next, '' where none is left."""
        return str(self.covers[0]["node_id"]) if self.covers else ""


def searched_manholes(
    network: Network,
    dirty: tuple[str, ...] = (),
    clean: tuple[str, ...] = (),
    progress: Progress = SILENT,
) -> SearchedManholes:
    """Search with what was opened so far, as `next_manhole` does; nothing is written.

    Parameters
    ----------
    dirty, clean
        Ids of manholes with and without sewage; where both are empty the newest readings tell.
    """
    answer = next_manhole(network, dirty, clean, progress)
    candidates = set(map(str, answer.candidates["node_id"]))
    named = {*dirty, *clean, *candidates, *map(str, answer.covers["node_id"])}
    nodes = network.read("node", ["node_id"], ids=sorted(named))
    return SearchedManholes(
        answer.summary,
        answer.notes,
        answer.expected,
        _rows(answer.covers),
        _rows(answer.candidates),
        _between(network, candidates),
        places_of_nodes(nodes),
    )


def _rows(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    points = frame.geometry
    rows = records(frame.drop(columns=points.name))
    return [{**row, "x": float(x), "y": float(y)} for row, x, y in zip(rows, points.x, points.y)]


def _between(network: Network, candidates: set[str]) -> Optional[bytes]:
    """Return the drains between candidates as one shape, None without any."""
    if not candidates:
        return None
    where = {"system": list(systems("drain")), "from_node": sorted(candidates)}
    pipes = network.read("pipe", ["pipe_id", "to_node"], where=where)
    return lines_wkb(pipes.geometry.to_numpy()[pipes["to_node"].isin(candidates).to_numpy()])
