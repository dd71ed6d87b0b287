"""Connecting, parts, near misses and edits of 1k to 1M pipes against trees and SciPy on the same data.

python tests/bench/ladder_network.py [rows ...]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from harness import Bench
from lattice import Net, chain, frames, lattice, places

SIZES = (1_000, 10_000, 100_000, 1_000_000)
CHAIN = 100_000
TOLERANCE_M = 0.05
MEMORY_MB = 1536
# Edits that are made one after the other; the mean counts.
EDITS = 20


def prepare_points(rows: int) -> Any:
    """Return the places of all pipe ends."""
    return places(lattice(rows)).reshape(-1, 2)


def tree_pairs(points: Any) -> int:
    """Build the tree of all ends and ask for the pairs within the tolerance."""
    from scipy.spatial import cKDTree

    return len(cKDTree(points).query_pairs(TOLERANCE_M, output_type="ndarray"))


def prepare_join(rows: int) -> Any:
    """Return ends and no assets."""
    from waternet_plugin.core.network.model.joined_ends import Ends, NodeAssets

    points = prepare_points(rows)
    nothing = np.zeros(0, dtype=np.int64)
    ends = Ends(points, np.zeros(len(points), dtype=np.int64), np.full(len(points), -1))
    assets = NodeAssets(np.zeros((0, 2)), nothing, nothing.astype(bool), nothing, nothing.astype(object))
    return ends, assets


def join_ends(data: Any) -> int:
    """Join all ends to vertices with places."""
    from waternet_plugin.core.network.model.findings import FindingCollector
    from waternet_plugin.core.network.model.joined_ends import join, vertex_xy

    ends, assets = data
    joined = join(
        ends,
        assets,
        tolerance_m=TOLERANCE_M,
        coincident_m=0.001,
        near_m=TOLERANCE_M,
        notes=FindingCollector(),
    )
    vertex_xy(joined, ends, assets)
    return joined.size


def prepare_frames(rows: int) -> Any:
    """Return pipes and nodes as frames."""
    return frames(lattice(rows))


def connect(data: Any) -> int:
    """Make the whole graph of frames."""
    from waternet_plugin.core.network.model.graph import build_graph

    return build_graph(*data, tolerance_m=TOLERANCE_M).graph.node_count


def _matrix(net: Net) -> Any:
    from scipy.sparse import coo_matrix

    cells = coo_matrix((np.ones(len(net.start)), (net.start, net.end)), shape=(net.nodes, net.nodes))
    return cells.tocsr()


def prepare_matrix(rows: int) -> Any:
    """Return the lattice as SciPy wants it."""
    return _matrix(lattice(rows))


def prepare_chain_matrix(rows: int) -> Any:
    """Return the chain as SciPy wants it."""
    return _matrix(chain(rows))


def scipy_components(matrix: Any) -> int:
    """Number the components."""
    from scipy.sparse.csgraph import connected_components

    return int(connected_components(matrix, directed=False)[0])


def _graph(net: Net) -> Any:
    from waternet_plugin.core.network.model.graph import Graph

    pipes, nodes = len(net.start), net.nodes
    nothing = np.full(max(pipes, nodes), None, dtype=object)
    graph = Graph(
        pipe_id=nothing[:pipes],
        pipe_system=nothing[:pipes],
        pipe_function=nothing[:pipes],
        pipe_status=nothing[:pipes],
        start=net.start,
        end=net.end,
        length_m=np.ones(pipes),
        pipe_row=np.arange(pipes),
        node_id=nothing[:nodes],
        kind=nothing[:nodes],
        asset=np.full(nodes, -1),
        x_m=net.x_m,
        y_m=net.y_m,
    )
    graph.adjacency()
    return graph


def prepare_graph(rows: int) -> Any:
    """Return the lattice as a graph whose adjacency is known."""
    return _graph(lattice(rows))


def prepare_chain_graph(rows: int) -> Any:
    """Return the chain as a graph whose adjacency is known."""
    return _graph(chain(rows))


def parts(graph: Any) -> int:
    """Find components, bridges, articulation points and blocks."""
    from waternet_plugin.core.network.analysis.connectivity import blocks

    return int(blocks(graph).bridge.sum())


def prepare_networkx(rows: int) -> Any:
    """Return the lattice as a multigraph of NetworkX."""
    import networkx

    net = lattice(rows)
    graph = networkx.MultiGraph()
    graph.add_nodes_from(range(net.nodes))
    graph.add_edges_from(zip(net.start.tolist(), net.end.tolist()))
    return graph


def networkx_bridges(graph: Any) -> int:
    """Find the bridges with NetworkX."""
    import networkx

    return sum(1 for _ in networkx.bridges(graph))


def two_trees(data: Any) -> int:
    """Build the trees of ends and of lines."""
    import shapely
    from scipy.spatial import cKDTree

    lines = data[0]["geom"].to_numpy()
    tree = cKDTree(shapely.get_coordinates(lines))
    boxes = shapely.STRtree(lines)
    # The tree of lines is only built when it is asked for the first time.
    boxes.query(shapely.Point(0, 0))
    return tree.n


def prepare_subject(rows: int) -> Any:
    """Return a connected network as checks take it."""
    import datetime

    from waternet_plugin.core.quality.context.check_context import CheckContext
    from waternet_plugin.core.schema.settings import Settings

    pipes, nodes = frames(lattice(rows))
    subject = CheckContext({"pipe": pipes, "node": nodes}, Settings(), today=datetime.date(2026, 1, 1))
    subject.connected.graph.adjacency()
    # Columns that any check reads are there; the trees are made on the clock.
    _ = subject.ends, subject.live, subject.degree, subject.drawn_m, subject.pipes.codes("system")
    return subject


def topology(data: Any) -> int:
    """Find near misses, ends on pipes (T1, T2) and parts without a source (T6)."""
    from waternet_plugin.core.network.model.row_groups import labels
    from waternet_plugin.core.quality.checks.geometry.gaps import find_gaps

    gaps = find_gaps(data, TOLERANCE_M)
    graph = data.connected.graph
    count, label = labels(graph.node_count, graph.start, graph.end)
    supplied = np.zeros(count, dtype=bool)
    supplied[label[: len(data.nodes)]] = True
    return len(gaps.pipe) + int((~supplied[label[graph.start]]).sum())


def crossings(data: Any) -> int:
    """Find pipes that cross or lie on each other without a node (T3)."""
    from waternet_plugin.core.quality.checks.geometry.overlaps import overlaps

    return sum(len(found) for found in overlaps(data))


def twice(data: Any) -> int:
    """Find pipes drawn twice, parallel ones, lines without length and loops (T4)."""
    from waternet_plugin.core.quality.checks.geometry import linework
    from waternet_plugin.core.quality.checks.geometry.overlaps import duplicates

    checks = (duplicates, linework.lengths, linework.loops)
    return sum(len(found) for check in checks for found in check(data))


def prepare_held(rows: int) -> Any:
    """Return an open network and the next edits of it."""
    from waternet_plugin.core.network.live.editable_rows import NodeRows, PipeRows
    from waternet_plugin.core.network.live.live_graph import LiveGraph

    pipes, nodes = frames(lattice(rows))
    held = LiveGraph(PipeRows(pipes), NodeRows(nodes), tolerance_m=TOLERANCE_M)
    random = np.random.default_rng(9)
    chosen = random.choice(rows, EDITS, replace=False)
    edits = [pipes.iloc[[row]].copy() for row in chosen]
    return held, edits


def open_network(data: Any) -> int:
    """Connect frames and keep the network open."""
    from waternet_plugin.core.network.live.editable_rows import NodeRows, PipeRows
    from waternet_plugin.core.network.live.live_graph import LiveGraph

    pipes, nodes = data
    return LiveGraph(PipeRows(pipes), NodeRows(nodes), tolerance_m=TOLERANCE_M).graph.node_count


def edit_network(data: Any) -> float:
    """Move pipes, take some out and put them back, one at a time; return seconds of one edit."""
    import time

    import shapely

    held, edits = data
    begin = time.perf_counter()
    for number, row in enumerate(edits):
        if number % 4 == 2:
            held.edit(gone_pipes=[row["pipe_id"].iloc[0]])
        else:
            # What was taken out just before is put back.
            back = number % 4 == 3
            now = edits[number - 1] if back else row
            if not back:
                now["geom"] = shapely.affinity.translate(now["geom"].iloc[0], 1.0, 2.0)
            held.edit(pipes=now)
    return (time.perf_counter() - begin) / len(edits)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("network")
    for rows in sizes:
        # Fixed costs of a few ms rule the small ones; the limits are those of a million.
        largest = rows >= 1_000_000
        repeat = 3
        bench.run(
            "tree and pairs of ends", tree_pairs, rows, rows=rows, prepare=prepare_points, repeat=repeat
        )
        bench.run(
            "ends to nodes",
            join_ends,
            rows,
            rows=rows,
            prepare=prepare_join,
            floor="tree and pairs of ends",
            limit=2.0 if largest else None,
            repeat=repeat,
        )
        bench.run(
            "whole graph of frames",
            connect,
            rows,
            rows=rows,
            prepare=prepare_frames,
            floor="tree and pairs of ends",
            repeat=repeat,
        )
        bench.run("components of SciPy", scipy_components, rows, rows=rows, prepare=prepare_matrix, repeat=5)
        bench.run(
            "components, bridges, blocks",
            parts,
            rows,
            rows=rows,
            prepare=prepare_graph,
            floor="components of SciPy",
            limit=12.0 if largest else None,
            repeat=5,
        )
        if rows == CHAIN:
            bench.run(
                "components of a chain", scipy_components, rows, rows=rows, prepare=prepare_chain_matrix
            )
            bench.run(
                "blocks of a chain",
                parts,
                rows,
                rows=rows,
                prepare=prepare_chain_graph,
                floor="components, bridges, blocks",
                limit=4.0,
                repeat=3,
            )
            bench.run(
                "bridges of NetworkX",
                networkx_bridges,
                rows,
                rows=rows,
                prepare=prepare_networkx,
                floor="components, bridges, blocks",
            )
        bench.run(
            "trees of ends and lines", two_trees, rows, rows=rows, prepare=prepare_frames, repeat=repeat
        )
        bench.run(
            "near misses, tees, loose parts",
            topology,
            rows,
            rows=rows,
            prepare=prepare_subject,
            floor="trees of ends and lines",
            limit=4.0 if largest else None,
            limit_mb=MEMORY_MB if largest else None,
        )
        # T3 and T4 are asked for beside the others, so nothing limits them but the eye.
        for step, function in (("crossings without node", crossings), ("drawn twice, no length", twice)):
            bench.run(
                step, function, rows, rows=rows, prepare=prepare_subject, floor="trees of ends and lines"
            )
        bench.run("open a network", open_network, rows, rows=rows, prepare=prepare_frames)
        bench.run(
            f"{EDITS} edits of it",
            edit_network,
            rows,
            rows=rows,
            prepare=prepare_held,
            floor="open a network",
            limit=EDITS / 100 if largest else None,
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
