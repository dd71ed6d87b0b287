"""The schema of a network: the frames of a file, whatever client writes noted, what is wrong refused."""

from __future__ import annotations

import json
import threading

import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal
from support.database_server import LOGIN, server_of_run
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, a_shape, a_value, in_schema, pipe_frame, rows

from waternet_plugin.core.errors import ConflictError, InputError, LockedError, NewerSchemaError, StoreError
from waternet_plugin.core.schema import map_views
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.schema.tables import FID_COLUMN, all_tables, table
from waternet_plugin.operations.network.live_network import LiveNetwork
from waternet_plugin.store import create_network, making_network, network_remarks, open_network
from waternet_plugin.store.geopackage import sql
from waternet_plugin.store.geopackage.writing import write_session
from waternet_plugin.store.postgis import network_locks, schema_tables, schema_triggers

pytestmark = pytest.mark.parametrize("kept_in", ["server"], indirect=True)


def _address(network, schema="town"):
    return server_of_run().address(network.address.database, schema)


def _native(network, sql):
    with in_schema(network.uri) as database:
        return database.native(sql).fetchall()


def _full_row(described, number):
    import geopandas as gpd

    values = {field.name: [a_value(field)] for field in described.fields if field.name != described.id_field}
    values = {
        name: value for name, value in values.items() if name not in ("edited_by", "edited_on", "batch_id")
    }
    values.pop("row_version", None)
    if described.id_field in described.field_names:
        values[described.id_field] = [f"X{number}"]
    if not described.has_geometry:
        return pd.DataFrame(values)
    shape = gpd.GeoSeries([a_shape(described.geometry, number)], crs=CRS)
    return gpd.GeoDataFrame(values, geometry=shape).rename_geometry("geom")


@pytest.mark.slow
def test_tables_are_read_as_from_a_file(network, tmp_path):
    with create_network(tmp_path / "same.gpkg", CRS) as file:
        for each in (file, network):
            with each.write("adopt") as batch:
                for described in all_tables().values():
                    if described.name not in ("batch", "change_log", "own_field", "own_code"):
                        for number in range(2):
                            batch.insert(described.name, _full_row(described, number))
        for described in all_tables().values():
            told = [
                name
                for name in described.field_names
                if name not in ("edited_by", "edited_on", "by", "at", "before", "after")
            ]
            columns = [*told] if described.name == "change_log" else [FID_COLUMN, *told]
            mine, theirs = network.read(described.name, columns), file.read(described.name, columns)
            assert_frame_equal(pd.DataFrame(mine), pd.DataFrame(theirs), obj=described.name)


def test_unknown_heights_are_nan_in_the_database_and_none_in_frames(network):
    lines = [
        shapely.LineString([(0, 0), (3, 4)]),
        shapely.LineString([(0, 0, 1.5), (3, 4, 2.5)]),
        shapely.LineString([(0, 0, 1.5), (3, 4, np.nan)]),
    ]
    frame = pipe_frame(3)
    frame["geom"] = lines
    with network.write("adopt") as batch:
        batch.insert("pipe", frame)
    read = network.read("pipe", ["pipe_id"])
    assert shapely.has_z(read["geom"]).tolist() == [False, True, True]
    assert _native(network, "SELECT ST_Z(ST_StartPoint(geom))::text FROM pipe ORDER BY fid") == [
        ("NaN",),
        ("1.5",),
        ("1.5",),
    ]
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00000"], "note": ["a"]}))
    log = json.loads(network.read("change_log")["after"].iloc[-1])
    assert log == {"note": "a"}


def test_whatever_client_writes_its_login_is_noted(town):
    sets = "street = 'x', edited_by = 'me', batch_id = 'B9'"
    _native(town, f"UPDATE pipe SET {sets} WHERE pipe_id = 'P00001' RETURNING 1")
    row = town.read("pipe", ids=["P00001"]).iloc[0]
    assert (row["edited_by"], row["batch_id"], row["row_version"]) == (LOGIN, None, 2.0)
    entry = town.read("change_log").iloc[-1]
    assert (entry["by"], entry["action"], json.loads(entry["after"])) == (LOGIN, "update", {"street": "x"})
    town_batch = town.read("batch").iloc[-1]
    assert (town_batch["by"], rows(town.uri, "SELECT said_by FROM batch WHERE batch_id = 'B0002'")) == (
        LOGIN,
        [("tester",)],
    )


