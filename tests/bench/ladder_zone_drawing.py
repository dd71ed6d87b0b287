"""A gesture of the zone drawing with its live line, at 100k and 1M pipes, beside SciPy's components.

python tests/bench/ladder_zone_drawing.py [rows ...]
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
from harness import Bench, Cost, measure
from ladder_isolation import components, valved

SIZES = (100_000, 1_000_000)
ZONE_PIPES = 5_000
GESTURES = 400
# One gesture with its live line, 95th percentile, against one search for components of the whole network.
LIMIT = 1.0


def prepare(rows: int) -> Any:
    """Return a drawing on a valved lattice in zones of about ZONE_PIPES pipes, its units found."""
    import pandas as pd

    from waternet_plugin.core.dma.dma_network import DmaNetwork
    from waternet_plugin.core.dma.drawing.drawing_units import DrawingUnits
    from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
    from waternet_plugin.core.dma.zone_tree import ZoneTree
    from waternet_plugin.core.network.model.graph import Graph

    net, valves = valved(rows)
    pipes, nodes = len(net.start), net.nodes
    random = np.random.default_rng(7)
    side = max(2, round(np.sqrt(pipes / ZONE_PIPES)))
    cell = [
        np.minimum((axis - axis.min()) / (np.ptp(axis) + 1) * side, side - 1).astype(int)
        for axis in (net.x_m, net.y_m)
    ]
    zone = (cell[0] * side + cell[1])[net.start]
    count = side * side
    text = np.full(pipes, "potable", dtype=object)
    graph = Graph(
        np.arange(pipes).astype(str).astype(object), text, text, text, net.start, net.end,
        np.hypot(net.x_m[net.start] - net.x_m[net.end], net.y_m[net.start] - net.y_m[net.end]),
        np.arange(pipes), np.arange(nodes).astype(str).astype(object), np.full(nodes, "valve", dtype=object),
        np.arange(nodes), net.x_m, net.y_m,
    )  # fmt: skip
    yes, no, none = np.ones(pipes, dtype=bool), np.zeros(nodes, dtype=bool), np.full(nodes, -1)
    tree = ZoneTree(
        np.arange(count).astype(str).astype(object),
        np.arange(count),
        np.full(count, -1),
        np.full(count, np.nan),
    )
    network = DmaNetwork(
        graph=graph, counts=yes, open=yes, meter=no, meter_in=none, meter_out=none, valve=valves,
        closed=valves & (random.random(nodes) < 0.01), unknown=no, source=no, storage=no, zones=tree,
        zone=zone,
        diameter_mm=np.full(pipes, 200.0), customers=random.integers(0, 9, pipes).astype(float),
        households=random.integers(0, 30, pipes).astype(float), demand_m3d=random.random(pipes),
        customer_pipe=np.zeros(0, dtype=np.int64),
    )  # fmt: skip
    drawing = ZoneDrawing(network, random.uniform(0, 90, nodes))
    units = DrawingUnits(network, pd.DataFrame(index=range(pipes)))
    units.prepare()
    return drawing, units


def gestures_of(rows: int) -> dict[str, float]:
    """Do gestures on the edge of a zone; return 95th percentiles with live line and of a preview, CPU s."""
    from waternet_plugin.core.dma.drawing import gestures

    drawing, units = prepare(rows)
    graph, random = drawing.network.graph, np.random.default_rng(3)
    indptr, _neighbour, pipes = graph.adjacency()
    zone = int(drawing.state.zone[len(drawing.state.zone) // 2])
    times: dict[str, list[float]] = {"preview": [], "gesture": []}
    for number in range(GESTURES):
        vertex = int(random.choice(drawing.crossings(zone)))
        here = pipes[indptr[vertex] : indptr[vertex + 1]]
        unit = units.pipes(int(random.choice(here)), "segment")
        make = gestures.taking_out if number % 3 == 2 else gestures.adding
        begin = time.process_time()
        drawing.preview(make(drawing, unit, zone), zone)
        between = time.process_time()
        if number % 7 == 6:
            drawing.undo()
        elif number % 5 == 4:
            drawing.do(gestures.closing(drawing, vertex))
        else:
            drawing.do(make(drawing, unit, zone))
        drawing.figures(zone)
        times["preview"].append(between - begin)
        times["gesture"].append(time.process_time() - between)
    return {step: float(np.percentile(values, 95)) for step, values in times.items()}


def _prepare_components(rows: int) -> Any:
    from ladder_isolation import prepare_matrix

    return prepare_matrix(rows)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("zone drawing")
    for rows in sizes:
        floor = measure(components, rows, prepare=_prepare_components, repeat=5)
        bench.add("components", Cost(floor.seconds, floor.cpu_seconds), rows=rows, peak_mb=floor.peak_mb)
        found = measure(gestures_of, rows)
        for step, seconds in found.value.items():
            bench.add(
                f"{step}, 95th percentile",
                Cost(seconds, seconds),
                rows=rows,
                peak_mb=found.peak_mb,
                floor="components",
                # At small sizes the whole network is hardly more than one zone.
                limit=LIMIT if rows >= 1_000_000 else None,
            )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
