"""A backup becomes the network again in one step, and what was there before is kept."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.store_helpers import CRS, content, pipe_frame, rows

from waternet_plugin import store
from waternet_plugin.core.errors import CancelledError, InputError, LockedError, NewerSchemaError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.operations.network.live_network import live_network
from waternet_plugin.store.geopackage import backup
from waternet_plugin.store.geopackage.opening import restoring


@pytest.fixture
def stepped(town):
    """A network of twenty pipes with a backup of then, and five pipes more now."""
    copy = town.backup()
    with town.write("adopt", name="more") as batch:
        batch.insert("pipe", pipe_frame(5, start=100))
    return town, copy


@pytest.mark.slow
def test_the_network_is_as_it_was_and_its_last_state_is_kept(stepped):
    town, copy = stepped
    before = content(town.uri)
    done = store.put_backup_back(town.uri, copy, by="anna")
    again = store.open_network(town.uri)
    assert again.repairs == ()
    assert again.count("pipe") == 20
    assert content(done.backup) == before
    assert not done.is_of_another
    newest = again.batches().iloc[0]
    assert (newest["batch_id"], newest["kind"], newest["name"], newest["by"]) == (
        done.batch_id,
        "restore",
        copy.name,
        "anna",
    )
    assert rows(town.uri, "PRAGMA integrity_check") == [("ok",)]
    assert sorted(path.name for path in town.outputs_folder.iterdir()) == ["backups", "town.gpkg"]


@pytest.mark.slow
def test_writing_and_undoing_go_on_after_it(stepped):
    town, copy = stepped
    done = store.put_backup_back(town.uri, copy, by="anna")
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00003"])
    # No batch of the state that was put away is named again.
    assert int(batch.batch_id[1:]) > int(done.batch_id[1:]) > 3
    assert town.undo().undone_batch == batch.batch_id
    with pytest.raises(StoreError, match="can't be undone"):
        town.undo(done.batch_id)
    assert town.undo("B0002").rows == 20


@pytest.mark.slow
def test_whoever_knows_the_log_up_to_now_finds_a_gap_behind_it(stepped):
    town, copy = stepped
    known = town.position()
    store.put_backup_back(town.uri, copy, by="anna")
    with town.write("edit") as batch:
        batch.insert("pipe", pipe_frame(30, start=500))
    found = town.changed(known)
    assert found.complete and not found.is_known


@pytest.mark.slow
def test_a_network_kept_in_memory_is_read_again(stepped):
    town, copy = stepped
    kept = live_network(town.uri)
    with kept.answering():
        assert len(kept.graph.pipes) == 25
    store.put_backup_back(town.uri, copy, by="anna")
    with kept.answering():
        assert len(kept.graph.pipes) == 20


@pytest.mark.slow
def test_putting_back_can_be_put_back(stepped):
    town, copy = stepped
    done = store.put_backup_back(town.uri, copy, by="anna")
    store.put_backup_back(town.uri, done.backup, by="anna")
    assert store.open_network(town.uri).count("pipe") == 25


def change(path: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(path) as database:
        database.execute(sql, values)
    database.close()


@pytest.mark.slow
def test_a_newer_or_damaged_backup_or_the_network_itself_is_refused(stepped, tmp_path):
    town, copy = stepped
    before = content(town.uri)
    newer = Path(shutil.copy(copy, tmp_path / "newer.gpkg"))
    change(newer, "UPDATE wn_meta SET value = ? WHERE key = 'schema_version'", str(SCHEMA_VERSION + 1))
    damaged = Path(shutil.copy(copy, tmp_path / "damaged.gpkg"))
    with open(damaged, "r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\xff" * 200 * 4096)
    for source, error in ((newer, NewerSchemaError), (damaged, StoreError), (town.uri, InputError)):
        with pytest.raises(error):
            store.put_backup_back(town.uri, source, by="anna")
    assert content(town.uri) == before
    assert len(store.backups(town.uri)) == 1


@pytest.mark.slow
def test_a_backup_of_another_network_is_told(stepped, tmp_path):
    town, _copy = stepped
    time.sleep(0.002)
    other = store.create_network(tmp_path / "other.gpkg", CRS)
    assert store.put_backup_back(town.uri, other.uri, by="anna").is_of_another
    assert store.open_network(town.uri).count("pipe") == 0


@pytest.mark.slow
def test_another_program_that_has_it_open_is_named(stepped):
    town, copy = stepped
    before = content(town.uri)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; file = open(sys.argv[1]); print(1, flush=True); input()",
            town.uri,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"1\n"
    try:
        with pytest.raises(LockedError, match=f"process {holder.pid}"):
            store.put_backup_back(town.uri, copy, by="anna")
    finally:
        holder.communicate(b"\n")
    assert content(town.uri) == before


@pytest.mark.slow
def test_cancelled_at_any_step_it_changes_nothing(stepped, monkeypatch):
    monkeypatch.setattr(backup, "STEP_PAGES", 16)
    town, copy = stepped
    before = content(town.uri)
    for limit in (0.0, 0.25, 0.55, 0.9):
        with pytest.raises(CancelledError):
            store.put_backup_back(
                town.uri, copy, by="anna", progress=Progress(lambda share, _text, limit=limit: share < limit)
            )
        assert content(town.uri) == before
    assert sorted(path.name for path in town.outputs_folder.iterdir()) == ["backups", "town.gpkg"]


def test_a_damaged_network_becomes_its_backup(stepped):
    town, copy = stepped
    with open(town.uri, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        for page in range(60, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 2048)
    with pytest.raises(StoreError, match=r"is damaged\. Restore the backup of \d{4}-\d\d-\d\d \d\d:\d\d\."):
        store.open_network(town.uri)
    store.put_backup_back(town.uri, copy, by="anna")
    assert store.open_network(town.uri).count("pipe") == 20


@pytest.mark.always
@pytest.mark.kill
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_at_any_instant_it_is_before_or_after(network, tmp_path):
    # `make kills` tries more.
    kills = int(os.environ.get("WRITE_KILLS", "6"))
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(6_000))
    copy = network.backup()
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(6_000, start=10_000))
    base = Path(shutil.copy(network.uri, tmp_path / "base"))
    context = multiprocessing.get_context("fork")
    chance = random.Random(20261120)

    def started(path: Path):
        child = context.Process(target=restoring.put_back, args=(path, copy), kwargs={"by": "anna"})
        child.start()
        return child

    whole = Path(shutil.copy(base, tmp_path / "whole.gpkg"))
    begin = time.perf_counter()
    started(whole).join()
    seconds = time.perf_counter() - begin
    assert store.open_network(whole).count("pipe") == 6_000

    def killed_after(share: float) -> int:
        path = Path(shutil.copy(base, tmp_path / f"kill{share}.gpkg"))
        child = started(path)
        time.sleep(seconds * share)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        again = store.open_network(path)
        there = again.count("pipe")
        assert again.repairs == ()
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]
        assert ("restore" in again.batches()["kind"].tolist()) == (there == 6_000)
        return there

    # From where the network itself is written to well behind the end: a busy machine takes longer.
    shares = [0.3 + 1.7 * (number + chance.random()) / kills for number in range(kills)]
    found = {share: killed_after(share) for share in shares}
    # Where the first one was slow by chance, all the others were killed behind their end, or before it.
    while set(found.values()) != {6_000, 12_000} and len(found) < 3 * kills:
        share = min(found) / 2 if 6_000 in found.values() else 2 * max(found)
        found[share] = killed_after(share)
    assert set(found.values()) == {6_000, 12_000}
    # The next opening there swept what the killed ones left.
    store.open_network(whole)
    assert [path.name for path in tmp_path.rglob(".waternet-*")] == []
