"""Tables that crews type: bore and material in one cell, ends by node, both coordinates in one cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support.reading_town import CRS, written

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.adoption.adopt_one_layer import (
    AdoptLayerRequest,
    AdoptLayerResult,
    adopt_layer,
)
from waternet_plugin.store.network import Network

pytestmark = pytest.mark.slow

EAST, NORTH = 500_000.0, 3_456_000.0
PLACES = {"J1": (0, 0), "J2": (100, 0), "J3": (100, 80), "J4": (200, 0)}
PIPES = (
    "管段编号,起点编号,终点编号,管径,管材,长度(m),敷设年代",
    "P1,J1,J2,DN300,球墨铸铁,101,1998",
    "P2,J2,J3,DN200,PE,82,2005",
    "P3,J2,J4,DN200,钢,100,2003",
)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with store.create_network(tmp_path / "town.gpkg", CRS) as made:
        yield made


def _with_nodes(network: Network, names: str) -> None:
    ids = names.split()
    points = [shapely.Point(EAST + PLACES[one][0], NORTH + PLACES[one][1]) for one in ids]
    rows = {"node_id": ids, "kind": "junction", "system": "potable", "status": "in_use"}
    with network.write("edit") as batch:
        batch.insert("node", gpd.GeoDataFrame(rows, geometry=points, crs=CRS).rename_geometry("geom"))


def _adopted(network: Network, file: Path) -> AdoptLayerResult:
    tried = adopt_layer(network, AdoptLayerRequest(str(file), dry_run=True))
    assert tried.guessed_mapping is not None
    mapping = json.dumps(tried.guessed_mapping.to_dict())
    return adopt_layer(network, AdoptLayerRequest(str(file), mapping, tried.adoption.table))


def test_pipes_by_their_nodes_are_drawn_between_them(network: Network, tmp_path: Path) -> None:
    _with_nodes(network, "J1 J2 J3 J4")
    done = _adopted(network, written(tmp_path / "给水管线.csv", *PIPES))
    pipes = network.read("pipe").sort_values("pipe_id")
    assert done.adoption.mapping.geometry == {"from": "nodes"}
    assert pipes[
        ["pipe_id", "diameter_mm", "material", "length_m", "from_node", "to_node"]
    ].values.tolist() == [
        ["P1", 300.0, "ductile_iron", 101.0, "J1", "J2"],
        ["P2", 200.0, "pe", 82.0, "J2", "J3"],
        ["P3", 200.0, "steel", 100.0, "J2", "J4"],
    ]
    assert [list(one.coords) for one in pipes.geometry][1] == [
        (EAST + 100, NORTH),
        (EAST + 100, NORTH + 80),
    ]


def test_nodes_that_are_not_there_are_asked_for(network: Network, tmp_path: Path) -> None:
    file = written(tmp_path / "给水管线.csv", *PIPES)
    with pytest.raises(InputError, match=r"does not have: J1, J2, J3, J4\. Adopt the nodes"):
        _adopted(network, file)
    assert not len(network.read("pipe"))
    _with_nodes(network, "J1 J2 J3")
    done = _adopted(network, file)
    assert (done.adoption.rows_written, done.rejected["reason_code"].tolist()) == (2, ["no_geometry"])
    assert any("does not have: J4" in note for note in done.adoption.notes)


def test_the_bends_of_pipes_stay_when_their_table_comes_again(network: Network, tmp_path: Path) -> None:
    _with_nodes(network, "J1 J2 J3 J4")
    file = written(tmp_path / "给水管线.csv", *PIPES)
    mapping = json.dumps(_adopted(network, file).adoption.mapping.to_dict())
    bent = network.read("pipe")
    bent.loc[bent["pipe_id"] == "P1", "geom"] = shapely.LineString(
        [(EAST, NORTH), (EAST + 50, NORTH + 9), (EAST + 100, NORTH)]
    )
    with network.write("edit") as batch:
        batch.update("pipe", bent[bent["pipe_id"] == "P1"][["pipe_id", "geom"]])
    written(file, *PIPES[:3], PIPES[3].replace("DN200", "DN250"))
    request = AdoptLayerRequest(str(file), mapping, "pipe", mode="update", take_geometry=True)
    figures = adopt_layer(network, request).adoption.figures()
    assert (figures["rows_changed"], figures["rows_same"]) == (1, 2)
    now = network.read("pipe").set_index("pipe_id")
    assert shapely.get_num_points(now.loc["P1", "geom"]) == 3 and now.loc["P3", "diameter_mm"] == 250


def test_a_mapping_without_both_ends_draws_nothing_between_nodes(network: Network, tmp_path: Path) -> None:
    file = written(tmp_path / "给水管线.csv", *PIPES)
    mapping = {
        "fields": {"pipe_id": "管段编号", "from_node": "起点编号"},
        "defaults": {"system": "potable", "status": "in_use"},
        "geometry": {"from": "nodes"},
    }
    with pytest.raises(InputError, match="give the columns of from_node, to_node"):
        adopt_layer(network, AdoptLayerRequest(str(file), json.dumps(mapping), "pipe"))


@pytest.mark.parametrize(
    "cells",
    [
        ("DN300(球墨)", "DN200(PE)", "DN200(钢)"),
        ("DN300球墨铸铁", "DN200PE", "DN200钢管"),
        ("球墨铸铁管DN300", "PE管DN200", "钢管DN200"),
        ("300/球墨", "200/PE", "200/钢"),
        ("DN300 球墨", "DN200 PE100", "φ200 钢"),
    ],
)
def test_bore_and_material_in_one_cell(network: Network, tmp_path: Path, cells: tuple[str, ...]) -> None:
    rows = [
        f"P{row},{cell},{EAST},{NORTH + row},{EAST + 50},{NORTH + row}" for row, cell in enumerate(cells, 1)
    ]
    for heading in ("规格", "管径材质"):
        file = written(tmp_path / "给水.csv", f"管段编号,{heading},起点X,起点Y,终点X,终点Y", *rows)
        tried = adopt_layer(network, AdoptLayerRequest(str(file), dry_run=True)).adoption.rows
        found = tried[["diameter_mm", "material"]].values.tolist()
        assert found == [[300.0, "ductile_iron"], [200.0, "pe"], [200.0, "steel"]]


CONNECTIONS = (
    "管线点号,连接点号,管径,管线材料,起点埋深,终点埋深",
    "J1,J2,DN300,球墨铸铁,1.5,1.6",
    "J2,J3,DN200,PE,1.6,1.4",
    "J2,J4,DN200,钢,1.6,1.7",
)


@pytest.mark.parametrize(
    "headings",
    ["管线点号,连接点号", "物探点号,连接方向", "点号,连接点", "管点编号,相连点号", "管线点预编号,连接点号"],
)
def test_connections_are_pipes_from_the_rows_own_point(
    network: Network, tmp_path: Path, headings: str
) -> None:
    _with_nodes(network, "J1 J2 J3 J4")
    rows = (CONNECTIONS[0].replace("管线点号,连接点号", headings), *CONNECTIONS[1:])
    _adopted(network, written(tmp_path / "给水线表.csv", *rows))
    pipes = network.read("pipe").sort_values(["from_node", "to_node"])
    assert pipes[["from_node", "to_node", "diameter_mm", "depth_start_m", "depth_end_m"]].values.tolist() == [
        ["J1", "J2", 300.0, 1.5, 1.6],
        ["J2", "J3", 200.0, 1.6, 1.4],
        ["J2", "J4", 200.0, 1.6, 1.7],
    ]


def test_a_pipe_that_both_its_ends_name_is_written_once_and_twin_mains_stay_two(
    network: Network, tmp_path: Path
) -> None:
    _with_nodes(network, "J1 J2 J3 J4")
    twins = ("J1,J2,DN300,球墨铸铁,1.5,1.6", "J2,J1,DN150,PE,1.6,1.5")
    file = written(
        tmp_path / "给水连接.csv", *CONNECTIONS, *twins, "J3,J2,DN200,PE,1.4,1.6", "J3,J3,DN200,PE,1,1"
    )
    done = _adopted(network, file)
    pipes = network.read("pipe")
    assert sorted(zip(pipes["from_node"], pipes["to_node"], pipes["diameter_mm"])) == [
        ("J1", "J2", 300.0),
        ("J1", "J2", 300.0),
        ("J2", "J1", 150.0),
        ("J2", "J3", 200.0),
        ("J2", "J4", 200.0),
    ]
    rejected = done.rejected.set_index("source_row")
    assert rejected["reason_code"].to_dict()[7] == "same_asset"
    assert "row 3 from its other end" in rejected.loc[7, "reason"]
    assert any("from its other end, which is written once" in note for note in done.adoption.notes)


def test_a_table_of_points_and_connections_stays_one_of_points(network: Network, tmp_path: Path) -> None:
    rows = [f"J{row},J{row + 1},{EAST + row * 30},{NORTH},12.5" for row in range(1, 4)]
    file = written(tmp_path / "成果表.csv", "管线点号,连接点号,X,Y,地面高程", *rows)
    tried = adopt_layer(network, AdoptLayerRequest(str(file), dry_run=True)).adoption
    assert (tried.table, tried.rows_written) == ("node", 3)


def test_places_in_one_cell_and_the_kind_by_the_heading_of_the_id(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "台账.csv",
        "阀门编号,坐标,口径,状态",
        """V1,"(512345.1, 3456789.2)",DN300,开""",
        """V2,"(512445.1, 3456789.2)",DN200,关""",
    )
    done = _adopted(network, file)
    nodes = network.read("node").sort_values("node_id")
    assert nodes[["node_id", "kind", "diameter_mm", "valve_state"]].values.tolist() == [
        ["V1", "valve", 300.0, "open"],
        ["V2", "valve", 200.0, "closed"],
    ]
    assert [one.coords[0] for one in nodes.geometry] == [(512345.1, 3456789.2), (512445.1, 3456789.2)]
    assert done.source_rows.columns.tolist() == ["阀门编号", "X", "Y", "口径", "状态"]


def test_lines_in_one_cell(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "给水.csv",
        "管段编号,管径,坐标串",
        '''P1,"1,200","500000.5,3456000.5;500100.5,3456000.5"''',
        '''P2,300,"500100.5,3456000.5;500200.5,3456010.5;500300,3456000"''',
    )
    mapping = {
        "fields": {"pipe_id": "管段编号", "diameter_mm": "管径"},
        "defaults": {"system": "potable", "status": "in_use"},
        "crs": CRS,
    }
    adopt_layer(network, AdoptLayerRequest(str(file), json.dumps(mapping), "pipe"))
    pipes = network.read("pipe").sort_values("pipe_id")
    assert pipes["diameter_mm"].tolist() == [1200.0, 300.0]
    assert [len(one.coords) for one in pipes.geometry] == [2, 3]


def test_ids_that_a_spreadsheet_cut_are_refused_by_name(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "阀门.csv",
        "阀门编号,系统,X,Y",
        f"3.20106E+11,给水,{EAST},{NORTH}",
        f"V2,给水,{EAST},{NORTH + 9}",
    )
    done = _adopted(network, file)
    assert network.read("node")["node_id"].tolist() == ["V2"]
    assert done.rejected["reason_code"].tolist() == ["bad_id"] and "spreadsheet" in done.rejected["reason"][0]


def test_marks_of_text_and_signs_without_width_are_no_part_of_cells(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "阀门.csv",
        "阀门编号\u200b,系统,口径,X,Y,备注",
        f"'001,'给水,'300,'{EAST:.0f},'{NORTH:.0f},'甲",
        f"'002,'给水,'2\u200b00,'{EAST + 9:.0f},'{NORTH:.0f},'",
    )
    _adopted(network, file)
    nodes = network.read("node").sort_values("node_id")
    assert nodes[["node_id", "diameter_mm"]].values.tolist() == [["001", 300.0], ["002", 200.0]]
    assert nodes.geometry.iloc[0].coords[0] == (EAST, NORTH)


@pytest.mark.parametrize(
    "head",
    [
        ("供水管网明细表,,,,,,", "管段,规格,,起点,,终点,", "编号,管径,长度(m),X,Y,X,Y"),
        ("管段,属性,,坐标,,,", "编号,管径,长度,起点,,终点,", ",mm,m,X,Y,X,Y"),
        ("编号,规格,,起点,,终点,", ",管径(mm),长度(m),X,Y,X,Y"),
        ("管段编号,管径,长度,起点,,终点,", ",,,X,Y,X,Y"),
    ],
)
def test_headings_in_several_rows_of_a_text_file(
    network: Network, tmp_path: Path, head: tuple[str, ...]
) -> None:
    rows = [f"P{row},300,{100 + row},{EAST},{NORTH + row},{EAST + 50},{NORTH + row}" for row in (1, 2, 3)]
    _adopted(network, written(tmp_path / "给水.csv", *head, *rows))
    pipes = network.read("pipe").sort_values("pipe_id")
    assert pipes[["pipe_id", "diameter_mm", "length_m"]].values.tolist() == [
        ["P1", 300.0, 101.0], ["P2", 300.0, 102.0], ["P3", 300.0, 103.0],
    ]  # fmt: skip


def test_names_of_columns_that_are_broken_into_lines(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "给水.csv",
        """"管段\n编号","管径\n(mm)",材质,起点X,起点Y,终点X,终点Y""",
        f"P1,300,PE,{EAST},{NORTH},{EAST + 9},{NORTH}",
        f"P2,200,PE,{EAST},{NORTH + 9},{EAST + 9},{NORTH + 9}",
    )
    _adopted(network, file)
    assert network.read("pipe").sort_values("pipe_id")["diameter_mm"].tolist() == [300.0, 200.0]
