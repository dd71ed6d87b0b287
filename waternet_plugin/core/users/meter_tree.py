"""Total meters and sub-meters as the pipes tell: below a meter is what is fed only through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import IdLookup
from waternet_plugin.core.network.analysis.dependence import Dependence, dependence, symmetric
from waternet_plugin.core.network.analysis.parent_rings import in_rings
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.users.compound_loss import BULK_COLUMNS
from waternet_plugin.core.users.meter_schedule import meters_in_use

TREE_COLUMNS = (*BULK_COLUMNS, "system")
# What the pipes tell of a meter: its total meter, as it is written, not written or written otherwise;
# none; one of another compound; nothing, as no pipe or no water leads there, or a ring would come of it.
SAME, NEW, OTHER = "same", "new", "other"
TOP, OTHER_COMPOUND, NO_PIPE, UNFED, RING = "top", "other_compound", "no_pipe", "unfed", "ring"
LINK_COLUMNS = ("node_id", "compound_id", "meter_parent", "proposed_parent", "state")


def meter_links(
    works: TraceableNetwork, meters: pd.DataFrame, pipe_of_meter: Mapping[str, str]
) -> pd.DataFrame:
    """Return the total meter of each meter in use: the nearest one without which no water comes to it.

    Cut at a meter, what lies below it loses every way to a source. A meter that stands on no pipe is fed by
    the pipe of its customer. Flow meters are total meters only where they belong to a compound: others
    measure zones. A total meter of another compound is told, not proposed.

    Parameters
    ----------
    works
        The network; closed pipes and valves are not passed.
    meters
        TREE_COLUMNS of meters and flow meters (M,).
    pipe_of_meter
        Pipe of a customer of each meter that has one, by meter.

    Returns
    -------
    pandas.DataFrame
        LINK_COLUMNS of the meters in use by id: meter_parent as it is written, proposed_parent (of
        OTHER_COMPOUND and RING the one that is told, but not proposed), state; None for none.
    """
    meters = meters.sort_values("node_id", kind="stable").reset_index(drop=True)
    ids = meters["node_id"].to_numpy(dtype=object)
    compound, written = (_ids(meters[name]) for name in ("compound_id", "meter_parent"))
    own = meters_in_use(meters)
    bulk = ((meters["kind"] == "flow_meter") & meters["status"].isin(in_use())).to_numpy()
    total = own | (bulk & (compound != None))  # noqa: E711 (element by element)
    vertex = _vertices(works, ids, pipe_of_meter)
    on_pipe, fed = vertex >= 0, np.zeros(len(ids), dtype=bool)
    above = np.full(len(ids), -1, dtype=np.int64)
    system = _ids(meters["system"])
    for name in dict.fromkeys(system.tolist()):
        # A meter of drinking water is fed by no fire tank, though its pipes lead there.
        of = system == name if name is not None else pd.isna(system)
        tree, own_vertex = _fed(works, name), np.where(of, vertex, -1)
        at = own_vertex >= 0
        fed[at] = tree.reached[own_vertex[at]]
        above[at] = _nearest_totals(tree, own_vertex, total & of, works.graph.node_count)[at]
    # Row -1, of none, takes the None behind the last.
    parent, parents_compound = (np.append(values, np.array([None]))[above] for values in (ids, compound))
    has_total = above >= 0
    # One of no compound measures the street's users; the first meter of a compound below it is its own.
    outside = has_total & (compound != None) & (parents_compound == None)  # noqa: E711
    parent[outside] = None
    apart = (parent != None) & (compound != None) & (compound != parents_compound)  # noqa: E711
    state = np.select(
        [~on_pipe, ~fed, parent == None, apart, parent == written, written == None],  # noqa: E711
        [NO_PIPE, UNFED, TOP, OTHER_COMPOUND, SAME, NEW],
        default=OTHER,
    ).astype(object)
    parent[~fed] = None
    frame = pd.DataFrame(
        {
            "node_id": ids, "compound_id": compound, "meter_parent": written, "proposed_parent": parent,
            "state": state,
        },
        dtype=object,
    )  # fmt: skip
    links: pd.DataFrame = frame[own].reset_index(drop=True)
    return links


def links_to_write(links: pd.DataFrame, meters: pd.DataFrame, *, replace: bool) -> pd.DataFrame:
    """Return links with the state RING where writing them would put a meter above itself.

    Parameters
    ----------
    links
        As `meter_links`.
    meters
        node_id and meter_parent of all meters: links that stand may close a ring with new ones.
    replace
        Whether links that are written otherwise are replaced.
    """
    states = (NEW, OTHER) if replace else (NEW,)
    chosen = links["state"].isin(states).to_numpy()
    lookup = IdLookup(meters["node_id"])
    parent, child = lookup.rows(_ids(meters["meter_parent"])), lookup.rows(links["node_id"])
    parent[child[chosen]] = lookup.rows(links.loc[chosen, "proposed_parent"])
    ringed = chosen & in_rings(parent)[child]
    result: pd.DataFrame = links.assign(state=links["state"].mask(ringed, RING))
    return result


def _ids(values: pd.Series) -> Array:
    """Return ids as objects, None for none and for empty ones."""
    ids = np.array(values, dtype=object)
    ids[pd.isna(ids) | (ids == "")] = None
    return np.asarray(ids)


def _fed(works: TraceableNetwork, system: Optional[str]) -> Dependence:
    """Return what depends on what: vertices are nodes, then pipes, then the root behind all sources.

    Of a system (None: of all) its pipes count, those of an unknown one too, works, and its own tanks.
    """
    graph = works.graph
    used = works.in_use & ~works.drains & ~works.closed_pipes
    sources = works.sources & ~works.closed_nodes
    if system is not None:
        known = pd.Series(graph.pipe_system, dtype=object)
        used &= (known.isna() | (known == system)).to_numpy()
        named = np.append(_ids(works.nodes["system"]), np.array([None]))[graph.asset]
        tanks = works.of_kinds(tuple(works.settings.words("network.tank_kinds")))
        sources &= ~tanks | (named == system) | pd.isna(named)
    pipes = np.flatnonzero(used)
    first, second = [], []
    for end in (graph.start[pipes], graph.end[pipes]):
        passes = ~works.closed_nodes[end]
        first.append(end[passes])
        second.append(graph.node_count + pipes[passes])
    root = graph.node_count + graph.pipe_count
    feeding = np.flatnonzero(sources)
    first.append(np.full(len(feeding), root))
    second.append(feeding)
    return dependence(symmetric(np.concatenate(first), np.concatenate(second), root + 1), root)


def _vertices(works: TraceableNetwork, ids: Array, pipe_of_meter: Mapping[str, str]) -> Array:
    """Return the vertex of each meter (M,): its node, else the pipe of its customer, -1 for neither."""
    graph = works.graph
    used = works.in_use & ~works.drains
    touched = np.zeros(graph.node_count, dtype=bool)
    touched[graph.start[used]] = True
    touched[graph.end[used]] = True
    count = len(ids)
    node = np.fromiter((graph.vertex_of(str(name)) for name in ids), np.int64, count)
    named = (pipe_of_meter.get(str(name)) for name in ids)
    pipe = np.fromiter(
        (-1 if pipe_id is None else graph.edge_of(pipe_id) for pipe_id in named), np.int64, count
    )
    pipe = np.where((pipe >= 0) & used[pipe], pipe, -1) if len(used) else pipe
    on_pipe = (node >= 0) & touched[node] if len(touched) else node >= 0
    return np.where(on_pipe, node, np.where(pipe >= 0, graph.node_count + pipe, -1))


def _nearest_totals(tree: Dependence, vertex: Array, total: Array, nodes: int) -> Array:
    """Return the row of the nearest total meter above each meter (M,), -1 for none; vertices below ``nodes``
    are nodes.
    """
    row_at = np.full(len(tree.parent), -1, dtype=np.int64)
    # A meter on no pipe is told by its customer's: nothing is fed through it.
    rows = np.flatnonzero(total & (vertex >= 0) & (vertex < nodes))
    row_at[vertex[rows]] = rows
    nearest = tree.nearest()
    itself = np.arange(len(nearest))
    # Up from each vertex to the next total meter: those and the ends of all ways stay where they are.
    way = np.where((row_at >= 0) | (nearest < 0), itself, nearest)
    while True:
        further = way[way]
        if np.array_equal(further, way):
            break
        way = further
    above = np.full(len(vertex), -1, dtype=np.int64)
    some = np.flatnonzero(vertex >= 0)
    before = nearest[vertex[some]]
    some, before = some[before >= 0], before[before >= 0]
    above[some] = row_at[way[before]]
    return above
