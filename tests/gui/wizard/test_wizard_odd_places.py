"""Places as utilities hand them over: in KML, as WKT, of both ends of a line, in degrees and minutes.

Each file goes through the wizard and, by the mapping of a dry run, through the algorithm: both are right.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from qgis.PyQt.QtWidgets import QPushButton
from support.health_town import run
from support.registering import registered
from support.slow_cases import a_few_quick
from support.wizard_helpers import InstantSession, wizard_with
from support.workbook_files import plain_workbook

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.gui.wizard.dialog import CHECK, PLACE, AdoptionWizard
from waternet_plugin.gui.wizard.sources import row_coordinates

CRS = "EPSG:4547"
PIPES = 12
# Seconds are written with two decimals.
NEAR_M = 0.4
# Start and end of each pipe, in metres.
STARTS = np.array([(500_000.25 + 40 * row, 2_500_000.5 + 3 * row) for row in range(PIPES)])
ENDS = STARTS + np.array([38.0, 4.5])


def _degrees(xy: Any) -> Any:
    back = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    return np.column_stack(back.transform(xy[:, 0], xy[:, 1]))


def _written(value: float, sides: str) -> str:
    hundredths = round(abs(value) * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, rest = divmod(rest, 6000)
    return f"{degrees}°{minutes:02d}'{rest / 100:05.2f}\"{sides}"


def _table(path: Path, rows: list[list[Any]]) -> Path:
    if path.suffix == ".xlsx":
        path.write_bytes(plain_workbook({"供水管线": rows}))
    else:
        cells = (('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows)
        path.write_text("\n".join(",".join(row) for row in cells) + "\n", encoding="utf-8")
    return path


def _kml(folder: Path, ending: str) -> Path:
    marks = [
        f"<Placemark><name>JS{row}</name><ExtendedData><Data name='管径'><value>300</value></Data>"
        "<Data name='管材'><value>ductile_iron</value></Data></ExtendedData>"
        f"<LineString><coordinates>{a[0]!r},{a[1]!r},0 {b[0]!r},{b[1]!r},0</coordinates></LineString>"
        "</Placemark>"
        for row, (a, b) in enumerate(zip(_degrees(STARTS).tolist(), _degrees(ENDS).tolist()))
    ]
    text = f"<kml><Document><Folder><name>给水管线</name>{''.join(marks)}</Folder></Document></kml>"
    path = folder / f"供水管线{ending}"
    if ending == ".kml":
        path.write_text(text, encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("doc.kml", text)
    return path


def _rows(headings: list[str], places: Callable[[int], list[Any]]) -> list[list[Any]]:
    head = ["管线编号", "管径", "管材", *headings]
    return [head, *([f"JS{row}", "300", "ductile_iron", *places(row)] for row in range(PIPES))]


def _wkt(folder: Path, ending: str) -> Path:
    lines = [f"SRID=4547;{shapely.LineString(pair).wkt}" for pair in zip(STARTS, ENDS)]
    return _table(folder / f"供水管线{ending}", _rows(["空间数据"], lambda row: [lines[row]]))


def _ends(folder: Path, *, swapped: bool = False) -> Path:
    order = [1, 0] if swapped else [0, 1]
    rows = _rows(
        ["起点X", "起点Y", "终点X", "终点Y"],
        lambda row: [*STARTS[row][order].tolist(), *ENDS[row][order].tolist()],
    )
    return _table(folder / "供水管线.csv", rows)


def _ends_in_degrees(folder: Path) -> Path:
    starts, ends = _degrees(STARTS), _degrees(ENDS)

    def places(row: int) -> list[str]:
        return [_written(value, "EN"[axis]) for one in (starts, ends) for axis, value in enumerate(one[row])]

    return _table(folder / "供水管线.csv", _rows(["起点经度", "起点纬度", "终点经度", "终点纬度"], places))


FILES: dict[str, Callable[[Path], Path]] = {
    "kml": lambda folder: _kml(folder, ".kml"),
    "kmz": lambda folder: _kml(folder, ".kmz"),
    "wkt": lambda folder: _wkt(folder, ".csv"),
    "wkt in a workbook": lambda folder: _wkt(folder, ".xlsx"),
    "ends": _ends,
    "ends, north first": lambda folder: _ends(folder, swapped=True),
    "ends in degrees": _ends_in_degrees,
}


def _wizard(session: InstantSession, folder: Path, path: Path) -> AdoptionWizard:
    wizard = wizard_with(session, folder, path)
    (source,) = wizard.state.sources
    assert source.table == "pipe", source.error
    source.set_default("system", "potable")
    wizard.state.new_path, wizard.state.new_crs = str(folder / "town.gpkg"), CRS
    wizard.go_to(PLACE)
    return wizard


def _judge(network: Path) -> None:
    with store.open_network(network) as opened:
        pipes = opened.read("pipe").sort_values("install_year", kind="stable")
    pipes = pipes.set_index("pipe_id").loc[[f"JS{row}" for row in range(PIPES)]]
    xyz = shapely.get_coordinates(pipes["geom"].to_numpy()).reshape(PIPES, 2, 2)
    assert np.abs(xyz - np.stack([STARTS, ENDS], axis=1)).max() < NEAR_M
    assert set(pipes["diameter_mm"]) == {300.0} and set(pipes["material"]) == {"ductile_iron"}
    # Nobody measured a height.
    assert not np.isfinite(shapely.get_coordinates(pipes["geom"].to_numpy(), include_z=True)[:, 2]).any()


@pytest.mark.slow
@pytest.mark.parametrize("kind", a_few_quick(list(FILES), quick=1, is_tuple_one_value=True))
def test_a_file_becomes_pipes_by_the_wizard(session: InstantSession, tmp_path: Path, kind: str) -> None:
    wizard = _wizard(session, tmp_path, FILES[kind](tmp_path))
    wizard.go_on()
    assert wizard.step == CHECK, wizard.message.text()
    wizard.findChild(QPushButton, "wn_wizard_next").click()
    _judge(tmp_path / "town.gpkg")


@pytest.mark.slow
@pytest.mark.parametrize("kind", a_few_quick(list(FILES), quick=1, is_tuple_one_value=True))
def test_the_same_file_becomes_pipes_headless(qgis_app: Any, tmp_path: Path, kind: str) -> None:
    path, network, report = FILES[kind](tmp_path), tmp_path / "town.gpkg", tmp_path / "report.html"
    store.create_network(network, CRS).close()
    given = {"NETWORK": str(network), "INPUT": str(path)}
    with registered():
        run("adoptlayers", **given, DRY_RUN=True, REPORT=str(report))
        mapping = report.with_suffix(".mapping.json")
        run("adoptlayers", **given, TABLE="pipe", MAPPING=str(mapping))
    _judge(network)


@pytest.mark.slow
def test_columns_of_both_ends_are_chosen_by_mouse(session: InstantSession, tmp_path: Path) -> None:
    rows = _rows(["a", "b", "c", "d"], lambda row: [*STARTS[row].tolist(), *ENDS[row].tolist()])
    wizard = wizard_with(session, tmp_path, _table(tmp_path / "供水管线.csv", rows))
    (source,) = wizard.state.sources
    source.use_table("pipe")
    source.set_default("system", "potable")
    wizard.state.new_path, wizard.state.new_crs = str(tmp_path / "town.gpkg"), CRS
    wizard.go_to(PLACE)
    table = wizard.place.axes.table
    names = [table.item(line, 0).text() for line in range(table.rowCount())]
    assert names == ["Start: 供水管线.csv", "End: 供水管线.csv"]
    for line, column, chosen in ((0, 1, "a"), (0, 2, "b"), (1, 1, "c"), (1, 2, "d")):
        # A table that is made anew has boxes of its own.
        box = table.cellWidget(line, column)
        box.choose(chosen)
        box.chosen.emit(chosen)
        if chosen == "b":
            assert "needs the columns of both ends" in wizard.place.axes.message.text()
            wizard.go_on()
            assert wizard.step == PLACE
    assert source.mapping.geometry == {"x": "a", "y": "b", "end_x": "c", "end_y": "d"}
    assert wizard.place.axes.message.text() == "" and row_coordinates.needs_coordinates(source)
    wizard.go_on()
    wizard.findChild(QPushButton, "wn_wizard_next").click()
    _judge(tmp_path / "town.gpkg")


@pytest.mark.parametrize(
    ("table", "geometry", "said"),
    a_few_quick(
        [
            ("pipe", {"x": "起点X", "y": "起点Y", "end_x": "终点X"}, "must be the columns"),
            ("node", {"x": "起点X", "y": "起点Y", "end_x": "终点X", "end_y": "终点Y"}, "does not accept"),
            ("pipe", {"x": "起点X", "y": "起点Y", "end_x": "终点X", "end_y": "没有"}, "has no column 没有"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_mapping_that_makes_no_lines_gets_a_sentence(
    tmp_path: Path, table: str, geometry: dict[str, str], said: str
) -> None:
    import json

    from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer

    path = _ends(tmp_path)
    mapping = json.dumps({"fields": {}, "geometry": geometry, "defaults": {"system": "potable"}})
    with store.create_network(tmp_path / "n.gpkg", CRS) as network, pytest.raises(InputError, match=said):
        adopt_layer(network, AdoptLayerRequest(str(path), mapping, table))
