"""A network handed over as tables of CJJ 61 and as a drawing, read back by a plain reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from support.plain_tables import csv_records, drawing, records, sheets
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.formulas import unguarded
from waternet_plugin.operations.survey.export_survey import (
    ExportSurveyRequest,
    ExportSurveyResult,
    export_survey,
)
from waternet_plugin.store import Network

EAST, NORTH = 500_000.0, 2_500_000.0


def place(x: float, y: float, z: float = float("nan")) -> tuple[float, float, float]:
    return (EAST + x, NORTH + y, z)


NODES: list[dict[str, Any]] = [
    {"node_id": "N1", "kind": "junction", "at": (0, 0), "ground_m": 12.0},
    {"node_id": "=1+1", "kind": "valve", "at": (100, 0), "ground_m": 12.5, "survey_code": "0042"},
    {"node_id": "N3", "kind": "junction", "at": (100, 50), "ground_m": 12.25},
    {"node_id": "N4", "kind": "cap", "at": (150, 50), "ground_m": 12.0},
    # Its number is the one that the first vertex of P1 would get.
    {"node_id": "P1.1", "kind": "hydrant", "at": (100, 80), "ground_m": 13.0},
    {"node_id": "W1", "kind": "manhole", "at": (0, 10), "ground_m": 11.0, "depth_m": 2.5, "system": "sewage"},
    {"node_id": "W2", "kind": "outfall", "at": (40, 10), "ground_m": 10.0, "system": "sewage"},
    {"node_id": "OLD", "kind": "valve", "at": (500, 500), "status": "abandoned"},
    {"node_id": "LONE", "kind": "junction", "at": (300, 0), "system": None, "feature": "变深"},
]
PIPES: list[dict[str, Any]] = [
    {
        "pipe_id": "P1", "line": [place(0, 0, 10.0), place(50, 0, 10.2), place(100, 0, 10.4)],
        "length_m": 100.1, "length_source": "given", "material": "ductile_iron", "diameter_mm": 300.0,
        "depth_start_m": 1.85, "depth_end_m": 1.95, "street": "-A 路", "install_year": 1998.0,
        "function": "transmission", "from_node": "N1", "to_node": "=1+1", "survey_batch": "S1",
    },
    {
        "pipe_id": "P2", "line": [place(100, 0), place(100, 50)], "material": "pe", "diameter_mm": 110.0,
        "invert_start_m": 11.0, "invert_end_m": 10.9, "from_node": "=1+1", "to_node": "N3",
    },
    {"pipe_id": "P3", "line": [place(100, 50), place(150, 50)], "material": "pe", "diameter_mm": 110.0},
    {"pipe_id": "P4", "line": [place(100, 50), place(100, 80)], "estimated": "material"},
    {"pipe_id": "P5", "line": [place(0, 0), place(-30, 0)], "diameter_mm": 200.0},
    {"pipe_id": "C1", "line": [place(0, 0), place(0, 1)], "function": "connector"},
    {"pipe_id": "F1", "line": [place(0, 0), place(0, 90)], "status": "planned"},
    {
        "pipe_id": "W", "line": [place(0, 10), place(40, 10)], "system": "sewage", "width_mm": 2000.0,
        "height_mm": 1500.0, "invert_start_m": 8.5, "invert_end_m": 8.4, "depth_start_m": 2.5,
        "depth_end_m": 1.6, "burial": "open_cut",
    },
]  # fmt: skip


def _frame(rows: list[dict[str, Any]], shapes: list[Any]) -> Any:
    plain = [{key: value for key, value in row.items() if key not in ("at", "line")} for row in rows]
    plain = [{"system": "potable", "status": "in_use", **row} for row in plain]
    return gpd.GeoDataFrame(plain, geometry=shapes, crs="EPSG:4547").rename_geometry("geom")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine nodes and eight pipes, each with something that tables make difficult."""
    path = tmp_path_factory.mktemp("handover") / "town.gpkg"
    nodes = _frame(NODES, [shapely.Point(EAST + row["at"][0], NORTH + row["at"][1], 0.0) for row in NODES])
    pipes = _frame(PIPES, [shapely.LineString(row["line"]) for row in PIPES])
    pipes["length_m"] = pipes["length_m"].fillna(pipes.geometry.length)
    pipes["length_source"] = pipes["length_source"].fillna("geometry")
    with store.create_network(path, "EPSG:4547") as made, made.write("adopt", name="town") as batch:
        batch.insert("node", nodes)
        batch.insert("pipe", pipes)
    return path


