"""A Save of 1,000 edits with QGIS's own button, next to a bare GDAL transaction of the same rows.

python tests/bench/ladder_save.py [rows ...]

Both go through the triggers of the network and are made by turns in one file: 600 pipes are changed, half of
them by their line; 100 pipes come with the 200 junctions at their ends, and 100 pipes go. What follows from
them is some junctions that no pipe needs any more. Medians of CPU time.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from edited_town import clear, make, start_qgis
from harness import Bench, Cost, Stopwatch, measure

SIZES = (10_000, 100_000, 1_000_000)
CHANGED, MADE, GONE = 600, 100, 100
ROWS = CHANGED + 3 * MADE + GONE
SAVE_LIMIT = 3.0
RUNS = 5
_FAR_M = 5_000.0


def _line(x: float, y: float) -> str:
    return f"LINESTRING Z ({x} {y} 1, {x + 50} {y} 2)"


def bare_transaction(dataset: Any, fids: list[int], y: float) -> None:
    """Write the rows by GDAL."""

    pipe, node = dataset.GetLayerByName("pipe"), dataset.GetLayerByName("node")
    dataset.StartTransaction()
    for number, fid in enumerate(fids[:CHANGED]):
        feature = pipe.GetFeature(fid)
        if number % 2:
            feature.SetField("street", "New Street")
        else:
            line = feature.GetGeometryRef().Clone()
            line.AddPoint(line.GetX(1) + 1e-4, line.GetY(1), line.GetZ(1))
            feature.SetGeometry(line)
        pipe.SetFeature(feature)
    for fid in fids[CHANGED:]:
        pipe.DeleteFeature(fid)
    common = {"system": "potable", "status": "in_use"}
    for number in range(MADE):
        x, names = 100.0 * number, [f"X{y:.0f}-{number}-{end}" for end in (0, 1)]
        for end, name in enumerate(names):
            _create(node, f"POINT Z ({x + 50 * end} {y} {1 + end})", node_id=name, kind="junction", **common)
        ends = {"from_node": names[0], "to_node": names[1]}
        _create(pipe, _line(x, y), pipe_id=f"Y{y:.0f}-{number}", length_source="geometry", **common, **ends)
    dataset.CommitTransaction()


def _create(layer: Any, wkt: str, **values: str) -> None:
    from osgeo import ogr

    feature = ogr.Feature(layer.GetLayerDefn())
    for name, value in values.items():
        feature.SetField(name, value)
    feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
    layer.CreateFeature(feature)


def edit(pipe: Any, node: Any, fids: list[int], y: float) -> None:
    """Make the edits in the buffers of layers."""
    from qgis.core import NULL, QgsFeature, QgsGeometry

    street = pipe.fields().lookupField("street")
    for layer in (pipe, node):
        layer.beginEditCommand("edits")
    for number, fid in enumerate(fids[:CHANGED]):
        if number % 2:
            # As QGIS's own forms and tables do, with the value that was there.
            pipe.changeAttributeValue(fid, street, "New Street", NULL)
            continue
        line = pipe.getFeature(fid).geometry()
        last = line.constGet().endPoint()
        line.insertVertex(last.x() - 1e-4, last.y(), 1)
        pipe.changeGeometry(fid, line)
    pipe.deleteFeatures(fids[CHANGED:])

    def add(layer: Any, wkt: str, **values: str) -> None:
        feature = QgsFeature(layer.fields())
        for name, value in values.items():
            feature[name] = value
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        assert layer.addFeature(feature)

    common = {"system": "potable", "status": "in_use"}
    for number in range(MADE):
        x, names = 100.0 * number, [f"X{y:.0f}-{number}-{end}" for end in (0, 1)]
        for end, name in enumerate(names):
            add(node, f"PointZ ({x + 50 * end} {y} {1 + end})", node_id=name, kind="junction", **common)
        ends = {"from_node": names[0], "to_node": names[1]}
        add(pipe, _line(x, y).replace("LINESTRING Z", "LineStringZ"), pipe_id=f"Y{y:.0f}-{number}",
            length_source="geometry", **common, **ends)  # fmt: skip
    for layer in (pipe, node):
        layer.endEditCommand()


def saves(path: str, rows: int) -> dict[str, Any]:
    """Write by GDAL and save by turns; return the medians."""
    start_qgis()
    from osgeo import gdal
    from qgis.core import QgsProject, QgsVectorLayer

    from waternet_plugin.bridge.layers.marks import LAYER_MARK
    from waternet_plugin.bridge.saving.saves import Saves
    from waternet_plugin.store import open_network

    gdal.UseExceptions()
    random = np.random.default_rng(2)
    every = random.permutation(np.arange(1, rows + 1)).tolist()
    watch = Stopwatch()
    each = CHANGED + GONE
    for run in range(RUNS):
        mine, bare = (every[(2 * run + turn) * each :][:each] for turn in (0, 1))
        y = -_FAR_M * (run + 1)
        dataset = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_UPDATE, allowed_drivers=["GPKG"])
        with watch.timing("bare GDAL transaction"):
            bare_transaction(dataset, bare, y)
        del dataset
        layers = {}
        for name in ("pipe", "node"):
            layers[name] = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
            layers[name].setCustomProperty(LAYER_MARK, name)
            QgsProject.instance().addMapLayer(layers[name])
            assert layers[name].startEditing()
        saving = Saves(open_network, lambda: None)
        edit(layers["pipe"], layers["node"], mine, y - 1000.0)
        with watch.timing(f"Save of {ROWS:,} edits"):
            assert layers["pipe"].commitChanges(False), layers["pipe"].commitErrors()
        saving.remove()
        QgsProject.instance().clear()
    return watch.costs()


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Run the ladder; return 1 when a limit was broken."""
    bench = Bench("save")
    for rows in sizes:
        path = measure(make, rows).value
        cost = measure(saves, path, rows)
        floor, save = cost.value
        bench.add(floor, Cost(*cost.value[floor]), rows=rows, peak_mb=cost.peak_mb)
        step = Cost(*cost.value[save])
        bench.add(save, step, rows=rows, peak_mb=cost.peak_mb, floor=floor, limit=SAVE_LIMIT)
        clear(rows)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
