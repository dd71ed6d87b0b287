"""Whoever begins work can tell whether it stored anything: every way to write is counted, no other."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from waternet_plugin import store
from waternet_plugin.store import own_writes


@pytest.mark.slow
def test_every_way_to_write_is_counted_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    network = store.create_network(path, "EPSG:4547")
    kept = network.backup()

    def counted(work: object) -> int:
        before = own_writes.count()
        work()  # type: ignore[operator]
        return own_writes.count() - before

    def write() -> None:
        with network.write("setting") as batch:
            batch.set_setting("network.name", "town")

    def counted_tables(work: object) -> object:
        own_writes.take_tables()
        work()  # type: ignore[operator]
        return own_writes.take_tables()

    def give_up() -> None:
        with suppress(ZeroDivisionError), network.write("setting") as batch:
            batch.set_setting("network.name", "city")
            raise ZeroDivisionError

    assert counted(write) == 1
    assert counted(give_up) == 0
    assert counted(lambda: network.read("pipe")) == 0
    assert counted(network.undo) == 1
    assert counted(network.compact) == 1
    of_all = {"batch", "change_log"}
    assert counted_tables(write) == {"setting", *of_all}
    assert counted_tables(give_up) == frozenset()
    assert counted_tables(network.undo) == {"setting", *of_all}
    assert counted_tables(network.compact) is None
    network.close()
    assert counted(lambda: store.put_backup_back(path, kept)) >= 1
