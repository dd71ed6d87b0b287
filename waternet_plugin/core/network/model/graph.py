"""The network as a multigraph of arrays.

A graph has the assets of the nodes frame as its first vertices, row by row, and after them a vertex wherever
pipe ends meet without an asset. Its edges are the pipes of the pipes frame, row by row: two pipes between the
same vertices are two edges, a pipe back to where it began is a loop. States (open, closed, in use) are not in
it: give functions a mask of pipes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.asset_positions import Placement, locate_assets
from waternet_plugin.core.network.model.end_coordinates import find_nodes, note_unknown
from waternet_plugin.core.network.model.findings import (
    FAR_FROM_NODE,
    NODE_WITHOUT_COORDINATES,
    SELF_LOOP,
    FindingCollector,
    Members,
    TopologyFindings,
    all_findings,
)
from waternet_plugin.core.network.model.joined_ends import Ends, NodeAssets, join, vertex_xy
from waternet_plugin.core.network.model.row_groups import gather
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.shapes.packed_shapes import Shapes, drawn_lengths

# Where several assets stand within the tolerance of an end, the first of these families takes it.
_FAMILIES = ("station", "tank", "valve", "outfall")
_LAST_FAMILIES = ("junction", "place")


@dataclass(frozen=True)
class Lookup:
    """What a graph would compute when it is asked, where it is known already.

    Parameters
    ----------
    adjacency
        ``indptr`` and ``ends`` as `Graph.gathered` has them, and the vertex where the pipe of each end leads.
    vertices, edges
        Vertices of nodes and numbers of pipes by id.
    """

    adjacency: tuple[Array, Array, Array]
    vertices: Mapping[str, int]
    edges: Mapping[str, int]


@dataclass(frozen=True)
class Graph:
    """Vertices and edges as columns; ``N`` vertices, ``P`` pipes.

    Parameters
    ----------
    pipe_id, pipe_system, pipe_function, pipe_status
        Of the pipes, objects, None for unknown.
    start, end
        Vertices of the first and the last end of each pipe.
    length_m
        Length of each pipe, m: the given one, else that of its line; NaN for neither.
    pipe_row
        Row of each pipe in the pipes frame: its own number.
    node_id, kind
        Id and kind of the asset at each vertex; None where only pipe ends meet.
    asset
        Row of that asset in the nodes frame, -1 for none. The first vertices are the nodes by row.
    x_m, y_m
        Place of each vertex, m; NaN where nothing there has one.
    lookup
        Adjacency and numbers by id where they are known; None computes them when they are asked for.
    """

    pipe_id: Array
    pipe_system: Array
    pipe_function: Array
    pipe_status: Array
    start: Array
    end: Array
    length_m: Array
    pipe_row: Array
    node_id: Array
    kind: Array
    asset: Array
    x_m: Array
    y_m: Array
    lookup: Lookup | None = None

    @property
    def node_count(self) -> int:
        """Number of vertices."""
        return len(self.node_id)

    @property
    def pipe_count(self) -> int:
        """Number of pipes."""
        return len(self.pipe_id)

    @cached_property
    def gathered(self) -> tuple[Array, Array]:
        """The ends at each vertex as `gather` returns them; end ``k`` of pipe ``p`` is number ``2 p + k``."""
        if self.lookup is not None:
            return self.lookup.adjacency[:2]
        return gather(np.stack([self.start, self.end], axis=1).reshape(-1), self.node_count)

    @cached_property
    def _adjacency(self) -> tuple[Array, Array, Array]:
        indptr, ends = self.gathered
        if self.lookup is not None:
            return indptr, self.lookup.adjacency[2], ends >> 1
        # The other end of a pipe is its neighbour by number too.
        flat = np.stack([self.start, self.end], axis=1).reshape(-1)
        return indptr, flat[ends ^ 1], ends >> 1

    def adjacency(self) -> tuple[Array, Array, Array]:
        """Return the pipes at each vertex: ``indptr``, ``neighbour``, ``pipe``.

        Those of vertex ``n`` are ``pipe[indptr[n]:indptr[n + 1]]``, in order of their numbers, and
        ``neighbour`` is where each leads. A loop is there twice.
        """
        return self._adjacency

    def degree(self, pipe_mask: Array | None = None) -> Array:
        """Return how many pipe ends each vertex has, of all pipes or those of a mask."""
        if pipe_mask is None:
            return np.diff(self.gathered[0])
        chosen = np.concatenate([self.start[pipe_mask], self.end[pipe_mask]])
        return np.bincount(chosen, minlength=self.node_count)

    def vertex_of(self, node_id: str) -> int:
        """Return the vertex of a node by its id, -1 if there is none."""
        return int(self._vertices.get(node_id, -1))

    def edge_of(self, pipe_id: str) -> int:
        """Return the number of a pipe by its id, -1 if there is none."""
        return int(self._edges.get(pipe_id, -1))

    @cached_property
    def _vertices(self) -> Mapping[str, int]:
        return _first(self.node_id) if self.lookup is None else self.lookup.vertices

    @cached_property
    def _edges(self) -> Mapping[str, int]:
        return _first(self.pipe_id) if self.lookup is None else self.lookup.edges


def _first(ids: Array) -> dict[str, int]:
    """Return the number of each id; the first of several with one id wins, as everywhere."""
    return {name: number for number, name in reversed(list(enumerate(ids))) if name is not None}


@dataclass(frozen=True)
class GraphBuild:
    """A graph, and what was found odd while it was built.

    Parameters
    ----------
    gap_m
        Distance of each end from its vertex, (pipes, 2), m, NaN where either has no place: every merge is
        here with its size.
    tolerance_m
        The tolerance used, m.
    place_nodes
        Makes ``placement`` and ``findings`` when one of them is asked for: who follows pipes needs neither,
        and nodes at which no pipe ends cost as much as the graph.
    """

    graph: Graph
    gap_m: Array
    tolerance_m: float
    place_nodes: Callable[[], tuple[Placement, TopologyFindings]]

    @cached_property
    def _nodes_placed(self) -> tuple[Placement, TopologyFindings]:
        return self.place_nodes()

    @property
    def placement(self) -> Placement:
        """How each node of the nodes frame stands to the pipes."""
        return self._nodes_placed[0]

    @property
    def findings(self) -> TopologyFindings:
        """Ends, nodes and pipes that don't fit, with reason codes; see `core.network.model.findings`."""
        return self._nodes_placed[1]


