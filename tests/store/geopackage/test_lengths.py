"""Measured lengths follow lines that were moved natively; given ones stay."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from osgeo import ogr
from support.store_helpers import pipe_frame

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.operations.checks import check_network, repair_network
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection


def move_natively(path, fid):
    """Move the end of a pipe by 100 m through GDAL, as a plain layer of QGIS does."""
    dataset = ogr.Open(path, 1)
    layer = dataset.GetLayerByName("pipe")
    row = layer.GetFeature(fid)
    line = row.GetGeometryRef().Clone()
    x, y, _z = line.GetPoint(1)
    line.SetPoint_2D(1, x, y + 100)
    row.SetGeometry(line)
    layer.SetFeature(row)
    row = layer = dataset = None


@pytest.mark.slow
def test_a_line_moved_natively_is_measured_at_the_next_opening(town):
    move_natively(town.uri, 3)
    assert town.read("pipe")["length_m"].tolist()[2] == 30.0
    again = open_network(town.uri, by="anna")
    assert again.read("pipe")["length_m"].tolist()[:4] == [30.0, 30.0, pytest.approx(130.0), 30.0]
    newest = again.batches().iloc[0]
    assert (newest["kind"], newest["name"], newest["by"], newest["rows"]) == (
        "repair",
        "length_stale",
        "anna",
        1,
    )
    # Once is enough.
    assert len(open_network(town.uri).batches()) == len(again.batches())
    assert again.undo().rows == 1


@pytest.mark.slow
def test_a_given_length_is_kept_when_its_line_is_moved(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3, length_m=[31.0, 32.0, 33.0], length_source="given"))
    move_natively(network.uri, 2)
    assert open_network(network.uri).read("pipe")["length_m"].tolist() == [31.0, 32.0, 33.0]
    assert len(network.batches()) == 2


def test_moves_of_our_own_batches_are_not_looked_at(town):
    frame = town.read("pipe", ["pipe_id"], ids=["P00004"])
    frame["geom"] = frame.geometry.translate(5.0)
    with town.write("edit") as batch:
        batch.update("pipe", frame)
    assert len(open_network(town.uri).batches()) == 3


@pytest.mark.slow
def test_missing_and_stale_lengths_are_found_and_measured(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(6, length_m=[30, 30, 30, 900, 40, 30], length_source="geometry"))
        # A batch of a person who knows better.
        ids = ["P00003", "P00004"]
        batch.update("pipe", network_rows(ids, length_source=["given", "geometry"]))
    with closing(connection.connect(network.uri, write=True)) as database:
        database.execute("UPDATE pipe SET length_m = NULL WHERE fid = 2")
    checked = check_network.check_network(network, rules=("length_missing", "length_differs", "length_stale"))
    found = checked.findings.frame.set_index("rule_id")["assets"].to_dict()
    assert found == {"length_missing": "P00001", "length_differs": "P00003", "length_stale": "P00004"}
    text = checked.findings.frame.set_index("rule_id").loc["length_differs", "text"]
    assert text == "P00003: 900.0 m given, 30.0 m on the map."
    plan = repair_network.plan_repairs(network, "length_missing, length_stale")
    repair_network.write_repairs(network, plan, name="Repair")
    assert network.read("pipe")["length_m"].tolist() == pytest.approx([30, 30, 30, 900, 30, 30])
    left = check_network.check_network(network, rules=("length_missing", "length_differs", "length_stale"))
    assert left.findings.frame["rule_id"].tolist() == ["length_differs"]
    assert catalogue()["length_differs"].repair == ""


def network_rows(ids, **columns):
    import pandas as pd

    return pd.DataFrame(
        {"pipe_id": ids, **{name: np.array(each, dtype=object) for name, each in columns.items()}}
    )


@pytest.mark.slow
def test_a_busy_network_is_looked_at_next_time(town):
    move_natively(town.uri, 3)
    with closing(sqlite3.connect(town.uri)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert open_network(town.uri).read("pipe")["length_m"].tolist()[2] == 30.0
    assert open_network(town.uri).read("pipe")["length_m"].tolist()[2] == pytest.approx(130.0)
