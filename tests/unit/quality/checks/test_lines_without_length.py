"""Lines without length, as nodes of a model that share a place bring them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from support.epanet_files import TOWN, imported
from support.quality_frames import assets, find, tables_of

from waternet_plugin.core.frames import conform


@pytest.mark.parametrize(
    ("system", "rule"), [("potable", "crossing_without_node"), ("sewage", "clearance_vertical")]
)
def test_a_pipe_without_length_crosses_nothing(system: str, rule: str) -> None:
    pipes = [
        {"line": [(0, 0, 9), (100, 0, 9)], "from_node": "A", "to_node": "B"},
        {"line": [(100, 0, 8), (100, 0, 8)], "from_node": "C", "to_node": "D", "system": system},
    ]
    places = ((0, 0), (100, 0), (100, 0), (100, 0))
    nodes = [{"node_id": name, "at": at, "system": None} for name, at in zip("ABCD", places)]
    assert assets(find(tables_of(pipes, nodes), rule), rule) == []


def test_every_rule_runs_on_a_model_whose_nodes_share_a_place() -> None:
    start, stop = TOWN.index("[COORDINATES]"), TOWN.index("[VERTICES]")
    names = ("J1", "J2", "J3", "J4", "J5", "J6", "R1", "T1")
    places = "".join(f" {name} {number % 2} {number % 3}\n" for number, name in enumerate(names))
    file = imported(f"{TOWN[:start]}[COORDINATES]\n{places}{TOWN[stop:]}")
    tables = {
        table: gpd.GeoDataFrame(conform(pd.DataFrame(frame), table), geometry="geom", crs=frame.crs)
        for table, frame in (("pipe", file.pipes), ("node", file.nodes))
    }
    assert len(find(tables).frame)
