"""Older networks are brought forward: a backup, one transaction, and a rehearsal on request."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import content, rows

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION, all_tables
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.location import backup_files
from waternet_plugin.store.geopackage.opening import migration_steps, migrations
from waternet_plugin.store.geopackage.tables import triggers

# Made by old/make.py.
OLD = Path(__file__).parent / "old"


def add_cause(database: sqlite3.Connection) -> None:
    database.execute("ALTER TABLE failure ADD COLUMN cause TEXT")


def forget_cause(database: sqlite3.Connection) -> None:
    raise sqlite3.OperationalError("no such thing")


STEP = migration_steps.Migration(SCHEMA_VERSION, lambda: "failures get a cause", add_cause)


@pytest.fixture
def old(town, monkeypatch):
    """A network of the version before, whose failures have no cause."""
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    database = sqlite3.connect(town.uri)
    for action in ("insert", "update", "delete"):
        database.execute(f"DROP TRIGGER wn_failure_{action}")
    database.execute("ALTER TABLE failure DROP COLUMN cause")
    database.execute("UPDATE wn_meta SET value = ? WHERE key = 'schema_version'", (str(SCHEMA_VERSION - 1),))
    database.commit()
    database.close()
    monkeypatch.setattr(migration_steps, "MIGRATIONS", (STEP,))
    return Path(town.uri)


@pytest.mark.slow
def test_opening_brings_an_old_network_forward(old):
    before = content(old)
    network = open_network(old, by="anna")
    assert network.schema_version == SCHEMA_VERSION
    assert network.repairs == ()
    assert "cause" in network.read("failure").columns
    assert rows(old, "SELECT value FROM wn_meta WHERE key = 'schema_version'") == [(str(SCHEMA_VERSION),)]
    assert network.batches().iloc[0][["kind", "name", "by"]].tolist() == [
        "migrate",
        "failures get a cause",
        "anna",
    ]
    (copy,) = backup_files.backups_of(old)
    assert copy.before_version == SCHEMA_VERSION
    assert content(copy.path) == before
    found = rows(
        old, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'wn\\_%' ESCAPE '\\'"
    )
    assert found == [(len(triggers.expected()),)]


@pytest.mark.slow
def test_older_batches_can_still_be_undone_but_not_the_migration(old):
    network = open_network(old)
    with pytest.raises(StoreError, match="can't be undone"):
        network.undo("B0004")
    network.undo("B0003")
    assert network.count("pipe") == 20


def test_a_rehearsal_tells_the_steps_and_changes_nothing(old):
    before = content(old)
    done = migrations.migrate(old, SCHEMA_VERSION - 1, by="x", dry_run=True)
    assert done == migration_steps.Migrated(
        SCHEMA_VERSION - 1, SCHEMA_VERSION, ("failures get a cause",), None
    )
    assert content(old) == before
    assert backup_files.backups_of(old) == []


@pytest.mark.parametrize(
    "step", a_few_quick([forget_cause, lambda _database: None], 1), ids=["fails", "incomplete"]
)
def test_a_step_that_fails_leaves_the_network_as_it_was(old, monkeypatch, step):
    before = content(old)
    monkeypatch.setattr(
        migration_steps, "MIGRATIONS", (migration_steps.Migration(SCHEMA_VERSION, lambda: "x", step),)
    )
    with pytest.raises(StoreError):
        open_network(old)
    assert content(old) == before


@pytest.mark.slow
def test_a_version_nobody_can_bring_forward_is_refused(old, monkeypatch):
    monkeypatch.setattr(migration_steps, "MIGRATIONS", ())
    before = content(old)
    with pytest.raises(StoreError, match="can't upgrade"):
        open_network(old)
    assert content(old) == before


def test_an_old_network_in_a_read_only_place_says_what_to_do(old, monkeypatch):
    monkeypatch.setattr("waternet_plugin.store.geopackage.connection.is_writable", lambda _path: False)
    with pytest.raises(StoreError, match=r"older version\. Copy it"):
        open_network(old)


@pytest.mark.slow
def test_what_was_decided_on_an_expired_permit_is_kept_under_the_new_name_of_the_rule(town):
    row = {"issue_id": "permit_missing-customer-U1", "rule_id": "permit_missing", "assets": "U1"}
    with town.write("check") as batch:
        batch.insert(
            "issue", pd.DataFrame([{**row, "severity": "info", "state": "accepted", "state_reason": "x"}])
        )
    with closing(sqlite3.connect(town.uri)) as database:
        database.execute("UPDATE wn_meta SET value = '12' WHERE key = 'schema_version'")
        database.commit()
    with open_network(Path(town.uri)) as network:
        found = network.read("issue", geometry=False).iloc[0]
    assert (found["rule_id"], found["issue_id"]) == ("permit_expired", "permit_expired-customer-U1")
    assert (found["state"], found["state_reason"]) == ("accepted", "x")


@pytest.mark.slow
def test_a_network_of_version_1_gets_what_came_since(town):
    path = Path(town.uri)
    new = {(name, column) for name in all_tables() for column in town.read(name).columns}
    ranks = town.read("pipe", ["map_rank"])["map_rank"].tolist()
    database = sqlite3.connect(path)
    for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE name LIKE 'wn\\_%' ESCAPE '\\' AND type = 'trigger'"
    ).fetchall():
        database.execute(f"DROP TRIGGER {name}")
    # Stands for every column and table that came after version 1.
    database.execute("ALTER TABLE failure DROP COLUMN cause")
    database.execute("DROP VIEW pipe_health")
    database.execute("DROP VIEW pipe_plan")
    database.execute("DROP VIEW zone_leakage")
    database.execute("DROP VIEW pipe_verified")
    database.execute("DROP VIEW node_due")
    database.execute("DROP VIEW compound_programme")
    for entries in ("gpkg_contents", "gpkg_geometry_columns"):
        database.execute(
            f"DELETE FROM {entries} WHERE table_name"
            " IN ('zone_leakage', 'pipe_verified', 'node_due', 'compound_programme')"
        )
    database.execute("ALTER TABLE pipe DROP COLUMN map_rank")
    database.execute("DROP TABLE defect")
    database.execute("DELETE FROM gpkg_contents WHERE table_name = 'defect'")
    database.execute("UPDATE wn_meta SET value = '1' WHERE key = 'schema_version'")
    database.commit()
    database.close()
    network = open_network(path)
    assert network.schema_version == SCHEMA_VERSION
    assert {(name, column) for name in all_tables() for column in network.read(name).columns} == new
    assert network.count("failure") == town.count("failure")
    assert network.read("pipe", ["map_rank"])["map_rank"].tolist() == ranks
    with network.write("edit") as batch:
        batch.insert("defect", pd.DataFrame({"defect_id": ["D1"], "inspection_id": ["I1"]}))
    assert network.read("defect")["defect_id"].tolist() == ["D1"]


@pytest.mark.slow
@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_a_real_network_of_an_older_version_comes_forward(version, tmp_path):
    path = tmp_path / "town.gpkg"
    path.write_bytes(gzip.decompress((OLD / f"version_{version}.gpkg.gz").read_bytes()))
    assert rows(path, "SELECT value FROM wn_meta WHERE key = 'schema_version'") == [(str(version),)]
    network = open_network(path)
    assert (network.schema_version, network.repairs) == (SCHEMA_VERSION, ())
    assert network.count("pipe") == 603
    with closing(connection.connect(path, write=True)) as database:
        database.execute("INSERT INTO pipe (pipe_id, batch_id) VALUES ('COPY', 'B0002')")
        # A gap makes the undo compare the rows with the entries of old, which hold whole rows.
        database.execute("DROP TRIGGER wn_pipe_update")
        database.execute("UPDATE pipe SET street = 'silent' WHERE pipe_id = 'P00002'")
    network = open_network(path)
    undone = network.undo("B0002", skip_changed=True)
    assert sorted(undone.left) == [("pipe", "P00001"), ("pipe", "P00002")]
    assert undone.rows == 598
    assert network.undo(undone.batch_id).rows == 598
    assert network.count("pipe") == 604


@pytest.mark.slow
def test_a_network_that_is_being_written_is_not_migrated(old, monkeypatch):
    monkeypatch.setattr("waternet_plugin.store.geopackage.connection.LOCK_PATIENCE_S", 0.2)
    database = sqlite3.connect(old, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    with pytest.raises(LockedError):
        open_network(old)
    database.close()
