"""Cells as offices leave them: units within, an apostrophe before, heights above the ellipsoid, purposes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.adoption_frames import adopted, frame, line, nulled, point
from support.small_surveys import EAST, NORTH, bring, empty_network

from waternet_plugin.core.cells.headings import Header, find_header
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.store.network import Network

KNOWN = {"crs": "EPSG:4547", "height_of": "ground", "axes": "x_north", "level_of": "top"}
POTABLE = {"tables": [{"file": "*", "defaults": {"system": "potable"}}]}


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with empty_network(tmp_path / "n.gpkg") as made:
        yield made


def _points(folder: Path, heading: str, cells: tuple[str, ...], sign: str = "", unit: str = "") -> Path:
    path = folder / "给水点.csv"
    rows = [
        f"{sign}{100 + n},{sign}{NORTH + 20 * n}{unit},{sign}{EAST}{unit},{cell}"
        for n, cell in enumerate(cells)
    ]
    path.write_text("\n".join([f"点号,X坐标,Y坐标,{heading}", *rows]) + "\n", encoding="utf-8")
    return path


def _grounds(network: Network) -> dict[str, float]:
    found = network.read("node", ["node_id", "ground_m"], geometry=False)
    return dict(zip(found["node_id"], found["ground_m"]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sign", "unit", "cells"),
    [
        ("", "", ("22.1m", "22.2 米", "22.3M")),
        ("'", "", ("'22.1", "'22.2", "’22.3")),
        ("", "米", ("2210cm", "22.2", "22300mm")),
    ],
)
def test_surveys_read_units_and_apostrophes_within_cells(
    network: Network, tmp_path: Path, sign: str, unit: str, cells: tuple[str, ...]
) -> None:
    path = _points(tmp_path, "地面高程", cells, sign, unit)
    bring(network, path, decisions=json.dumps(KNOWN), mapping=json.dumps(POTABLE))
    assert _grounds(network) == {"100": 22.1, "101": 22.2, "102": 22.3}


def test_a_unit_that_is_no_length_stays_a_fault_of_its_cell(network: Network, tmp_path: Path) -> None:
    path = _points(tmp_path, "地面高程", ("22.1m", "22.2kPa", "22.3"))
    with pytest.raises(InputError, match="row 3"):
        bring(network, path, decisions=json.dumps(KNOWN), mapping=json.dumps(POTABLE))


@pytest.mark.slow
@pytest.mark.parametrize("heading", ["大地高", "H(大地高)", "高程（椭球高）"])
def test_ellipsoidal_heights_of_a_survey_are_asked_and_left_out(
    network: Network, tmp_path: Path, heading: str
) -> None:
    path = _points(tmp_path, heading, ("3.1", "3.2", "3.3"))
    mapping = json.dumps(POTABLE)
    with pytest.raises(InputError, match="height_datum"):
        bring(network, path, decisions=json.dumps(KNOWN), mapping=mapping)
    answer = json.dumps({**KNOWN, "height_datum": "ellipsoidal"})
    bring(network, path, decisions=answer, mapping=mapping)
    assert len(_grounds(network)) == 3
    assert all(np.isnan(ground) for ground in _grounds(network).values())


@pytest.mark.slow
def test_normal_heights_beside_ellipsoidal_ones_are_taken(network: Network, tmp_path: Path) -> None:
    path = _points(tmp_path, "大地高,正常高", ("3.1,22.1", "3.2,22.2"))
    bring(network, path, decisions=json.dumps(KNOWN), mapping=json.dumps(POTABLE))
    assert _grounds(network) == {"100": 22.1, "101": 22.2}


@pytest.mark.slow
def test_a_column_of_purposes_is_no_column_of_systems(network: Network, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    _points(folder, "地面高程", ("22.1", "22.2", "22.3", "22.4", "22.5"))
    rows = ["100,101,输水", "101,102,配水", "102,103,进户", "103,104,给水"]
    lines = folder / "给水线.csv"
    lines.write_text("\n".join(["起点点号,终点点号,管线性质", *rows]) + "\n", encoding="utf-8")
    bring(network, folder, decisions=json.dumps(KNOWN), mapping=json.dumps(POTABLE))
    pipes = network.read("pipe", ["from_node", "system", "function"], geometry=False)
    purposes = dict(zip(pipes["from_node"], pipes["function"]))
    assert pd.isna(purposes.pop("103"))
    assert purposes == {"100": "transmission", "101": "distribution", "102": "service"}
    assert set(pipes["system"]) == {"potable"}


@pytest.mark.slow
def test_numbers_that_stand_for_unknown_are_those_of_the_network(network: Network, tmp_path: Path) -> None:
    known = network.settings().text("network.unknown_numbers")
    with network.write("edit") as batch:
        batch.set_setting("network.unknown_numbers", f"{known};8888")
    path = _points(tmp_path, "地面高程", ("22.1", "8888", "22.3"))
    bring(network, path, decisions=json.dumps(KNOWN), mapping=json.dumps(POTABLE))
    assert np.isnan(_grounds(network)["101"])


def test_adoption_reads_apostrophes_and_units_within_cells() -> None:
    table = pd.DataFrame(
        {
            "编号": ["'001", "’GS-2", "'N'3"],
            "X": ["'502000.0", "502010.0m", "502020.0米"],
            "Y": ["'2513300.0", "2513300.0", "2513300 m"],
            "地面高程": ["'22.1", "22.2m", "22.3米"],
            "年份": ["'2021", "2022年", "'2023-05"],
        }
    )
    fields = {"node_id": "编号", "ground_m": "地面高程", "install_year": "年份"}
    read = adopted(table, fields, "node", geometry={"x": "X", "y": "Y"}, source_crs="EPSG:4547")
    assert read.rows["node_id"].tolist() == ["001", "GS-2", "'N'3"]
    assert read.rows["ground_m"].tolist() == [22.1, 22.2, 22.3]
    assert read.rows["install_year"].tolist() == [2021, 2022, 2023]
    assert [shape.x for shape in read.rows.geometry] == [502000.0, 502010.0, 502020.0]


def test_ellipsoidal_heights_of_a_table_are_asked_and_left_out() -> None:
    foreign = frame([point(0, 0), point(9, 9)], 编号=["a", "b"], 大地高=[3.1, 3.2])
    fields = {"node_id": "编号", "ground_m": "大地高"}
    with pytest.raises(InputError, match='"ground_m": "unknown"'):
        adopted(foreign, fields, "node")
    left = adopted(foreign, fields, "node", odd_rows={"ground_m": "unknown"})
    assert nulled(left) == {("ground_m", "ellipsoidal"): 2}
    assert left.rows["ground_m"].isna().all()
    taken = adopted(foreign, fields, "node", odd_rows={"ground_m": "take"})
    assert taken.rows["ground_m"].tolist() == [3.1, 3.2]


def test_a_guess_leaves_ellipsoidal_levels_out() -> None:
    foreign = frame([line((0, 0), (9, 9))] * 2, 编号=["a", "b"], **{"起点管底高程(大地高)": [3.1, 3.2]})
    guessed = guess(foreign, table="pipe").mapping
    assert guessed.odd_rows == {"invert_start_m": "unknown"}


@pytest.mark.slow
def test_rejected_rows_have_the_numbers_of_the_file(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "阀门台账.csv"
    rows = [
        "某市阀门台账,,,",  # 1
        "单位：mm,,,",
        "阀门编号,X坐标,Y坐标,口径",
        f"F1,{EAST},{NORTH},300",
        f"F2,{EAST + 5},{NORTH},300",
        "小计,,,600",
        ",,,",
        f"F1,{EAST + 9},{NORTH},200",  # 8
        "F4,,,200",  # 9
        "合计,,,1000",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    request = AdoptLayerRequest(str(path), table="node", dry_run=True)
    done = adopt_layer(network, request)
    lost = done.rejected.set_index("source_row")["reason"]
    assert lost.index.tolist() == [8, 9]
    assert "Row 4 of the file" in lost[8]
    assert [row["source_row"] for row in done.report.figures["rejected_rows"]] == [8, 9]


LEDGER = """某市自来水公司2026年爆管抢修台账,,,,,
编制单位：管网所,,,,填表日期：2026.8.1,
序号,报修时间,抢修信息,,管段编号,备注
,,地点,管径(mm),,
1,2026.1.5 08:30,人民路12号,DN200,P1,
2,2026年2月10日,解放路3号,DN100mm,P2,夜间
小计,2处,,,,
3,26-3-12,人民路20号,φ150,P1,
合计,3处,,,,
填表人：张三,,审核人：李四,,,
"""


@pytest.mark.slow
def test_lines_to_sign_above_and_totals_below_hide_no_heading(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "抢修台账.csv"
    path.write_text(LEDGER, encoding="gb18030")
    rows = adopt_layer(network, AdoptLayerRequest(str(path), dry_run=True)).adoption.rows
    assert [str(day)[:10] for day in rows["date"]] == ["2026-01-05", "2026-02-10", "2026-03-12"]
    assert rows["reported_diameter_mm"].tolist() == [200, 100, 150]
    assert rows["reported_pipe_id"].tolist() == ["P1", "P2", "P1"]


def test_a_short_record_with_signatures_has_its_heading_below_the_title() -> None:
    body = [
        "2026.05.06,F1,正常,王五",
        "2026-5-7,F2,正常,王五",
        "5月8日,F1,漏水,赵六",
        "共计：2次,,,",
        "巡检人签字：,,审核：,",
    ]
    lines = ["管网巡检记录表,,,", "巡检日期,阀门编号,巡检结果,巡检人", *body]
    rows = [[cell or None for cell in line.split(",")] for line in lines]
    assert find_header(rows, ends_with_total=True) == Header(2)


def test_a_cell_in_the_unit_of_its_heading_is_a_number() -> None:
    foreign = frame([point(0, 0), point(9, 9)], 户号=["'001", "002"], **{"月用水量（吨）": ["12.5", "830吨"]})
    fields = {"customer_id": "户号", "demand_m3d": "月用水量（吨）"}
    read = adopted(foreign, fields, "customer", units={"demand_m3d": "m3/month"})
    assert read.nulled == ()
    ratio = read.rows["demand_m3d"][1] / read.rows["demand_m3d"][0]
    assert ratio == pytest.approx(830 / 12.5)
