"""The line to a server stalls or is cut while somebody works: all or nothing, in a sentence, and on it goes.

A machine that is stopped and a way that swallows everything end no connection; a server that is started anew,
and a line that is cut where that is noticed, end it at once. ``WATERNET_CUT_S=30`` makes each last so long,
as `make server-tests` does.
"""

from __future__ import annotations

import dataclasses
import os
import socket
import time
from contextlib import closing
from functools import partial

import pandas as pd
import psycopg2
import pytest
from support.database_server import server_of_run
from support.slow_line import SlowLine

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store import look_at, open_network, servers
from waternet_plugin.store.postgis import connecting
from waternet_plugin.store.postgis.outages import heartbeat, lost_commits, silence
from waternet_plugin.store.postgis.outages.lost_commits import OwnTransaction

pytestmark = pytest.mark.parametrize("kept_in", ["server"], indirect=True)
CUT_S = float(os.environ.get("WATERNET_CUT_S") or 0.0)


@pytest.fixture
def line(monkeypatch):
    """A line, whose silence is noticed soon where it is short."""
    if not CUT_S:
        monkeypatch.setattr(silence, "PATIENCE_S", 0.3)
        monkeypatch.setattr(silence, "ANSWER_S", 0.2)
        monkeypatch.setattr(silence, "LOOK_S", 0.05)
        monkeypatch.setitem(connecting._PROGRAM, "connect_timeout", "2")
    line = SlowLine(server_of_run().folder / ".s.PGSQL.5432")
    yield line
    line.close()


@pytest.fixture
def far(town, line):
    """The town by way of the line."""
    address = dataclasses.replace(town.address, host="127.0.0.1", port=str(line.port))
    with open_network(address, by="anna") as network:
        yield network


def _note(network, text, meanwhile=None):
    """Note something at two pipes, by two statements; ``meanwhile`` is called between them."""
    with network.write("edit", seen=network.position()) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "note": [text]}))
        if meanwhile is not None:
            meanwhile()
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002"], "note": [text]}))


def _notes(town, text):
    return int((town.read("pipe", ["note"], geometry=False)["note"] == text).sum())


def _batches(town):
    return len(town.batches())


def test_a_silent_server_keeps_nobody_waiting_and_what_was_begun_is_not_there(far, town, line):
    before = _batches(town)
    begun = time.monotonic()
    with pytest.raises(StoreError, match=r"connection to .* was lost"):
        _note(far, "half", line.stall)
    assert time.monotonic() - begun < 3 + 30 * bool(CUT_S)
    time.sleep(max(0.0, begun + CUT_S - time.monotonic()))
    line.mend()
    # Nobody holds the rows: the process of the server knows that its line has gone.
    _note(far, "whole")
    assert (_notes(town, "half"), _notes(town, "whole"), _batches(town)) == (0, 2, before + 1)


def test_whoever_comes_to_a_silent_server_is_told(far, line):
    line.stall()
    begun = time.monotonic()
    assert not look_at(far.address).is_there
    assert time.monotonic() - begun < 12


def test_whoever_else_of_a_window_asks_a_silent_server_is_let_go(far, line, monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.05)
    notices = servers.listening(far.address)
    try:
        for _turn in range(2):
            with closing(psycopg2.connect(**far.address.server().driver)) as connection:
                connection.cursor().execute("SELECT 1")
                line.stall()
                begun = time.monotonic()
                with pytest.raises(psycopg2.OperationalError):
                    connection.cursor().execute("SELECT 1")
                assert time.monotonic() - begun < 3 + 15 * bool(CUT_S)
            # Nor does it wait for a new connection.
            with pytest.raises(psycopg2.OperationalError):
                psycopg2.connect(**far.address.server().driver)
            assert time.monotonic() - begun < 3 + 20 * bool(CUT_S)
            line.mend()
            while not look_at(far.address).is_there:
                assert time.monotonic() - begun < 10 + 30 * bool(CUT_S)
        # What listens does so still.
        assert notices.take() is not None
    finally:
        notices.close()