def test_moments_are_by_the_clock_of_the_server(town, monkeypatch):
    """Here the clock of the program is hours off."""
    monkeypatch.setattr(sql, "now", lambda: "2031-05-04T03:02:01.000Z")
    monkeypatch.setattr(write_session, "now", sql.now)
    before = pd.Timestamp(_native(town, "SELECT now()")[0][0])
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["x"]}))
    undone = town.undo(batch.batch_id)
    after = pd.Timestamp(_native(town, "SELECT now()")[0][0])
    moments = [
        *town.read("pipe", ids=["P00001"])["edited_on"],
        *town.read("change_log")["at"].tail(2),
        *town.read("batch")["at"].tail(2),
    ]
    assert undone.batch_id > batch.batch_id
    assert all(before.floor("ms") <= moment <= after for moment in moments), moments


def test_a_slow_commit_with_a_lower_number_is_seen(town):
    from waternet_plugin.store.postgis.connecting import SchemaConnections

    slow = SchemaConnections(town.address)
    with slow.transaction("edit", alone=False) as database:
        database.native("UPDATE pipe SET street = 'slow' WHERE pipe_id = 'P00001'")
        with town.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["quick"]}))
        seen = town.position()
    slow.close()
    with pytest.raises(ConflictError, match="P00001"), town.write("edit", seen=seen) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["mine"]}))
    with town.write("edit", seen=seen) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["mine"]}))
    assert town.read("pipe", ["street"], ids=["P00001", "P00002"])["street"].tolist() == ["slow", "mine"]


def test_two_who_edit_other_rows_do_not_wait(town):
    other = open_network(town.address, by="anna")
    with town.write("edit") as mine:
        mine.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["mine"]}))
        with other.write("edit") as theirs:
            theirs.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "street": ["theirs"]}))
    other.close()
    assert town.read("pipe", ["street"], ids=["P00001", "P00002"])["street"].tolist() == ["mine", "theirs"]


def test_whoever_imports_is_named_to_the_next_one(town, monkeypatch):
    monkeypatch.setattr(network_locks, "PATIENCE_S", 0.0)
    other = open_network(town.address, by="anna")
    with town.write("adopt"), pytest.raises(LockedError) as caught, other.write("repair"):
        pass
    other.close()
    assert LOGIN in caught.value.message
    assert "WaterNet" in caught.value.message


@pytest.mark.slow
def test_a_failed_making_leaves_nothing(network):
    address = _address(network, '水"网; DROP')

    def fail():
        with making_network(address, CRS) as made:
            assert made.count("pipe") == 0
            raise StoreError("stop")

    with pytest.raises(StoreError, match="stop"):
        fail()
    with pytest.raises(StoreError, match="There is no network"):
        open_network(address)
    with create_network(address, CRS, title="Town") as made:
        assert made.title == "Town"
    with pytest.raises(InputError, match="already exists"):
        create_network(address, CRS)


@pytest.mark.parametrize(
    ("sql", "said"),
    a_few_quick(
        [
            ("DROP TABLE wn_meta", "There is no network"),
            (
                "UPDATE wn_meta SET value = '999' WHERE key = 'schema_version'; DROP TABLE target CASCADE",
                "newer version",
            ),
            ("DELETE FROM wn_meta WHERE key = 'srid'", "which coordinate system"),
            ("DELETE FROM wn_meta WHERE key = 'schema_version'", "does not say which version"),
            ("DROP TABLE zone_night CASCADE", "zone_night"),
            ("DROP TABLE target CASCADE; CREATE VIEW target AS SELECT 1 AS one", "target"),
            ("ALTER TABLE setting DROP COLUMN clause", "setting.clause"),
            (
                "ALTER TABLE failure ALTER geom TYPE geometry(Point, 4548) USING ST_SetSRID(geom, 4548)",
                "failure",
            ),
        ],
        4,
        is_tuple_one_value=False,
    ),
)
def test_what_is_no_whole_network_is_refused(town, sql, said):
    _native(town, f"{sql}; SELECT 1")
    with pytest.raises(StoreError, match=said) as caught:
        open_network(town.address)
    assert ("newer" in said) == isinstance(caught.value, NewerSchemaError)


@pytest.mark.parametrize(
    "sql",
    a_few_quick(
        [
            "ALTER TABLE pipe DROP COLUMN street CASCADE",
            "DROP TABLE pipe CASCADE; CREATE VIEW pipe AS SELECT 1 AS fid",
            "DROP EXTENSION postgis CASCADE",
            'ALTER SCHEMA "town" RENAME TO elsewhere',
        ],
        2,
    ),
)
def test_what_is_done_to_an_open_network_is_refused_in_words(town, sql):
    _native(town, f"{sql}; SELECT 1")
    frame = pipe_frame(1, start=100)

    def write():
        with town.write("edit", seen=town.position()) as batch:
            batch.insert("pipe", frame)

    with pytest.raises(StoreError, match="town"):
        write()
    with pytest.raises(StoreError):
        open_network(town.address)


