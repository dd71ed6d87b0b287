"""A window hears of commits to its network on a server, and looks by the clock where it can hear of none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtTest import QSignalSpy, QTest
from support.store_helpers import in_schema

from waternet_plugin.gui.tasks import lookout
from waternet_plugin.gui.tasks.file_watch import FileWatch
from waternet_plugin.gui.tasks.lookout import Lookout
from waternet_plugin.store import open_network, parse, servers
from waternet_plugin.store.postgis.outages.heartbeat import Heartbeat
from waternet_plugin.store.presence import Presence

pytestmark = pytest.mark.slow
_NOTE = "UPDATE pipe SET note = 'theirs ' || fid"


@pytest.fixture
def watch(network_on_server: str, until: Any) -> Iterator[FileWatch]:
    """What watches that network, and has looked at it."""
    parent = QObject()
    found = FileWatch(Lookout(parent), parent)
    found.begin(network_on_server)
    until(lambda: not found.is_looking and found._seen is not None)
    yield found
    found.stop()
    parent.deleteLater()


def _listeners(network_on_server: str) -> list[int]:
    """Return the server's processes that listen in the network's database, not in those of other tests."""
    with in_schema(network_on_server) as database:
        found = database.native(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
        return [pid for (pid,) in found]


def test_a_commit_of_others_is_heard_and_what_was_taken_back_or_is_ours_is_not(
    network_on_server: str, watch: FileWatch, until: Any
) -> None:
    until(lambda: watch.is_told and not watch.is_looking)
    assert watch.clock.interval() == 20_000
    changed, looked = QSignalSpy(watch.changed), QSignalSpy(watch.looked)
    with in_schema(network_on_server) as database:
        database.native("BEGIN")
        database.native(_NOTE)
        database.native("ROLLBACK")
        with open_network(network_on_server) as ours, ours.write("edit") as batch:
            batch.set_setting("network.name", "城")
        QTest.qWait(150)
        assert (len(changed), len(looked)) == (0, 0)
        for number in range(1, 4):
            database.native("BEGIN")
            database.native(_NOTE)
            database.native(_NOTE + " || ' twice'")
            database.native("COMMIT")
            until(lambda number=number: len(changed) == number)


def test_what_listens_no_more_looks_by_the_clock(
    network_on_server: str, watch: FileWatch, until: Any
) -> None:
    until(lambda: watch.is_told)
    (pid,) = _listeners(network_on_server)
    with in_schema(network_on_server) as database:
        database.native("SELECT pg_terminate_backend(%s)", pid)
    until(lambda: not watch.is_told)
    assert watch.clock.interval() == 2_000 and watch.is_there
    # Its server was away and is back.
    for is_there in (False, True):
        watch.accept_file()
        watch._answered(watch._look, Presence(is_there, ()))
    until(lambda: watch.is_told)


def test_a_network_that_is_left_is_listened_to_no_more(
    network_on_server: str, watch: FileWatch, until: Any
) -> None:
    until(lambda: watch.is_told)
    watch.begin("")
    assert not watch.is_told and not watch.clock.isActive()
    until(lambda: not _listeners(network_on_server))


def test_a_window_that_closes_while_it_begins_to_listen_leaves_no_listener(
    network_on_server: str, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, ends = threading.Event(), threading.Event()

    def listen(address: str) -> Any:
        notices = servers.listening(parse(address))
        go_on.wait(20)
        return notices

    real = Heartbeat.end
    monkeypatch.setattr(lookout, "listen", listen)
    monkeypatch.setattr(Heartbeat, "end", lambda heartbeat: (real(heartbeat), ends.set()))
    parent = QObject()
    FileWatch(Lookout(parent), parent).begin(network_on_server)
    until(lambda: _listeners(network_on_server))
    sip.delete(parent)
    go_on.set()
    until(lambda: ends.is_set() and not _listeners(network_on_server))


class _Pooled:
    """A connection of a pool: the process that it names is not the one that answers."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.info = self
        self.backend_pid = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_a_pool_and_a_server_that_does_not_answer_are_not_listened_to(
    network_on_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin.store.postgis.keeping import commit_notices

    address = parse(network_on_server)
    notices = servers.listening(address)
    assert notices is not None and notices.take() is False
    notices.close()
    real = commit_notices.connected
    monkeypatch.setattr(commit_notices, "connected", lambda *args: _Pooled(real(*args)))
    assert servers.listening(address) is None
    monkeypatch.undo()
    assert servers.listening(parse(network_on_server.replace("port=5432", "port=5433"))) is None
    assert servers.listening(parse("/tmp/town.gpkg")) is None
