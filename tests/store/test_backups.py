"""Backups hold all that was committed, ten of them are kept, and one comes back as a new file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from geopandas.testing import assert_geodataframe_equal
from store_helpers import content, pipe_frame

from waternet_plugin.core.errors import CancelledError, InputError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.store import open_network, restore_backup
from waternet_plugin.store.geopackage import backup

pytestmark = pytest.mark.windows_files


def test_a_backup_equals_the_network(town):
    path = town.backup()
    assert path.parent == town.folder / "backups"
    assert path.name.startswith("town_")
    assert content(path) == content(town.uri)


def test_what_sits_in_a_write_ahead_log_is_in_the_backup(town):
    reader = sqlite3.connect(town.uri)
    reader.execute("PRAGMA journal_mode = WAL")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM pipe").fetchone()
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    assert Path(town.uri + "-wal").stat().st_size > 0
    path = town.backup()
    reader.close()
    assert open_network(path).count("pipe") == 19
    assert not path.with_name(path.name + "-wal").exists()


def test_ten_backups_are_kept_the_newest(town):
    made = [town.backup() for _number in range(12)]
    assert len(set(made)) == 12
    assert backup.backups_of(Path(town.uri)) == made[-10:]


def test_backups_of_another_network_are_not_touched(town):
    folder = town.folder / "backups"
    folder.mkdir()
    strangers = [folder / "town2_20200101T000000000Z.gpkg", folder / "town_old.gpkg", folder / "notes.txt"]
    for stranger in strangers:
        stranger.write_text("x")
    for _number in range(11):
        town.backup()
    assert all(stranger.exists() for stranger in strangers)


def test_a_write_with_backup_keeps_what_was_before(town):
    with town.write("adopt", backup=True) as batch:
        batch.insert("pipe", pipe_frame(5, start=100))
    (path,) = backup.backups_of(Path(town.uri))
    assert open_network(path).count("pipe") == 20


def test_a_cancelled_backup_leaves_no_file(town):
    with pytest.raises(CancelledError):
        town.backup(Progress(lambda _fraction, _text: False))
    assert list((town.folder / "backups").iterdir()) == []


def test_a_restored_backup_is_the_network_of_then(town, tmp_path):
    before = town.read("pipe")
    path = town.backup()
    town.undo()
    assert restore_backup(path, tmp_path / "还原 1.gpkg") == tmp_path / "还原 1.gpkg"
    assert_geodataframe_equal(open_network(tmp_path / "还原 1.gpkg").read("pipe"), before)


def test_restoring_never_overwrites(town, tmp_path):
    path = town.backup()
    target = tmp_path / "a.gpkg"
    target.write_bytes(b"mine")
    with pytest.raises(InputError, match="there already"):
        restore_backup(path, target)
    assert target.read_bytes() == b"mine"
    with pytest.raises(InputError, match="there already"):
        restore_backup(path, town.uri)


def test_a_damaged_backup_is_refused(town, tmp_path):
    path = town.backup()
    with open(path, "r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\xff" * 200 * 4096)
    with pytest.raises(StoreError, match="is damaged"):
        restore_backup(path, tmp_path / "a.gpkg")
    assert not (tmp_path / "a.gpkg").exists()


@pytest.mark.parametrize(("data", "sentence"), [(None, "There is no network"), (b"text", "is no GeoPackage")])
def test_what_is_no_backup_is_refused(tmp_path, data, sentence):
    path = tmp_path / "a.gpkg"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(StoreError, match=sentence):
        restore_backup(path, tmp_path / "b.gpkg")
    assert not (tmp_path / "b.gpkg").exists()
