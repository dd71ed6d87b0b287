"""What another program took away is put back on opening, and the log says there is a gap."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from osgeo import gdal
from support.store_helpers import content, pipe_frame, rows

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.tables import kept_triggers, layout, triggers, views


def execute(network, *statements: str) -> None:
    database = connection.connect(Path(network.uri), write=True)
    for sql in statements:
        database.execute(sql)
    database.close()


def gaps(network) -> list[tuple[object, ...]]:
    return rows(network.uri, 'SELECT "table", "by", after FROM change_log WHERE action = \'gap\'')


def test_a_whole_network_is_left_as_it_is(town):
    before = content(town.uri)
    assert open_network(town.uri).repairs == ()
    assert content(town.uri) == before


@pytest.mark.slow
def test_a_lost_trigger_is_put_back_and_the_gap_is_noted(town):
    execute(
        town,
        "DROP TRIGGER wn_pipe_update",
        "UPDATE pipe SET street = 'silent', status = 'planned' WHERE pipe_id = 'P00001'",
    )
    opened = open_network(town.uri)
    assert opened.repairs == ("pipe",)
    ((table, by, told),) = gaps(town)
    assert (table, by, json.loads(told)) == (
        "pipe",
        "unknown client",
        {"lost": ["wn_pipe_update"], "rows": 20, "last_fid": 20},
    )
    assert opened.read("pipe", ids=["P00001"])["map_class"].tolist() == ["planned"]
    with opened.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["x"]}))
    assert opened.read("pipe", ids=["P00002"])["row_version"].tolist() == [2.0]
    assert open_network(town.uri).repairs == ()


@pytest.mark.slow
def test_a_changed_trigger_counts_as_lost(town):
    execute(
        town,
        "DROP TRIGGER wn_pipe_delete",
        "CREATE TRIGGER wn_pipe_delete AFTER DELETE ON pipe BEGIN SELECT 1; END",
    )
    assert open_network(town.uri).repairs == ("pipe",)
    assert len(gaps(town)) == 1


@pytest.mark.slow
def test_triggers_of_another_version_are_replaced_without_a_gap(town):
    other = "CREATE TRIGGER wn_pipe_delete AFTER DELETE ON pipe BEGIN SELECT 1; END"
    found = {**triggers.expected(), "wn_pipe_delete": other}
    execute(
        town,
        "DROP TRIGGER wn_pipe_delete",
        other,
        f"UPDATE wn_meta SET value = '{kept_triggers.fingerprint(found)}' WHERE key = 'triggers'",
    )
    open_network(town.uri)
    assert gaps(town) == []
    assert dict(rows(town.uri, "SELECT name, sql FROM sqlite_master WHERE name = 'wn_pipe_delete'")) == {
        "wn_pipe_delete": triggers.expected()["wn_pipe_delete"]
    }


def test_an_undo_over_a_gap_never_overwrites_what_was_changed_silently(town):
    execute(town, "DROP TRIGGER wn_pipe_update", "UPDATE pipe SET street = 'silent' WHERE pipe_id = 'P00001'")
    opened = open_network(town.uri)
    with pytest.raises(StoreError, match="not as the batch left them"):
        opened.undo("B0002")
    assert opened.count("pipe") == 20


@pytest.mark.slow
def test_an_undo_over_a_gap_works_where_nothing_was_changed(town):
    execute(town, "DROP TRIGGER wn_pipe_update")
    opened = open_network(town.uri)
    opened.undo("B0002")
    assert opened.count("pipe") == 0


def overwrite(network, **options: object) -> None:
    """Write the pipes anew, as ``ogr2ogr -overwrite`` does."""
    frame = network.read("pipe", ["fid"])
    assert len(frame) == 20
    source = gdal.OpenEx(network.uri)
    copy = gdal.VectorTranslate("/vsimem/copy.gpkg", source, layers=["pipe"])
    source = None
    gdal.VectorTranslate(network.uri, copy, layers=["pipe"], accessMode="overwrite", **options)
    copy = None
    gdal.Unlink("/vsimem/copy.gpkg")


@pytest.mark.slow
def test_a_table_written_anew_gets_everything_back(town):
    overwrite(town)
    assert rows(town.uri, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'wn\\_pipe%' ESCAPE '\\'") == [
        (0,)
    ]
    opened = open_network(town.uri)
    assert opened.repairs == ("pipe",)
    assert [row[0] for row in gaps(town)] == ["pipe"]
    there = {row[0] for row in rows(town.uri, "SELECT name FROM sqlite_master")}
    assert {*triggers.expected(), *layout.indexes()} <= there
    with opened.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(700, start=100))
    assert rows(town.uri, "SELECT count(*) FROM rtree_pipe_geom") == [(720,)]
    opened.undo()
    assert opened.count("pipe") == 20


@pytest.mark.slow
def test_a_table_written_anew_without_spatial_index_gets_one(town):
    overwrite(town, layerCreationOptions=["SPATIAL_INDEX=NO"])
    opened = open_network(town.uri)
    assert opened.repairs == ("pipe",)
    assert rows(town.uri, "SELECT count(*) FROM rtree_pipe_geom") == [(20,)]
    assert len(opened.read("pipe", bbox=(400_005.0, 2_500_000.0, 400_025.0, 2_500_001.0))) == 2


def test_ids_that_became_double_are_told(town):
    execute(town, "DROP INDEX wn_pipe_id")
    execute(town, "INSERT INTO pipe (pipe_id, system, status) VALUES ('P00001', 'potable', 'in_use')")
    with pytest.raises(StoreError, match="some ids now appear twice"):
        open_network(town.uri)


@pytest.mark.slow
def test_an_index_that_is_only_looked_up_is_made_without_a_word(town):
    """Networks of an earlier time lack the newest ones."""
    execute(town, "DROP INDEX wn_pipe_by_compound_id")
    batches = len(town.read("batch"))
    opened = open_network(town.uri)
    assert opened.repairs == ()
    assert len(opened.read("batch")) == batches
    assert layout.indexes().keys() <= {row[0] for row in rows(town.uri, "SELECT name FROM sqlite_master")}


@pytest.mark.slow
def test_a_lost_view_is_put_back(town):
    execute(town, "DROP VIEW pipe_health")
    assert open_network(town.uri).repairs == ("pipe_health",)
    assert len(town.read("pipe_health")) == 20


def test_a_view_of_another_version_is_made_anew_without_a_word(town):
    execute(town, "DROP VIEW pipe_health")
    execute(town, "CREATE VIEW pipe_health AS SELECT * FROM pipe")
    batches = len(town.read("batch"))
    opened = open_network(town.uri)
    assert opened.repairs == ()
    assert len(opened.read("batch")) == batches
    assert (
        dict(rows(town.uri, "SELECT name, sql FROM sqlite_master"))["pipe_health"]
        == (views.expected()["pipe_health"])
    )


@pytest.mark.slow
def test_a_network_that_is_being_written_opens_all_the_same(town):
    execute(town, "DROP TRIGGER wn_pipe_update")
    database = sqlite3.connect(town.uri)
    database.execute("BEGIN IMMEDIATE")
    opened = open_network(town.uri)
    assert len(opened.read("pipe")) == 20
    database.close()
    assert open_network(town.uri).repairs == ("pipe",)


def test_a_replace_by_another_program_is_noticed_at_opening(town):
    database = connection.connect(Path(town.uri), write=True)
    columns = [row[1] for row in database.execute("PRAGMA table_info(pipe)") if row[1] != "fid"]
    listed = ", ".join(f'"{name}"' for name in columns)
    database.execute(f"REPLACE INTO pipe ({listed}) SELECT {listed} FROM pipe WHERE pipe_id = 'P00001'")
    database.close()
    kept = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'pipe'"
    assert rows(town.uri, kept) == [(21,)]
    assert open_network(town.uri).repairs == ("pipe",)
    assert rows(town.uri, kept) == [(20,)]
    assert rows(town.uri, "SELECT count(*) FROM rtree_pipe_geom") == [(20,)]
    assert len(gaps(town)) == 1
    assert open_network(town.uri).repairs == ()
