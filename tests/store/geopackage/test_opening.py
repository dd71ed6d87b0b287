"""What can't be opened says so in one sentence and stays as it is."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from osgeo import ogr
from support.slow_cases import a_few_quick
from support.store_helpers import content, pipe_frame

from waternet_plugin.core.errors import NewerSchemaError, StoreError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.store import open_network
from waternet_plugin.store.geopackage.location import network_shares
from waternet_plugin.store.geopackage.opening import open_file
from waternet_plugin.store.geopackage.reading import streams


def change(network, sql: str, *values: object) -> None:
    database = sqlite3.connect(network.uri)
    database.execute(sql, values)
    database.commit()
    database.close()


def test_a_missing_file(tmp_path):
    with pytest.raises(StoreError, match=r"There is no network none\.gpkg"):
        open_network(tmp_path / "none.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_a_folder(tmp_path):
    with pytest.raises(StoreError, match="is a folder"):
        open_network(tmp_path)


@pytest.mark.parametrize(
    "data", [b"", b"pipe_id;dn\n1;100\n", b"SQLite format 3"], ids=["empty", "csv", "cut"]
)
def test_a_file_that_is_no_database(tmp_path, data):
    path = tmp_path / "a.gpkg"
    path.write_bytes(data)
    with pytest.raises(StoreError, match="is not a GeoPackage"):
        open_network(path)
    assert path.read_bytes() == data


def test_a_geopackage_that_is_no_network(tmp_path):
    path = tmp_path / "a.gpkg"
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    dataset.CreateLayer("roads")
    dataset = None
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a WaterNet network"):
        open_network(path)
    assert path.read_bytes() == before


def test_a_newer_network_is_not_touched(town):
    change(town, "UPDATE wn_meta SET value = ? WHERE key = 'schema_version'", str(SCHEMA_VERSION + 1))
    change(town, "DROP TRIGGER wn_pipe_insert")
    before = content(town.uri)
    with pytest.raises(NewerSchemaError, match="newer version of WaterNet"):
        open_network(town.uri)
    assert content(town.uri) == before


def test_a_damaged_file(town):
    with open(town.uri, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        for page in range(8, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 2048)
    with pytest.raises(StoreError, match="is damaged"):
        open_network(town.uri)


@pytest.fixture
def looked_through(monkeypatch):
    """The files that were looked through for damage."""
    paths = []
    check_damage = open_file.watchdog.check_damage
    monkeypatch.setattr(
        open_file.watchdog, "check_damage", lambda path: paths.append(path) or check_damage(path)
    )
    return paths


@pytest.mark.slow
def test_a_file_is_looked_through_again_only_where_it_was_written_to(town, looked_through, monkeypatch):
    monkeypatch.setattr(open_file, "_MOMENT_S", 0.0)
    os.utime(town.uri, (1_000_000_000, 1_000_000_000))
    for _opening in range(3):
        open_network(town.uri)
    assert len(looked_through) == 1
    with open_network(town.uri).write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    open_network(town.uri)
    assert len(looked_through) == 2
    # Written to a moment ago: a clock of files may not tell what is written next.
    open_network(town.uri)
    assert len(looked_through) == 3


@pytest.mark.slow
def test_parts_of_the_window_that_open_a_file_at_once_look_through_it_once(town, looked_through, monkeypatch):
    monkeypatch.setattr(open_file, "_MOMENT_S", 3600.0)
    with open_network(town.uri).write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    looked_through.clear()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_network, [town.uri] * 8))
    assert len(looked_through) == 1
    change(town, "INSERT INTO wn_meta VALUES ('note', 'x')")
    open_network(town.uri)
    assert len(looked_through) == 2


def test_damage_after_an_opening_is_found_by_the_next_one(town):
    os.utime(town.uri, (1_000_000_000, 1_000_000_000))
    open_network(town.uri)
    test_a_damaged_file(town)


@pytest.mark.slow
def test_a_log_beside_a_file_is_looked_through_too(town, looked_through):
    os.utime(town.uri, (1_000_000_000, 1_000_000_000))
    open_network(town.uri)
    database = sqlite3.connect(town.uri)
    database.execute("PRAGMA journal_mode = WAL")
    os.utime(town.uri, (1_000_000_000, 1_000_000_000))
    open_network(town.uri)
    count = len(looked_through)
    database.execute("INSERT INTO wn_meta VALUES ('note', 'x')")
    database.commit()
    open_network(town.uri)
    assert len(looked_through) == count + 1
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("route", [streams.PYARROW, streams.NUMPY, streams.ITERATOR])
def test_damage_that_shows_only_when_reading_is_an_error_not_fewer_rows(network, monkeypatch, route):
    monkeypatch.setattr(streams, "best", lambda: route)
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3_000))
    monkeypatch.setattr(open_file, "CHECKED_BYTES", 0)
    opened = open_network(network.uri)
    with open(network.uri, "r+b") as file:
        data = file.read()
        # The head of a page in the middle of the pipes.
        page = data.index(b"P01500potable") // 4096
        file.seek(page * 4096)
        file.write(b"\xff" * 8)
    with pytest.raises(StoreError, match=r"can't be read completely|is damaged"):
        opened.read("pipe")


def test_a_table_with_a_column_less(town):
    for name in ("insert", "update", "delete"):
        change(town, f"DROP TRIGGER wn_failure_{name}")
    change(town, "ALTER TABLE failure DROP COLUMN cause")
    with pytest.raises(StoreError, match="cause is missing"):
        open_network(town.uri)


@pytest.fixture
def unprivileged():
    """Skip where every file can be written whatever its rights."""
    if os.geteuid() == 0:
        pytest.skip("root may write read-only files")


@pytest.fixture
def as_read_only(monkeypatch):
    """Make files or folders look read-only, as they are for other users than root."""
    refused: set[str] = set()
    access = os.access

    def pretend(path, mode, **options):
        return False if mode == os.W_OK and str(path) in refused else access(path, mode, **options)

    monkeypatch.setattr(os, "access", pretend)
    return refused


@pytest.mark.slow
@pytest.mark.parametrize("what", a_few_quick(["file", "folder"], 1))
def test_read_only_networks_are_read_and_not_written(town, as_read_only, what):
    as_read_only.add(town.uri if what == "file" else str(town.outputs_folder))
    before = content(town.uri)
    opened = open_network(town.uri)
    assert len(opened.read("pipe")) == 20
    assert opened.count("pipe") == 20
    with pytest.raises(StoreError, match=r"is read-only\. "), opened.write("edit"):
        pass
    with pytest.raises(StoreError, match=r"is read-only\. "):
        opened.undo()
    assert content(town.uri) == before


def test_a_read_only_file_of_another_user(town, unprivileged):
    os.chmod(town.uri, 0o444)
    with pytest.raises(StoreError, match="is read-only"), open_network(town.uri).write("edit"):
        pass


def test_a_network_share_is_read_and_not_written(town, monkeypatch):
    monkeypatch.setattr(network_shares, "share_type", lambda _path: "nfs4")
    before = content(town.uri)
    opened = open_network(town.uri)
    assert len(opened.read("pipe")) == 20
    with pytest.raises(StoreError, match=r"network share \(nfs4\)"), opened.write("edit"):
        pass
    assert content(town.uri) == before


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/me/a.gpkg", None),
        ("/net/share/towns/a.gpkg", "cifs"),
        ("/net/share2/a.gpkg", None),
        ("/net/my disk/a.gpkg", "nfs4"),
        ("/net/share/local/a.gpkg", None),
        ("/net/c/Users/me/a.gpkg", "9p"),
        ("/sshfs/a.gpkg", "fuse.sshfs"),
    ],
)
def test_mounts_tell_shares(path, kind, monkeypatch):
    monkeypatch.setattr(os.path, "realpath", str)
    table = (
        "/dev/sda1 / ext4 rw 0 0\n//host/x /net/share cifs rw 0 0\nhost:/y /net/my\\040disk nfs4 rw 0 0\n"
        "/dev/sdb1 /net/share/local xfs rw 0 0\nC:\\134 /net/c 9p rw 0 0\nme@host: /sshfs fuse.sshfs rw 0 0\n"
    )
    assert network_shares.share_type(path, lambda: network_shares.linux_mounts(table)) == kind


def test_mac_mounts_and_windows_shares():
    text = "/dev/disk1s1 on / (apfs, local)\n//me@host/gis on /Volumes/gis data (smbfs, nodev)\n"
    assert network_shares.mac_mounts(text) == [("/", "apfs"), ("/Volumes/gis data", "smbfs")]
    assert network_shares.windows_share("\\\\server\\gis\\a.gpkg") == "UNC"
    assert network_shares.windows_share("//server/gis/a.gpkg") == "UNC"
    assert network_shares.windows_share("\\\\?\\UNC\\server\\gis\\a.gpkg") == "UNC"
    assert network_shares.windows_share("C:\\gis\\a.gpkg") is None


def test_a_network_that_vanished_is_not_made_again(town):
    os.rename(town.uri, town.uri + ".away")
    with pytest.raises(StoreError, match="longer exists"), town.write("edit"):
        pass
    with pytest.raises(StoreError, match="can't be"):
        town.read("pipe")
    assert not os.path.exists(town.uri)


@pytest.mark.slow
def test_a_write_ahead_log_left_by_qgis_is_read(town):
    database = sqlite3.connect(town.uri)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("UPDATE setting SET value = 1")
    database.commit()
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert len(open_network(town.uri).read("pipe")) == 19
    database.close()
