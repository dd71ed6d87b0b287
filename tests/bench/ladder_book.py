"""Map books of sheets with 300 pipes each, next to QGIS's own atlas export of the same page.

python tests/bench/ladder_book.py [sheets ...]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from edited_town import start_qgis
from harness import STORE, Bench, Cost, memory_mb

# Sheets of a book; `make thickbook` prints one of 500, which takes half an hour.
SIZES = (20, 50)
PIPES_OF_A_SHEET = 300
# A book with everything against the bare export: CPU time and size of the file; memory after the last sheet
# against that after 50.
TIME_LIMIT, SIZE_LIMIT, MEMORY_LIMIT = 1.3, 1.5, 1.1
_SCALE, _SHEET_M = 1000.0, (315.0, 250.0)
_WEST, _SOUTH = 500_000.0 + 315.0 * 4, 2_500_000.0
_CRS = "EPSG:4547"
_THEME, _PALETTE, _LANGUAGE = "system", "print", "zh_CN"


def town(sheets: int) -> Path:
    """Return a network with so many sheets of streets, kept for the next run."""
    import geopandas as gpd
    import shapely

    from waternet_plugin import store

    path = STORE / "book" / f"sheets_{sheets}.gpkg"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return path
    random = np.random.default_rng(1)
    columns = int(np.ceil(np.sqrt(sheets * _SHEET_M[1] / _SHEET_M[0])))
    frames = []
    for number in range(sheets):
        corner = np.array([_WEST, _SOUTH]) + np.array(divmod(number, columns))[::-1] * _SHEET_M
        frames.append(_street_pipes(corner, random))
    shapes = np.concatenate(frames)
    count = len(shapes)
    systems = np.array(["potable", "sewage", "storm"], dtype=object)[np.arange(count) % 3]
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": [f"P{number}" for number in range(count)],
            "system": systems,
            "function": "distribution",
            "status": "in_use",
            "material": random.choice(["ductile_iron", "pe", "cast_iron"], count),
            "diameter_mm": random.choice([100.0, 200.0, 300.0, 600.0], count),
            "street": [f"Street {number // 30}" for number in range(count)],
        },
        geometry=shapely.force_3d(shapes),
        crs=_CRS,
    ).rename_geometry("geom")
    made = path.with_name(f"making_{os.getpid()}_{path.name}")
    with store.create_network(made, _CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
    os.replace(made, path)
    return path


def _street_pipes(corner: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the pipes of a sheet: streets of three systems side by side, in pieces of 20 to 30 m."""
    import shapely

    lines = []
    for street in range(10):
        y = 12.0 + 24.0 * street
        for side in range(3):
            x = np.sort(random.uniform(5.0, 310.0, 11))
            row = np.full(11, y + 2.5 * side)
            xy = np.stack([x, row], axis=1) + corner
            lines += [xy[at : at + 2] for at in range(10)]
    return np.asarray(shapely.linestrings(np.stack(lines)))


def with_qgis(path: Path) -> Path:
    """Start QGIS."""
    start_qgis()
    return path


def _as_in_the_project(layer: Any) -> None:
    """Give a layer's labels back the halo that they have in the project, which lets light through."""
    from qgis.core import QgsVectorLayerSimpleLabeling

    from waternet_plugin.bridge.styling.labels import text_format

    labeling = layer.labeling()
    if labeling is not None and labeling.type() == "simple":
        settings = labeling.settings()
        text, shown = settings.format(), text_format(1.0, "#000000")
        halo = text.buffer()
        halo.setOpacity(shown.buffer().opacity())
        text.setBuffer(halo)
        settings.setFormat(text)
        layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def bare_export(path: Path) -> int:
    """Let QGIS print an atlas of the shipped page as a user does, with the labels that the project has."""
    return _atlas_export(path, as_in_project=True)


def prepared_export(path: Path) -> int:
    """Let QGIS print it with the layers that we have prepared for paper."""
    return _atlas_export(path, as_in_project=False)