@cache
def ranks_by_kind() -> Mapping[str, int]:
    """Return by kind which asset is taken where several stand, the lowest first; '' is an unknown kind."""
    families = {code: described.family for code, described in domain("node_kind").items()}
    order = {name: number for number, name in enumerate(_FAMILIES)}
    order.update({name: len(_FAMILIES) + 1 for name in _LAST_FAMILIES})
    ranks = {code: order.get(family, len(_FAMILIES)) for code, family in families.items()}
    return {**ranks, "": len(_FAMILIES) + 1}


def system_numbers(rows: TableRows) -> tuple[Array, Array]:
    """Return the number of each row's system, -1 for unknown, and the systems in alphabetical order."""
    numbers, systems = rows.codes("system")
    order = np.argsort(systems.astype(str))
    place = np.empty(len(systems) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(systems)), -1
    return place[numbers], systems[order]


def named_by_ends(pipes: TableRows) -> tuple[Array, Array]:
    """Return the number of the word by which each end names its node, two a pipe, -1 for none; the words.

    A word may be there twice.
    """
    (first, first_words), (last, last_words) = (pipes.numbered(name) for name in ("from_node", "to_node"))
    last = np.where(last < 0, last, last + np.int32(len(first_words)))
    return np.stack([first, last], axis=1).reshape(-1), np.concatenate([first_words, last_words])


def assets_of(nodes: TableRows, systems: Array, settings: Settings, *, xy: Array | None = None) -> NodeAssets:
    """Return what joining needs to know of nodes, with their places where those are known already, m."""
    numbers, named = nodes.codes("system")
    # A system that no pipe has is not the same as none: beyond the number that pipes of unknown system get.
    place = {name: number for number, name in enumerate(systems.tolist())}
    of_word = np.array([place.get(name, len(systems) + 1) for name in named.tolist()] + [-1], dtype=np.int64)
    rank = ranks_by_kind()
    return NodeAssets(
        xy=nodes.xy if xy is None else xy,
        system=of_word[numbers],
        joins=nodes.among("kind", settings.words("network.joining_kinds")),
        # Stations, tanks, valves, outfalls, others, bends.
        rank=nodes.per_word("kind", rank, rank[""]).astype(np.int8),
        node_id=nodes.ids,
    )


def lengths_of(pipes: pd.DataFrame, lines: Shapes) -> Array:
    """Return the given lengths, and those of the lines where none is given, m.

    A length below zero or without end, as another program writes it, is none.
    """
    if "length_m" in pipes:
        length = pipes["length_m"].to_numpy(dtype=float).copy()
    else:
        length = np.full(len(pipes), np.nan)
    unknown = ~(np.isfinite(length) & (length >= 0))
    if unknown.any():
        length[unknown] = drawn_lengths(lines)[unknown]
    return length


