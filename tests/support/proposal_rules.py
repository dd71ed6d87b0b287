"""The rules of a proposal of metered areas, looked up by plain searches with NetworkX."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np


def broken_rules(
    model: Any, proposal: Any, *, size_of: dict[str, float], bounds: tuple[float, float], max_inlets: int
) -> list[str]:
    """Return a sentence for each rule that a proposal breaks; ``size_of`` names what each pipe adds."""
    found = [*_tables(model, proposal, size_of, bounds, max_inlets)]
    found += _pieces(model, proposal, parted=True) + _pieces(model, proposal, parted=False)
    return found + _supply(model, proposal)


def _zone_of(proposal: Any) -> dict[str, str]:
    rows = proposal.pipes.dropna(subset=["zone_id"])
    return dict(zip(rows["pipe_id"], rows["zone_id"]))


def _new_ids(proposal: Any) -> set[str]:
    return set(proposal.zones["zone_id"])


def _tables(
    model: Any, proposal: Any, size_of: dict[str, float], bounds: tuple[float, float], max_inlets: int
) -> list[str]:
    found, zone_of = [], _zone_of(proposal)
    graph, dma = model.graph, model.dma
    ends = {graph.pipe_id[p]: (graph.start[p], graph.end[p]) for p in range(graph.pipe_count)}
    is_open = dict(zip(graph.pipe_id, dma.open))
    for row in proposal.pipes.itertuples():
        if row.zone_id is None and not row.reason:
            found.append(f"{row.pipe_id} is in no zone and nothing says why")
        if row.zone_id is not None and not is_open[row.pipe_id]:
            found.append(f"{row.pipe_id} is closed and in a zone")
    if sorted(proposal.pipes["pipe_id"]) != sorted(graph.pipe_id[dma.counts]):
        found.append("the pipes are not those of the network")
    sums = dict.fromkeys(_new_ids(proposal), 0.0)
    for name, zone in zone_of.items():
        if zone in sums:
            sums[zone] += size_of[name]
    for row in proposal.zones.itertuples():
        total = sums[row.zone_id]
        if not np.isclose(total, row.size):
            found.append(f"{row.zone_id} says {row.size} and its pipes have {total}")
        if not bounds[0] <= total * (1 + 1e-9) or not total <= bounds[1] * (1 + 1e-9):
            found.append(f"{row.zone_id} has {total}, outside of {bounds}")
        inlets = (proposal.boundary["device"] == "meter") & (proposal.boundary["zone_in"] == row.zone_id)
        if inlets.sum() != row.inlets or row.inlets > max_inlets:
            found.append(f"{row.zone_id} has {inlets.sum()} inlets, says {row.inlets}")
    for row, pipe, node in zip(proposal.boundary.itertuples(), proposal.pipe, proposal.node):
        if graph.pipe_id[pipe] != row.pipe_id or node not in ends[row.pipe_id]:
            found.append(f"{row.pipe_id} does not end at {row.at_node}")
        if row.zone_in == row.zone_out:
            found.append(f"{row.pipe_id} lies between {row.zone_in} and itself")
    return found


def _graph(model: Any, proposal: Any, *, parted: bool, cut: bool = True) -> nx.MultiGraph:
    """Return open pipes as edges; each cut end has a vertex of its own."""
    graph, dma = model.graph, model.dma
    cuts = set(zip(proposal.pipe.tolist(), proposal.node.tolist())) if cut else set()
    net = nx.MultiGraph()
    for pipe in np.flatnonzero(dma.open).tolist():
        ends = []
        for end, node in enumerate((int(graph.start[pipe]), int(graph.end[pipe]))):
            apart = (pipe, node) in cuts or (parted and bool(dma.closed[node] or dma.meter[node]))
            ends.append((node, pipe, end) if apart else (node,))
        net.add_edge(*ends, name=graph.pipe_id[pipe])
    return net


def _pieces(model: Any, proposal: Any, *, parted: bool) -> list[str]:
    found, zone_of = [], _zone_of(proposal)
    new = _new_ids(proposal)
    pieces: dict[str, int] = {}
    net = _graph(model, proposal, parted=parted)
    for part in nx.connected_components(net):
        names = {data["name"] for *_ends, data in net.subgraph(part).edges(data=True)}
        zones = {zone_of.get(name) for name in names}
        ours = zones & new
        if len(zones - {None}) > 1 and ours:
            found.append(f"one piece holds {sorted(zones - {None})} (parted: {parted})")
        if None in zones and ours and parted:
            found.append(f"a piece of {sorted(ours)} holds pipes of no zone")
        for zone in ours:
            pieces[zone] = pieces.get(zone, 0) + 1
    for zone in sorted(new):
        if pieces.get(zone) != 1:
            found.append(f"{zone} has {pieces.get(zone)} pieces (parted: {parted})")
    return found


def _supply(model: Any, proposal: Any) -> list[str]:
    """Follow the water: from pieces with a source through meters in their sense."""
    graph, dma = model.graph, model.dma
    net = _graph(model, proposal, parted=False)
    for node in np.flatnonzero(dma.closed).tolist():
        net.remove_nodes_from([one for one in list(net) if one == (node,)])
    piece = {}
    for number, part in enumerate(nx.connected_components(net)):
        piece.update(dict.fromkeys(part, number))
    flow = nx.DiGraph()
    flow.add_nodes_from(piece.values())
    zone_of = _zone_of(proposal)
    rows = proposal.boundary.reset_index(drop=True)
    for row, pipe, node in zip(rows.itertuples(), proposal.pipe.tolist(), proposal.node.tolist()):
        if row.device != "meter":
            continue
        end = 0 if graph.start[pipe] == node else 1
        own, host = piece.get((node, pipe, end)), piece.get((node,))
        if own is None or host is None:
            continue
        if zone_of.get(row.pipe_id) == row.zone_in:
            flow.add_edge(host, own)
        else:
            flow.add_edge(own, host)
    wet = {piece[(node,)] for node in np.flatnonzero(dma.source).tolist() if (node,) in piece}
    for start in list(wet):
        wet |= nx.descendants(flow, start)
    dry = set()
    for one, _other, data in net.edges(data=True):
        zone = zone_of.get(data["name"])
        if zone in _new_ids(proposal) and piece[one] not in wet:
            dry.add(zone)
    return [f"{zone} is not reached from a source" for zone in sorted(dry)]
