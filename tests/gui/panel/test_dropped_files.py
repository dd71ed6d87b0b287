"""Files dropped on QGIS's window over the panel, by events as of a desktop: each opens its import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from qgis.PyQt.QtCore import QMimeData, QPointF, Qt, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent
from qgis.PyQt.QtWidgets import QApplication
from support.cad_drawing import valve_drawing
from support.workbook_files import sheet_xml, workbook

TABLE = [
    ["故障时间", "类型", "地点"],
    ["2023-05-06", "爆管", "人民路1号"],
    ["2023-06-07", "漏水", "人民路2号"],
]
SURVEY = "物探点号,X,Y,地面高程\nA1,2513300.1,502000.2,4.5\nA2,2513310.3,502010.4,4.6\n"
SUPPLY = "[JUNCTIONS]\nJ1 0\n[RESERVOIRS]\nR1 50\n[PIPES]\nP1 R1 J1 100 200 100 0 Open\n[END]\n"
INSPECTED = '<?xml version="1.0"?>\n<Identifikation xmlns="http://www.ofd-hannover.la/Identifikation"/>\n'
DRAINS = "[JUNCTIONS]\nJ1 0 2\n[OUTFALLS]\nO1 0 FREE\n[CONDUITS]\nC1 J1 O1 50 0.013\n[XSECTIONS]\n"


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield a file of each kind with the window that reads it."""
    text = "\n".join(",".join(row) for row in TABLE)
    for name, written, window in (
        ("抢修记录.csv", text, "AdoptionWizard"),
        ("点表.csv", SURVEY, "SurveyWizard"),
        ("供水.inp", SUPPLY, "ModelImport"),
        ("排水.inp", DRAINS, "ModelImport"),
    ):
        path = folder / name
        path.write_text(written, encoding="utf-8")
        yield path, window
    book = folder / "抢修记录.xlsx"
    book.write_bytes(workbook({"Sheet1": sheet_xml(dict(enumerate(TABLE, start=1)))}))
    yield book, "AdoptionWizard"
    for ending in ("shp", "geojson"):
        lines = gpd.GeoDataFrame({"GXBH": ["A"]}, geometry=[shapely.LineString([(0, 0), (9, 0)])])
        lines.set_crs("EPSG:4547").to_file(folder / f"管线.{ending}")
        yield folder / f"管线.{ending}", "AdoptionWizard"
    drawing = folder / "阀门图.dxf"
    valve_drawing(3).write(drawing)
    yield drawing, "AdoptionWizard"
    crew = folder / "普查" / "点表"
    crew.mkdir(parents=True)
    (crew / "一.csv").write_text(SURVEY, encoding="utf-8")
    yield crew.parent, "SurveyWizard"


def _drop(dock: Any, path: Path) -> None:
    """Hand a window the events of a drag that ends over the panel; Qt leads them to the widget beneath."""
    window = dock.window()
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path))])
    at = dock.mapTo(window, dock.rect().center())
    how = (Qt.DropAction.CopyAction, held, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enters = QDragEnterEvent(at, *how)
    QApplication.sendEvent(window.windowHandle(), enters)
    assert enters.isAccepted()
    QApplication.sendEvent(window.windowHandle(), QDropEvent(QPointF(at), *how))


def _window(name: str) -> Any:
    """Return the window of a class that shows, None for none."""
    shown = (one for one in QApplication.topLevelWidgets() if one.isVisible())
    return next((one for one in shown if type(one).__name__ == name), None)


def test_each_kind_of_file_opens_the_window_that_reads_it(dock: Any, tmp_path: Path, until: Any) -> None:
    for path, name in _files(tmp_path):
        assert _window(name) is None
        _drop(dock, path)
        until(lambda name=name: _window(name) is not None and dock.session.is_idle)
        _window(name).close()
        until(lambda name=name: _window(name) is None)


def test_an_isybau_file_is_imported_at_once(
    dock: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "检测.xml"
    path.write_text(INSPECTED, encoding="utf-8")
    begun: list[tuple[str, str]] = []
    monkeypatch.setattr(
        dock.session,
        "run_algorithm",
        lambda name, given, *_more, **_ways: begun.append((name, given["INPUT"])),
    )
    _drop(dock, path)
    until(lambda: begun and dock.session.is_idle)
    assert begun == [("importinspections", str(path))]
