"""What comes with files and is none of theirs to adopt: pipes drawn once more, sheets of instructions."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support.cad_drawing import valve_drawing
from support.widgets import text
from support.wizard_helpers import InstantSession, wizard_with
from support.workbook_files import plain_workbook

from waternet_plugin.gui.wizard.sources.file_reading import read_file

EAST, NORTH = 500_000.0, 2_500_000.0


def _pipes(folder: Path, *, zone: float = 0.0, apart: float = 0.0) -> Path:
    """Write the pipes that `valve_drawing` shows, elsewhere where they lie apart."""
    lines = [
        shapely.LineString(
            [
                (zone + EAST + 40 * k, NORTH + 7 * (k % 3) + apart),
                (zone + EAST + 40 * (k + 1), NORTH + 7 * ((k + 1) % 3) + apart),
            ]
        )
        for k in range(26)
    ]
    columns = {"GXBH": [f"GS{k}" for k in range(26)], "CZ": "PE", "GJ": 200}
    path = folder / "管线.shp"
    gpd.GeoDataFrame(columns, geometry=lines).to_file(path, encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("zone", [0.0, 39e6])
def test_pipes_that_a_drawing_shows_once_more_are_left_out(
    session: InstantSession, tmp_path: Path, zone: float
) -> None:
    drawing = valve_drawing().write(tmp_path / "阀门图.dxf")
    wizard = wizard_with(session, tmp_path, _pipes(tmp_path, zone=zone), drawing)
    by_name = {source.name: source for source in wizard.state.sources}
    lines = by_name["阀门图.dxf lines"]
    assert not lines.taken and "管线.shp" in lines.why_left
    assert by_name["阀门图.dxf blocks"].taken
    wizard.files.table.setCurrentCell(wizard.state.sources.index(lines), 1)
    assert text(wizard, "wn_wizard_left_out") == lines.why_left
    # Who ticks it wants it, whatever comes later.
    lines.taken = True
    wizard.add([str(valve_drawing(3, north=NORTH + 5000).write(tmp_path / "another.dxf"))])
    assert lines.taken


def test_pipes_of_another_street_are_no_copies(session: InstantSession, tmp_path: Path) -> None:
    drawing = valve_drawing().write(tmp_path / "阀门图.dxf")
    wizard = wizard_with(session, tmp_path, _pipes(tmp_path, apart=30.0), drawing)
    assert all(one.taken for one in wizard.state.sources if one.name.endswith("lines"))


def test_a_sheet_of_instructions_is_left_out_beside_a_table(session: InstantSession, tmp_path: Path) -> None:
    rows = [[f"W{k}", f"2019-03-{k + 1:02d}", "爆管", EAST + 9.5 * k, NORTH + 3.25 * k] for k in range(12)]
    sheets = {"台账": [["编号", "抢修时间", "类型", "X", "Y"], *rows], "填表说明": [["请每月五日前填报。"]]}
    path = tmp_path / "抢修.xlsx"
    path.write_bytes(plain_workbook(sheets))
    wizard = wizard_with(session, tmp_path, path)
    taken = {source.name: source.taken for source in wizard.state.sources}
    assert taken == {"抢修.xlsx 台账": True, "抢修.xlsx 填表说明": False}
    assert "sheet" in wizard.state.sources[1].why_left


@pytest.mark.slow
def test_sheets_that_are_hidden_or_hold_notes_alone_are_left_out(tmp_path: Path) -> None:
    pipes = [["管段编号", "管径", "材质"], ["G1", 300, "PE"], ["G2", 200, "PE"]]
    sheets = {
        "目录": [["序号", "表名"], [1, "管线"]],
        "填表说明": [["字段", "说明"], ["管径", "公称直径"]],
        "给水管线": pipes,
        "旧数据": pipes,
        "字典": [["代码", "名称"], ["1", "铸铁"]],
    }
    path = tmp_path / "资料.xlsx"
    path.write_bytes(plain_workbook(sheets, hidden=["旧数据"]))
    found = {source.name.split()[-1]: source for source in read_file(str(path))}
    assert [name for name, source in found.items() if source.taken] == ["给水管线"]
    assert "hidden" in found["旧数据"].why_left and "No column" in found["填表说明"].why_left


def test_a_workbook_of_hidden_sheets_alone_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "资料.xlsx"
    path.write_bytes(plain_workbook({"旧": [["管段编号", "管径"], ["G1", 300]]}, hidden=["旧"]))
    assert [source.taken for source in read_file(str(path))] == [True]


def test_a_list_of_projects_is_left_out_until_it_is_ticked(tmp_path: Path) -> None:
    path = tmp_path / "2024年改造计划.csv"
    path.write_text(
        "工程名称,管长(m),管径,总投资(万元)\n人民路给水管改造,1200,DN300,452\n", encoding="utf-8-sig"
    )
    (source,) = read_file(str(path))
    assert (source.taken, source.error) == (False, "")
    assert "lists projects" in source.why_left
