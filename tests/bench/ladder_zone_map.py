"""Metered areas on the map of a large town: the layers of their theme, and what a comparison lays over it.

The theme is drawn beside QGIS's single symbol on the pipes, by turns as in the ladder of drawing; CPU seconds
count. A comparison lies above the map and is painted by the main thread whenever the map moves; its floor is
one drawing of the pipes in the same view.

python tests/bench/ladder_zone_map.py [rows ...]
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import zlib
from pathlib import Path
from typing import Any

from harness import Bench, Row, line, measure
from ladder_drawing import CRS, FOLDER, HEIGHT, WIDTH, _drawn, _plain, settings_of, town

SIZES = (1_000_000,)
ZONES_A_SIDE = 22
RUNS = 3
# Scales at which the theme is drawn, and how much dearer than one symbol on the pipes it may be: where few
# pipes show, each of its seven layers costs a query of its own.
THEME = ((50_000, 2.5), (10_000, 3.5), (2_500, 5.0))
# Of so many pipes another zone is proposed; at which scale it is looked at.
MOVED, MOVED_SCALE = (10_000, 100_000), 50_000
# Painting a comparison beside drawing the pipes.
PAINT_LIMIT = 1.0
# Of the pipes so many begin at a valve, of the valves so many are closed; so many pipes has an unmetered way.
_VALVE_SHARE, _CLOSED_SHARE, _WAY = 0.15, 0.01, 12
# QGIS outlives whatever was made of it.
_APPLICATIONS: list[Any] = []


def zone_of(frame: Any) -> Any:
    """Return the square that the first end of each line lies in, by number."""
    import numpy as np
    import shapely

    first = shapely.get_coordinates(shapely.get_point(frame.geometry.to_numpy(), 0))
    low, wide = first.min(axis=0), np.ptp(first, axis=0) + 1.0
    column, row = (np.floor((first - low) / wide * ZONES_A_SIDE).astype(int)).T
    return row * ZONES_A_SIDE + column


def _zones(frame: Any, zone: Any) -> Any:
    """Return the squares as metered areas of every state."""
    import geopandas as gpd
    import numpy as np
    import shapely

    bounds = frame.geometry.bounds.to_numpy()
    many = ZONES_A_SIDE**2
    order = np.argsort(zone, kind="stable")
    cut = np.searchsorted(zone[order], np.arange(many))
    low = np.minimum.reduceat(bounds[order, :2], cut)
    high = np.maximum.reduceat(bounds[order, 2:], cut)
    states = np.array(["draft", "proven", "in_operation"], dtype=object)
    frame = gpd.GeoDataFrame(
        {
            "zone_id": [f"DMA-{one}" for one in range(many)],
            "name": [f"Area {one}" for one in range(many)],
            "kind": "dma",
            "level": 1.0,
            "state": states[np.arange(many) % 3],
            "verdict": np.where(np.arange(many) % 4 == 0, "not_valid", "valid").astype(object),
            "hue": (np.arange(many) % 8).astype(float),
        },
        geometry=[shapely.MultiPolygon([shapely.box(*box)]) for box in np.hstack([low, high]).tolist()],
        crs=CRS,
    )
    return frame.rename_geometry("geom")


def _nodes(frame: Any, zone: Any) -> Any:
    """Return valves at first ends of pipes, few of them closed, and two meters for each area."""
    import geopandas as gpd
    import numpy as np
    import shapely

    chance = np.random.default_rng(13)
    rows = np.flatnonzero(chance.random(len(frame)) < _VALVE_SHARE)
    closed = chance.random(len(rows)) < _CLOSED_SHARE
    _names, first = np.unique(zone[rows], return_index=True)
    meters = np.concatenate([first, np.minimum(first + 1, len(rows) - 1)])
    kind, meter_in = np.full(len(rows), "valve", dtype=object), np.full(len(rows), None, dtype=object)
    kind[meters] = "flow_meter"
    meter_in[meters] = [f"DMA-{one}" for one in zone[rows[meters]]]
    state = np.where(closed, "closed", "open").astype(object)
    state[meters] = None
    frame = gpd.GeoDataFrame(
        {
            "node_id": [f"N{row}" for row in rows],
            "kind": kind,
            "system": "potable",
            "status": "in_use",
            "valve_state": state,
            "meter_in": meter_in,
        },
        geometry=shapely.get_point(frame.geometry.to_numpy()[rows], 0),
        crs=CRS,
    ).rename_geometry("geom")
    return frame, rows


def _issues(frame: Any, zone: Any) -> Any:
    """Return an open crossing for each fourth area, with the unmetered way to it."""
    import geopandas as gpd
    import numpy as np

    order = np.argsort(zone, kind="stable")
    cut = np.searchsorted(zone[order], np.arange(ZONES_A_SIDE**2))
    ids, rows = frame["pipe_id"].to_numpy(), []
    points = frame.geometry.to_numpy()
    shapes = []
    for number, at in enumerate(cut.tolist()):
        if number % 4 == 0:
            way = ids[order[at : at + _WAY]]
            for rule in ("dma_open_boundary", "dma_unmetered_way"):
                rows.append(
                    {"issue_id": f"{rule}-{number}", "rule_id": rule, "severity": "error", "state": "open",
                     "assets": ";".join(way.tolist()), "text": rule}
                )  # fmt: skip
                shapes.append(points[order[at]].centroid)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).rename_geometry("geom")


def _path(rows: int) -> Path:
    from waternet_plugin.core.schema.tables import table

    columns = "\n".join(
        name for each in ("pipe", "node", "zone", "issue") for name in table(each).field_names
    )
    return FOLDER / f"areas_{rows}_{zlib.crc32(columns.encode()):08x}.gpkg"


def network_of(rows: int) -> str:
    """Return the path of the town with areas, meters, valves and findings; made once."""
    import numpy as np

    from waternet_plugin import store

    path = _path(rows)
    if path.exists():
        return str(path)
    FOLDER.mkdir(parents=True, exist_ok=True)
    partial = FOLDER / f"partial_areas_{rows}.gpkg"
    for name in FOLDER.glob(partial.name + "*"):
        name.unlink()
    frame = town(rows)
    zone = zone_of(frame)
    supply = (frame["system"] == "potable").to_numpy()
    frame["dma_id"] = np.where(supply, np.char.add("DMA-", zone.astype(str)), None).astype(object)
    nodes, at = _nodes(frame, zone)
    ends = np.full(len(frame), None, dtype=object)
    ends[at] = nodes["node_id"].to_numpy(dtype=object)
    with store.create_network(partial, CRS) as network, network.write("adopt", name="town") as batch:
        batch.insert("zone", _zones(frame, zone))
        batch.insert("node", nodes)
        batch.insert("pipe", frame.assign(from_node=ends))
        batch.insert("issue", _issues(frame, zone))
    partial.replace(path)
    return str(path)


def _project(rows: int, *, with_windows: bool) -> Any:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication, QgsProject

    application = QgsApplication([], with_windows)
    application.initQgis()
    _APPLICATIONS.append(application)
    from waternet_plugin.bridge.project.project import furnish
    from waternet_plugin.bridge.project.project_basis import project_basis_at

    project = QgsProject.instance()
    furnish(project, project_basis_at(_path(rows)), theme="dma", language="en")
    return project


def theme(rows: int, scale: int) -> dict[str, float]:
    """Return the CPU seconds of one symbol on the pipes, the pipes of the theme, and all its layers."""
    project = _project(rows, with_windows=False)
    from waternet_plugin.bridge.project import layer_tree

    pipe = layer_tree.layer_of(project, "pipe")
    plain = _plain(pipe)
    jobs = {"plain": settings_of(plain, scale, labels=False), "pipes": settings_of(pipe, scale, labels=False)}
    jobs["all"] = settings_of(pipe, scale, labels=False)
    jobs["all"].setLayers([one for one in project.layerTreeRoot().checkedLayers() if one.isSpatial()])
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(RUNS + 1):
        for name, settings in jobs.items():
            begun = time.process_time()
            _drawn(settings)
            # What QGIS and the disk keep of a first drawing is there from the second on.
            if turn:
                seconds[name].append(time.process_time() - begun)
    found = {name: statistics.median(values) for name, values in seconds.items()}
    found["layers"] = float(len(jobs["all"].layers()))
    project.clear()
    return found


def _comparison(rows: int, moved: int) -> tuple[tuple[list[Any], list[Any]], float]:
    """Return what the map shows of a comparison in which pipes change areas, and the seconds to make it."""
    import numpy as np
    import pandas as pd

    from waternet_plugin.core.dma.drawing.compared_drawings import ComparedDrawings, ComparedZone, MovedPipes
    from waternet_plugin.core.dma.drawing.zone_figures import ZoneFigures
    from waternet_plugin.gui.dma.comparison.comparison_marks import compared
    from waternet_plugin.operations.dma.compare_scenarios import CompareScenariosResult

    frame = town(rows)
    zone, lines = zone_of(frame), frame.geometry.to_numpy()
    middle = (lines[len(lines) // 2].centroid.x, lines[len(lines) // 2].centroid.y)
    chosen = np.sort(np.random.default_rng(5).choice(rows, moved, replace=False))
    moves = []
    for one in np.unique(zone[chosen]).tolist():
        mine = chosen[zone[chosen] == one]
        moves.append(MovedPipes(f"DMA-{one}", f"DMA-{one + 1}", mine.astype(str), lines[mine], 1.0))
    zones = tuple(
        ComparedZone(f"DMA-{one}", ZoneFigures(), ZoneFigures(), True, lines[zone == one], None)
        for one in range(ZONES_A_SIDE**2)
    )
    devices = pd.DataFrame(
        {"kind": "close", "in_a": False, "x": middle[0] + np.arange(200.0), "y": middle[1]}
    )
    heads = pd.DataFrame(
        {"zone_id": [one.zone_id for one in zones], "name": "", "hue": np.arange(len(zones)) % 8.0}
    )
    drawings = ComparedDrawings(zones, tuple(moves), ())
    result = CompareScenariosResult("", "Plan A", drawings, heads, devices, (0.0, 0.0))
    begun = time.process_time()
    found = compared(result)
    return found, time.process_time() - begun


def comparison(rows: int, moved: int) -> dict[str, float]:
    """Return the CPU seconds to make what a comparison shows, to put it on the map, to paint it once more."""
    (lines, marks), made = _comparison(rows, moved)
    project = _project(rows, with_windows=True)
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtCore import QSize

    from waternet_plugin.bridge.project import layer_tree
    from waternet_plugin.gui.network.overlay import Overlay

    pipe = layer_tree.layer_of(project, "pipe")
    layer = _plain(pipe)
    plain = settings_of(layer, MOVED_SCALE, labels=False)
    canvas = QgsMapCanvas()
    canvas.setDestinationCrs(pipe.crs())
    canvas.resize(QSize(WIDTH, HEIGHT))
    canvas.setExtent(plain.extent())
    canvas.show()
    _APPLICATIONS[-1].processEvents()
    overlay = Overlay(canvas)
    begun = time.process_time()
    overlay.show(lines, marks, pipe.crs())
    put = time.process_time() - begun
    seconds: dict[str, list[float]] = {"plain": [], "paint": []}
    for turn in range(RUNS + 1):
        begun = time.process_time()
        _drawn(plain)
        between = time.process_time()
        canvas.grab()
        if turn:
            seconds["plain"].append(between - begun)
            seconds["paint"].append(time.process_time() - between)
    overlay.clear()
    project.clear()
    found = {name: statistics.median(values) for name, values in seconds.items()}
    return {**found, "made": made, "put": put, "lines": float(len(lines))}


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("zone map")

    def add(*rows: Row) -> None:
        for row in rows:
            bench.rows.append(row)
            print(line(row), flush=True)

    for rows in sizes:
        is_large = rows >= SIZES[-1]
        measure(network_of, rows)
        for scale, limit in THEME:
            cost = measure(theme, rows, scale)
            found, floor = cost.value, f"pipes 1:{scale}, one symbol"
            most = limit if is_large else None
            add(
                Row(floor, rows, found["plain"], cost.peak_mb),
                Row(f"pipes of the theme 1:{scale}", rows, found["pipes"], cost.peak_mb, floor,
                    found["pipes"] / found["plain"], None),
                Row(f"all its layers 1:{scale}", rows, found["all"], cost.peak_mb, floor,
                    found["all"] / found["plain"], most),
            )  # fmt: skip
        for moved in MOVED:
            cost = measure(comparison, rows, moved)
            found, floor = cost.value, f"pipes 1:{MOVED_SCALE} beside {moved:,} moved"
            add(Row(floor, rows, found["plain"], cost.peak_mb))
            for step, limit in (("made", None), ("put", None), ("paint", PAINT_LIMIT)):
                add(
                    Row(f"comparison of {moved:,} moved: {step}", rows, found[step], cost.peak_mb, floor,
                        found[step] / found["plain"], limit if is_large else None)
                )  # fmt: skip
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