@pytest.fixture
def network(town: Path) -> Iterator[Network]:
    """The town, open; tables in Chinese."""
    with texts.speaking(None, "zh_CN"), store.open_network(town) as opened:
        yield opened


def exported(network: Network, output: Path, **request: Any) -> ExportSurveyResult:
    return export_survey(network, ExportSurveyRequest(str(output), **request))


def by(rows: list[dict[str, str]], name: str) -> dict[str, dict[str, str]]:
    return {row[name]: row for row in rows}


@pytest.fixture
def tables(network: Network, tmp_path: Path) -> dict[str, list[dict[str, str]]]:
    """The tables of the workbook."""
    exported(network, tmp_path / "表.xlsx")
    return {name: records(rows) for name, rows in sheets(tmp_path / "表.xlsx").items()}


@pytest.mark.slow
def test_each_class_has_a_pair_of_tables(tables: dict[str, list[dict[str, str]]]) -> None:
    assert list(tables) == ["JSPoint", "JSLine", "WSPoint", "WSLine"]
    assert {row["管线类别"] for row in tables["JSLine"]} == {"SS", "JP"}


@pytest.mark.slow
def test_north_is_in_the_column_x(tables: dict[str, list[dict[str, str]]]) -> None:
    row = by(tables["JSPoint"], "物探点号")["N3"]
    assert (row["X"], row["Y"], row["地面高程"]) == ("2500050.000", "500100.000", "12.250")


