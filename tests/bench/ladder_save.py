"""A Save of 1,000 edits with QGIS's own button, next to a bare GDAL transaction of the same rows.

Both go through the triggers of the network: 600 rows are changed, 300 made, 100 deleted.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from harness import STORE, Bench

SIZES = (10_000, 100_000, 1_000_000)
CHANGED, MADE, GONE = 600, 300, 100
SAVE_LIMIT = 3.0
FOLDER = STORE / "save"


def make(rows: int) -> None:
    """Make the network that both begin with."""
    import ladder_store

    FOLDER.mkdir(parents=True, exist_ok=True)
    network, frame = ladder_store.new_network(rows)
    with network.write("adopt") as batch:
        batch.insert("pipe", frame)
    shutil.move(ladder_store.path_of(rows), FOLDER / f"pipes_{rows}.gpkg")


def _copied(rows: int, name: str) -> Path:
    path = FOLDER / f"{name}_{rows}.gpkg"
    for old in FOLDER.glob(path.name + "*"):
        old.unlink()
    shutil.copyfile(FOLDER / f"pipes_{rows}.gpkg", path)
    return path


def bare_rows(rows: int) -> Any:
    """Return a copy of the network, open for writing."""
    from osgeo import gdal

    gdal.UseExceptions()
    return gdal.OpenEx(str(_copied(rows, "bare")), gdal.OF_VECTOR | gdal.OF_UPDATE, allowed_drivers=["GPKG"])


def bare_transaction(dataset: Any) -> int:
    """Write the rows by GDAL."""
    from osgeo import ogr

    layer = dataset.GetLayerByName("pipe")
    dataset.StartTransaction()
    for fid in range(1, CHANGED + 1):
        feature = layer.GetFeature(fid)
        feature.SetField("street", "New Street")
        layer.SetFeature(feature)
    for fid in range(CHANGED + 1, CHANGED + GONE + 1):
        layer.DeleteFeature(fid)
    for number in range(MADE):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("pipe_id", f"Q{number}")
        feature.SetField("system", "potable")
        feature.SetField("status", "in_use")
        feature.SetField("length_source", "geometry")
        line = f"LINESTRING Z (400000 {2_500_000 + number} 1, 400050 {2_500_000 + number} 2)"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(line))
        layer.CreateFeature(feature)
    dataset.CommitTransaction()
    return CHANGED + GONE + MADE


def edited_layer(rows: int) -> Any:
    """Return our layer with the edits in its buffer, and what saves it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication
    from support.edit_session import draw, layer_in_editing

    from waternet_plugin.bridge.saving.saves import Saves
    from waternet_plugin.store import open_network

    application = QgsApplication([], False)
    application.initQgis()
    layer = layer_in_editing(_copied(rows, "saved"), "pipe")
    saves = Saves(open_network, lambda: None)
    field = layer.fields().lookupField("street")
    layer.beginEditCommand("edits")
    for fid in range(1, CHANGED + 1):
        layer.changeAttributeValue(fid, field, "New Street")
    layer.deleteFeatures(list(range(CHANGED + 1, CHANGED + GONE + 1)))
    for number in range(MADE):
        draw(layer, f"Q{number}", y=float(number))
    layer.endEditCommand()
    return application, saves, layer


def save(prepared: Any) -> int:
    """Save as the button does."""
    _application, _saves, layer = prepared
    assert layer.commitChanges(False), layer.commitErrors()
    return CHANGED + GONE + MADE


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Run the ladder."""
    bench = Bench("save")
    for rows in sizes:
        make(rows)
        bench.run("bare GDAL transaction", bare_transaction, rows, rows=rows, prepare=bare_rows)
        bench.run(
            "Save of 1,000 edits",
            save,
            rows,
            rows=rows,
            prepare=edited_layer,
            floor="bare GDAL transaction",
            limit=SAVE_LIMIT,
        )
    return bench.finish()


if __name__ == "__main__":
    raise SystemExit(main())
