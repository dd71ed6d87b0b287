"""Drawing a large town: our themes beside QGIS's single symbol, on the same layer in the same run.

Each view is drawn by turns, nine times each once both are warm; the medians are compared. Then a map canvas
is panned while a timer of 10 ms runs in the main thread: how late it came says whether QGIS stood still.
"""

from __future__ import annotations

import os
import statistics
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import STORE, Bench, Row, line, measure

SIZES = (1_000_000,)
CRS = "EPSG:4547"
FOLDER = STORE / "drawing"
RUNS = 9
WIDTH, HEIGHT, DPI = 1366, 768, 96
EAST, NORTH = 400_000.0, 2_500_000.0
# A street of 80 m between two corners and what lies in it; length_m, systems, DN.
_BLOCK_M = 80.0
_MAINS = (
    ("potable", 4, 2.0, (100, 150, 200, 200, 300, 600)),
    ("sewage", 3, -2.0, (200, 300, 300, 400, 800)),
    ("storm", 2, -4.0, (300, 400, 600, 800, 1200)),
    ("reclaimed", 1, 4.0, (100, 150, 200)),
)
_SERVICES = 10
_PER_STREET = sum(parts for _, parts, _, _ in _MAINS) + _SERVICES
LABELLED_PIPES = 300


@dataclass(frozen=True)
class View:
    """A theme at a scale, with or without labels, and how much dearer than one symbol it may be."""

    theme: str
    scale: int
    labels: bool
    limit: float


VIEWS = (
    View("system", 100_000, False, 1.5),
    View("system", 60_000, False, 1.5),
    View("system", 50_000, False, 2.5),
    View("system", 25_000, False, 2.5),
    View("system", 12_000, False, 2.5),
    View("system", 10_000, False, 3.5),
    View("system", 5_000, False, 3.5),
    View("system", 2_500, False, 3.5),
    View("system", 1_000, False, 3.5),
    View("system", 2_500, True, 2.0),
    View("system", 1_000, True, 2.0),
    View("health", 60_000, False, 1.5),
    View("health", 25_000, False, 2.5),
    View("health", 5_000, False, 3.5),
    View("health", 1_000, True, 2.0),
)


# Scales at which the canvas is panned, the steps it takes, and the pause between them.
PANNED = (("system", 50_000), ("system", 5_000), ("system", 1_000), ("health", 10_000))
PAN_STEPS = 30
_STEP_MS = 150
_TICK_MS = 10
LATE_LIMIT_MS = 100.0


