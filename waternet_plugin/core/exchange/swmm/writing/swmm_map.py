"""The drains of the map as SWMM sees them: manholes and outfalls, and conduits between them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.exchange.model_files.pipe_ends import drop_loops, lines_between, pipe_ends, texts_of
from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.schema.settings import Settings

SWMM_PIPE_COLUMNS = (
    "pipe_id",
    "system",
    "function",
    "material",
    "diameter_mm",
    "width_mm",
    "height_mm",
    "length_m",
    "status",
    "from_node",
    "to_node",
    "invert_start_m",
    "invert_end_m",
    "depth_start_m",
    "depth_end_m",
    "flow",
)
SWMM_NODE_COLUMNS = ("node_id", "kind", "system", "status", "ground_m", "depth_m")


@dataclass
class DrainNode:
    """A node of the map; ``kind`` is None where only pipe ends meet. ``invert_m`` is that of its bottom."""

    id: str
    kind: str | None
    point: Point | None
    ground_m: float = math.nan
    depth_m: float = math.nan
    invert_m: float = math.nan

    @property
    def bottom_m(self) -> float:
        """Level of the bottom as ground and depth give it, NaN without one of them."""
        return self.ground_m - self.depth_m


@dataclass
class DrainLink:
    """A pipe of the map; ``line`` are the points between its ends."""

    id: str
    start: str
    end: str
    function: str | None
    material: str | None
    length_m: float
    diameter_mm: float
    width_mm: float
    height_mm: float
    invert_start_m: float
    invert_end_m: float
    line: list[Point]

    def turn(self) -> None:
        """Turn the link round."""
        self.start, self.end = self.end, self.start
        self.invert_start_m, self.invert_end_m = self.invert_end_m, self.invert_start_m
        self.line = self.line[::-1]


@dataclass
class DrainMap:
    """Nodes and links by id, which links water runs against as drawn, and what is to be said."""

    nodes: dict[str, DrainNode]
    links: dict[str, DrainLink]
    backward: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def drain_map(
    pipes: pd.DataFrame, nodes: pd.DataFrame, file_xy: dict[str, Point], settings: Settings
) -> DrainMap:
    """Return what rows of the network stand for.

    Parameters
    ----------
    pipes, nodes
        Rows in use of the systems to export, with the columns above and geometry.
    file_xy
        Places of the file's nodes; they keep their ids as long as a pipe names them.
    """
    result = DrainMap(_nodes(nodes), {})
    ends = pipe_ends(pipes, nodes, {*result.nodes, *file_xy}, settings)
    for name in sorted({*ends.start, *ends.end} - set(result.nodes)):
        result.nodes[name] = DrainNode(name, None, ends.places.get(name) or file_xy.get(name))
    drawn = shapely.length(pipes["geom"].to_numpy())
    length = pipes["length_m"].to_numpy(dtype=float)
    numbers = {
        name: pipes[name].to_numpy(dtype=float).tolist() for name in ("diameter_mm", "width_mm", "height_mm")
    }
    rows = zip(
        pipes["pipe_id"].astype(str),
        ends.start,
        ends.end,
        texts_of(pipes, "function"),
        texts_of(pipes, "material"),
        np.where(np.isnan(length), drawn, length).tolist(),
        *numbers.values(),
        *[_levels(pipes, nodes, end) for end in ("start", "end")],
        lines_between(pipes),
    )
    for row in rows:
        result.links[row[0]] = DrainLink(*row)
    flows = zip(result.links, texts_of(pipes, "flow"))
    result.backward = {name for name, flow in flows if flow == "backward"}
    drop_loops(result.links, result.notes)
    return result


def _nodes(nodes: pd.DataFrame) -> dict[str, DrainNode]:
    rows = zip(
        map(str, nodes["node_id"]),
        texts_of(nodes, "kind"),
        shapely.get_coordinates(nodes["geom"].to_numpy()).tolist(),
        nodes["ground_m"].to_numpy(dtype=float).tolist(),
        nodes["depth_m"].to_numpy(dtype=float).tolist(),
    )
    return {id_: DrainNode(id_, kind, (x, y), ground, depth) for id_, kind, (x, y), ground, depth in rows}


def _levels(pipes: pd.DataFrame, nodes: pd.DataFrame, end: str) -> list[float]:
    """Return the invert at one end of each pipe: as given, else by its depth below the node's ground."""
    ground = nodes.drop_duplicates("node_id").set_index("node_id")["ground_m"]
    at = pipes["from_node" if end == "start" else "to_node"]
    given = pipes[f"invert_{end}_m"].to_numpy(dtype=float)
    by_depth = ground.reindex(at).to_numpy(dtype=float) - pipes[f"depth_{end}_m"].to_numpy(dtype=float)
    levels: list[float] = np.where(np.isnan(given), by_depth, given).tolist()
    return levels
