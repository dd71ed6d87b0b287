"""Lines against the ids of their ends turn, whatever comes first: the pipes, the nodes, or both in one go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.built_network import EAST, NORTH

from waternet_plugin import store
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.operations.adoption.adopt_layers import MappedFrame
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
DRAIN = {"system": "sewage", "status": "in_use"}


def pipes() -> MappedFrame:
    """Two drains that don't meet, the second drawn against its ids: only nodes can tell."""
    shapes = [
        shapely.LineString([(EAST, NORTH), (EAST + 50, NORTH)]),
        shapely.LineString([(EAST + 150, NORTH), (EAST + 100, NORTH)]),
    ]
    columns = {
        "ID": ["P1", "P2"],
        "US_MH": ["A", "C"],
        "DS_MH": ["B", "D"],
        "US": [5.0, 4.0],
        "DS": [4.5, 3.5],
    }
    fields = {"pipe_id": "ID", "from_node": "US_MH", "to_node": "DS_MH"}
    fields |= {"invert_start_m": "US", "invert_end_m": "DS"}
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=CRS)
    return MappedFrame("drains", frame, from_dict({"fields": fields, "defaults": DRAIN}), "pipe")


def nodes() -> MappedFrame:
    shapes = [shapely.Point(EAST + x, NORTH) for x in (0, 50, 100, 150)]
    frame = gpd.GeoDataFrame({"ID": list("ABCD")}, geometry=shapes, crs=CRS)
    mapping: dict[str, Any] = {"fields": {"node_id": "ID"}, "defaults": {**DRAIN, "kind": "manhole"}}
    return MappedFrame("manholes", frame, from_dict(mapping), "node")


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with store.create_network(tmp_path / "town.gpkg", CRS) as opened:
        yield opened


def second(network: Network) -> tuple[float, str, float, str]:
    """Return of the second drain: where it begins, its first node, its first invert, its flow."""
    row = network.read("pipe", None, ids=["P2"]).iloc[0]
    return row["geom"].coords[0][0] - EAST, row["from_node"], row["invert_start_m"], row["flow"]


@pytest.mark.slow
@pytest.mark.parametrize("order", ["pipes first", "nodes first"])
def test_the_line_turns_and_the_rest_stays(network: Network, order: str) -> None:
    parts = [pipes(), nodes()] if order == "pipes first" else [nodes(), pipes()]
    tried = adopt_layers.examine_all(adopt_layers.Target(network.crs, network), parts)
    written = adopt_layers.adopt_all(network, parts)
    assert second(network) == (100, "C", 4.0, "forward")
    told = [one.result.turned for one in written]
    assert told == [0, 1]
    assert [one.turned for one in tried] == told
    network.undo(written[1].batch_id)
    if order == "pipes first":
        assert second(network)[0] == 150


@pytest.mark.slow
def test_nodes_that_name_nothing_new_turn_nothing(network: Network) -> None:
    written = adopt_layers.adopt_all(network, [nodes(), pipes()])
    assert written[1].result.turned == 1
    more = nodes()
    more.frame["ID"] = ["E", "F", "G", "H"]
    assert adopt_layers.adopt_all(network, [more])[0].result.turned == 0
