"""Whatever is read of a network while somebody else writes is answered: all readings, those to come too."""

from __future__ import annotations

import inspect
import multiprocessing
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.store_helpers import pipe_frame

from waternet_plugin.core.errors import LockedError
from waternet_plugin.store import open_network
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.undoing import undo
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import NetworkReading

pytestmark = pytest.mark.either_store
ROUNDS, WRITTEN = 3, 60
IDS = [f"P{number:05d}" for number in range(6)]
# Of the network itself, which ask for what is written.
ASKING = ("undoing", "weight", "stamp", "is_replaced", "roles")


def readings() -> list[str]:
    """Return the names of all functions that read a network."""
    named = [name for name, _ in inspect.getmembers(NetworkReading, inspect.isfunction)]
    return [name for name in named if not name.startswith("_") and name != "reading_together"] + [*ASKING]


def arguments(network: Network, name: str, before: str) -> dict[str, Any]:
    """Return what a reading is given: a value for each parameter that must be."""
    given = {
        "table": "pipe",
        "name": "pipe",
        "fids": range(1, 9),
        "keys": range(1, 9),
        "boxes": np.array([[-1e7, -1e7, 1e8, 1e8]]),
        "field": "note",
        "fields": ["note"],
        "values": ["new"],
        "ids": IDS,
        "package_id": "none",
        "prefix": "P",
        "since": before,
        "seen": before,
        "position": network.position(),
        "positions": [network.position(), before],
        "query": HistoryQuery(),
    }
    parameters = inspect.signature(getattr(Network, name)).parameters.values()
    return {
        one.name: given[one.name]
        for one in parameters
        if one.name != "self" and one.default is inspect.Parameter.empty
    }


def write_on(place: str, is_over: Any, count: Any) -> None:
    """Change, add and delete rows until it is over, and take every third batch back, twice."""
    with open_network(place, by="writer") as network:
        while not is_over.is_set():
            word = f"N{count.value}"
            with network.write("edit", name=word) as batch:
                batch.update("pipe", pd.DataFrame({"pipe_id": IDS, "note": word}))
                batch.insert("pipe", pipe_frame(1).assign(pipe_id=word))
                batch.delete("pipe", [word])
            if count.value % 3 == 0:
                network.undo(network.undo(batch.batch_id).batch_id)
            count.value += 1


def test_what_an_undo_would_do_is_told_of_one_state(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another takes the batch back once it was chosen as the last one."""
    with network.write("edit") as batch:
        batch.insert("pipe", pipe_frame(len(IDS)))
    choose = undo.chosen_batch

    def chosen_in_between(*asked: Any) -> str:
        chosen = choose(*asked)
        if chosen == batch.batch_id and not taken_back:
            taken_back.append(chosen)
            # Nobody writes a file while its state is read.
            with open_network(network.uri, by="other") as other, suppress(LockedError):
                other.undo(chosen)
        return chosen

    taken_back: list[str] = []
    monkeypatch.setattr(connection, "READER_PATIENCE_S", 0.1)
    monkeypatch.setattr(undo, "chosen_batch", chosen_in_between)
    assert network.undoing().rows == {"pipe": len(IDS)}
    assert taken_back == [batch.batch_id]


@pytest.mark.slow
def test_every_reading_is_answered_while_others_write(network: Network) -> None:
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(len(IDS)))
    # A thread would take the interpreter's lock from the readings time and again.
    processes = multiprocessing.get_context("fork")
    is_over, count = processes.Event(), processes.Value("i", 0)
    writer = processes.Process(target=write_on, args=(network.uri, is_over, count), daemon=True)
    writer.start()
    try:
        before = network.position()
        rounds = 0
        while rounds < ROUNDS or count.value < WRITTEN:
            assert writer.is_alive()
            rounds += 1
            for name in readings():
                getattr(network, name)(**arguments(network, name, before))
            rows = network.read("pipe", ids=IDS)
            # A batch is seen whole or not at all.
            assert rows["note"].nunique(dropna=False) == 1 and len(rows) == len(IDS)
    finally:
        is_over.set()
        writer.join()
    assert writer.exitcode == 0
