"""Drains of a branching lattice with loops: flow, misconnections, catchments, and questions once it is open.

python tests/bench/ladder_drainage.py [rows ...]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from harness import STORE, Bench, Cost, Stopwatch, measure
from lattice import Net, lattice

SIZES = (30_000, 300_000)
CRS = "EPSG:4547"
FOLDER = STORE / "drainage"
# Against the Arrow read of pipes and nodes.
DIRECTION_LIMIT, MISCONNECTION_LIMIT = 6.0, 5.0
# Against the bare cells of the same points.
CATCHMENT_LIMIT = 5.0
# Against opening the network for questions.
TRACE_LIMIT = RECHECK_LIMIT = 1 / 50
MANHOLE_LIMIT = 1 / 20
# Edits, divisions of the ground and openings whose medians count.
EDITS, TURNS, OPENINGS = 9, 5, 3
CELLS, CATCHMENTS = "bare cells of the inlets", "catchments"
OUTFALLS, PLANTS, COMPOUNDS = 1_000, 20, 1_000
# Of the drains with inverts, and of those of the wrong system.
_LEVELLED, _WRONG = 0.6, 0.001
_SLOPE, _DEPTH_M = 0.003, 2.5


def path_of(rows: int) -> Path:
    """Return the network that the steps of one size share."""
    return FOLDER / f"drains_{rows}.gpkg"


def _distance_m(net: Net, exits: Any) -> Any:
    """Return how far it is from each vertex to the nearest exit along drains, m."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    length = np.hypot(net.x_m[net.start] - net.x_m[net.end], net.y_m[net.start] - net.y_m[net.end])
    ways = coo_matrix((length, (net.start, net.end)), shape=(net.nodes, net.nodes)).tocsr()
    return dijkstra(ways, directed=False, indices=exits, min_only=True)


def _ids(prefix: str, many: int) -> Any:
    return np.char.add(prefix, np.arange(many).astype(str)).astype(object)


