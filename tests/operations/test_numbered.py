"""What names a pipe or node by the id it had in its file gets the nearest of those that had it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.built_network import EAST, NORTH

from waternet_plugin import store
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.operations.adoption import adopt_layers

CRS = "EPSG:4547"
PIPE = {"system": "potable", "status": "in_use"}


def _part(
    name: str, shapes: list[Any], table: str, fields: dict[str, str], columns: dict[str, Any], **more: Any
):
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=CRS)
    return adopt_layers.MappedFrame(name, frame, from_dict({"fields": fields, **more}), table)


def _pipes(**more: Any):
    """Three pipes in a row; the ends of the second name a node id that two nodes have."""
    lines = [shapely.LineString([(EAST + 100 * k, NORTH), (EAST + 100 * k + 100, NORTH)]) for k in range(3)]
    columns = {"ID": ["S1", "S1", "S1"], "A": ["N0", "J", "J"], "B": ["J", "J", "N3"]}
    fields = {"pipe_id": "ID", "from_node": "A", "to_node": "B"}
    return _part("pipes", lines, "pipe", fields, columns, defaults=PIPE, repeated_ids="number", **more)


def _nodes():
    points = [shapely.Point(EAST + 100 * k, NORTH) for k in range(4)]
    columns = {"ID": ["N0", "J", "J", "N3"]}
    defaults = {**PIPE, "kind": "valve"}
    return _part(
        "nodes", points, "node", {"node_id": "ID"}, columns, defaults=defaults, repeated_ids="number"
    )


def _customers():
    points = [shapely.Point(EAST + 100 * k + 50, NORTH + 5) for k in range(3)]
    columns = {"ID": ["U0", "U1", "U2"], "PIPE": ["S1"] * 3}
    return _part("customers", points, "customer", {"customer_id": "ID", "pipe_id": "PIPE"}, columns)


@pytest.fixture
def network(tmp_path):
    with store.create_network(tmp_path / "town.gpkg", CRS) as opened:
        yield opened


def _ends(network) -> list[tuple[str, str]]:
    pipes = network.read("pipe", ["pipe_id", "from_node", "to_node"], geometry=False)
    return list(zip(pipes["from_node"], pipes["to_node"]))


@pytest.mark.slow
@pytest.mark.parametrize("nodes_first", [False, True])
def test_ends_of_pipes_lead_to_the_nearest_node(network, nodes_first):
    parts = [_nodes(), _pipes()] if nodes_first else [_pipes(), _nodes()]
    written = adopt_layers.adopt_all(network, parts)
    assert _ends(network) == [("N0", "J"), ("J", "J-2"), ("J-2", "N3")]
    told = " ".join(note for one in written for note in one.result.notes)
    assert "nearest" in told


@pytest.mark.slow
def test_an_undo_takes_the_ends_back(network):
    written = adopt_layers.adopt_all(network, [_pipes(), _nodes()])
    network.undo(written[1].batch_id)
    assert _ends(network) == [("N0", "J"), ("J", "J"), ("J", "N3")]
    assert network.count("node") == 0


@pytest.mark.slow
def test_customers_get_the_nearest_of_the_pipes_they_name(network):
    adopt_layers.adopt_all(network, [_pipes(), _customers()])
    customers = network.read("customer", ["customer_id", "pipe_id"], geometry=False)
    assert customers["pipe_id"].tolist() == ["S1", "S1-2", "S1-3"]


def test_without_numbered_rows_no_name_changes(network):
    part = _customers()
    adopt_layers.adopt_all(network, [part])
    assert network.read("customer", ["pipe_id"], geometry=False)["pipe_id"].tolist() == ["S1"] * 3
