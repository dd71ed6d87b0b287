"""A client is killed, its connection ended, the server stopped, at random instants: all or nothing.

``SERVER_KILLS=100`` does that at so many instants instead of a few.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from typing import Any

import pandas as pd
import pytest
from interleaving.server_writers import Judge
from support.database_server import server_of_run, skip_or_fail_without_server
from support.store_helpers import CRS, in_schema, pipe_frame

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store import create_network, open_network

pytestmark = [pytest.mark.kill, pytest.mark.slow]
KILLS = int(os.environ.get("SERVER_KILLS") or 4)
_ROWS = [f"P{number:05d}" for number in range(6)]
_WRITERS_BACKEND = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def _step(network: Any, word: str, number: int) -> None:
    """Write all rows by one batch, with one new and one less; every third time take the last batch back."""
    with network.write("edit", name=word, seen=network.position()) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": _ROWS, "note": word}))
        batch.insert("pipe", pipe_frame(1).assign(pipe_id=word))
        batch.delete("pipe", [word])
    if number % 3 == 0:
        network.undo(network.undo(batch.batch_id).batch_id)


def _write(address: str, name: str, end: Any) -> None:
    """Write until killed; tell of each batch that is there, and begin anew where the connection was lost."""
    number = 0
    while True:
        try:
            with open_network(address) as network:
                while True:
                    number += 1
                    _step(network, f"{name}-{number}", number)
                    end.send(f"{name}-{number}")
        except StoreError:
            time.sleep(0.02)


class _Killer:
    """Kills in turn a client, a connection and a server, and looks at what is left each time."""

    def __init__(self, server: Any, database: str) -> None:
        self.server, self.address = server, server.address(database, "town")
        self.context = multiprocessing.get_context("fork")
        self.written: list[str] = []
        self.count = 0
        self._start()

    def _start(self) -> None:
        self.count += 1
        self.end, other = self.context.Pipe()
        arguments = (self.address, f"W{self.count}", other)
        self.writer = self.context.Process(target=_write, args=arguments, daemon=True)
        self.writer.start()
        other.close()

    def _hear(self) -> None:
        while self.end.poll():
            try:
                self.written.append(self.end.recv())
            except EOFError:
                return

    def wait_for_a_batch(self) -> None:
        """Wait until the writer is under way again."""
        limit, before = time.monotonic() + 60, len(self.written)
        while len(self.written) == before:
            assert time.monotonic() < limit and self.writer.is_alive()
            self._hear()
            time.sleep(0.005)

    def kill_client(self) -> None:
        """As a machine that loses power."""
        self.writer.kill()
        self.writer.join()
        self._hear()
        self._start()

    def end_connection(self) -> None:
        """As an administrator who ends the process of the server that writes."""
        with in_schema(self.address) as database:
            database.native(_WRITERS_BACKEND)

    def stop_server(self) -> None:
        """As the machine of the server that loses power."""
        self.server.halt()
        self.server.resume()

    def look(self) -> None:
        """Find every batch whole, and all that were told of."""
        self._hear()
        told = list(self.written)
        with open_network(self.address) as network:
            notes = network.read("pipe", ["pipe_id", "note"], geometry=False)
            assert notes["pipe_id"].tolist() == _ROWS
            assert notes["note"].nunique() <= 1
            assert set(told) <= set(network.batches()["name"])
            with in_schema(self.address) as database:
                # One statement sees one state, whoever writes.
                torn = database.native(
                    "SELECT b.batch_id FROM batch b LEFT JOIN change_log l ON l.batch = b.batch_id"
                    " GROUP BY b.batch_id, b.rows HAVING count(l.seq) <> b.rows"
                    " UNION ALL SELECT batch FROM change_log WHERE batch IS NULL"
                    " OR batch NOT IN (SELECT batch_id FROM batch)"
                ).fetchall()
            assert torn == []


@pytest.mark.always
def test_a_network_on_a_server_has_whole_batches_whatever_is_killed() -> None:
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    # What was told to be written is, also where the server is stopped at once.
    server.ask(f"ALTER DATABASE {database} SET synchronous_commit = on")
    with create_network(server.address(database, "town"), CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(len(_ROWS)))
    killer, chance = _Killer(server, database), random.Random(38)
    ways = [killer.kill_client, killer.end_connection, killer.stop_server]
    try:
        for number in range(KILLS):
            killer.wait_for_a_batch()
            time.sleep(chance.uniform(0, 0.1))
            ways[number % 3]()
            killer.look()
        killer.wait_for_a_batch()
    finally:
        killer.writer.kill()
        killer.writer.join()
    with open_network(killer.address) as network:
        judge = Judge(network)
        judge.whole_batches()
        assert judge.faults == []
        network.undo()
    server.drop_database(database)
    assert len(killer.written) > KILLS
