"""Metered areas proposed for 15k to 1M pipes, beside the bare Arrow read and NetworkX Louvain.

python tests/bench/ladder_proposal.py [rows ...]

Zones of 2,000 pipes each, by length, all three solutions with inlets, devices and tables; no sinks.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from harness import Bench
from ladder_kept import FOLDER, clear, made, path_of

SIZES = (15_000, 100_000, 1_000_000)
_PIPES_A_ZONE = 2_000
# Against the bare Arrow read at a million pipes, and against NetworkX Louvain at 15,000.
READ_LIMIT, READ_ROWS, MEMORY_LIMIT_MB = 50.0, 1_000_000, 3_000.0
LOUVAIN_LIMIT, LOUVAIN_ROWS = 20.0, 15_000


def dataset(rows: int) -> Any:
    """Open the network with GDAL."""
    import pyarrow  # noqa: F401
    from osgeo import gdal

    gdal.UseExceptions()
    return gdal.OpenEx(str(path_of(rows)), gdal.OF_VECTOR)


def bare_read(opened: Any) -> int:
    """Stream every column of the pipes through Arrow and throw them away."""
    return sum(len(part) for part in opened.GetLayerByName("pipe").GetArrowStreamAsPyArrow())


def graph_of(rows: int) -> Any:
    """Return the pipes as NetworkX has them."""
    import networkx as nx

    from waternet_plugin import store

    with store.open_network(path_of(rows)) as network:
        pipes = network.read("pipe", ["from_node", "to_node", "length_m"], geometry=False)
    graph = nx.Graph()
    graph.add_edges_from(zip(pipes["from_node"], pipes["to_node"]))
    return graph


def louvain(graph: Any) -> int:
    """Find communities."""
    import networkx as nx

    return len(nx.community.louvain_communities(graph, seed=1))


def imported(rows: int) -> int:
    """Import what a proposal needs."""
    import pyarrow  # noqa: F401

    return rows


def propose(rows: int) -> dict[str, Any]:
    """Propose zones and check their sizes."""
    from waternet_plugin import store
    from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
    from waternet_plugin.operations.dma.propose_dma import ProposeDmaRequest, propose_dma

    options = ProposalOptions(count=max(rows // _PIPES_A_ZONE, 2), size_by="length")
    with store.open_network(path_of(rows)) as network:
        found = propose_dma(network, ProposeDmaRequest(options)).proposals
    for one in found.solutions.values():
        if not np.all((one.size >= found.bounds.least) & (one.size <= found.bounds.most)):
            raise AssertionError("a zone is out of its bounds")
    return {name: one.figures() for name, one in found.solutions.items()}


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("proposal", by_cpu=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for rows in sizes:
        made(rows)
        bench.run("bare Arrow read", bare_read, rows, rows=rows, prepare=dataset, repeat=3)
        large = rows >= READ_ROWS
        bench.run(
            "propose, against the read",
            propose,
            rows,
            rows=rows,
            prepare=imported,
            floor="bare Arrow read",
            limit=READ_LIMIT if large else None,
            limit_mb=MEMORY_LIMIT_MB if large else None,
        )
        if rows <= LOUVAIN_ROWS:
            bench.run("NetworkX Louvain", louvain, rows, rows=rows, prepare=graph_of, repeat=3)
            bench.run(
                "propose, against Louvain",
                propose,
                rows,
                rows=rows,
                prepare=imported,
                floor="NetworkX Louvain",
                limit=LOUVAIN_LIMIT,
            )
        clear(rows)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
