"""Nodes and pipes of kinds and functions of one's own join, split and shut off as what they count as."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support.store_helpers import CRS, ORIGIN

from waternet_plugin import store
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.operations.network.live_network import LiveNetwork
from waternet_plugin.store.network import Network

X, Y = ORIGIN[0], ORIGIN[1] + 500
KINDS = {"ball_valve": "valve", "ear": "noise_sensor", "spring": "source", "bend": "junction"}


@pytest.fixture
def street(tmp_path: Path) -> Network:
    """A source, a main of two pipes, between them a valve, all of kinds of one's own."""
    network = store.create_network(tmp_path / "street.gpkg", CRS)
    with network.write("own") as batch:
        for code, base in KINDS.items():
            batch.add_code(CodeRequest("node_kind", code, base=base))
        batch.add_code(CodeRequest("function", "house_lead", base="service"))
    ends = [(X, Y), (X + 100, Y), (X + 200, Y)]
    nodes = {"node_id": ["S", "V", "E"], "kind": ["spring", "ball_valve", "bend"], "system": "potable"}
    pipes = {"pipe_id": ["A", "B"], "system": "potable", "from_node": ["S", "V"], "to_node": ["V", "E"]}
    with network.write("adopt") as batch:
        for table, data, shapes in (
            ("node", nodes, [shapely.Point(place) for place in ends]),
            ("pipe", pipes, [shapely.LineString(pair) for pair in zip(ends, ends[1:])]),
        ):
            rows = gpd.GeoDataFrame({**data, "status": "in_use"}, geometry=gpd.GeoSeries(shapes, crs=CRS))
            batch.insert(table, rows.rename_geometry("geom"))
    return network


def save_node(network: Network, kind: str, x: float) -> None:
    row = {
        "node_id": "NEW",
        "kind": kind,
        "system": "potable",
        "status": "in_use",
        "geom": shapely.Point(x, Y),
    }
    save_edits(network, SaveRequest((RowEdit("node", -2, None, row),), network.position()))


@pytest.mark.slow
def test_a_valve_of_ones_own_splits_the_pipe_it_stands_on(street: Network) -> None:
    save_node(street, "ball_valve", X + 50)
    assert street.count("pipe") == 3
    kinds = street.read("node", ["kind"], ids=["NEW"], as_stored=True)
    assert kinds["kind"].tolist() == ["ball_valve"]


@pytest.mark.slow
def test_a_sensor_of_ones_own_leaves_the_pipe_whole(street: Network) -> None:
    save_node(street, "ear", X + 50)
    assert street.count("pipe") == 2


def test_a_lead_of_ones_own_taps_the_main_without_splitting_it(street: Network) -> None:
    with street.write("setting") as batch:
        batch.set_setting("network.tap_functions", "service")
    line = shapely.LineString([(X + 50, Y), (X + 50, Y + 10)])
    row = {"pipe_id": "L", "system": "potable", "status": "in_use", "function": "house_lead", "geom": line}
    save_edits(street, SaveRequest((RowEdit("pipe", -2, None, row),), street.position()))
    assert street.count("pipe") == 3
    found = street.read("pipe", ["function"], ids=["L"], as_stored=True)
    assert found["function"].tolist() == ["house_lead"]


@pytest.mark.slow
def test_traces_and_segments_read_the_base(street: Network) -> None:
    live = LiveNetwork(street.uri)
    with live.answering():
        traced = live.trace_network()
        assert int(traced.sources.sum()) == 1
        model = live.works()
    assert len(set(model.segments.pipe.tolist())) == 2


@pytest.mark.slow
def test_a_node_of_ones_own_is_no_plain_junction_that_goes_by_itself(street: Network) -> None:
    (key,) = [fid for fid, row in street.rows_where("pipe", "pipe_id", ["B"]).items()]
    row = street.rows("pipe", [key])[key]
    save_edits(street, SaveRequest((RowEdit("pipe", key, row, None),), street.position()))
    assert street.count("node") == 3
