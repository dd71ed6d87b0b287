"""Lists of compounds without polygons become items of a programme, matched to compounds by their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.workbook_files import plain_workbook

from waternet_plugin import store
from waternet_plugin.operations.adoption.adopt_one_layer import (
    AdoptLayerRequest,
    AdoptLayerResult,
    adopt_layer,
)
from waternet_plugin.store.network import Network

TITLE = "附表1 2026年度“一户一表”改造工作任务清单"
HEADINGS = (
    "序号 小区名称 所属街道 户数 建成交付时间 责任单位 计划完成时限 列入依据 工作进展 总投资 不参与户数"
).split()
ROWS: list[list[Any]] = [
    [
        1,
        "锦绣 家园",
        "平桥办事处",
        1200,
        "2017/5/1",
        "城投公司",
        "2026年10月",
        "开发商承诺",
        "未启动",
        36.5,
        0,
    ],
    [2, "翠湖（一期）", "平桥办事处", 300, "2012/1/9", "城投公司", "2026.11", "5-10年", "查验", None, None],
    [3, "东方小区", "平西办事处", 80, None, "水务公司", "下月", "老旧小区", "已装表", -5, 90],
    [4, "没有这个", "平西办事处", 50, "2001/3/2", "水务公司", 46357, "10年以上", "拒绝配合", 2, None],
]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Network]:
    """Compounds, two of which have one name."""
    names = {"C1": "锦绣家园", "C2": "翠湖一期", "C3": "东方花园", "C4": "东方", "C5": None}
    shapes = [shapely.MultiPolygon([shapely.box(x, 0, x + 9, 9)]) for x in range(500_000, 500_050, 10)]
    compounds = gpd.GeoDataFrame(
        {"compound_id": list(names), "name": list(names.values())}, geometry=shapes, crs="EPSG:4547"
    ).rename_geometry("geom")
    with store.create_network(tmp_path / "town.gpkg", "EPSG:4547") as network:
        with network.write("adopt") as batch:
            batch.insert("compound", compounds)
        yield network


def _workbook(path: Path, rows: list[list[Any]] = ROWS) -> str:
    path.write_bytes(plain_workbook({"附表1": [[TITLE], HEADINGS, *rows]}))
    return str(path)


def _adopted(network: Network, source: str) -> AdoptLayerResult:
    """Adopt a file by the mapping that is guessed for it."""
    tried = adopt_layer(network, AdoptLayerRequest(source, dry_run=True))
    assert tried.adoption.table == "programme_item"
    assert tried.adoption.unmapped == ()
    assert tried.guessed_mapping is not None
    mapping = tried.guessed_mapping.to_json()
    return adopt_layer(network, AdoptLayerRequest(source, mapping, "programme_item"))


@pytest.mark.slow
def test_a_list_of_compounds_becomes_items(town: Network, tmp_path: Path) -> None:
    result = _adopted(town, _workbook(tmp_path / "一户一表.xlsx"))
    rows = town.read("programme_item", geometry=False).set_index("name")
    assert list(rows.index) == ["锦绣 家园", "翠湖（一期）", "东方小区", "没有这个"]
    assert set(rows["programme"]) == {"one_household_one_meter"}
    assert rows["compound_id"].tolist() == ["C1", "C2", None, None]
    assert rows["planned_month"].tolist() == ["2026-10", "2026-11", None, "2026-12"]
    assert rows["state"].tolist() == ["open", "inspected", "metered", "refused"]
    assert rows["reason_code"].tolist() == ["promise", "from_5_to_10_years", "old_compounds", "over_10_years"]
    assert rows["households"].tolist() == [1200, 300, 80, 50]
    assert rows["street"].tolist() == ["平桥办事处", "平桥办事处", "平西办事处", "平西办事处"]
    assert rows["unit"].tolist() == ["城投公司", "城投公司", "水务公司", "水务公司"]
    assert rows.loc["锦绣 家园", "delivered_on"] == pd.Timestamp("2017-05-01")
    # What is no month and a cost below zero are unknown, and told.
    assert rows["cost"].fillna(0).tolist() == [36.5, 0, 0, 2]
    told = {(one.field, one.count) for one in result.adoption.nulled}
    assert told == {("planned_month", 1), ("cost", 1)}
    page = result.report.to_html()
    assert "下月" in page
    assert "No compound of the network has the name: 没有这个." in page
    assert "Several compounds have the name, none was taken: 东方小区 (C3, C4)." in page


def test_columns_speak_for_a_programme_whatever_the_file_is_called(town: Network, tmp_path: Path) -> None:
    source = tmp_path / "小区.csv"
    source.write_text("小区名称,户数,计划完成时限\n锦绣家园,1200,2026-10\n", encoding="utf-8")
    tried = adopt_layer(town, AdoptLayerRequest(str(source), dry_run=True))
    assert tried.adoption.table == "programme_item"


@pytest.mark.slow
def test_a_second_list_goes_in_beside_the_first(town: Network, tmp_path: Path) -> None:
    _adopted(town, _workbook(tmp_path / "一户一表 附表1.xlsx"))
    more = [[1, "新城", "平东办事处", 10, None, "水务公司", "2026-12", "其他", "未启动", None, None]]
    _adopted(town, _workbook(tmp_path / "一户一表 附表2.xlsx", more))
    assert town.count("programme_item") == 5


def test_next_month_s_list_updates_the_items(town: Network, tmp_path: Path) -> None:
    text = "任务编号,小区名称,户数,工作进展,完成日期\nA1,锦绣家园,1200,未启动,\nA2,没有这个,50,未启动,\n"
    source = tmp_path / "抄表到户.csv"
    source.write_text(text, encoding="utf-8")
    _adopted(town, str(source))
    first = town.read("programme_item", geometry=False).set_index("item_id")
    assert first["compound_id"].tolist() == ["C1", None]
    source.write_text(text.replace("1200,未启动,", "1200,完成,2026-10-20"), encoding="utf-8")
    tried = adopt_layer(town, AdoptLayerRequest(str(source), dry_run=True))
    assert tried.guessed_mapping is not None
    mapping = tried.guessed_mapping.to_json()
    request = AdoptLayerRequest(str(source), mapping, "programme_item", mode="update")
    result = adopt_layer(town, request)
    assert set(zip(result.changes["asset"], result.changes["field"])) == {("A1", "state"), ("A1", "done_on")}
    rows = town.read("programme_item", geometry=False).set_index("item_id")
    assert rows.loc["A1", ["state", "compound_id"]].tolist() == ["done", "C1"]
    assert not any("No compound" in note for note in result.adoption.notes)
    # The same list again changes nothing.
    assert adopt_layer(town, request).batch_id == ""


def test_a_list_without_ids_updates_the_items_of_its_names(town: Network, tmp_path: Path) -> None:
    source = _workbook(tmp_path / "一户一表.xlsx")
    _adopted(town, source)
    later = [[*row] for row in ROWS]
    later[0][8], later[0][1] = "已装表", "锦绣家园小区"
    later.append([5, "新来的", "平西办事处", 7, None, "水务公司", "2027-01", "其他", "未启动", None, None])
    _workbook(tmp_path / "一户一表.xlsx", later)
    mapping = adopt_layer(town, AdoptLayerRequest(source, dry_run=True)).guessed_mapping
    assert mapping is not None
    request = AdoptLayerRequest(source, mapping.to_json(), "programme_item", mode="both")
    result = adopt_layer(town, request)
    rows = town.read("programme_item", geometry=False)
    assert len(rows) == 5
    assert set(rows["name"]) == {"锦绣家园小区", "翠湖（一期）", "东方小区", "没有这个", "新来的"}
    assert rows.set_index("name").loc["锦绣家园小区", ["state", "compound_id"]].tolist() == ["metered", "C1"]
    assert sorted(result.changes["state"].unique()) == ["changed", "new"]
    assert adopt_layer(town, request).batch_id == ""
