"""Segments, what each cuts off, bursts and traces at 1k to 1M pipes, beside SciPy's components and WNTR.

python tests/bench/ladder_isolation.py [rows ...]
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from harness import Bench
from lattice import Net, frames, lattice

SIZES = (1_000, 10_000, 100_000, 1_000_000)
# Share of the pipes of the bare lattice that get a valve in their middle: 3 of 8 nodes are valves then.
_VALVED = 0.6
_BURSTS = 10
_DATA = Path(os.environ.get("WATERNET_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
# Public networks, and the greatest share of WNTR's time that is accepted.
_PEERS = ("ky4/ky4.inp", "ky10/ky10.inp")
_SHARE_OF_WNTR = 0.01


def valved(rows: int) -> tuple[Net, np.ndarray]:
    """Return a lattice of about ``rows`` pipes cut by valves, and which of its vertices are valves."""
    bare = lattice(int(rows / (1 + _VALVED)))
    random = np.random.default_rng(5)
    cut = np.flatnonzero(random.random(len(bare.start)) < _VALVED)
    middle = bare.nodes + np.arange(len(cut))
    x, y = (
        np.append(axis, (axis[bare.start[cut]] + axis[bare.end[cut]]) / 2) for axis in (bare.x_m, bare.y_m)
    )
    end = bare.end.copy()
    end[cut] = middle
    net = Net(np.append(bare.start, middle), np.append(end, bare.end[cut]), x, y, bare.sources)
    return net, np.arange(len(x)) >= bare.nodes


def prepare_matrix(rows: int) -> Any:
    """Return the graph as SciPy wants it."""
    from scipy import sparse

    net, _ = valved(rows)
    ones = np.ones(len(net.start), dtype=np.int8)
    return sparse.coo_matrix((ones, (net.start, net.end)), shape=(net.nodes, net.nodes)).tocsr()


def components(matrix: Any) -> int:
    """Label the connected components."""
    from scipy.sparse.csgraph import connected_components

    return int(connected_components(matrix, directed=False)[0])


def segments(net_and_valves: tuple[Net, np.ndarray]) -> dict[str, int]:
    """Find the segments, and for each of them what else loses every source."""
    from waternet_plugin.core.network.analysis.supply import ValvedNetwork, build_supply

    net, valve = net_and_valves
    used = np.ones(len(net.start), dtype=bool)
    network = ValvedNetwork(
        net.start,
        net.end,
        used=used,
        separating=valve,
        closed=np.zeros(net.nodes, dtype=bool),
        sources=np.isin(np.arange(net.nodes), net.sources),
        present=None,
        one_way=None,
    )
    found = network.segments(valve)
    supply = build_supply(network, found)
    number, _ = supply.unintended(np.ones((len(supply.segment), 1)))
    return {"segments": found.count, "cutting": int((number > 0).sum()), "lost": int(number.sum())}


def prepare_frames(rows: int) -> tuple[Any, Any, Any]:
    """Return pipes, nodes and customers as a network has them."""
    from waternet_plugin.core.frames import conform, empty
    from waternet_plugin.core.network.isolation import isolation_model
    from waternet_plugin.core.network.tracing import trace_graph

    net, valve = valved(rows)
    pipes, nodes = frames(net, ids=True)
    nodes["kind"] = np.where(valve, "valve", nodes["kind"]).astype(object)
    pipes["diameter_mm"] = np.random.default_rng(6).choice([100.0, 150.0, 200.0, 300.0], len(pipes))
    pipes["length_m"] = pipes.length
    # What the store would read, so that making columns up is not timed.
    columns = dict.fromkeys([*isolation_model.PIPE_COLUMNS, *trace_graph.PIPE_COLUMNS, "geom"])
    pipes = conform(pipes, "pipe")[list(columns)]
    columns = dict.fromkeys([*isolation_model.NODE_COLUMNS, *trace_graph.NODE_COLUMNS, "geom"])
    return pipes, conform(nodes, "node")[list(columns)], empty("customer")


def opened(data: tuple[Any, Any, Any]) -> tuple[Any, Any]:
    """Connect the pipes, find the segments and what depends on what."""
    from support.cached_answers import compute_isolation, compute_trace

    from waternet_plugin.core.network.isolation import isolation_model
    from waternet_plugin.core.network.model.graph import build_graph
    from waternet_plugin.core.network.tracing import trace_graph

    pipes, nodes, customers = data
    connected = build_graph(pipes, nodes)
    works = isolation_model.build_isolation_model(connected, pipes, nodes, customers)
    compute_isolation(works)
    ground = trace_graph.ready_to_trace(connected, pipes, nodes)
    compute_trace(ground)
    return works, ground


def prepare_opened(rows: int) -> tuple[Any, Any]:
    """Return an open network."""
    return opened(prepare_frames(rows))


def _some(works: Any) -> np.ndarray:
    """Return the pipes that burst: those of the ten greatest causes of loss would be rare, so any."""
    count = works.connected.graph.pipe_count
    return np.random.default_rng(7).choice(count, min(_BURSTS, count), replace=False)


def bursts(data: tuple[Any, Any]) -> int:
    """Isolate ten bursts."""
    from waternet_plugin.core.network.isolation.isolate import isolate

    works, _ = data
    return sum(isolate(works, int(pipe)).valve_count for pipe in _some(works))


def traces(data: tuple[Any, Any]) -> int:
    """Trace from ten pipes downstream and to the source."""
    from waternet_plugin.core.network.tracing.trace import TracePoint, trace
    from waternet_plugin.core.network.tracing.trace_rules import Rules

    works, ground = data
    rules = (Rules("downstream"), Rules("to_source"))
    return sum(
        len(trace(ground, TracePoint(pipe=int(pipe)), rules[number % 2]).pipes)
        for number, pipe in enumerate(_some(works))
    )


def prepare_peer(name: str) -> tuple[Any, Any]:
    """Return a public network with a generated layer of valves, as WNTR has it."""
    import wntr

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = wntr.network.WaterNetworkModel(str(_DATA / "networks_inp" / name))
        layer = wntr.network.generate_valve_layer(network, "strategic", 2, seed=1)
        return network.to_graph(), layer


def wntr_segments(data: tuple[Any, Any]) -> int:
    """Find the segments as WNTR does."""
    import wntr

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(wntr.metrics.topographic.valve_segments(*data)[2])


def prepare_ours(name: str) -> tuple[np.ndarray, np.ndarray, int, np.ndarray]:
    """Return the same network as arrays, each valve a node between its link and a stub."""
    graph, layer = prepare_peer(name)
    number = {node: place for place, node in enumerate(graph.nodes)}
    edges = list(graph.edges(keys=True))
    at = {key: place for place, (_, _, key) in enumerate(edges)}
    start = [number[one] for one, _, _ in edges]
    end = [number[other] for _, other, _ in edges]
    for valve, (link, node) in enumerate(zip(layer["link"], layer["node"])):
        ends = start if start[at[link]] == number[node] else end
        ends[at[link]] = len(number) + valve
        start.append(number[node])
        end.append(len(number) + valve)
    size = len(number) + len(layer)
    return np.array(start), np.array(end), size, np.arange(size) >= len(number)


def our_segments(data: tuple[np.ndarray, np.ndarray, int, np.ndarray]) -> int:
    """Find the segments."""
    from waternet_plugin.core.network.analysis.segments import find_segments

    start, end, size, valve = data
    return find_segments(start, end, size, separating=valve, used=np.ones(len(start), dtype=bool)).count


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("isolation")
    for rows in sizes:
        # Fixed costs of a few ms rule the small ones; the limits are those of a million.
        largest = rows >= 1_000_000
        bench.run("components by SciPy", components, rows, rows=rows, prepare=prepare_matrix, repeat=5)
        bench.run(
            "segments and all they cut off",
            segments,
            rows,
            rows=rows,
            prepare=valved,
            floor="components by SciPy",
            limit=30.0 if largest else None,
            limit_mb=1536,
            repeat=3,
        )
        bench.run("open (without reading)", opened, rows, rows=rows, prepare=prepare_frames)
        for step, function in (("ten bursts", bursts), ("ten traces", traces)):
            bench.run(
                step,
                function,
                rows,
                rows=rows,
                prepare=prepare_opened,
                floor="open (without reading)",
                limit=0.01 * _BURSTS if largest else None,
                repeat=3,
            )
    for name in _PEERS:
        if not (_DATA / "networks_inp" / name).exists():
            print(f"no {name}: set WATERNET_DATA")
            continue
        try:
            links = len(prepare_peer(name)[0].edges)
        except ImportError:
            print("no package wntr: not compared")
            break
        theirs, ours = f"WNTR, {Path(name).stem}", f"segments, {Path(name).stem}"
        bench.run(theirs, wntr_segments, name, rows=links, prepare=prepare_peer, repeat=3)
        bench.run(
            ours,
            our_segments,
            name,
            rows=links,
            prepare=prepare_ours,
            floor=theirs,
            limit=_SHARE_OF_WNTR,
            repeat=20,
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
