"""Connections of QGIS to PostgreSQL, as the store asks for them by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from qgis.core import QgsApplication, QgsProviderRegistry

from waternet_plugin.bridge import server_connections
from waternet_plugin.core.errors import InputError
from waternet_plugin.store.addresses import parse


@pytest.fixture
def kept(qgis_app: QgsApplication) -> Iterator[Callable[[str, str], None]]:
    """Keep a connection of a name and a URI while the test runs."""
    metadata = QgsProviderRegistry.instance().providerMetadata("postgres")
    names: list[str] = []

    def keep(name: str, uri: str) -> None:
        kept_with = {"saveUsername": True, "savePassword": True}
        metadata.saveConnection(metadata.createConnection(uri, kept_with), name)
        names.append(name)

    yield keep
    for name in names:
        metadata.deleteConnection(name)


def test_a_connection_is_found_by_its_name(kept: Callable[[str, str], None]) -> None:
    kept("水司 1", "dbname='water' host=db.example port=5433 user='anna' password='geheim' sslmode=require")
    server_connections.register()
    server = parse("qgis:水司 1?schema=town").server()
    assert dict(server.driver) == {
        "host": "db.example", "port": "5433", "dbname": "water", "sslmode": "require", "user": "anna",
        "password": "geheim",
    }  # fmt: skip
    assert "password" not in server.layer and "geheim" not in repr(server)


def test_a_service_stands_for_all_of_it(kept: Callable[[str, str], None]) -> None:
    kept("by service", "service='gis' dbname='water'")
    server = server_connections.connection_named("by service")
    assert dict(server.layer) == {"service": "gis", "dbname": "water"} == dict(server.driver)


def test_a_name_that_qgis_does_not_have_is_told(kept: Callable[[str, str], None]) -> None:
    kept("town", "service='gis'")
    with pytest.raises(InputError, match=r"no connection to PostgreSQL named “city”\. It has: .*town"):
        server_connections.connection_named("city")


def test_many_threads_may_ask_while_qgis_lists_its_own(kept: Callable[[str, str], None]) -> None:
    names = [f"town {number}" for number in range(5)]
    for name in names:
        kept(name, f"dbname='{name}' host=h user='anna'")
    metadata = QgsProviderRegistry.instance().providerMetadata("postgres")

    def ask(number: int) -> str:
        return server_connections.connection_named(names[number % len(names)]).driver["dbname"]

    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(ask, range(600))
        for _turn in range(100):
            metadata.connections(False)
        assert list(answers) == [names[number % len(names)] for number in range(600)]


def test_an_authentication_that_is_not_there_is_told(kept: Callable[[str, str], None]) -> None:
    kept("closed", "dbname='water' host=h authcfg=abc1234")
    with pytest.raises(InputError, match="authentication abc1234"):
        server_connections.connection_named("closed")
