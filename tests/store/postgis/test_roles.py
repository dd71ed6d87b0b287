"""Who may what in a network on a server: what a role may not is refused, whatever program asks."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager

import pandas as pd
import psycopg2
import psycopg2.errors
import pytest
import shapely
from support.database_server import LOGIN, server_of_run
from support.store_helpers import CRS, ORIGIN, as_login, in_schema, pipe_frame

from waternet_plugin.core.errors import InputError, LockedError, StoreError
from waternet_plugin.store import create_network, open_network, parse
from waternet_plugin.store.access.roles import GRANT, KEEPER, THRESHOLDS, Granting, RoleOfLogin
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.postgis import network_locks

pytestmark = [
    pytest.mark.parametrize("kept_in", ["server"], indirect=True),
    pytest.mark.slow,
]

PEOPLE = {
    "reader": '看"图; x',
    "editor": "李工",
    "district_editor": "wang",
    "keeper": "zhao",
}


def _grant(network, *logins, role, **rest):
    with network.granting(Granting(logins, role, **rest)) as after:
        return after


def _districts(network):
    """Two districts: the first ten pipes, and those from the fifteenth on; the others are nobody's."""
    import geopandas as gpd

    x, y = ORIGIN
    boxes = [shapely.box(x - 5, y - 5, x + 95, y + 50), shapely.box(x + 145, y - 5, x + 500, y + 50)]
    frame = gpd.GeoDataFrame(
        {"zone_id": ['东; "1"', "西"], "kind": "district", "name": ["东区", "西区"]},
        geometry=gpd.GeoSeries([shapely.MultiPolygon([box]) for box in boxes], crs=CRS),
    ).rename_geometry("geom")
    with network.write("edit") as batch:
        batch.insert("zone", frame)


@pytest.fixture
def people(town):
    """A network with four people, of whom one may edit the first ten pipes; its logins are gone after."""
    server = server_of_run()
    for login in (*PEOPLE.values(), "newcomer"):
        server.make_login(login)
    _districts(town)
    for role, login in PEOPLE.items():
        _grant(town, login, role=role, districts=('东; "1"',) if role == "district_editor" else ())
    yield town
    _drop(town)


def _drop(network):
    from waternet_plugin.store.postgis.keeping import network_roles

    with in_schema(network.uri) as database:
        named = list(network_roles.names(database).values())
        owned = ", ".join(
            f'"{name.replace(chr(34), chr(34) * 2)}"' for name in [*named, *PEOPLE.values(), "newcomer"]
        )
        database.native(f"DROP OWNED BY {owned}; DROP ROLE {owned}")


@contextmanager
def _opened(network, role):
    address = dataclasses.replace(network.address, user=PEOPLE[role])
    with open_network(address, by="somebody") as opened:
        yield opened


def _streets(network, ids, kind="edit"):
    with network.write(kind) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ids, "street": "x"}))
    return batch.batch_id


def test_people_are_listed_with_what_they_are(people):
    assert people.roles() == (
        RoleOfLogin(LOGIN, KEEPER),
        RoleOfLogin("wang", "district_editor", ('东; "1"',)),
        RoleOfLogin("zhao", KEEPER),
        RoleOfLogin("李工", "editor"),
        RoleOfLogin('看"图; x', "reader"),
    )
    for role, login in PEOPLE.items():
        with _opened(people, role) as opened:
            assert (opened.own_role.login, opened.own_role.role) == (login, role)
            assert opened.repairs == ()


def test_a_reader_reads_and_writes_nothing(people):
    with _opened(people, "reader") as opened:
        assert len(opened.read("pipe")) == opened.count("pipe") == 20
        assert opened.count("pipe_health") == 20
        assert len(opened.batches()) == 3
        with pytest.raises(StoreError, match="may only look at this network"):
            _streets(opened, ["P00001"])
        with pytest.raises(StoreError, match="may only look"):
            opened.undo()
        assert opened.refusal("edit")


