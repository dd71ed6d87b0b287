"""A network that is made on a server is there when it is whole; nobody sees it before, a kill leaves none."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from support.database_server import server_of_run
from support.store_helpers import CRS, pipe_frame

from waternet_plugin.core.errors import InputError, LockedError, StoreError
from waternet_plugin.store import create_network, look_at, making_network, open_network, parse
from waternet_plugin.store.copying.network_copies import copying

pytestmark = pytest.mark.parametrize("kept_in", ["server"], indirect=True)

COUNT = 300
Moment = Callable[[], None]


def _address(network: Any, schema: str = "new") -> Any:
    return parse(server_of_run().address(network.address.database, schema))


def _fill(network: Any, amid: Moment) -> None:
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(COUNT))
    amid()
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "street": ["x"]}))


def made(address: Any, _source: Any, amid: Moment) -> None:
    with making_network(address, CRS) as network:
        _fill(network, amid)


def copied(address: Any, source: Any, amid: Moment) -> None:
    with open_network(source) as network, copying(network, address):
        amid()


def _fail(batch: Any) -> None:
    batch.delete("pipe", ["P00002"])
    raise StoreError("There is no table")


def _is_schema(address: Any) -> bool:
    import psycopg2

    with psycopg2.connect(**address.server().driver) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (address.schema,))
        return cursor.fetchone() is not None


@pytest.mark.slow
@pytest.mark.kill
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize(
    ("make", "pipes"), [(made, COUNT), pytest.param(copied, 20, marks=[pytest.mark.slow, pytest.mark.always])]
)
def test_a_killed_making_leaves_no_schema_and_can_be_repeated(make: Any, pipes: int, town: Any) -> None:
    address, source = _address(town), town.address

    def child() -> None:
        make(address, source, lambda: os.kill(os.getpid(), signal.SIGKILL))
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert not _is_schema(address)
    make(address, source, lambda: None)
    with open_network(address) as network:
        assert network.count("pipe") == pipes


@pytest.mark.parametrize("make", [made, pytest.param(copied, marks=pytest.mark.slow)])
def test_nobody_sees_a_network_that_is_being_made(make: Any, town: Any, monkeypatch: Any) -> None:
    address = _address(town)

    def look() -> None:
        assert not _is_schema(address)
        assert not look_at(address).is_there
        with pytest.raises(StoreError, match="There is no network"):
            open_network(address)
        monkeypatch.setattr("waternet_plugin.store.postgis.connecting._ROW_PATIENCE_MS", 50)
        with pytest.raises(LockedError, match="Somebody else is making the schema new"):
            create_network(address, CRS)

    make(address, town.address, look)
    assert look_at(address).is_there
    with pytest.raises(InputError, match="already exists"):
        create_network(address, CRS)


def test_what_is_made_is_written_and_read_as_any_network(town: Any) -> None:
    address = _address(town)
    with making_network(address, CRS, by="anna") as network:
        _fill(network, lambda: None)
        with pytest.raises(StoreError, match="There is no table"), network.write("edit") as batch:
            _fail(batch)
        network.undo("B0003")
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(network.count("pipe")))
        thread.start()
        thread.join()
        with network.snapshot() as database:
            assert database.execute("SELECT count(*) FROM pipe").fetchone()[0] == found[0] == COUNT
        inside = pd.DataFrame(network.read("change_log"))
    with open_network(address, by="anna") as network:
        assert network.repairs == ()
        assert network.read("pipe", ["street"], ids=["P00001"])["street"].tolist() == ["人民路"]
        assert network.batches()["kind"].tolist() == ["undo", "edit", "adopt", "create"]
        pd.testing.assert_frame_equal(pd.DataFrame(network.read("change_log")), inside)
        assert network.undo("B0002").rows == COUNT