@pytest.mark.usefixtures("kept_in")
def test_the_line_tells_whoever_waits_that_the_server_has_ended(tmp_path):
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(tmp_path / "door"))
    door.listen()
    line = SlowLine(tmp_path / "door")
    with door, closing(line), socket.create_connection(("127.0.0.1", line.port), timeout=5.0) as client:
        client.sendall(b"?")
        server, _address = door.accept()
        with server:
            assert server.recv(1) == b"?"
        assert client.recv(1) == b""


def test_a_slow_statement_of_a_server_that_answers_others_is_waited_for(far):
    with far._reading() as database:
        assert database.native("SELECT 1 FROM pg_sleep(1)").fetchall() == [(1,)]


def test_a_line_that_is_cut_between_two_gestures_is_not_noticed(far, town, line):
    _note(far, "first")
    line.cut()
    _note(far, "second")
    assert _notes(town, "second") == 2


def test_a_commit_whose_answer_is_lost_is_asked_after(far, town, line):
    before = _batches(town)
    _note(far, "once", partial(line.cut_at, b"COMMIT", is_heard=True))
    assert (_notes(town, "once"), _batches(town)) == (2, before + 1)


def test_a_commit_that_the_server_did_not_hear_is_told_to_be_lost(far, town, line):
    before = _batches(town)
    with pytest.raises(StoreError, match=r"connection to .* was lost"):
        _note(far, "lost", partial(line.cut_at, b"COMMIT", is_heard=False))
    _note(far, "once")
    assert (_notes(town, "lost"), _notes(town, "once"), _batches(town)) == (0, 2, before + 1)


def test_what_had_arrived_before_the_line_was_lost_is_not_written_again(far, town, line):
    before = _batches(town)
    with pytest.raises(StoreError, match="nothing is written twice"):
        _note(far, "once", partial(line.stall_at, b"COMMIT"))
    line.mend()
    with pytest.raises(StoreError, match="had reached"):
        _note(far, "again")
    assert (_notes(town, "once"), _notes(town, "again"), _batches(town)) == (2, 0, before + 1)
    _note(far, "next")
    assert (_notes(town, "next"), _batches(town)) == (2, before + 2)


@pytest.mark.parametrize("batch", ["B0042", ""])
def test_a_number_that_the_server_lost_in_a_crash_keeps_nobody_from_writing(town, batch):
    """A transaction that was never written out is unknown afterwards: its number is one of the future."""
    lost = OwnTransaction("4000000", "2026-01-01T00:00:00.000Z", batch)
    lost_commits.remember(str(town.address), lost)
    _note(town, "next")
    assert _notes(town, "next") == 2
    assert lost_commits.remembered(str(town.address)) is None


def test_a_number_that_others_got_after_a_crash_is_not_taken_for_ours(town):
    _note(town, "theirs")
    newest = town.batches().iloc[0]
    with town._reading() as database:
        ((number, begun),) = database.native(
            "SELECT l.tx::text, wn_moment(b.at) FROM batch b JOIN change_log l ON l.batch = b.batch_id"
            f" WHERE b.batch_id = '{newest['batch_id']}' LIMIT 1"
        ).fetchall()

    def is_there(begun):
        own = OwnTransaction(number, begun, newest["batch_id"])
        return lost_commits.is_committed(town._connections._query, town._connections.schema, own)

    assert is_there(begun)
    assert not is_there("2026-01-01T00:00:00.000Z")


def test_whoever_got_the_number_after_a_crash_is_not_ended(town):
    """Their process began later than our transaction."""
    with closing(psycopg2.connect(**town.address.server().driver)) as theirs:
        cursor = theirs.cursor()
        cursor.execute("SELECT pg_current_xact_id()::text")
        ((number,),) = cursor.fetchall()
        own = OwnTransaction(number, "2026-01-01T00:00:00.000Z", "B0042")
        assert not lost_commits.is_committed(town._connections._query, town._connections.schema, own)
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == [(1,)]
