"""Bills and readings with a column for each month or hour; bills that come again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from support.reading_town import CRS, reading_town, written
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.operations.adoption.adopt_one_layer import (
    AdoptLayerRequest,
    AdoptLayerResult,
    adopt_layer,
)
from waternet_plugin.store.network import Network

BILLS = (
    "2026年用户水量统计表,,,,",
    "户号,户名,1月(吨),2月(吨),3月(吨)",
    "A1,甲,12,,3.5",
    "A2,乙,-,7,八",
    "A3,丙,,,",
    "A4,丁,1,2,3",
)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    path = tmp_path / "town.gpkg"
    reading_town(path, ["FM-1", "FM-2"])
    with store.open_network(path) as made:
        with made.write("edit") as batch:
            users = {"customer_id": ["A1", "A2", "A3", "A4"], "kind": "domestic"}
            places = [shapely.Point(one, 5) for one in range(4)]
            batch.insert(
                "customer", gpd.GeoDataFrame(users, geometry=places, crs=CRS).rename_geometry("geom")
            )
        yield made


def _tried(network: Network, file: Path, **further: Any) -> AdoptLayerResult:
    return adopt_layer(network, AdoptLayerRequest(str(file), dry_run=True, **further))


def _adopted(network: Network, file: Path, tried: AdoptLayerResult, **further: Any) -> AdoptLayerResult:
    assert tried.guessed_mapping is not None
    mapping = {**tried.guessed_mapping.to_dict(), **further}
    request = AdoptLayerRequest(str(file), json.dumps(mapping), tried.adoption.table)
    return adopt_layer(network, request)


def _volumes(network: Network) -> list[tuple[Any, ...]]:
    read = network.read("volume").sort_values(["customer_id", "from_date"])
    days = [read[name].dt.strftime("%m-%d").tolist() for name in ("from_date", "to_date")]
    return list(zip(read["customer_id"], *days, read["component"], read["volume_m3"]))


@pytest.mark.slow
def test_bills_with_months_as_columns_are_volumes_of_whole_months_counted_in_rows_of_the_file(
    network: Network, tmp_path: Path
) -> None:
    file = written(tmp_path / "水费.csv", *BILLS)
    tried = _tried(network, file)
    assert tried.adoption.table == "volume"
    done = _adopted(network, file, tried)
    assert _volumes(network)[:3] == [
        ("A1", "01-01", "01-31", "billed_metered", 12.0),
        ("A1", "03-01", "03-31", "billed_metered", 3.5),
        ("A2", "02-01", "02-28", "billed_metered", 7.0),
    ]
    figures = done.adoption.figures()
    assert (figures["rows_in"], figures["rows_written"], figures["rows_rejected"]) == (4, 3, 1)
    assert done.rejected[["source_row", "户号"]].values.tolist() == [[5, "A3"]]


@pytest.mark.slow
def test_bills_that_come_again_add_what_is_new_and_tell_what_differs(
    network: Network, tmp_path: Path
) -> None:
    first = written(tmp_path / "水费1.csv", "户号,月份,用水量", "A1,2026年1月,12", "A2,2026年1月,7")
    _adopted(network, first, _tried(network, first))
    again = _adopted(network, first, _tried(network, first))
    assert again.batch_id == ""
    assert set(again.rejected["reason_code"]) == {"same_row_there"}
    more = ("A1,2026年1月,12", "A2,2026年1月,8", "A1,2026年2月,13")
    second = written(tmp_path / "水费2.csv", "户号,月份,用水量", *more)
    done = _adopted(network, second, _tried(network, second))
    assert done.rejected["source_row"].tolist() == [2, 3]
    assert "with 7 m3 and not 8" in done.rejected["reason"].iloc[1]
    assert [row[0::4] for row in _volumes(network)] == [("A1", 12.0), ("A1", 13.0), ("A2", 7.0)]


@pytest.mark.slow
def test_hours_as_columns_are_readings(network: Network, tmp_path: Path) -> None:
    hours = ",".join(f"{hour}:00" for hour in range(1, 25))
    values = ",".join(map(str, range(1, 25)))
    file = written(
        tmp_path / "流量.csv",
        f"表号,日期,{hours}",
        f"FM-1,2026-01-05,{values}",
        f"FM-2,2026-01-05,{values}",
    )
    done = _adopted(network, file, _tried(network, file), units={"value": "L/s"})
    assert done.adoption.figures()["rows_in"] == 2
    read = network.read("reading").sort_values(["node_id", "time"])
    assert len(read) == 48
    last = read.iloc[23]
    # 24:00 in China is 16:00 of the same day in UTC.
    assert (last["node_id"], last["time"].strftime("%m-%d %H:%M"), round(last["value"], 6)) == (
        "FM-1",
        "01-05 16:00",
        86.4,
    )


@pytest.mark.slow
def test_the_unit_of_a_title_counts_and_a_total_with_all_its_cells_is_no_row(
    network: Network, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "供水量.csv",
        "2026年各水厂自产水量统计表,,,,",
        "单位：万立方米,,,,",
        "水厂,1月,2月,3月,合计",
        "一水厂,120.5,110,130,360.5",
        "二水厂,80,75.5,82,237.5",
        "合计,200.5,185.5,212,598",
    )
    done = _adopted(network, file, _tried(network, file))
    read = network.read("volume")
    assert set(read["component"]) == {"own_supply"}
    assert sorted(read["volume_m3"]) == [755_000, 800_000, 820_000, 1_100_000, 1_205_000, 1_300_000]
    assert any("合计 200.5" in line for line in done.summary)


@pytest.mark.parametrize(
    ("heading", "m3"),
    a_few_quick(
        [("{}月(万m³)", 20_000), ("{}月(千吨)", 2_000), ("{}月水量", 2)], 1, is_tuple_one_value=False
    ),
)
def test_the_unit_in_headings_of_months_counts(
    network: Network, tmp_path: Path, heading: str, m3: float
) -> None:
    heads = ",".join(heading.format(month) for month in (1, 2, 3))
    file = written(tmp_path / "2026年水费.csv", f"户号,{heads}", "A1,2,2,2")
    done = _tried(network, file)
    assert set(done.adoption.rows["volume_m3"]) == {m3}


@pytest.mark.slow
def test_a_title_says_of_which_system_the_pipes_are(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "台账.csv", "某市污水管网台账,,", "管线编号,管径,材质", "W1,300,砼", "W2,400,砼"
    )
    done = _tried(network, file, table="pipe")
    assert done.guessed_mapping is not None and done.guessed_mapping.defaults["system"] == "sewage"


def test_hours_beside_a_total_of_the_day_and_days_in_figures_alone_are_read_hour_by_hour(
    network: Network, tmp_path: Path
) -> None:
    hours = [f"{hour}时" for hour in range(24)]
    values = ",".join(map(str, range(24)))
    file = written(
        tmp_path / "小时流量.csv",
        f"表号,统计日期,{','.join(hours)},日累计",
        f"FM-1,20260105,{values},276",
        f"FM-1,20260106,{values},276",
    )
    rows = _tried(network, file).adoption.rows.sort_values("time")
    assert len(rows) == 48 and rows["value"].tolist() == [
        float(hour) for _day in (5, 6) for hour in range(24)
    ]
    assert rows["time"].diff().dropna().dt.total_seconds().eq(3600).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("日水量.csv", ("2026年2月各DMA日供水量(m3),,,,,", "分区,1日,2日,3日,4日,5日", "D1,1,2,3,4,5")),
        ("供水.csv", ("日期,分区,日供水量", *(f"2026-02-0{day},D1,{day}" for day in range(1, 6)))),
    ],
)
def test_volumes_of_days_are_of_one_day_each(
    network: Network, tmp_path: Path, name: str, lines: tuple[str, ...]
) -> None:
    rows = _tried(network, written(tmp_path / name, *lines), table="volume").adoption.rows
    assert rows["volume_m3"].tolist() == [1, 2, 3, 4, 5]
    days = [f"2026-02-0{day}" for day in range(1, 6)]
    assert [rows[one].dt.strftime("%Y-%m-%d").tolist() for one in ("from_date", "to_date")] == [days, days]
