"""Backups hold all that was committed, ten of them are kept, and each is of one network only."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.slow_cases import a_few_quick
from support.store_helpers import content, pipe_frame

from waternet_plugin import store
from waternet_plugin.core.errors import CancelledError, InputError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.store import open_network, restore_backup
from waternet_plugin.store.geopackage import backup
from waternet_plugin.store.geopackage.location import backup_files

pytestmark = pytest.mark.windows_files


def test_a_backup_equals_the_network(town):
    path = town.backup()
    assert path.parent == town.outputs_folder / "backups"
    assert path.name.startswith("town_")
    assert content(path) == content(town.uri)


@pytest.mark.slow
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


@pytest.mark.slow
def test_ten_backups_are_kept_the_newest(town):
    made = [town.backup() for _number in range(12)]
    assert len(set(made)) == 12
    assert [one.path for one in store.backups(town.uri)] == made[:-11:-1]


@pytest.mark.slow
def test_backups_of_another_network_are_not_touched(town):
    folder = town.outputs_folder / "backups"
    folder.mkdir()
    strangers = [folder / "town2_20200101T000000000Z.gpkg", folder / "town_old.gpkg", folder / "notes.txt"]
    for stranger in strangers:
        stranger.write_text("x")
    for _number in range(11):
        town.backup()
    assert all(stranger.exists() for stranger in strangers)


@pytest.mark.slow
def test_a_write_with_backup_keeps_what_was_before(town):
    with town.write("adopt", backup=True) as batch:
        batch.insert("pipe", pipe_frame(5, start=100))
    (path,) = [one.path for one in store.backups(town.uri)]
    assert open_network(path).count("pipe") == 20


def test_a_cancelled_backup_leaves_no_file(town, monkeypatch):
    monkeypatch.setattr(backup, "STEP_PAGES", 16)
    with pytest.raises(CancelledError):
        town.backup(Progress(lambda _fraction, _text: False))
    assert list((town.outputs_folder / "backups").iterdir()) == []


@pytest.mark.slow
def test_a_restored_backup_is_the_network_of_then(town, tmp_path):
    before = town.read("pipe")
    path = town.backup()
    town.undo()
    assert restore_backup(path, tmp_path / "还原 1.gpkg").path == tmp_path / "还原 1.gpkg"
    assert_geodataframe_equal(open_network(tmp_path / "还原 1.gpkg").read("pipe"), before)


def test_restoring_never_overwrites(town, tmp_path):
    path = town.backup()
    target = tmp_path / "a.gpkg"
    target.write_bytes(b"mine")
    with pytest.raises(InputError, match="exists"):
        restore_backup(path, target)
    assert target.read_bytes() == b"mine"
    with pytest.raises(InputError, match="exists"):
        restore_backup(path, town.uri)


def test_a_damaged_backup_is_refused(town, tmp_path):
    path = town.backup()
    with open(path, "r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\xff" * 200 * 4096)
    with pytest.raises(StoreError, match="is damaged"):
        restore_backup(path, tmp_path / "a.gpkg")
    assert not (tmp_path / "a.gpkg").exists()


@pytest.mark.parametrize(
    ("data", "sentence"), [(None, "There is no network"), (b"text", "is not a GeoPackage")]
)
def test_what_is_no_backup_is_refused(tmp_path, data, sentence):
    path = tmp_path / "a.gpkg"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(StoreError, match=sentence):
        restore_backup(path, tmp_path / "b.gpkg")
    assert not (tmp_path / "b.gpkg").exists()


STEMS = st.text(st.sampled_from(list("towAZ_2025-. ()[]管网v3")), min_size=1, max_size=12).filter(
    lambda stem: not stem.startswith(".") and stem.strip(" .") == stem
)
# What lies near a name of a network: more of it, less of it, and what a backup of it would be called.
NEAR = st.sampled_from(
    ["_2025", "_before_v3", "_20250101T000000000Z", "_20250101T000000000Z_before_v3", "_", "2", ".bak"]
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Two files that only tell which network they are of."""
    folder = tmp_path_factory.mktemp("tiny")
    for name in ("ours", "other"):
        with closing(sqlite3.connect(folder / name)) as database:
            database.execute("CREATE TABLE wn_meta (key TEXT, value TEXT)")
            database.execute("INSERT INTO wn_meta VALUES ('created_on', ?)", (name,))
            database.commit()
    return folder


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stem=STEMS, near=st.lists(NEAR, min_size=1, max_size=3), version=st.sampled_from([None, 3]))
def test_rotation_never_touches_what_this_network_did_not_make(tiny, monkeypatch, stem, near, version):
    monkeypatch.setattr(backup, "MOST_BACKUPS", 2)
    monkeypatch.setattr(backup, "MOST_BEFORE_VERSION", 1)
    with tempfile.TemporaryDirectory() as folder:
        ours = Path(folder) / f"{stem}.gpkg"
        neighbours = [
            Path(folder) / f"{stem}{''.join(near[: number + 1])}.gpkg" for number in range(len(near))
        ]
        strangers = set()
        for neighbour in neighbours:
            shutil.copy(tiny / "other", neighbour)
            strangers.update({backup.backup(neighbour), backup.backup(neighbour, before_version=3)})
        # Another network had this very name before.
        shutil.copy(tiny / "other", ours)
        strangers.update({backup.backup(ours), backup.backup(ours, before_version=3)})
        shutil.copy(tiny / "ours", ours)
        made = [backup.backup(ours, before_version=version) for _number in range(5)]
        apart = backup.backup(ours, before_version=3 if version is None else None)
        left = set((Path(folder) / "backups").iterdir())
        kept = 2 if version is None else 1
        assert left == {*strangers, *made[-kept:], apart}