def town(rows: int) -> tuple[Any, Any, Any]:
    """Return pipes, nodes and compounds: storm drains and, beside them, as many of sewage.

    Half of the lines are drawn against the flow, which is stored as inferred.
    """
    import geopandas as gpd
    import shapely

    random = np.random.default_rng(16)
    halves = []
    for number, (system, exits, kind) in enumerate(
        (("storm", OUTFALLS, "outfall"), ("sewage", PLANTS, "plant"))
    ):
        net = lattice(rows // 2, seed=4 + number)
        corners = int(net.nodes - np.bincount(np.r_[net.start, net.end]).__eq__(1).sum())
        chosen = random.choice(corners, min(exits, corners // 20), replace=False)
        far = _distance_m(net, chosen)
        x = net.x_m + number * (np.ptp(net.x_m) + 200.0)
        names = _ids(f"{system[:2]}N", net.nodes)
        stub = np.isin(np.arange(net.nodes), np.flatnonzero(np.bincount(np.r_[net.start, net.end]) == 1))
        kinds = np.where(stub & (system == "storm"), "inlet", "manhole").astype(object)
        kinds[chosen] = kind
        level = far * _SLOPE
        known = random.random(len(net.start)) < _LEVELLED
        stub_pipe = stub[net.start] | stub[net.end]
        wrong = stub_pipe & (random.random(len(net.start)) < _WRONG)
        other = "sewage" if system == "storm" else "storm"
        falls = np.sign(far[net.start] - far[net.end])
        pipes = gpd.GeoDataFrame(
            {
                "pipe_id": _ids(f"{system[:2]}P", len(net.start)),
                "system": np.where(wrong, other, system).astype(object),
                "function": np.where(stub_pipe, "lead", "branch").astype(object),
                "status": "in_use",
                "diameter_mm": np.where(stub_pipe, 200.0, random.choice([300.0, 500.0], len(net.start))),
                "from_node": names[net.start],
                "to_node": names[net.end],
                "invert_start_m": np.where(known, level[net.start], np.nan).round(3),
                "invert_end_m": np.where(known, level[net.end], np.nan).round(3),
                "flow": np.array(["reverse", "undetermined", "forward"], dtype=object)[
                    falls.astype(np.int64) + 1
                ],
                "flow_source": "inferred",
                "flow_confidence": 0.9,
            },
            geometry=gpd.GeoSeries(
                shapely.linestrings(np.stack([
                    np.column_stack([x[net.start], net.y_m[net.start]]),
                    np.column_stack([x[net.end], net.y_m[net.end]]),
                ], axis=1)),
                crs=CRS,
            ),
        ).rename_geometry("geom")  # fmt: skip
        nodes = gpd.GeoDataFrame(
            {
                "node_id": names,
                "kind": kinds,
                "system": system,
                "status": "in_use",
                "ground_m": (level + _DEPTH_M).round(2),
            },
            geometry=gpd.GeoSeries(shapely.points(x, net.y_m), crs=CRS),
        ).rename_geometry("geom")
        halves.append((pipes, nodes))
    import pandas as pd

    pipes, nodes = (pd.concat(both, ignore_index=True) for both in zip(*halves))
    storm = halves[0][1]
    at = random.choice(len(storm), min(COMPOUNDS, len(storm) // 50), replace=False)
    places = shapely.get_coordinates(storm.geometry.to_numpy()[at]) + 15.0
    plots = gpd.GeoDataFrame(
        {
            "compound_id": _ids("C", len(at)),
            "type": "residential",
        },
        geometry=gpd.GeoSeries(
            shapely.box(places[:, 0], places[:, 1], places[:, 0] + 150.0, places[:, 1] + 120.0), crs=CRS
        ),
    ).rename_geometry("geom")
    return pipes, nodes, plots


def made(rows: int) -> None:
    """Write the network of one size."""
    from waternet_plugin.store import create_network

    clear(rows)
    tables = dict(zip(("pipe", "node", "compound"), town(rows)))
    with create_network(path_of(rows), CRS, by="bench") as network, network.write("adopt") as batch:
        for name, frame in tables.items():
            batch.insert(name, frame)


def clear(rows: int) -> None:
    """Take the network of one size away."""
    for old in FOLDER.glob(f"drains_{rows}.gpkg*"):
        old.unlink()


def stream_of(rows: int) -> str:
    """Return what the bare read needs, everything imported."""
    import pyarrow  # noqa: F401
    from osgeo import gdal  # noqa: F401

    return str(path_of(rows))


def bare_stream(path: str) -> int:
    """Let OGR stream all pipes and nodes as Arrow and throw them away."""
    from osgeo import gdal

    dataset = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=["GPKG"])
    return sum(
        len(part)
        for name in ("pipe", "node")
        for part in dataset.GetLayerByName(name).GetArrowStreamAsPyArrow()
    )


def opened(rows: int) -> Any:
    """Return the open network, everything imported."""
    import pyarrow  # noqa: F401

    from waternet_plugin.store import open_network

    return open_network(path_of(rows))


def direction(network: Any) -> int:
    """Infer the flow of all drains, with the report."""
    from waternet_plugin.operations.drainage.infer_direction import infer_direction

    return infer_direction(network).told.undetermined


def misconnections(network: Any) -> int:
    """Find what is joined wrongly."""
    from waternet_plugin.operations.drainage.find_misconnections import (
        MisconnectionRequest,
        find_misconnections,
    )

    return len(find_misconnections(network, MisconnectionRequest("bench")).found)


def prepare_points(rows: int) -> Any:
    """Return the places whose cells the catchments consist of."""
    import shapely

    from waternet_plugin.store import open_network

    with open_network(path_of(rows)) as network:
        nodes = network.read("node", ["kind", "system"])
    inlet = (nodes["kind"] == "inlet") & (nodes["system"] == "storm")
    places = shapely.get_coordinates(nodes["geom"].to_numpy()[inlet.to_numpy()])
    return shapely.multipoints(places - places.mean(axis=0))


def bare_cells(points: Any) -> int:
    """Let GEOS make the cells of all points."""
    import shapely

    return len(shapely.get_parts(shapely.voronoi_polygons(points)))


def read_drains(rows: int) -> Any:
    """Return the drains of one size with their graph, flow and compounds; nothing was asked of them yet."""
    import datetime

    from waternet_plugin.core.network.analysis.drain_flow import compound_membership, drain_flow
    from waternet_plugin.core.quality.context.check_context import CheckContext
    from waternet_plugin.operations.checks import check_network

    with opened(rows) as network:
        tables, settings = check_network.read_drains(network), network.settings()
    subject = CheckContext(tables, settings, today=datetime.date(2026, 1, 1))
    subject.once(drain_flow)
    subject.once(compound_membership)
    return subject


def catchments(subject: Any) -> int:
    """Divide the ground among the outfalls, compounds and 50 m around drains."""
    from waternet_plugin.core.drainage.catchments import outfall_catchments

    return len(outfall_catchments(subject).outfalls)


def ground(rows: int) -> dict[str, Any]:
    """Divide the ground and make the bare cells by turns, drains read anew each time; return the medians."""
    import waternet_plugin.core.drainage.catchments  # noqa: F401

    watch, points = Stopwatch(), prepare_points(rows)
    for _turn in range(TURNS):
        with watch.timing(CELLS):
            bare_cells(points)
        subject = read_drains(rows)
        with watch.timing(CATCHMENTS):
            catchments(subject)
        # One at a time in memory.
        del subject
    return watch.costs()


def fresh(rows: int) -> Any:
    """Return a kept network that nobody asked yet, everything imported."""
    import pyarrow  # noqa: F401

    import waternet_plugin.operations.checks.check_network
    import waternet_plugin.operations.drainage.find_misconnections  # noqa: F401
    from waternet_plugin.operations.network.live_network import live_network

    return live_network(str(path_of(rows)))


def open_it(kept: Any) -> int:
    """Read the network and make it ready for questions about drains."""
    from support.cached_answers import compute_trace

    with kept.answering():
        compute_trace(kept.trace_network())
        return int(kept.graph.graph.pipe_count)


def several(rows: int) -> dict[str, Any]:
    """Return where the networks go that each run opens anew."""
    return {"rows": rows}


def close_last(networks: dict[str, Any], _turn: int) -> None:
    """Let go of the network that was opened last, and have one that nobody asked yet."""
    networks.pop("kept", None)
    networks["kept"] = fresh(networks["rows"])


def open_another(networks: dict[str, Any]) -> int:
    """Open the network that nobody asked yet."""
    return open_it(networks["kept"])


def ready(rows: int) -> Any:
    """Return a kept network that is open, with the manholes below which most lies; one question was put."""
    from waternet_plugin.store import open_network

    kept = fresh(rows)
    open_it(kept)
    network = open_network(path_of(rows))
    with kept.answering():
        held = kept.trace_network()
        graph = held.graph
        lower = np.where(held.sense < 0, graph.start, graph.end)
        upper = np.where(held.sense < 0, graph.end, graph.start)
        stormy = held.in_use & (graph.pipe_system == "storm")
        # Some steps down from inlets: where much comes together.
        down = np.full(graph.node_count, -1)
        down[upper[stormy]] = lower[stormy]
        at = np.flatnonzero(graph.kind == "inlet")
        for _step in range(40):
            at = np.where((at >= 0) & (down[at] >= 0), down[at], at)
        most = np.argsort(-np.bincount(at, minlength=graph.node_count))
        manhole = next(vertex for vertex in most.tolist() if graph.kind[vertex] == "manhole")
        return kept, network, str(graph.node_id[manhole])


def asked(rows: int) -> Any:
    """Return such a network once a search was made and its drains were checked."""
    from waternet_plugin.core.schema.settings import CHECKED_UP_TO

    data = ready(rows)
    network = data[1]
    with network.write("edit") as batch:
        batch.set_setting(CHECKED_UP_TO, network.position())
    _edit(network, rows, 210.0)
    recheck(data)
    trace_up(data)
    next_manhole(data)
    return data


def edit(data: Any, turn: int) -> None:
    """Change the diameter of a drain, to another one each time."""
    _kept, network, _manhole = data
    pipes = network.count("pipe")
    _edit(network, pipes, 220.0 + 10.0 * turn)


def _edit(network: Any, rows: int, diameter_mm: float) -> None:
    import pandas as pd

    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [f"stP{rows // 5}"], "diameter_mm": [diameter_mm]}))


def recheck(data: Any) -> int:
    """Check what was edited."""
    import datetime

    from waternet_plugin.operations.checks.check_network import check_network

    found = check_network(data[1], only_changed=True, today=datetime.date(2026, 1, 1))
    return len(found.findings.frame)


def trace_up(data: Any) -> int:
    """Trace what lies above a manhole."""
    from waternet_plugin.operations.network.trace_network import Rules, TraceRequest, trace_network

    kept, _network, manhole = data
    request = TraceRequest(manhole, rules=Rules("upstream"), with_report=False)
    return len(trace_network(kept, request).pipes)


def next_manhole(data: Any) -> int:
    """Tell which cover to open next, sewage seen in one."""
    from waternet_plugin.operations.drainage.find_misconnections import next_manhole

    return len(next_manhole(data[1], dirty=(data[2],)).covers)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("drainage", by_cpu=True)
    for rows in sizes:
        # Fixed costs rule the small ones; the limits are those of the largest.
        largest = rows >= SIZES[-1]

        def limit(value: float, of_the_largest: bool = largest) -> float | None:
            return value if of_the_largest else None

        made(rows)
        read = "Arrow read of pipes and nodes"
        bench.run(read, bare_stream, rows, rows=rows, prepare=stream_of, repeat=3)
        for step, function, most in (
            ("flow inferred", direction, DIRECTION_LIMIT),
            ("misconnections", misconnections, MISCONNECTION_LIMIT),
        ):
            bench.run(step, function, rows, rows=rows, prepare=opened, floor=read, limit=limit(most))
        divided = measure(ground, rows)
        cells, caught = (Cost(*divided.value[step]) for step in (CELLS, CATCHMENTS))
        bench.add(CELLS, cells, rows=rows, peak_mb=divided.peak_mb)
        most = limit(CATCHMENT_LIMIT)
        bench.add(CATCHMENTS, caught, rows=rows, peak_mb=divided.peak_mb, floor=CELLS, limit=most)
        opening = "open for questions"
        bench.run(
            opening, open_another, rows, rows=rows, prepare=several, before_each=close_last, repeat=OPENINGS
        )
        for step, function, most in (
            ("trace after an edit", trace_up, TRACE_LIMIT),
            ("check after an edit", recheck, RECHECK_LIMIT),
        ):
            bench.run(
                step,
                function,
                rows,
                rows=rows,
                prepare=asked,
                before_each=edit,
                floor=opening,
                limit=limit(most),
                repeat=EDITS,
            )
        for step, prepare, highest in (
            ("next manhole, the first", ready, None),
            ("next manhole", asked, limit(MANHOLE_LIMIT)),
        ):
            bench.run(step, next_manhole, rows, rows=rows, prepare=prepare, floor=opening, limit=highest)
        clear(rows)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