def _moved_elsewhere(town, *, whole):
    """Have the server's keeper move the places of a network to another coordinate system."""
    with in_schema(town.uri) as program:
        program.native("BEGIN")
        program.native("; ".join(f"DROP VIEW {name} CASCADE" for name in map_views.views()))
        for described in all_tables().values():
            if described.has_geometry and (whole or described.name == "pipe"):
                kind = f"geometry({described.geometry}, 4548)"
                program.native(
                    f"ALTER TABLE {described.name} ALTER geom TYPE {kind} USING ST_Transform(geom, 4548)"
                )
        program.native("; ".join(schema_tables.view_statements()))
        if whole:
            program.native("UPDATE wn_meta SET value = '4548' WHERE key = 'srid'")
            program.native("UPDATE wn_meta SET value = 'EPSG:4548' WHERE key = 'crs'")
        program.native("COMMIT")


@pytest.mark.parametrize("whole", [True, False])
def test_another_coordinate_system_of_an_open_network_is_told(town, whole):
    kept = LiveNetwork(town.uri)
    with kept.answering():
        before = kept.graph.pipes.geometry.iloc[0]
    _moved_elsewhere(town, whole=whole)

    def write():
        with town.write("edit", seen=town.position()) as batch:
            batch.insert("pipe", pipe_frame(1, start=100))

    with pytest.raises(StoreError, match="while it was open" if whole else "4548"):
        write()
    if whole:
        with kept.answering():
            assert kept.crs == "EPSG:4548" and not kept.graph.pipes.geometry.iloc[0].equals(before)
    else:
        with pytest.raises(StoreError, match="another coordinate system than the network says"):
            open_network(town.address)


def test_what_watches_over_a_table_is_put_back_by_its_owner(town):
    _native(town, 'ALTER TABLE pipe DISABLE TRIGGER "wn_pipe_after"; SELECT 1')
    _native(
        town,
        "CREATE OR REPLACE FUNCTION wn_node_before() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RETURN NEW; END$$; SELECT 1",
    )
    with open_network(town.address) as again:
        assert set(again.repairs) == {"pipe", "node"}
    with open_network(town.address) as again:
        assert again.repairs == ()
        with again.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["x"]}))
        assert again.read("change_log")["action"].iloc[-1] == "update"


def test_what_is_written_while_a_trigger_is_off_is_a_gap_of_the_log(town):
    seen = town.position()
    _native(town, 'ALTER TABLE pipe DISABLE TRIGGER USER; DROP TRIGGER "wn_node_after" ON node; SELECT 1')
    _native(town, "UPDATE pipe SET diameter_mm = 800 WHERE pipe_id = 'P00001' RETURNING 1")
    _native(town, "INSERT INTO pipe (pipe_id) VALUES ('P9') RETURNING 1")
    assert not town.changed(seen).complete
    with open_network(town.address) as again:
        log = again.read("change_log")
        gaps = log[log["action"] == "gap"]
        assert gaps["table"].tolist() == ["pipe", "node"] and set(gaps["by"]) == {LOGIN}
        assert json.loads(gaps["after"].iloc[0])["lost"] == [
            f"wn_pipe_{end}" for end in schema_triggers.LOGGING
        ]
        assert again.batches()[["kind", "name"]].iloc[0].tolist() == ["mend", "pipe, node"]
        assert again.read("pipe", ["row_version"], ids=["P9"])["row_version"].tolist() == [1]
        ranks = _native(town, "SELECT map_rank FROM pipe WHERE pipe_id IN ('P00001', 'P00002')")
        assert again.changed(seen).complete and ranks[0] != ranks[1]
    told = network_remarks.repairs_sentence(network_remarks.take_repairs(town.uri))
    assert "(Pipes, Nodes)" in told and "may have a gap" in told
    with open_network(town.address) as again:
        assert len(again.read("change_log")) == len(log) and again.repairs == ()


def test_a_trigger_that_was_off_and_is_on_again_leaves_a_gap(town):
    _native(town, "ALTER TABLE pipe DISABLE TRIGGER wn_pipe_after; SELECT 1")
    _native(town, "UPDATE pipe SET street = '无人知晓' WHERE pipe_id = 'P00001' RETURNING 1")
    _native(town, "ALTER TABLE pipe ENABLE TRIGGER wn_pipe_after; SELECT 1")
    for count in (1, 1):
        with open_network(town.address) as again:
            log = again.read("change_log")
            assert log[log["action"] == "gap"]["table"].tolist() == ["pipe"] * count
            with again.write("own") as batch:
                # Our own triggers are made anew: that is none.
                batch.add_field(FieldRequest("pipe", f"own_{len(log)}", "text", "Own"))
    assert "(Pipes)" in network_remarks.repairs_sentence(network_remarks.take_repairs(town.uri))