@pytest.mark.always
def test_an_editor_writes_rows_and_leaves_to_keepers_what_is_theirs(people):
    with _opened(people, "editor") as opened:
        mine = _streets(opened, ["P00001", "P00019"])
        with opened.write("edit") as batch:
            batch.insert("pipe", pipe_frame(2, start=50))
            batch.delete("pipe", ["P00018"])
        opened.show_run(None)
        for kind in ("adopt", "repair", "own", "survey"):
            with pytest.raises(StoreError, match="this is done by its keeper"):
                _streets(opened, ["P00001"], kind)
        assert opened.refusal(THRESHOLDS) and opened.refusal(GRANT)
        with pytest.raises(StoreError, match="may not do this"), opened.write("edit") as batch:
            batch.set_setting("health.tolerance_m", 1.0)
        opened.undo(mine)
        assert opened.read("pipe", ["street"], ids=["P00001"])["street"].tolist() == ["人民路"]
        with pytest.raises(StoreError, match="this is done by its keeper"):
            opened.undo("B0002")
        with pytest.raises(StoreError, match="this is done by its keeper"):
            _grant(opened, "newcomer", role="reader")
    assert set(people.read("change_log")["by"].tail(7)) == {"李工"}
    assert people.read("batch")["by"].tail(4).tolist() == ["李工"] * 4


def test_an_editor_of_districts_edits_there_and_where_no_district_is(people):
    with _opened(people, "district_editor") as opened:
        _streets(opened, ["P00001", "P00012"])
        before = pd.DataFrame(opened.read("pipe", ["pipe_id", "street"]))
        with pytest.raises(StoreError, match=r"lies in the district 西区 \(西\) of town, which is not yours"):
            _streets(opened, ["P00002", "P00016"])
        with pytest.raises(StoreError, match="district 西"), opened.write("edit") as batch:
            batch.delete("pipe", ["P00017"])
        with pytest.raises(StoreError, match="district 西"), opened.write("edit") as batch:
            batch.insert("pipe", pipe_frame(1, start=30))
        with pytest.raises(StoreError, match="district"), opened.write("edit") as batch:
            batch.delete("zone", ["西"])
        after = pd.DataFrame(opened.read("pipe", ["pipe_id", "street"]))
        pd.testing.assert_frame_equal(after, before)
        assert "东" in opened.own_role.sentence()


def test_a_keeper_does_everything(people):
    with _opened(people, "keeper") as opened:
        _streets(opened, ["P00001"], "repair")
        opened.undo("B0002", with_later=True)
        with opened.write("own") as batch:
            from waternet_plugin.core.schema.own_fields import FieldRequest

            batch.add_field(FieldRequest("pipe", "phone", "integer"))
        assert any(one.login == "newcomer" for one in _grant(opened, "newcomer", role="editor"))
    with open_network(dataclasses.replace(people.address, user="newcomer")) as opened:
        assert opened.repairs == ()
        assert opened.own_role.role == "editor"
        assert opened.count("pipe") == 0


REFUSED = [
    "INSERT INTO change_log (\"table\", action, \"by\") VALUES ('pipe', 'gap', 'x')",
    "UPDATE change_log SET \"by\" = 'x'",
    "DELETE FROM change_log",
    "TRUNCATE pipe",
    "ALTER TABLE pipe DISABLE TRIGGER ALL",
    "DROP TRIGGER wn_pipe_after ON pipe",
    "ALTER TABLE pipe ADD COLUMN x integer",
    "CREATE TABLE mine (x integer)",
    "CREATE OR REPLACE FUNCTION wn_by() RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
    "DELETE FROM batch",
    "UPDATE batch SET \"by\" = 'x'",
    "UPDATE batch SET undone = 'x' WHERE batch_id = 'B0002'",
    "INSERT INTO batch (batch_id, kind) VALUES ('B9', 'adopt')",
    "INSERT INTO setting (key, value) VALUES ('health.tolerance_m', '1')",
    "UPDATE wn_meta SET value = '1'",
    "INSERT INTO wn_district VALUES ('wang', '西')",
    "INSERT INTO own_code (own_code_id) VALUES ('x')",
    "SELECT setval('wn_batch_number', 1)",
    "SET SESSION AUTHORIZATION zhao",
    "SET ROLE zhao",
    "SET session_replication_role = replica",
]