def _atlas_export(path: Path, *, as_in_project: bool) -> int:
    """Let QGIS print an atlas of the shipped page; return the bytes of the file."""
    from qgis.core import (
        QgsFeature,
        QgsGeometry,
        QgsLayoutExporter,
        QgsLayoutItemLegend,
        QgsLayoutItemMap,
        QgsProject,
        QgsRenderContext,
        QgsVectorLayer,
    )

    from waternet_plugin import store
    from waternet_plugin.atlas.layouts.page_template import load_template, shipped_template
    from waternet_plugin.atlas.map_layers import map_content
    from waternet_plugin.atlas.sheets.series_basis import read_series_basis
    from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
    from waternet_plugin.atlas.sheets.sheet_series import sheets_of
    from waternet_plugin.bridge.printing import page_fonts
    from waternet_plugin.bridge.project.project_basis import project_basis_at

    with store.open_network(path) as network:
        sheets = sheets_of(read_series_basis(network), SheetRequest(_SCALE))
    families = page_fonts.page_families(_LANGUAGE)
    content = map_content(
        project_basis_at(path),
        theme=_THEME,
        palette=_PALETTE,
        language=_LANGUAGE,
        scale=_SCALE,
        families=families,
    )
    if as_in_project:
        for layer in content.layers:
            _as_in_the_project(layer)
    project: QgsProject = content.project
    cover = QgsVectorLayer("Polygon?field=sheet_no:string", "sheets", "memory")
    cover.setCrs(project.crs())
    features = []
    for number, shape in zip(sheets.index["sheet_no"], sheets.index["geom"]):
        feature = QgsFeature(cover.fields())
        feature.setAttributes([number])
        feature.setGeometry(QgsGeometry.fromWkt(shape.wkt))
        features.append(feature)
    cover.dataProvider().addFeatures(features)
    project.addMapLayer(cover, False)
    layout = load_template(shipped_template("sheet_a3.qpt"), project)
    for item in layout.items():
        if isinstance(item, QgsLayoutItemMap) and item.id() == "map":
            item.setLayers(list(content.layers))
            item.setKeepLayerSet(True)
            item.setCrs(project.crs())
            item.setAtlasDriven(True)
            item.setAtlasScalingMode(QgsLayoutItemMap.AtlasScalingMode.Fixed)
            item.setScale(_SCALE)
        elif isinstance(item, QgsLayoutItemLegend):
            item.setLegendFilterByMapEnabled(False)
    atlas = layout.atlas()
    atlas.setEnabled(True)
    atlas.setCoverageLayer(cover)
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = 300.0
    settings.textRenderFormat = QgsRenderContext.TextRenderFormat.AlwaysText
    settings.forceVectorOutput = True
    settings.rasterizeWholeImage = False
    settings.simplifyGeometries = False
    settings.exportMetadata = False
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "atlas.pdf"
        QgsLayoutExporter.exportToPdf(atlas, str(target), settings)
        size = target.stat().st_size
    del layout, atlas
    project.clear()
    return size


def book(path: Path) -> dict[str, float]:
    """Print a book with everything; return the bytes of the file and how memory grew after sheet 50."""
    from waternet_plugin import store
    from waternet_plugin.atlas import book as books
    from waternet_plugin.atlas.assembly import sheet_printer
    from waternet_plugin.atlas.assembly.book_forms import BookForm
    from waternet_plugin.atlas.sheets.sheet_request import SheetRequest

    grown: dict[int, float] = {}
    real = sheet_printer.SheetPrinter.print

    def measured(self: Any, page: Any) -> Any:
        result = real(self, page)
        grown[page.number] = memory_mb()
        return result

    sheet_printer.SheetPrinter.print = measured  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as folder, store.open_network(path) as network:
        target = Path(folder) / "book.pdf"
        books.export_book(
            network,
            target,
            SheetRequest(_SCALE),
            looks=books.MapLook(_THEME, _PALETTE, _LANGUAGE),
            form=BookForm(front=True, edition=1),
        )
        size = target.stat().st_size
    last = max(grown)
    return {"bytes": size, "grown": grown[last] / grown[min(50, last)]}


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("book", by_cpu=True)
    is_broken = 0
    for sheets in sizes:
        path, bare, prepared = town(sheets), "atlas export of QGIS", "the same of prepared layers"
        floor = bench.run(bare, bare_export, path, rows=sheets, prepare=with_qgis)
        bench.run(prepared, prepared_export, path, rows=sheets, prepare=with_qgis)
        made = bench.run("map book", book, path, rows=sheets, prepare=with_qgis, floor=bare, limit=TIME_LIMIT)
        cost = Cost(made.seconds, made.cpu_seconds)
        bench.add("map book again", cost, rows=sheets, peak_mb=made.peak_mb, floor=prepared)
        share, grown = made.value["bytes"] / floor.value, made.value["grown"]
        print(f"size {share:.2f} of the export, memory {grown:.2f} of that after 50 sheets")
        is_broken |= share > SIZE_LIMIT or grown > MEMORY_LIMIT
    return bench.finish() or int(is_broken)


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