@pytest.mark.slow
def test_headings_say_axes_system_and_datum(network: Network, tmp_path: Path) -> None:
    exported(network, tmp_path / "t.xlsx")
    titles, _facts, headings = [
        [cell[1] for cell in row if cell] for row in sheets(tmp_path / "t.xlsx")["JSPoint"][:3]
    ]
    assert titles == ["给水管线点成果表"]
    assert headings[1:4] == [
        "X(北坐标,m,EPSG:4547)", "Y(东坐标,m,EPSG:4547)", "地面高程(m,1985国家高程基准)",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_vertex_becomes_a_straight_point_with_a_free_number(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    points = by(tables["JSPoint"], "物探点号")
    assert points["P1.1_"]["特征"] == "直线点"
    assert points["P1.1"]["附属物"] == "消防栓"
    pieces = [row for row in tables["JSLine"] if row["管线编号"] == "P1"]
    assert [(row["起始点号"], row["终止点号"]) for row in pieces] == [("N1", "P1.1_"), ("P1.1_", "=1+1")]
    assert sum(float(row["管长"]) for row in pieces) == pytest.approx(100.1, abs=1e-9)
    assert all("管长" not in row for row in tables["JSLine"] if row["管线编号"] != "P1")


@pytest.mark.slow
def test_levels_are_of_the_crown_under_pressure_and_of_the_invert_in_drains(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    first = by(tables["JSLine"], "终止点号")["P1.1_"]
    # The line lies at 10.0 m, its pipe is 0.3 m high; ground 12.0 less depth 1.85 says the same.
    assert (first["起点管顶高程"], first["起点埋深"], first["终点管顶高程"]) == ("10.150", "1.850", "10.350")
    lower = by(tables["JSLine"], "管线编号")["P2"]
    assert (lower["起点管顶高程"], lower["终点管顶高程"]) == ("11.110", "11.010")
    drain = by(tables["WSLine"], "管线编号")["W"]
    assert (drain["起点管底高程"], drain["终点埋深"], drain["公称管径"]) == ("8.500", "1.600", "2000X1500")


@pytest.mark.slow
def test_levels_can_be_asked_of_crown_or_invert(network: Network, tmp_path: Path) -> None:
    for level_of, name, pressure, drain in (
        ("top", "起点管顶高程", "11.110", "10.000"), ("invert", "起点管底高程", "11.000", "8.500"),
    ):  # fmt: skip
        exported(network, tmp_path / f"{level_of}.xlsx", level_of=level_of)
        found = sheets(tmp_path / f"{level_of}.xlsx")
        assert by(records(found["JSLine"]), "管线编号")["P2"][name] == pressure
        assert by(records(found["WSLine"]), "管线编号")["W"][name] == drain


@pytest.mark.slow
def test_each_point_is_a_feature_or_an_appurtenance_with_its_code(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    points = by([*tables["JSPoint"], *tables["WSPoint"]], "物探点号")
    assert all(("特征" in row) != ("附属物" in row) for row in points.values())
    said = {number: (row.get("特征"), row.get("附属物"), row.get("点编码")) for number, row in points.items()}
    assert said["N1"] == ("变径", None, "51042104")
    assert said["N3"] == ("三通", None, "51042102")
    assert said["N4"] == ("盖堵", None, "51042113")
    assert said["W1"] == (None, "检修井", "52022202")
    assert said["W2"] == (None, "出水口", "52022105")
    # A code that a survey gave is given back as it was, zeros and all.
    assert said["=1+1"] == (None, "阀门", "0042")


@pytest.mark.slow
def test_numbers_are_numbers_and_texts_are_texts(network: Network, tmp_path: Path) -> None:
    exported(network, tmp_path / "t.xlsx")
    rows = sheets(tmp_path / "t.xlsx")
    cells = {cell[1]: cell[0] for row in rows["JSPoint"] + rows["JSLine"] for cell in row if cell}
    for text in ("=1+1", "-A 路", "0042", "51042104", "P1"):
        assert cells[text] == "s"
    for text in ("2500050.000", "300", "1998", "100.1"):
        assert cells.get(text, "n") == "n"


@pytest.mark.slow
def test_csv_gives_texts_back_that_a_spreadsheet_would_run(network: Network, tmp_path: Path) -> None:
    done = exported(network, tmp_path / "表", format="cjj61_csv")
    assert [path.name for path in done.paths] == ["JSPoint.csv", "JSLine.csv", "WSPoint.csv", "WSLine.csv"]
    assert (tmp_path / "表" / "JSPoint.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    numbers = [row["物探点号"] for row in csv_records(tmp_path / "表" / "JSPoint.csv")]
    assert "'=1+1" in numbers
    assert "=1+1" in [unguarded(text) for text in numbers]
    streets = {row["道路名称"] for row in csv_records(tmp_path / "表" / "JSLine.csv")}
    assert streets == {"'-A 路", ""}


@pytest.mark.slow
def test_what_tables_cannot_hold_is_named(network: Network, tmp_path: Path) -> None:
    done = exported(network, tmp_path / "t.xlsx")
    done.report.write(tmp_path / "t.html")
    figures = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert figures["left_out"]["connectors"] == ["C1"]
    assert figures["left_out"]["out_of_use"] == ["F1"]
    assert figures["made_ends"] == ["P5.1"]
    assert (figures["surveyed_m"], figures["estimated_m"]) == (pytest.approx(100.1), pytest.approx(30.0))
    assert any("C1" in note for note in done.notes)
    # It has neither a system nor a pipe: no sheet is its own.
    assert figures["nodes_left_out"] == ["LONE"]
    assert done.points == 5 + 1 + 1 + 2
    assert (done.lines, done.length_m) == (7, pytest.approx(300.1))


@pytest.mark.slow
def test_the_statement_counts_open_issues_by_rule(town: Path, tmp_path: Path) -> None:
    import shutil

    with store.open_network(shutil.copy(town, tmp_path / "t.gpkg")) as network:
        issues = gpd.GeoDataFrame(
            {
                "issue_id": ["I1", "I2", "I3", "I4"], "rule_id": ["zero_length"] * 4,
                "severity": ["error"] * 4, "assets": ["P1", "P2; N3", "ELSEWHERE", "P1"],
                "state": ["open", "open", "open", "accepted"],
            },
            geometry=[None] * 4, crs=network.crs,
        ).rename_geometry("geom")  # fmt: skip
        with network.write("check") as batch:
            batch.insert("issue", issues)
        figures = exported(network, tmp_path / "t.xlsx").report.figures
    assert figures["issues"] == [{"rule_id": "zero_length", "severity": "error", "issues": 2}]


def test_a_drawing_has_blocks_codes_and_levels(network: Network, tmp_path: Path) -> None:
    done = exported(network, tmp_path / "t.dxf", format="dxf")
    found = drawing(tmp_path / "t.dxf")
    blocks = {one["attributes"][0].partition(" ")[2]: one for one in found if one["block"]}
    assert len(blocks) == done.points
    valve = blocks["=1+1"]
    assert (valve["layer"], valve["block"], valve["xdata"]) == ("JSPOINT", "阀门", ["0042", "附属物=阀门"])
    assert valve["points"] == [(EAST + 100, NORTH, 12.5)]
    lines = {one["xdata"][1]: one for one in found if not one["block"]}
    assert len(lines) == done.lines == 6
    first = lines["管线编号=P1"]
    assert first["xdata"] == [
        "51021000",
        "管线编号=P1",
        "起点埋深=1.850",
        "终点埋深=1.950",
        "起点管顶高程=10.150",
        "终点管顶高程=10.550",
        "管长=100.1",
        "材质=球墨铸铁",
        "公称管径=300",
        "建设年代=1998",
        "道路名称=-A 路",
        "管段功能=输水管",
    ]
    assert np.allclose(first["points"], [place(0, 0, 10.15), place(50, 0, 10.35), place(100, 0, 10.55)])


def test_an_area_without_pipes_is_a_sentence(network: Network, tmp_path: Path) -> None:
    area = shapely.box(EAST + 9_000, NORTH, EAST + 9_100, NORTH + 100)
    with pytest.raises(InputError, match="There is nothing to hand over"):
        exported(network, tmp_path / "t.xlsx", area=area)


def test_an_area_takes_the_pipes_it_meets_with_their_nodes(network: Network, tmp_path: Path) -> None:
    area = shapely.box(EAST + 90, NORTH + 40, EAST + 110, NORTH + 60)
    done = exported(network, tmp_path / "t.xlsx", area=area, systems=("potable",))
    found = sheets(tmp_path / "t.xlsx")
    assert set(found) == {"JSPoint", "JSLine"}
    assert set(by(records(found["JSLine"]), "管线编号")) == {"P2", "P3", "P4"}
    assert set(by(records(found["JSPoint"]), "物探点号")) == {"=1+1", "N3", "N4", "P1.1"}
    assert done.length_m == pytest.approx(130.0)


@pytest.mark.slow
def test_another_zone_is_an_exact_change(network: Network, tmp_path: Path) -> None:
    import pyproj

    exported(network, tmp_path / "t.xlsx", crs="EPSG:4526", axes="x_east")
    row = by(records(sheets(tmp_path / "t.xlsx")["JSPoint"]), "物探点号")["N3"]
    east, north = pyproj.Transformer.from_crs(4547, 4526, always_xy=True).transform(EAST + 100, NORTH + 50)
    assert float(row["X"]) == pytest.approx(east, abs=6e-4)
    assert float(row["Y"]) == pytest.approx(north, abs=6e-4)


@pytest.mark.parametrize(
    ("request_", "said"),
    a_few_quick([
        ({"format": "pdf"}, "FORMAT"), ({"axes": "north"}, "AXES"), ({"level_of": "axis"}, "LEVEL_OF"),
        ({"systems": ("gas",)}, "gas"), ({"crs": "EPSG:1"}, "EPSG:1"), ({"crs": "EPSG:4490"}, "EPSG:4490"),
        ({"crs": "EPSG:2414"}, "ballpark"), ({"systems": ("storm",)}, "SYSTEMS"),
    ], 2, is_tuple_one_value=False),
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_is_written(
    network: Network, tmp_path: Path, request_: dict[str, Any], said: str
) -> None:
    with texts.speaking(None, "en"), pytest.raises(InputError, match=said):
        exported(network, tmp_path / "t.xlsx", **request_)
    assert list(tmp_path.iterdir()) == []


def test_places_that_do_not_fit_are_refused(network: Network, town: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "YSPoint.csv").write_text("", encoding="utf-8")
    for output, format_, said in (
        (tmp_path / "t.csv", "cjj61_xlsx", "must end in"),
        (tmp_path / "no/t.dxf", "dxf", "does not exist"),
        (town, "cjj61_csv", "network"), (tmp_path / "file", "cjj61_csv", "needs? a folder"),
        (tmp_path, "cjj61_csv", "YSPoint.csv"),
    ):  # fmt: skip
        with texts.speaking(None, "en"), pytest.raises(InputError, match=said):
            exported(network, output, format=format_)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "YSPoint.csv"}


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing(network: Network, town: Path, tmp_path: Path) -> None:
    with store.create_network(tmp_path / "turned.gpkg", "EPSG:4547") as turned:
        with turned.write("adopt", name="town") as batch:
            for table in ("node", "pipe"):
                rows = network.read(table)[::-1].reset_index(drop=True)
                batch.insert(table, rows.drop(columns=["row_version", "batch_id", "edited_by", "edited_on"]))
        exported(turned, tmp_path / "b.xlsx")
    exported(network, tmp_path / "a.xlsx")
    assert sheets(tmp_path / "a.xlsx") == sheets(tmp_path / "b.xlsx")
