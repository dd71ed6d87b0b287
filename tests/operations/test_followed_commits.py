"""Four people write on a server, slow and quick, while one follows: no commit is missed.

``WATERNET_COMMITS=10000`` has them commit that often instead of some dozens.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from typing import Any

import pandas as pd
import pytest
import shapely
from support.database_server import server_of_run, skip_or_fail_without_server
from support.network_frames import described
from support.store_helpers import CRS, in_schema, pipe_frame

from waternet_plugin import store
from waternet_plugin.operations.network.live_network import LiveNetwork

COMMITS = int(os.environ.get("WATERNET_COMMITS") or 60)
_WRITERS, _PIPES = 4, 40
# Between the first write of a transaction and its commit, at most.
_OPEN_S = 0.02


def _customer(name: str, pipe: str) -> pd.DataFrame:
    import geopandas as gpd

    row = {"customer_id": name, "pipe_id": pipe, "geom": shapely.Point(400_000, 2_500_000)}
    return gpd.GeoDataFrame([row], geometry="geom", crs=CRS)


def _write(address: str, writer: int, count: int) -> None:
    """Commit so often: a customer of its own each time, often with a pipe that others change, too."""
    chance = random.Random(writer)
    with store.open_network(address, by=f"writer {writer}") as network, in_schema(address) as program:
        for number in range(count):
            pipe = f"P{chance.randrange(_PIPES):05d}"
            name, pause = f"{writer}-{number}", chance.choice((0.0, chance.uniform(0, _OPEN_S)))
            if chance.random() < 0.5:
                with network.write("edit") as batch:
                    batch.insert("customer", _customer(name, pipe))
                    time.sleep(pause)
            else:
                program.native("BEGIN")
                program.native(
                    "INSERT INTO customer (customer_id, pipe_id, geom)"
                    " SELECT %s, pipe_id, ST_Force2D(ST_EndPoint(geom)) FROM pipe WHERE pipe_id = %s",
                    name,
                    pipe,
                )
                moved = "geom = ST_Translate(geom, 0, 1), " if chance.random() < 0.5 else ""
                program.native(
                    f"UPDATE pipe SET {moved}diameter_mm = %s WHERE pipe_id = %s",
                    float(_WRITERS * number + writer),
                    pipe,
                )
                time.sleep(pause)
                program.native("COMMIT")
            time.sleep(chance.uniform(0, _OPEN_S))


def _told(kept: LiveNetwork) -> Any:
    """Return the graph that is kept, its diameters, and the customers beside it, whatever their order."""
    with kept.answering():
        customers = kept.customers[["customer_id", "pipe_id"]]
        # A diameter that nobody has written is no number, which equals none.
        pipes = kept.graph.pipe_columns[["pipe_id", "diameter_mm"]].fillna({"diameter_mm": -1.0})
        rows = [sorted(frame.itertuples(index=False, name=None)) for frame in (customers, pipes)]
        return described(kept.graph.connected), rows


def _follow(address: str, writers: list[Any]) -> None:
    """Poll until the writers have ended: each commit was told, and the kept graph is as a fresh one."""
    kept, seen = LiveNetwork(address), set()
    with store.open_network(address) as network:
        position, is_last = network.position(), False
        for writer in writers:
            writer.start()
        while not is_last:
            is_last = not any(writer.is_alive() for writer in writers)
            changed = network.changed(position)
            assert changed.is_known and not changed.complete
            seen.update(changed.assets.get("customer", ()))
            position = changed.position
            with kept.answering():
                pass
        there = set(network.read("customer", ["customer_id"], geometry=False)["customer_id"])
    assert len(there) == COMMITS // _WRITERS * _WRITERS
    assert there - seen == set()
    assert _told(kept) == _told(LiveNetwork(address))


@pytest.mark.slow
@pytest.mark.always
def test_a_follower_misses_no_commit_and_keeps_the_graph() -> None:
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    address = server.address(database, "town")
    with store.create_network(address, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(_PIPES))
    context = multiprocessing.get_context("fork")
    share = COMMITS // _WRITERS
    writers = [
        context.Process(target=_write, args=(address, one, share), daemon=True) for one in range(_WRITERS)
    ]
    try:
        _follow(address, writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.join()
        server.drop_database(database)
