"""A backup of a network on a server becomes another network, or the network again, whole or not at all."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from support.database_server import LOGIN, server_of_run
from support.store_helpers import in_schema

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.store import addresses, backups, open_network, parse, put_backup_back, restore_backup
from waternet_plugin.store.access.roles import Granting
from waternet_plugin.store.copying.kept_rows import digest

pytestmark = [pytest.mark.parametrize("kept_in", ["server"], indirect=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _documents(monkeypatch, tmp_path):
    monkeypatch.setattr(addresses, "_documents", [lambda: tmp_path])


def _streets(network, pipe_id, street):
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [pipe_id], "street": [street]}))
    return batch.batch_id


def _digests(network):
    with network.snapshot() as database:
        return [digest(database, network.table(name)) for name in ("pipe", "node", "batch", "change_log")]


def _schemas(network):
    with in_schema(network.uri) as database:
        found = database.native("SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'")
        return {str(name) for (name,) in found}


def test_a_backup_becomes_a_network_of_its_own(town):
    edited = _streets(town, "P00001", "x")
    with town.write("adopt", backup=True) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["y"]}))
    assert backups(town.address) == []
    before = _digests(town)
    copy = town.backup()
    assert [one.path for one in backups(town.address)] == [copy]
    address = restore_backup(copy, server_of_run().address(town.address.database, "恢复"))
    with open_network(address) as restored:
        assert _digests(restored) == before
        restored.undo(edited)
        assert restored.read("pipe", ["street"], ids=["P00001"])["street"].tolist() == ["人民路"]
    with pytest.raises(InputError, match="already exists"):
        restore_backup(copy, address)


def test_a_backup_takes_the_place_of_the_network(town):
    server = server_of_run()
    server.make_login("li")
    with town.granting(Granting(("li",), "editor")):
        pass
    edited = _streets(town, "P00001", "x")
    copy = town.backup()
    later = _streets(town, "P00002", "y")
    schemas = _schemas(town)
    done = put_backup_back(town.address, copy, by="anna")
    assert town.is_replaced()
    assert _schemas(town) == schemas
    assert (done.is_of_another, len(backups(town.address))) == (False, 2)
    with open_network(town.address) as again:
        assert again.repairs == ()
        assert again.read("pipe", ["street"], ids=["P00001", "P00002"])["street"].tolist() == ["x", "人民路"]
        assert again.batches()["kind"].iloc[0] == "restore"
        assert int(done.batch_id[1:]) > int(later[1:])
        assert ("li", "editor") in {(one.login, one.role) for one in again.roles()}
        assert again.batches()["by"].iloc[0] == LOGIN
    with open_network(dataclasses.replace(town.address, user="li")) as by_editor:
        assert by_editor.own_role.role == "editor"
        _streets(by_editor, "P00003", "z")
        with pytest.raises(StoreError, match="this is done by its keeper"):
            put_backup_back(by_editor.address, copy)
    with open_network(town.address) as again:
        again.undo(edited, skip_changed=True)
        from waternet_plugin.store.postgis.keeping import network_roles

        with in_schema(town.uri) as database:
            names = ", ".join(f'"{one}"' for one in [*network_roles.names(database).values(), "li"])
    town.close()
    with in_schema(str(parse(server.address(town.address.database, "empty")))) as database:
        database.native(f"DROP OWNED BY {names} CASCADE; DROP ROLE {names}")


def test_what_is_no_backup_changes_nothing(town, tmp_path):
    other = tmp_path / "other.gpkg"
    other.write_text("no database", encoding="utf-8")
    schemas, before = _schemas(town), _digests(town)
    with pytest.raises(StoreError, match="is not a GeoPackage"):
        put_backup_back(town.address, other)
    with pytest.raises(StoreError, match="is not a GeoPackage"):
        restore_backup(other, server_of_run().address(town.address.database, "new"))
    assert (_schemas(town), _digests(town)) == (schemas, before)