@pytest.mark.always
@pytest.mark.parametrize("role", ["editor", "district_editor", "reader"])
def test_no_sql_reaches_what_is_the_keepers(people, role):
    for sql in REFUSED:
        with (
            as_login(PEOPLE[role], people.address) as cursor,
            pytest.raises(psycopg2.errors.InsufficientPrivilege),
        ):
            cursor.execute(sql)


def test_who_writes_is_the_login_whatever_is_said(people):
    with as_login("李工", people.address) as cursor:
        cursor.execute(
            "SELECT set_config('waternet.by', 'zhao', false), set_config('waternet.batch', 'B0002', false)"
        )
        cursor.execute("UPDATE pipe SET street = 'y', edited_by = 'zhao' WHERE pipe_id = 'P00001'")
        cursor.execute("INSERT INTO batch (batch_id, kind, \"by\") VALUES ('B9', 'edit', 'zhao')")
    assert people.read("change_log")["by"].iloc[-1] == "李工"
    assert people.read("pipe", ["edited_by"], ids=["P00001"])["edited_by"].tolist() == ["李工"]
    assert people.read("batch")["by"].iloc[-1] == "李工"


ELSEWHERE = [
    "UPDATE pipe SET street = 'y' WHERE pipe_id = 'P00016'",
    "DELETE FROM pipe WHERE pipe_id = 'P00016'",
    # Out of one's own district into another one, and the other way.
    "UPDATE pipe SET geom = (SELECT geom FROM pipe WHERE pipe_id = 'P00016') WHERE pipe_id = 'P00001'",
    "UPDATE pipe SET geom = (SELECT geom FROM pipe WHERE pipe_id = 'P00001') WHERE pipe_id = 'P00016'",
    "UPDATE zone SET geom = ST_Multi(ST_Buffer(geom, 1000)) WHERE zone_id LIKE '东%'",
    "UPDATE zone SET kind = 'dma' WHERE zone_id = '西'",
]


def test_no_sql_reaches_the_district_of_others(people):
    with as_login("wang", people.address) as cursor:
        for sql in ELSEWHERE:
            with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="which is not yours"):
                cursor.execute(sql)
        cursor.execute("UPDATE pipe SET street = 'y' WHERE pipe_id IN ('P00001', 'P00012')")
        assert cursor.rowcount == 2


def test_whoever_imports_is_named_to_people_who_may_not_ask_the_server(people, monkeypatch):
    monkeypatch.setattr(network_locks, "PATIENCE_S", 0.0)
    told = pytest.raises(
        LockedError, match=r"zhao with WaterNet: Adoption since 20\d\d-\d\d-\d\d \d\d:\d\d\."
    )
    with (
        _opened(people, "keeper") as keeper,
        _opened(people, "editor") as editor,
        keeper.write("adopt"),
        told,
    ):
        _streets(editor, ["P00001"], "assess")


def test_roles_are_taken_and_changed(people):
    _grant(people, "李工", role="", is_revoked=True)
    with pytest.raises(StoreError, match="李工 has no role in the network town"), _opened(people, "editor"):
        pass
    _grant(people, "wang", role="editor")
    with _opened(people, "district_editor") as opened:
        assert opened.own_role == RoleOfLogin("wang", "editor")
        _streets(opened, ["P00016"])
    _grant(people, LOGIN, role="", is_revoked=True)
    with pytest.raises(StoreError, match="would have no keeper"):
        _grant(people, "zhao", role="reader")
    assert [one.login for one in people.roles() if one.role == KEEPER] == ["zhao"]