@pytest.mark.slow
def test_the_backup_before_a_new_version_stays_however_many_follow(town):
    first = backup.backup(Path(town.uri), before_version=3)
    for _number in range(12):
        town.backup()
    assert first.exists()
    assert store.backups(town.uri)[-1].before_version == 3


def adopt_more(town):
    with town.write("adopt", backup=True) as batch:
        batch.insert("pipe", pipe_frame(5, start=100))


@pytest.mark.slow
@pytest.mark.parametrize("write", [lambda town: town.backup(), adopt_more])
def test_a_disk_without_room_for_one_more_is_said_before_anything_starts(town, monkeypatch, write):
    before = content(town.uri)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1_000))
    with pytest.raises(StoreError, match=r"no room for a backup of town\.gpkg: it takes \d+ MB, and 0 MB"):
        write(town)
    assert content(town.uri) == before
    assert store.backups(town.uri) == []


def test_a_file_where_the_folder_should_be_is_said(town):
    (town.outputs_folder / "backups").write_text("mine")
    with pytest.raises(StoreError, match=r"“backups” next to town\.gpkg is a file"):
        town.backup()
    assert (town.outputs_folder / "backups").read_text() == "mine"


def test_a_folder_of_backups_that_can_not_be_written_is_said(town, monkeypatch):
    folder = town.outputs_folder / "backups"
    folder.mkdir()
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: access(path, mode) and not (mode & os.W_OK and Path(path) == folder)
    )
    with pytest.raises(StoreError, match=r"The folder “backups” next to town\.gpkg can't be written"):
        town.backup()


# How far the clock of the computer jumps between two backups.
JUMPS = [timedelta(hours=-1), timedelta(days=-365), timedelta(days=7)]


@pytest.mark.slow
@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize("version", [None, 3])
def test_a_clock_that_jumps_neither_costs_a_backup_nor_makes_an_old_one_the_newest(
    town, monkeypatch, jump, version
):
    monkeypatch.setattr(backup, "MOST_BACKUPS", 3)
    path = Path(town.uri)
    made = [backup.backup(path, before_version=version) for _number in range(3)]

    class Jumped(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + jump

    monkeypatch.setattr(backup_files, "datetime", Jumped)
    for _number in range(4):
        made.append(backup.backup(path, before_version=version))
        assert [one.path for one in store.backups(path)] == made[:-4:-1]
        assert backup_files.newest(path).path == made[-1]


def test_backups_of_earlier_versions_count_as_older(town):
    path = Path(town.uri)
    first = town.backup()
    former = first.with_name("town_20990101T000000000Z.gpkg")
    shutil.copy(first, former)
    last = town.backup()
    assert [one.path for one in store.backups(path)] == [last, first, former]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", a_few_quick([0o600, 0o640, 0o660, 0o644]))
def test_copies_are_as_open_as_their_network(town, tmp_path, mode):
    path = Path(town.uri)
    path.chmod(mode)
    for made in (town.backup(), backup.backup(path, before_version=3)):
        assert stat.S_IMODE(made.stat().st_mode) == mode
    assert stat.S_IMODE(made.parent.stat().st_mode) == mode | (mode & 0o444) >> 2
    restored = Path(str(restore_backup(made, tmp_path / "again.gpkg")))
    assert stat.S_IMODE(restored.stat().st_mode) == mode
    store.put_backup_back(path, made)
    assert {stat.S_IMODE(one.path.stat().st_mode) for one in store.backups(path)} == {mode}
    assert stat.S_IMODE(path.stat().st_mode) == mode
