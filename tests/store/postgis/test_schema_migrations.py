"""An older network on a server is brought forward by its owner, whole or not at all; a newer one is read."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from support.database_server import LOGIN, server_of_run
from support.store_helpers import as_login, in_schema, rows

from waternet_plugin.core.errors import LockedError, NewerSchemaError, StoreError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION, all_tables
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage.opening import migration_steps
from waternet_plugin.store.postgis import connecting
from waternet_plugin.store.postgis.connecting import SchemaConnections
from waternet_plugin.store.postgis.keeping import schema_migrations

pytestmark = pytest.mark.parametrize("kept_in", ["server"], indirect=True)

# What version 16 lacked, and what steps must find: table, column, type, index, what maps draw by, view.
_BACK = """
ALTER TABLE shutoff DROP COLUMN drained_computed_m3;
DROP TRIGGER wn_pipe_before ON pipe;
DROP TRIGGER wn_pipe_after ON pipe;
UPDATE pipe SET map_rank = 99, diameter_mm = 1e-200, width_mm = 1e-200, height_mm = 1e-200
WHERE pipe_id = 'P00002';
CREATE OR REPLACE FUNCTION wn_pipe_after() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER wn_pipe_after AFTER UPDATE ON pipe FOR EACH ROW EXECUTE FUNCTION wn_pipe_after();
DROP VIEW pipe_plan;
ALTER TABLE failure ALTER COLUMN fid TYPE bigint;
DROP INDEX wn_target_id;
DROP TABLE model_result CASCADE;
UPDATE wn_meta SET value = '16' WHERE key = 'schema_version';
"""


def _native(address, sql):
    with in_schema(str(address)) as database:
        return database.native(sql).fetchall()


@pytest.fixture
def old(town):
    """A network as version 16 made it, and its address; a pipe was deleted in batch B0003."""
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    _native(town.address, f"{_BACK} SELECT 1")
    return town.address


@pytest.fixture
def anna(old):
    """A login that may look at the network; gone after the test."""
    server_of_run().make_login("anna")
    _native(
        old, "GRANT USAGE ON SCHEMA town TO anna; GRANT SELECT ON ALL TABLES IN SCHEMA town TO anna; SELECT 1"
    )
    yield dataclasses.replace(old, user="anna")
    _native(old, "DROP OWNED BY anna; SELECT 1")
    server_of_run().ask("DROP ROLE anna")


def _migrated(address, **options):
    connections = SchemaConnections(address)
    try:
        with in_schema(str(address)) as database:
            connections.srs_id = database.srs_id
        return schema_migrations.migrate(connections, 16, by="anna", **options)
    finally:
        connections.close()


@pytest.mark.slow
def test_its_owner_brings_an_old_network_forward_by_opening_it(old, town):
    new = list(town.read("node").columns)
    with open_network(old, by="anna") as network:
        assert (network.schema_version, network.repairs) == (SCHEMA_VERSION, ())
        assert list(network.read("node").columns) == new
        assert all(len(network.read(name).columns) > 1 for name in all_tables())
        assert network.batches().iloc[0][["kind", "by"]].tolist() == ["migrate", LOGIN]
        assert "computed volume of shut-offs" in network.batches()["name"].iloc[0]
        assert network.read("pipe", ["map_rank"], ids=["P00002"])["map_rank"].tolist() != [99.0]
        with pytest.raises(StoreError, match="can't be undone"):
            network.undo("B0004")
        network.undo("B0003")
        assert network.count("pipe") == 20
        entries = network.read("change_log")["action"].tolist()
        assert entries == ["insert"] * 20 + ["delete", "insert"]
        with network.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P00003"], "street": ["x"]}))
            shutoff = {"shutoff_id": ["S1"], "kind": ["planned"], "drained_computed_m3": [2.5]}
            batch.insert("shutoff", pd.DataFrame(shutoff))
        assert network.count("pipe_plan") == 0
    with open_network(old) as network:
        assert network.repairs == ()
    kind = "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attname = 'fid'"
    assert rows(str(old), f"{kind} AND attrelid = 'failure'::regclass") == [("integer",)]
    indexes = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'town' AND indexname = 'wn_target_id'"
    assert rows(str(old), indexes) == [(1,)]


def test_a_rehearsal_tells_the_steps_and_changes_nothing(old):
    before = _native(old, "SELECT * FROM wn_meta ORDER BY 1")
    done = _migrated(old, dry_run=True)
    assert (done.from_version, done.to_version, len(done.steps)) == (16, SCHEMA_VERSION, SCHEMA_VERSION - 16)
    assert _native(old, "SELECT * FROM wn_meta ORDER BY 1") == before
    assert _native(
        old, "SELECT count(*) FROM pg_views WHERE schemaname = 'town' AND viewname = 'pipe_plan'"
    ) == [(0,)]


def test_a_step_that_fails_leaves_the_network_as_it_was(old, monkeypatch):
    def fail(database):
        database.execute("ALTER TABLE pipe ADD COLUMN half INTEGER")
        database.execute("UPDATE pipe SET nothing = 1")

    steps = (migration_steps.Migration(SCHEMA_VERSION, lambda: "x", fail),)
    with pytest.raises(StoreError, match="nothing was changed"):
        _migrated(old, steps=[*migration_steps.MIGRATIONS[:-1], *steps])
    assert "half" not in dict(_native(old, "SELECT column_name, 1 FROM information_schema.columns"))


def test_only_the_owner_may(old, anna):
    before = _native(old, "SELECT * FROM wn_meta ORDER BY 1")
    with pytest.raises(StoreError, match=f"Only its owner {LOGIN}"):
        open_network(anna)
    assert _native(old, "SELECT * FROM wn_meta ORDER BY 1") == before


def test_whoever_is_connected_is_named_beforehand(old, anna):
    with as_login("anna", old), pytest.raises(LockedError, match="anna with QGIS"):
        open_network(old)
    open_network(old).close()


def test_whoever_has_the_tables_in_use_is_named(old, anna, monkeypatch):
    monkeypatch.setattr(connecting, "_ROW_PATIENCE_MS", 50)
    with as_login("anna", old) as cursor:
        cursor.execute("SET application_name = 'psql'; BEGIN; SELECT count(*) FROM shutoff")
        with pytest.raises(LockedError, match="anna with psql"):
            open_network(old)


def test_a_newer_network_is_read_and_not_written(town):
    _native(town.address, "UPDATE wn_meta SET value = '999' WHERE key = 'schema_version'; SELECT 1")
    _native(
        town.address,
        "CREATE OR REPLACE FUNCTION wn_pipe_after() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RETURN NULL; END$$; SELECT 1",
    )
    with open_network(town.address) as network:
        assert network.repairs == ()
        assert network.count("pipe") == len(network.read("pipe")) == 20
        with pytest.raises(StoreError, match="newer version of WaterNet, so it can only be read"):
            _write(network)
    with pytest.raises(NewerSchemaError, match="upgraded by a newer version"):
        _write(town)


def _write(network):
    with network.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