_AS_BEFORE = (
    "DROP TRIGGER wn_pipe_made ON pipe; CREATE OR REPLACE TRIGGER wn_pipe_after"
    " AFTER INSERT OR UPDATE OR DELETE ON pipe FOR EACH ROW EXECUTE FUNCTION wn_pipe_after()"
)


@pytest.mark.parametrize("is_old", [False, True])
def test_new_rows_of_a_network_without_their_trigger(town, is_old):
    """Somebody has dropped it, or the network is of a time when the trigger of each row noted new ones."""
    _native(town, f"{_AS_BEFORE}; SELECT 1")
    if is_old:
        _native(town, f"{schema_triggers.REMEMBER_MARKS}; SELECT 1")
    with open_network(town.address) as again:
        gaps = again.read("change_log")["action"].eq("gap").sum()
        assert (again.repairs, gaps) == (("pipe",), 0 if is_old else 1)
        with again.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(2, start=100))
        log = again.read("change_log")
        assert log[log["batch"] == batch.batch_id]["asset"].tolist() == ["P00100", "P00101"]


def test_of_a_network_without_marks_no_gap_is_told(town):
    """It was restored from a dump, or made by an earlier version."""
    _native(town, "DELETE FROM wn_meta WHERE key = 'triggers' RETURNING 1")
    with open_network(town.address) as again:
        assert "gap" not in set(again.read("change_log")["action"])
    assert len(_native(town, "SELECT value FROM wn_meta WHERE key = 'triggers'")) == 1


def test_a_server_that_is_not_there_is_said(town):
    import dataclasses

    nowhere = dataclasses.replace(town.address, host="/nowhere")
    with pytest.raises(StoreError, match="can't be reached"):
        open_network(nowhere)
    strange = dataclasses.replace(town.address, database="none")
    with pytest.raises(StoreError, match="no database of that name"):
        open_network(strange)
    bare = dataclasses.replace(town.address, database="postgres")
    with pytest.raises(StoreError, match="no PostGIS"):
        open_network(bare)


def test_threads_read_side_by_side(town):
    found = []

    def read():
        found.append(len(town.read("pipe")))

    threads = [threading.Thread(target=read) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [20] * 4
    assert table("pipe").name in town.weight().rows


def test_a_server_that_can_only_be_read_says_so_before_anything_is_done(town):
    database = town.address.database
    server_of_run().ask(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    with open_network(town.address) as network:
        assert network.count("pipe") == 20
        assert "can only be read at present" in network.refusal("edit")
        with pytest.raises(StoreError, match="can only be read at present"), network.write("edit"):
            pass


def test_a_login_that_is_refused_is_told_of_its_password(town, monkeypatch):
    import psycopg2

    def refuse(**_parameters):
        raise psycopg2.OperationalError('FATAL:  password authentication failed for user "li"')

    monkeypatch.setattr(psycopg2, "connect", refuse)
    with pytest.raises(StoreError, match="whether the password has expired") as caught:
        open_network(town.address)
    assert "secret" not in str(caught.value)


def test_what_others_added_to_tables_is_told_once_and_stays(town):
    _native(
        town,
        "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;"
        ' CREATE TRIGGER "审计; x" AFTER UPDATE ON pipe FOR EACH ROW EXECUTE FUNCTION other();'
        " CREATE RULE no_delete AS ON DELETE TO node DO INSTEAD NOTHING;"
        " ALTER TABLE zone ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON zone USING (true);"
        " CREATE TABLE others (id integer); CREATE TRIGGER theirs AFTER INSERT ON others FOR EACH ROW"
        " EXECUTE FUNCTION other(); SELECT 1",
    )
    for is_told in (True, False):
        with open_network(town.address) as again:
            assert again.repairs == () and again.refusal("edit") == ""
            said = network_remarks.take_added_sentence(again.uri)
            assert bool(said) is is_told
        if is_told:
            for part in ("Nodes: rule no_delete", "Pipes: trigger 审计; x", "row policy mine"):
                assert part in said
            assert "theirs" not in said and "wn_" not in said
    _native(town, "DROP POLICY mine ON zone; SELECT 1")
    with open_network(town.address) as again:
        said = network_remarks.take_added_sentence(again.uri)
        assert "no_delete" in said and "policy" not in said
