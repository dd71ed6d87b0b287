"""Two processes edit, split, merge, delete, undo and import the same few pipes on a server at once."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import Counter
from typing import Any

import geopandas as gpd
import pytest
import shapely
from interleaving.server_writers import ACTIONS, Judge, work
from support.database_server import server_of_run, skip_or_fail_without_server

from waternet_plugin.store import create_network, open_network

pytestmark = [pytest.mark.always, pytest.mark.slow]
ROUNDS = int(os.environ.get("WATERNET_ROUNDS") or 40)


def _town(address: str) -> None:
    rows = [
        {
            "pipe_id": f"P-{number}",
            "system": "potable",
            "status": "in_use",
            "geom": shapely.LineString(
                [(500_000, 2_500_000 + 10 * number), (500_100, 2_500_000 + 10 * number)]
            ),
        }
        for number in range(5)
    ]
    with create_network(address, "EPSG:4547") as network, network.write("adopt") as batch:
        batch.insert("pipe", gpd.GeoDataFrame(rows, geometry="geom", crs=network.crs))


def _round(chance: random.Random, ends: list[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Let both read, then write: one after the other in either order, or at once."""
    for end in ends:
        end.send(chance.randrange(2**31))
    actions = [end.recv() for end in ends]
    order = chance.sample([0, 1], 2)
    results: dict[int, dict[str, Any]] = {}
    if chance.random() < 0.5:
        for place in order:
            ends[place].send("write")
        results = {place: ends[place].recv() for place in order}
    else:
        for place in order:
            ends[place].send("write")
            results[place] = ends[place].recv()
    return [(actions[place], results[place]) for place in order]


def test_no_value_is_lost_unseen_and_no_save_is_half() -> None:
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    address = server.address(database, "town")
    _town(address)
    context = multiprocessing.get_context("fork")
    ends, others = zip(*(context.Pipe() for _name in "AB"))
    writers = [
        context.Process(target=work, args=(address, name, other), daemon=True)
        for name, other in zip("AB", others)
    ]
    for writer in writers:
        writer.start()
    chance, told = random.Random(38), []
    try:
        for _round_number in range(ROUNDS):
            told += _round(chance, list(ends))
    finally:
        for end in ends:
            end.send(None)
        for writer in writers:
            writer.join(30)
    with open_network(address) as network:
        judge = Judge(network)
        overwritten = sum(judge.overwritten(result) for _action, result in told if "batch" in result)
        judge.whole_batches()
    server.drop_database(database)
    done = Counter(action for action, result in told if "batch" in result)
    refused = Counter(result["refused"] for _action, result in told if "refused" in result)
    print(
        f"{dict(done)} done, {dict(refused)} refused, {overwritten} values overwritten by who had seen them"
    )
    assert judge.faults == []
    assert set(done) == set(ACTIONS) and len(told) == 2 * ROUNDS
    # Otherwise the two did not meet, and nothing was asked.
    assert (
        refused["EditConflictsError"] + refused["ConflictError"] > ROUNDS // 25 and overwritten > ROUNDS // 2
    )
