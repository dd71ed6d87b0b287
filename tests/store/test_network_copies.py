"""A network copied between files and servers is equal at both ends, log, undo and numbers included."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal
from support.database_server import LOGIN, server_of_run, skip_or_fail_without_server
from support.slow_cases import a_few_quick
from support.store_helpers import (
    CRS,
    a_shape,
    assessment_frame,
    is_on_server,
    pipe_frame,
    rows,
    run_frame,
)

from waternet_plugin.core.errors import CancelledError, InputError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.schema.tables import FID_COLUMN, all_tables
from waternet_plugin.store import create_network, look_at, open_network, parse
from waternet_plugin.store.copying import copied_rows, kept_rows, network_copies
from waternet_plugin.store.copying.network_copies import copying

WAYS = [("file", "file"), ("file", "server"), ("server", "file"), ("server", "server")]


def _fill(network):
    """Give a network of twenty pipes all that a copy has to bring along."""
    with network.write("own") as batch:
        batch.add_field(FieldRequest("pipe", "phone", "integer", label="Phone"))
        batch.add_field(FieldRequest("pipe", "exact", "real"))
        batch.add_field(FieldRequest("node", "seen_on", "date"))
        batch.add_code(CodeRequest("material", "k9_iron", "K9 iron", "K9球墨铸铁", "ductile_iron"))
        batch.set_setting("general.name", "城东 “水”")
    frame = pipe_frame(3, start=20, material="k9_iron", phone=13800000000.0, exact=[0.1, 123456.789, np.nan])
    frame["geom"] = [
        shapely.LineString([(0, 0), (3, 4)]),
        shapely.LineString([(0, 0, 1.5), (3, 4, 2.5)]),
        shapely.LineString([(0, 0, 1.5), (3, 4, np.nan)]),
    ]
    with network.write("adopt", name="more") as batch:
        batch.insert("pipe", frame)
        batch.insert(
            "attachment",
            pd.DataFrame({"attachment_id": ["a1"], "table": ["pipe"], "asset": ["P00001"], "file": ["a"]}),
        )
    with network.write("assess") as batch:
        batch.insert("assessment_run", run_frame("R1"))
        batch.insert("assessment", assessment_frame("R1", ["P00001", "P00002"]))
    with network.write("edit", by="李工") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["解放路 'x'; \"y\" %s"]}))
        batch.delete("pipe", ["P00003"])


def _target(kind, tmp_path, network):
    if kind == "file":
        return parse(tmp_path / "made" / "copy.gpkg")
    skip_or_fail_without_server()
    server = server_of_run()
    database = network.address.database or server.make_database()
    return parse(server.address(database, '复制"; x'))


def _frames(network):
    """Return all tables as they are read, with their numbers and the fields of users."""
    found = {}
    for name in all_tables():
        described = network.table(name)
        number = [] if name == "change_log" else [FID_COLUMN]
        found[name] = pd.DataFrame(network.read(name, [*number, *described.field_names], as_stored=True))
        if described.has_geometry:
            # Shapes with an unknown height are never equal.
            found[name]["geom"] = shapely.to_wkb(found[name]["geom"].to_numpy(dtype=object), hex=True)
    return found


def _copied(network, address):
    if address.is_file:
        address.path.parent.mkdir()
    with copying(network, address) as made:
        pass
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("kept_in", "to"), WAYS, indirect=["kept_in"])
def test_a_copy_is_equal_and_goes_on(town, to, tmp_path):
    _fill(town)
    address = _target(to, tmp_path, town)
    made = _copied(town, address)
    counts = {one.table: one.rows for one in made.tables}
    assert (counts["pipe"], counts["attachment"], counts["own_field"]) == (22, 1, 3)
    with open_network(address, by="anna") as copy:
        assert copy.repairs == ()
        ours, theirs = _frames(town), _frames(copy)
        for name, frame in ours.items():
            assert_frame_equal(frame, theirs[name], obj=name)
        assert [code.code for code in copy.own_codes()] == ["k9_iron"]
        assert (copy.title, copy.crs) == (town.title, town.crs)
        said = "SELECT said_by FROM batch ORDER BY fid"
        if is_on_server(town.uri):
            assert rows(copy.uri, said) == rows(town.uri, said)
        _goes_on(copy)


def _goes_on(copy):
    """Undo the batches that were copied, the last first, and undo that."""
    before = pd.DataFrame(copy.read("pipe", ["pipe_id", "street", "exact"], geometry=False))
    highest = rows(copy.uri, "SELECT max(seq) FROM change_log")[0][0]
    undone = copy.undo("B0006")
    assert rows(copy.uri, "SELECT min(seq) FROM change_log WHERE batch = ?", undone.batch_id)[0][0] > highest
    now = copy.read("pipe", ["street"], ids=["P00001", "P00003"])
    assert now["street"].tolist() == ["人民路", "人民路"]
    again = copy.undo(undone.batch_id)
    after = pd.DataFrame(copy.read("pipe", ["pipe_id", "street", "exact"], geometry=False))
    by_id = [frame.sort_values("pipe_id").reset_index(drop=True) for frame in (before, after)]
    assert_frame_equal(*by_id)
    with copy.write("edit") as batch:
        batch.insert("pipe", pipe_frame(1, start=90, phone=13911111111.0))
    ids = copy.batches()["batch_id"].tolist()
    assert len(set(ids)) == len(ids)
    assert again.batch_id in ids
    assert copy.undo("B0005").rows == 3
    assert copy.count("assessment") == 0


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_to_a_file_and_back_is_the_same(town, tmp_path):
    _fill(town)
    file = _target("file", tmp_path, town)
    there = _copied(town, file)
    with open_network(file) as copy:
        assert copy.read("batch")["by"].tolist() == [LOGIN] * 6
        back = parse(server_of_run().address(town.address.database, "back"))
        again = _copied(copy, back)
    assert again.tables == there.tables
    assert rows(str(back), "SELECT said_by FROM change_log") == rows(
        town.uri, "SELECT said_by FROM change_log"
    )


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_numbers_that_came_to_nothing_are_not_given_again(town, tmp_path):
    for _time in range(2):
        with pytest.raises(StoreError), town.write("edit"):
            raise StoreError("stop")
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["a"]}))
    assert town.batches()["batch_id"][0] == "B0005"
    address = _target("file", tmp_path, town)
    _copied(town, address)
    with open_network(address) as copy:
        with copy.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["b"]}))
        assert copy.batches()["batch_id"][0] == "B0006"


@pytest.mark.parametrize(("kept_in", "to"), WAYS, indirect=["kept_in"])
@pytest.mark.parametrize("steps", a_few_quick([1, 10, None], 1), ids=["writing", "comparing", "at the end"])
def test_a_copy_that_stops_half_way_leaves_nothing(town, to, tmp_path, steps):
    address = _target(to, tmp_path, town)
    if address.is_file:
        address.path.parent.mkdir()
    if steps is None:
        with pytest.raises(StoreError, match="no place for the list"), copying(town, address):
            raise StoreError("no place for the list")
    else:
        passed = iter(range(1_000))
        progress = Progress(lambda _done, _text: next(passed) < steps)
        with pytest.raises(CancelledError), copying(town, address, progress):
            pass
    assert not look_at(address).is_there
    if address.is_file:
        assert list(address.path.parent.iterdir()) == []
    else:
        sql = "SELECT count(*) FROM pg_namespace WHERE nspname = '复制\"; x'"
        assert _asked(address, sql) == 0


def _asked(address, sql):
    import psycopg2

    with psycopg2.connect(**address.server().driver) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.slow
@pytest.mark.parametrize(("kept_in", "to"), WAYS, indirect=["kept_in"])
def test_what_is_there_is_refused(town, to, tmp_path):
    address = _target(to, tmp_path, town)
    if address.is_file:
        address.path.parent.mkdir()
    create_network(address, CRS, by="other").close()
    with pytest.raises(InputError, match="already exists"), copying(town, address):
        pass
    with open_network(address) as other:
        assert other.count("pipe") == 0


@pytest.mark.parametrize("kept_in", a_few_quick(["file", "server"], 1), indirect=True)
def test_a_copy_that_is_not_equal_is_refused(town, tmp_path, monkeypatch):
    address = _target("file" if is_on_server(town.uri) else "server", tmp_path, town)
    if address.is_file:
        address.path.parent.mkdir()
    insert = copied_rows.CopiedRows._insert

    def one_short(self, table, names, found):
        insert(self, table, names, found[1:] if table.name == "pipe" else found)

    monkeypatch.setattr(copied_rows.CopiedRows, "_insert", one_short)
    with pytest.raises(StoreError, match="not equal to the network in Pipes") as caught:
        _never(town, address)
    assert caught.value.details == ("pipe",)
    assert not look_at(address).is_there


def _never(network, address):
    with copying(network, address):
        raise AssertionError("a copy that differs was handed on")


def test_values_that_only_a_file_holds_are_refused(town, tmp_path):
    address = _target("server", tmp_path, town)
    _natively(town, "UPDATE pipe SET diameter_mm = 'wide' WHERE pipe_id = 'P00002'")
    with pytest.raises(StoreError, match=r"1 value.*diameter_mm of P00002"):
        _never(town, address)
    _natively(town, "UPDATE pipe SET diameter_mm = 100, install_year = 9e999 WHERE pipe_id = 'P00002'")
    with pytest.raises(StoreError, match=r"1 value.*install_year of P00002"):
        _never(town, address)
    _natively(
        town, "UPDATE pipe SET install_year = 1990, note = 'a' || char(0) || 'b' WHERE pipe_id = 'P00002'"
    )
    with pytest.raises(StoreError, match=r"Pipes.*can't take"):
        _never(town, address)
    assert not look_at(address).is_there


def _natively(network, sql):
    import sqlite3
    from contextlib import closing

    from waternet_plugin.store.geopackage import connection

    with closing(connection.connect(network.address.path, write=True)) as database:
        assert isinstance(database, sqlite3.Connection)
        database.execute(sql)


@pytest.mark.slow
def test_a_gap_of_a_file_is_remembered_on_a_server(town, tmp_path):
    _natively(
        town,
        'INSERT INTO change_log ("table", action, after, by, at)'
        " VALUES ('pipe', 'gap', '{}', 'x', '2026-01-05T08:00:00.000Z')",
    )
    address = _target("server", tmp_path, town)
    _copied(town, address)
    with open_network(address) as copy, pytest.raises(StoreError, match="does not say who changed them"):
        copy.undo("B0002")


@pytest.mark.slow
@pytest.mark.parametrize("kept_in", ["server"], indirect=True)
def test_writers_do_not_change_what_is_copied(town, tmp_path, monkeypatch):
    address = _target("server", tmp_path, town)
    compare = network_copies._compared

    def after_a_write(source, *rest):
        with town.write("edit") as batch:
            batch.delete("pipe", ["P00001"])
        return compare(source, *rest)

    monkeypatch.setattr(network_copies, "_compared", after_a_write)
    _copied(town, address)
    with open_network(address) as copy:
        assert copy.count("pipe") == 20


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("datetime", "2026-01-05T08:00:00.000Z", "2026-01-05 16:00:00+08:00"),
        ("datetime", "2026-01-05T00:00:00.000Z", "2026-01-05T00:00:00"),
        ("date", "2026-01-05", "2026-01-05T00:00:00Z"),
        ("real", 100.0, 100),
        ("integer", 7, 7.0),
        ("real", None, None),
        ("date", "someday", "someday"),
        ("integer", np.inf, float("inf")),
    ],
)
def test_equal_values_count_as_equal_however_they_are_written(kind, one, other):
    plain = kept_rows._PLAIN[kind]
    assert kept_rows._line(plain([one])) == kept_rows._line(plain([other]))


@pytest.mark.parametrize("shape", ["PointZ", "MultiPolygon"])
def test_shapes_count_without_the_header_of_their_blob(shape):
    from waternet_plugin.store.geopackage import blobs

    found = np.array([a_shape(shape, 1)], dtype=object)
    with_box, _bounds = blobs.encode(found, 4547)
    bare = b"GP\x00\x01\x00\x00\x00\x00" + blobs.wkb_of(with_box[0])
    assert kept_rows._shapes([bare]) == kept_rows._shapes(with_box)
