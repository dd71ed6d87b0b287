"""Metered areas of 10k to 1M pipes: patches and zones, the check of all, read and kept, and outlines.

python tests/bench/ladder_dma.py [rows ...]
"""

from __future__ import annotations

import sys
from typing import Any

import ladder_kept
import numpy as np
from harness import STORE, Bench
from ladder_isolation import components, prepare_frames, prepare_matrix

SIZES = (10_000, 100_000, 1_000_000)
CRS = "EPSG:4547"
FOLDER = STORE / "kept"
# Pipes of one area, as in 500 areas of a million pipes.
PIPES_PER_ZONE = 2_000
# Patches and zones against SciPy's components of the bare graph.
FLOOD_LIMIT = 6.0
# The check of all areas against opening the network for questions: with reading it, and on the one kept.
READ_LIMIT, KEPT_LIMIT, MEMORY_LIMIT = 2.0, 0.5, 1.3
# The check that proves all areas twice against the one that proves them once, from so many pipes on.
TWICE_LIMIT, TWICE_FROM = 3.0, 100_000
# How far from its pipes an outline runs, m, as the setting says.
OUTLINE_M = 30.0
_OPENING = "open for questions"


def zoned_frames(rows: int) -> tuple[Any, Any, Any]:
    """Return pipes and nodes in connected zones with an inlet each, other ways closed, and the zones."""
    import pandas as pd
    from scipy import sparse
    from scipy.sparse import csgraph

    pipes, nodes, _customers = prepare_frames(rows)
    place = pd.Index(nodes["node_id"])
    start, end = (place.get_indexer(pipes[name]) for name in ("from_node", "to_node"))
    size = len(nodes)
    edges = sparse.coo_matrix((np.ones(len(pipes)), (start, end)), shape=(size, size)).tocsr()
    many = max(len(pipes) // PIPES_PER_ZONE, 4)
    seeds = np.random.default_rng(8).choice(size, many, replace=False)
    _far, _before, nearest = csgraph.dijkstra(
        edges, directed=False, indices=seeds, unweighted=True, min_only=True, return_predecessors=True
    )
    zone = np.searchsorted(np.sort(seeds), nearest)
    one, other = zone[start], zone[end]
    across = np.flatnonzero(one != other)
    # The zones of sources are outside; the others are fed one by one, over one pipe each.
    fed = np.zeros(many, dtype=bool)
    fed[zone[nodes["kind"].isin(["source", "plant"]).to_numpy()]] = True
    outside, inlet = fed.copy(), np.zeros(len(pipes), dtype=bool)
    meter_in, meter_out = (np.full(size, None, dtype=object) for _side in range(2))
    name = np.array([f"Z{number:04d}" for number in range(many)], dtype=object)
    name[outside] = None
    member = name[one]
    waiting = True
    while waiting:
        waiting = False
        for pipe in across.tolist():
            a, b = int(one[pipe]), int(other[pipe])
            if fed[a] == fed[b]:
                continue
            inner, before, node = (b, a, end[pipe]) if fed[a] else (a, b, start[pipe])
            if meter_in[node] is None:
                fed[inner] = inlet[pipe] = waiting = True
                member[pipe] = name[before]
                meter_in[node], meter_out[node] = name[inner], name[before]
    pipes["dma_id"] = member
    pipes["initial_status"] = np.where((one != other) & ~inlet, "closed", None)
    nodes["meter_in"], nodes["meter_out"] = meter_in, meter_out
    kinds = np.where([side is None for side in meter_in], nodes["kind"], "flow_meter")
    nodes["kind"] = kinds.astype(object)
    ids = [each for each in name if each is not None]
    zones = pd.DataFrame({"zone_id": ids, "kind": "dma", "name": ids, "level": 3.0})
    return pipes, nodes, zones


def path_of(rows: int) -> Any:
    """Return the network that the steps of one size share."""
    return FOLDER / f"dma_{rows}.gpkg"


def made(rows: int) -> None:
    """Write the network of one size."""
    from waternet_plugin.store import create_network

    clear(rows)
    pipes, nodes, zones = zoned_frames(rows)
    with create_network(path_of(rows), CRS, by="bench") as network, network.write("adopt") as batch:
        for table, frame in (("pipe", pipes), ("node", nodes)):
            batch.insert(table, frame.set_crs(CRS, allow_override=True).dropna(axis="columns", how="all"))
        batch.insert("zone", zones)


def clear(rows: int) -> None:
    """Take the network of one size away."""
    for old in FOLDER.glob(f"dma_{rows}.gpkg*"):
        old.unlink()


def fresh(rows: int) -> Any:
    """Return a kept network that nobody asked yet, everything imported."""
    import pyarrow  # noqa: F401

    import waternet_plugin.operations.dma.check_dma  # noqa: F401
    from waternet_plugin.operations.network.live_network import live_network

    return live_network(str(path_of(rows)))


class PathOnly:
    """A network that nobody keeps."""

    def __init__(self, uri: str) -> None:
        self.uri = uri


def path_only(rows: int) -> PathOnly:
    """Return where a network lies, everything imported."""
    fresh(rows)
    return PathOnly(str(path_of(rows)))


def opened(rows: int) -> Any:
    """Return a kept network that is open for questions, its metered areas too."""
    kept = fresh(rows)
    ladder_kept.open_it(kept)
    with kept.answering():
        kept.dma_model()
    return kept


def arrays(rows: int) -> Any:
    """Return the arrays of a network."""
    with opened(rows).answering() as kept:
        return kept.dma_model().dma


def patches_and_zones(dma: Any) -> int:
    """Find the patches, and the zone of each."""
    from waternet_plugin.core.dma.membership import flood

    return int(flood(dma).patches.count)


def cells_and_boundaries(dma: Any) -> int:
    """Find cells, crossings, parts and figures of all zones."""
    from waternet_plugin.core.dma.boundary import find_boundary
    from waternet_plugin.core.dma.cells import find_cells

    return len(find_boundary(dma, find_cells(dma)).crossings.zone)


def lines_and_zones(rows: int) -> Any:
    """Return the lines of all pipes, the zone of each, and the zones."""
    import waternet_plugin.core.dma.outlines  # noqa: F401
    from waternet_plugin.core.dma.zone_tree import zone_tree
    from waternet_plugin.store import open_network

    with open_network(path_of(rows)) as network:
        pipes = network.read("pipe", ["dma_id"])
        zones = network.read("zone", ["zone_id", "kind", "level", "parent_id", "state"], geometry=False)
    tree = zone_tree(zones)
    return pipes["geom"].to_numpy(), tree.numbers(pipes["dma_id"].to_numpy()), tree


def outlines_of_all(prepared: Any) -> int:
    """Find the outlines of all zones."""
    from waternet_plugin.core.dma.outlines import zone_outlines

    lines, zone, tree = prepared
    return len(zone_outlines(lines, zone, tree, OUTLINE_M).neighbours)


def check_of(kept: Any) -> dict[str, int]:
    """Check all areas by arrays alone; return how many have each verdict."""
    # As where networkx is not installed.
    sys.modules["networkx"] = None  # type: ignore[assignment]
    return check_twice(kept)


def check_twice(kept: Any) -> dict[str, int]:
    """Check all areas, a second time by NetworkX; return how many have each verdict."""
    from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, check_dma
    from waternet_plugin.store import open_network

    with open_network(kept.uri) as network:
        zones = check_dma(network, ZoneCheckRequest("Check", store=False)).zones
    assert sys.modules.get("networkx") is None or set(zones["confirmed"]) == {"yes"}
    return {str(name): int(many) for name, many in zones["verdict"].value_counts().items()}


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    # By wall time: the check looks for ends that miss their node in a second thread.
    bench = Bench("dma")
    for rows in sizes:
        # Fixed costs rule the small ones; the limits are those of a million.
        largest = rows >= 1_000_000

        def limit(value: float, of_a_million: bool = largest) -> float | None:
            return value if of_a_million else None

        made(rows)
        floor = "components of SciPy"
        bench.run(floor, components, rows, rows=rows, prepare=prepare_matrix, repeat=5)
        for step, function, most in (
            ("patches and zones", patches_and_zones, FLOOD_LIMIT),
            ("cells and boundaries", cells_and_boundaries, None),
        ):
            bench.run(
                step,
                function,
                rows,
                rows=rows,
                prepare=arrays,
                floor=floor,
                limit=None if most is None else limit(most),
                repeat=5,
            )
        opening = bench.run(_OPENING, ladder_kept.open_it, rows, rows=rows, prepare=fresh)
        memory_mb = limit(MEMORY_LIMIT * opening.peak_mb)
        bench.run(
            "check all, network read",
            check_of,
            rows,
            rows=rows,
            prepare=path_only,
            floor=_OPENING,
            limit=limit(READ_LIMIT),
            limit_mb=memory_mb,
        )
        bench.run(
            "check all, network kept",
            check_of,
            rows,
            rows=rows,
            prepare=opened,
            floor=_OPENING,
            # A kept network is in memory already: the limit of memory is that of a check by itself.
            limit=limit(KEPT_LIMIT),
        )
        for step, prepare in (("network read", path_only), ("network kept", opened)):
            bench.run(
                f"check all, {step}, proven twice",
                check_twice,
                rows,
                rows=rows,
                prepare=prepare,
                floor=f"check all, {step}",
                # The contract is that of a network that is read.
                limit=TWICE_LIMIT if rows >= TWICE_FROM and prepare is path_only else None,
            )
        step = "outlines of all zones"
        bench.run(step, outlines_of_all, rows, rows=rows, prepare=lines_and_zones, limit_mb=memory_mb)
        clear(rows)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