def test_what_the_server_does_not_know_is_refused(people):
    before = people.roles()
    with pytest.raises(InputError, match="has no login nobody"):
        _grant(people, "zhao", "nobody", role="reader")
    with pytest.raises(InputError, match="has no district 南"):
        _grant(people, "zhao", role="district_editor", districts=("南",))
    assert people.roles() == before


def test_rights_that_were_changed_are_put_back_by_a_keeper(people):
    with in_schema(people.uri) as database:
        database.native("GRANT INSERT ON change_log TO PUBLIC; DROP TRIGGER wn_pipe_district ON pipe")
        database.native(
            "CREATE OR REPLACE FUNCTION wn_is_keeper() RETURNS boolean LANGUAGE sql AS 'SELECT true'"
        )
    told = pytest.raises(StoreError, match="were changed, so it can only be read")
    with _opened(people, "editor") as opened, told:
        _streets(opened, ["P00001"])
    with _opened(people, "keeper") as opened:
        assert set(opened.repairs) == {"change_log", "pipe"}
    with _opened(people, "editor") as opened:
        _streets(opened, ["P00001"])


def test_whoever_made_a_network_needs_no_more_than_the_right_to_make_roles(people):
    server = server_of_run()
    database = people.address.database
    server.ask("ALTER ROLE newcomer CREATEROLE")
    server.ask(f"GRANT CREATE ON DATABASE {database} TO newcomer")
    address = parse(server.address(database, "own", "newcomer"))
    with create_network(address, CRS) as network:
        assert network.roles() == (RoleOfLogin("newcomer", KEEPER),)
        _grant(network, "zhao", role=KEEPER)
        _grant(network, "wang", role="reader")
    server.ask("ALTER ROLE newcomer NOCREATEROLE")
    with open_network(dataclasses.replace(address, user="zhao")) as network:
        assert len(_grant(network, "李工", role="editor")) == 4
        assert len(_grant(network, "newcomer", role="", is_revoked=True)) == 3
    by_editor = dataclasses.replace(address, user="李工")
    with open_network(by_editor) as network, network.write("edit") as batch:
        batch.insert("pipe", pipe_frame(2))
    from waternet_plugin.store.postgis.keeping import network_roles

    with in_schema(str(dataclasses.replace(address, user=LOGIN))) as opened:
        names = ", ".join(map(quoted, network_roles.names(opened).values()))
        opened.native(f"DROP OWNED BY {names} CASCADE; DROP ROLE {names}")


def test_a_login_that_may_make_no_roles_is_told(people):
    server = server_of_run()
    server.ask(f"GRANT CREATE ON DATABASE {people.address.database} TO newcomer")
    address = server.address(people.address.database, "own", "newcomer")
    with (
        create_network(address, CRS) as network,
        pytest.raises(StoreError, match="newcomer may not make roles"),
    ):
        _grant(network, "zhao", role="reader")


def test_the_algorithm_lists_grants_and_takes(people):
    from waternet_plugin.operations.contents.grant_roles import GrantRequest, grant_roles

    listed = grant_roles(people, GrantRequest())
    assert listed.people["role"].tolist() == ["keeper", "district_editor", "keeper", "editor", "reader"]
    more = grant_roles(people, GrantRequest('"看""图; x"; newcomer', "editor")).people
    assert more["role"].tolist().count("editor") == 3

    def fail(_found):
        raise StoreError("no place for the list")

    with pytest.raises(StoreError, match="no place"):
        grant_roles(people, GrantRequest("newcomer", is_revoked=True), before_commit=fail)
    assert len(people.roles()) == 6
    done = grant_roles(people, GrantRequest("newcomer", is_revoked=True))
    assert done.summary[0] == "No role any more: newcomer."
    assert len(people.roles()) == 5