def build_graph(
    pipes: pd.DataFrame | TableRows,
    nodes: pd.DataFrame | TableRows,
    *,
    tolerance_m: float | None = None,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> GraphBuild:
    """Connect pipes and nodes to a graph.

    Filled ``from_node`` and ``to_node`` decide; place only where they are empty or name nothing known. Ends
    of different systems meet only at an asset they name, or at one of `network.joining_kinds`.

    Parameters
    ----------
    pipes
        pipe_id, system, geom; function, status, length_m, from_node, to_node where there are.
    nodes
        node_id, kind, geom; system where there is.
    tolerance_m
        Distance within which ends are one, m; `network.tolerance_m` if None.
    """
    settings = Settings() if settings is None else settings
    tolerance = settings.real("network.tolerance_m") if tolerance_m is None else tolerance_m
    notes = FindingCollector()
    pipe_rows = pipes if isinstance(pipes, TableRows) else TableRows("pipe", pipes)
    node_rows = nodes if isinstance(nodes, TableRows) else TableRows("node", nodes)
    lines = pipe_rows.shapes
    ends_xy = pipe_rows.ends_xy
    progress.at(0.2)
    system_of, systems = system_numbers(pipe_rows)
    assets = assets_of(node_rows, systems, settings)
    flat = ends_xy.reshape(-1, 2)
    of_word, words = named_by_ends(pipe_rows)
    node_of_word, is_unknown = find_nodes(words, assets.node_id, assets.xy, notes)
    named = np.append(node_of_word, -1)[of_word]
    note_unknown(np.append(is_unknown, False)[of_word], flat, notes)
    # A pipe of unknown system is of a system of its own kind: it meets its like.
    system_of = np.where(system_of < 0, len(systems), system_of)
    ends = Ends(flat, np.repeat(system_of, 2), named)
    progress.at(0.4)
    joined = join(
        ends,
        assets,
        tolerance_m=tolerance,
        coincident_m=settings.real("network.same_place_m"),
        near_m=settings.real("network.tolerance_m"),
        notes=notes,
    )
    progress.at(0.8)
    vertex = joined.vertex.reshape(-1, 2)
    where = vertex_xy(joined, ends, assets)
    gap = np.hypot(*(flat - where[joined.vertex]).T)
    note_ends(gap, ends, settings.real("network.id_distance_m"), notes)
    note_loops(vertex, flat, notes)
    note_lost(assets, notes)

    graph = _graph(pipe_rows, node_rows, lengths_of(pipe_rows.frame, lines), vertex, where)

    def place_nodes() -> tuple[Placement, TopologyFindings]:
        beside = FindingCollector()
        degree = np.bincount(joined.vertex, minlength=joined.size)
        placement = locate_assets(
            assets, joined, degree, lines, graph.pipe_id, system_of, tolerance_m=tolerance, notes=beside
        )
        return placement, all_findings(notes.findings(), beside.findings())

    progress.at(1.0)
    return GraphBuild(graph, gap.reshape(-1, 2), tolerance, place_nodes)


def _graph(pipes: TableRows, nodes: TableRows, length_m: Array, vertex: Array, where: Array) -> Graph:
    """Return the graph of rows, the vertices of their ends (pipes, 2) and the places of the vertices."""
    more = len(where) - len(nodes)
    nothing = np.full(more, None, dtype=object)
    return Graph(
        pipe_id=pipes.ids,
        pipe_system=pipes.text("system"),
        pipe_function=pipes.text("function"),
        pipe_status=pipes.text("status"),
        start=np.ascontiguousarray(vertex[:, 0]),
        end=np.ascontiguousarray(vertex[:, 1]),
        length_m=length_m,
        pipe_row=np.arange(len(pipes)),
        node_id=np.concatenate([nodes.ids, nothing]),
        kind=np.concatenate([nodes.text("kind"), nothing]),
        asset=np.concatenate([np.arange(len(nodes)), np.full(more, -1)]),
        x_m=np.ascontiguousarray(where[:, 0]),
        y_m=np.ascontiguousarray(where[:, 1]),
    )


def note_ends(gap: Array, ends: Ends, limit_m: float, notes: FindingCollector) -> None:
    """Note ends far from the node they name."""
    with np.errstate(invalid="ignore"):
        end = np.flatnonzero((gap > limit_m) & (ends.named >= 0))
    notes.add(
        FAR_FROM_NODE,
        len(end),
        Members(end // 2, end % 2, ends.named[end]),
        distance_m=gap[end],
        xy=ends.xy[end],
    )


def note_loops(vertex: Array, xy: Array, notes: FindingCollector) -> None:
    """Note pipes that end at the vertex where they begin; ``xy`` are those of ends, two a pipe."""
    loop = np.flatnonzero(vertex[:, 0] == vertex[:, 1])
    notes.add(SELF_LOOP, len(loop), Members(pipe=loop), xy=xy[2 * loop])


def note_lost(assets: NodeAssets, notes: FindingCollector) -> None:
    """Note nodes without a place."""
    lost = np.flatnonzero(~np.isfinite(assets.xy[:, 0]))
    notes.add(NODE_WITHOUT_COORDINATES, len(lost), Members(node=lost))
