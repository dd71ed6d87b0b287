"""Whatever fields and codes users add, and whatever they hold: undo, restoring and migration keep them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from support.random_own_fields import WHOLE_NETWORKS, OwnThings, Twins, own_things, same, twins

from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.store import open_network
from waternet_plugin.store.changes.asset_changes import HistoryQuery, Restoring
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.network import Network

ASSET = "P00001"
FEW = settings(WHOLE_NETWORKS, max_examples=3)


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Path:
    """The folder of the networks that tests copy."""
    return request.getfixturevalue("_made")


@contextmanager
def town_with(made: Path, own: OwnThings) -> Iterator[Network]:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(made / "town.gpkg", Path(folder) / "town.gpkg")
        network = open_network(path)
        with network.write("own") as batch:
            for field in own.fields:
                batch.add_field(field)
            batch.add_code(own.code)
        write(network, own, own.before)
        yield network
        network.close()


def write(network: Network, own: OwnThings, values: dict[str, object]) -> str:
    with network.write("edit") as batch:
        batch.update("pipe", own.frame(ASSET, values))
    return batch.batch_id


def assert_holds(network: Network, own: OwnThings, values: dict[str, object]) -> None:
    names = [field.name for field in own.fields]
    row = network.read("pipe", [*names, own.code.domain], ids=[ASSET], geometry=False, as_stored=True).iloc[0]
    assert {name: row[name] for name in names if not same(row[name], values[name])} == {}
    assert row[own.code.domain] == own.code.code
    counted = network.read("pipe", [own.code.domain], ids=[ASSET], geometry=False)[own.code.domain]
    assert counted.tolist() == [own.code.base]
    assert network.unreadable_values() == ()


def check(made: Path, own: OwnThings) -> None:
    with town_with(made, own) as network:
        assert_holds(network, own, own.before)
        edit = write(network, own, own.after)
        assert_holds(network, own, own.after)
        if any(own.before[name] != own.after[name] for name in own.before):
            undone = network.undo(edit)
            assert_holds(network, own, own.before)
            network.undo(undone.batch_id)
            assert_holds(network, own, own.after)
        for restores in (False, True):
            with network.write("edit") as batch:
                batch.delete("pipe", [ASSET])
            if restores:
                network.restore_asset(Restoring("pipe", ASSET, None, ()))
            else:
                network.undo()
            assert_holds(network, own, own.after)
        with closing(connection.connect(Path(network.uri), write=True)) as database:
            version = str(SCHEMA_VERSION - 1)
            database.execute("UPDATE wn_meta SET value = ? WHERE key = 'schema_version'", (version,))
        with open_network(network.uri) as again:
            assert again.repairs == ()
            assert_holds(again, own, own.after)
            labels = [
                (one.label_en, one.label_zh, one.unit) for one in again.table("pipe").fields if one.is_own
            ]
            assert labels == [(one.label, one.label_zh, one.unit) for one in own.fields]
            write(again, own, own.before)
            again.undo()
            assert_holds(again, own, own.after)


@pytest.mark.slow
@FEW
@given(own=own_things())
def test_they_survive_undo_deleting_restoring_and_migration(made: Path, own: OwnThings) -> None:
    check(made, own)


@pytest.mark.sweep
@settings(FEW, max_examples=40)
@given(own=own_things())
def test_they_survive_whatever_they_are(made: Path, own: OwnThings) -> None:
    check(made, own)


def check_twins(made: Path, both: Twins) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(made / "town.gpkg", Path(folder) / "town.gpkg")
        with open_network(path) as network:
            both.add(network)
        with open_network(path) as network:
            assert network.table("pipe").field("there").is_own
            last = None
            for value in both.values:
                with network.write("edit") as batch:
                    batch.update("pipe", both.frame(ASSET, value))
                assert_alike(network, both, value)
                if value != last:
                    undone = network.undo(batch.batch_id)
                    assert_alike(network, both, last)
                    network.undo(undone.batch_id)
                    assert_alike(network, both, value)
                last = value
            with network.write("edit") as batch:
                batch.delete("pipe", [ASSET])
            network.restore_asset(Restoring("pipe", ASSET, None, ()))
            assert_alike(network, both, last)
            assert network.unreadable_values() == ()


def assert_alike(network: Network, both: Twins, value: object) -> None:
    row = network.read("pipe", ["here", "there"], ids=[ASSET], geometry=False).iloc[0]
    assert same(row["here"], value) and same(row["there"], both.there(value)), (both, value, row.to_dict())
    if both.here.type == "boolean":
        return
    told = network.history(HistoryQuery(table="pipe", asset=ASSET))
    entries = {
        name: told[told["field"] == name][["action", "before", "after"]].fillna("").to_numpy().tolist()
        for name in ("here", "there")
    }
    assert entries["here"] == entries["there"]


@pytest.mark.slow
@FEW
@given(both=twins())
def test_two_forms_of_a_type_are_kept_logged_and_undone_alike(made: Path, both: Twins) -> None:
    check_twins(made, both)


@pytest.mark.sweep
@settings(FEW, max_examples=40)
@given(both=twins())
def test_two_forms_of_a_type_are_alike_whatever_they_hold(made: Path, both: Twins) -> None:
    check_twins(made, both)