def town(rows: int) -> Any:
    """Return the pipes of a dense town: mains side by side in a grid of streets, and house connections."""
    import geopandas as gpd
    import numpy as np
    import shapely

    chance = np.random.default_rng(11)
    streets = -(-rows // _PER_STREET)
    side = int(np.ceil(np.sqrt(streets / 2)))
    place = np.arange(streets)
    across = place % 2 == 1
    start = np.column_stack([place // 2 % side, place // 2 // side]) * _BLOCK_M + (EAST, NORTH)
    ahead = np.where(across[:, None], (0.0, 1.0), (1.0, 0.0))
    aside = ahead[:, ::-1] * (-1.0, 1.0)
    parts = []
    for system, count, offset, sizes in _MAINS:
        for part in range(count):
            begin, end = (_BLOCK_M * share / count for share in (part, part + 1))
            ends = [start + ahead * metres + aside * offset for metres in (begin, (begin + end) / 2, end)]
            # A bend in the middle, as digitised pipes have.
            ends[1] = ends[1] + chance.normal(0, 0.4, ends[1].shape)
            parts.append((system, "distribution", np.stack(ends, axis=1), chance.choice(sizes, streets)))
    for part in range(_SERVICES):
        at = start + ahead * (_BLOCK_M * (part + 0.5) / _SERVICES) + aside * 2.0
        end = at + aside * (8.0 if part % 2 else -8.0)
        points = np.stack([at, (at + end) / 2, end], axis=1)
        parts.append(("potable", "service", points, chance.choice((25, 40, 50), streets)))
    points = np.concatenate([part[2] for part in parts])
    # Features lie in the file as they were surveyed: street by street.
    order = np.argsort(np.tile(place, len(parts)), kind="stable")[:rows]
    deep = chance.uniform(1, 5, (len(points), 3, 1))
    frame: Any = gpd.GeoDataFrame(
        {
            "pipe_id": np.char.add("P", np.arange(rows).astype(str)).astype(object),
            "system": np.repeat([part[0] for part in parts], streets)[order].astype(object),
            "function": np.repeat([part[1] for part in parts], streets)[order].astype(object),
            "material": chance.choice(["ductile_iron", "cast_iron", "pe", "pvc", "concrete"], rows).astype(
                object
            ),
            "diameter_mm": np.concatenate([part[3] for part in parts])[order].astype(float),
            "install_year": chance.integers(1955, 2025, rows).astype(float),
            "status": chance.choice(["in_use", "abandoned", "planned"], rows, p=[0.96, 0.02, 0.02]).astype(
                object
            ),
            "invert_start_m": chance.uniform(1.0, 1.2, rows),
            "invert_end_m": chance.uniform(0.8, 1.0, rows),
        },
        geometry=gpd.GeoSeries(shapely.linestrings(np.concatenate([points, deep], axis=2)[order]), crs=CRS),
    )
    return frame.rename_geometry("geom")


def _network_path(rows: int) -> Path:
    """Return where the network of a town lies; one of another layout is made anew."""
    from waternet_plugin.core.schema.tables import table

    columns = "\n".join((*table("pipe").field_names, *table("assessment").field_names))
    return FOLDER / f"town_{rows}_{zlib.crc32(columns.encode()):08x}.gpkg"


def network_of(rows: int) -> Path:
    """Return the network of the town with an assessment of its supply; made once."""
    import numpy as np
    import pandas as pd

    from waternet_plugin import store

    path = _network_path(rows)
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    partial = FOLDER / f"partial_{rows}.gpkg"
    for name in FOLDER.glob(partial.name + "*"):
        name.unlink()
    pipes = town(rows)
    supply = pipes["pipe_id"][pipes["system"].isin(["potable", "reclaimed"])].to_numpy()
    classes = ["renew_now", "priority", "monitor", "in_service"]
    chance = np.random.default_rng(12)
    rated = pd.DataFrame(
        {
            "run_id": "R-1",
            "pipe_id": supply,
            "class": chance.choice(classes, len(supply), p=[0.02, 0.08, 0.2, 0.7]),
        }
    )
    with store.create_network(partial, CRS) as network, network.write("adopt", name="town") as batch:
        batch.insert("pipe", pipes)
        batch.insert("assessment_run", pd.DataFrame([{"run_id": "R-1", "name": "first"}]))
        batch.insert("assessment", rated)
    partial.replace(path)
    return path


def settings_of(layer: Any, scale: int, *, labels: bool) -> Any:
    """Return a map of a screen in the middle of the town."""
    from qgis.core import QgsMapSettings, QgsRectangle
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor

    wide, high = (pixels / DPI * 0.0254 * scale for pixels in (WIDTH, HEIGHT))
    middle = layer.extent().center()
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputDpi(DPI)
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(
        QgsRectangle(
            middle.x() - wide / 2, middle.y() - high / 2, middle.x() + wide / 2, middle.y() + high / 2
        )
    )
    for name, value in (
        ("Antialiasing", True),
        ("UseRenderingOptimization", True),
        ("RenderPartialOutput", True),
        ("DrawLabeling", labels),
    ):
        settings.setFlag(getattr(QgsMapSettings.Flag, name), value)
    assert abs(settings.scale() / scale - 1) < 0.01, settings.scale()
    return settings


def _drawn(settings: Any) -> float:
    """Return the seconds one drawing takes, as the canvas does it."""
    from qgis.core import QgsMapRendererParallelJob

    begun = time.perf_counter()
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors()
    return time.perf_counter() - begun


def _plain(layer: Any) -> Any:
    """Return a copy of a layer with QGIS's single symbol and one plain label."""
    from qgis.core import (
        QgsPalLayerSettings,
        QgsSingleSymbolRenderer,
        QgsSymbol,
        QgsVectorLayerSimpleLabeling,
    )

    plain = layer.clone()
    plain.setRenderer(QgsSingleSymbolRenderer(QgsSymbol.defaultSymbol(plain.geometryType())))
    settings = QgsPalLayerSettings()
    settings.fieldName = "diameter_mm"
    settings.placement = QgsPalLayerSettings.Placement.Line
    plain.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    plain.setLabelsEnabled(True)
    plain.setScaleBasedVisibility(False)
    return plain


def compare(rows: int, view: View) -> dict[str, float]:
    """Draw a view with one symbol and with our theme by turns; return medians and the pipes in view."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication, QgsFeatureRequest, QgsProject

    application = QgsApplication([], False)
    application.initQgis()
    from waternet_plugin.bridge.project import layer_tree
    from waternet_plugin.bridge.project.project import furnish
    from waternet_plugin.bridge.project.project_basis import project_basis_at

    project = QgsProject.instance()
    furnish(project, project_basis_at(_network_path(rows)), theme=view.theme, language="en")
    ours = layer_tree.layer_of(project, "pipe_health" if view.theme == "health" else "pipe")
    plain = _plain(ours)
    jobs = {
        "plain": settings_of(plain, view.scale, labels=view.labels),
        "ours": settings_of(ours, view.scale, labels=view.labels),
    }
    # What QGIS and the disk keep of a first drawing is there from the second on.
    for settings in jobs.values():
        _drawn(settings)
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(RUNS):
        for name, settings in jobs.items():
            seconds[name].append(_drawn(settings))
    request = QgsFeatureRequest(jobs["ours"].extent()).setNoAttributes()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    result = {name: statistics.median(values) for name, values in seconds.items()}
    result["pipes"] = sum(1 for _ in ours.getFeatures(request))
    project.clear()
    return result


def pan(rows: int, theme: str, scale: int) -> dict[str, float]:
    """Pan a canvas with all our layers and return how late a timer of the main thread came, in ms."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication, QgsPointXY, QgsProject
    from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsMapCanvas
    from qgis.PyQt.QtCore import QSize, Qt, QTimer

    application = QgsApplication([], True)
    application.initQgis()
    from waternet_plugin.bridge.project import layer_tree
    from waternet_plugin.bridge.project.project import furnish
    from waternet_plugin.bridge.project.project_basis import project_basis_at

    project = QgsProject.instance()
    furnish(project, project_basis_at(_network_path(rows)), theme=theme, language="en")
    canvas = QgsMapCanvas()
    canvas.setDestinationCrs(project.crs())
    canvas.setParallelRenderingEnabled(True)
    canvas.setCachingEnabled(True)
    bridge = QgsLayerTreeMapCanvasBridge(project.layerTreeRoot(), canvas)
    canvas.resize(QSize(WIDTH, HEIGHT))
    canvas.show()
    middle = layer_tree.our_layers(project)["pipe"].extent().center()
    canvas.setCenter(middle)
    canvas.zoomScale(scale)
    canvas.refresh()
    canvas.waitWhileRendering()
    ticks: list[float] = []
    steps = iter(range(PAN_STEPS))

    def step() -> None:
        if next(steps, None) is None:
            ticker.stop()
            stepper.stop()
            application.quit()
            return
        here, wide = canvas.center(), canvas.extent().width()
        canvas.setCenter(QgsPointXY(here.x() + wide / 10, here.y()))

    ticker, stepper = QTimer(), QTimer()
    ticker.setTimerType(Qt.TimerType.PreciseTimer)
    ticker.timeout.connect(lambda: ticks.append(time.perf_counter()))
    stepper.timeout.connect(step)
    ticker.start(_TICK_MS)
    stepper.start(_STEP_MS)
    application.exec()
    canvas.stopRendering()
    late = sorted(1000 * (after - before) - _TICK_MS for before, after in zip(ticks, ticks[1:]))
    bridge.deleteLater()
    canvas.setLayers([])
    project.clear()
    return {"worst": late[-1], "typical": late[len(late) // 2], "ticks": float(len(ticks))}


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Run the ladder."""
    bench = Bench("drawing")
    for rows in sizes:
        measure(_make, rows)
        for view in VIEWS:
            cost = measure(compare, rows, view)
            found = cost.value
            if view.labels and rows >= SIZES[-1]:
                assert found["pipes"] >= LABELLED_PIPES, found
            step = f"{view.theme} 1:{view.scale}{' labels' if view.labels else ''}"
            floor = f"{step}, one symbol"
            count = int(found["pipes"])
            limit = view.limit if rows >= SIZES[-1] else None
            for row in (
                Row(floor, count, found["plain"], cost.peak_mb),
                Row(step, count, found["ours"], cost.peak_mb, floor, found["ours"] / found["plain"], limit),
            ):
                bench.rows.append(row)
                print(line(row), flush=True)
        for theme, scale in PANNED:
            cost = measure(pan, rows, theme, scale)
            worst = cost.value["worst"]
            limit = LATE_LIMIT_MS / 1000 if rows >= SIZES[-1] else None
            row = Row(
                f"panning {theme} 1:{scale}, latest tick",
                rows,
                worst / 1000,
                cost.peak_mb,
                None,
                worst / 1000,
                limit,
            )
            bench.rows.append(row)
            print(line(row), flush=True)
    return bench.finish()


def _make(rows: int) -> str:
    return str(network_of(rows))


if __name__ == "__main__":
    raise SystemExit(main())
