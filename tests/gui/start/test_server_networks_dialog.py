"""The dialog that opens a network on a server: by a connection of QGIS, or by an address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from qgis.core import QgsProviderRegistry
from support.database_server import server_of_run, skip_or_fail_without_server

from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.gui.start.server_networks import ServerNetworksDialog
from waternet_plugin.store import create_network
from waternet_plugin.store.addresses import ServerConnection
from waternet_plugin.store.servers import ListedNetwork, networks_on


@pytest.fixture
def kept(plugin: Any) -> Iterator[Callable[[str, str], None]]:
    """Keep a connection of a name and a URI while the test runs."""
    metadata = QgsProviderRegistry.instance().providerMetadata("postgres")
    names: list[str] = []

    def keep(name: str, uri: str) -> None:
        metadata.saveConnection(metadata.createConnection(uri, {"saveUsername": True}), name)
        names.append(name)

    yield keep
    for name in names:
        metadata.deleteConnection(name)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A database with two networks, one that is newer, and schemas that are none."""
    skip_or_fail_without_server()
    server = server_of_run()
    name = server.make_database()
    create_network(server.address(name, '南山 "1"'), "EPSG:4547", title="南山区").close()
    create_network(server.address(name, "town"), "EPSG:4547").close()
    import psycopg2

    connection = psycopg2.connect(**server.parameters(name))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE town.wn_meta SET value = '{SCHEMA_VERSION + 1}' WHERE key = 'schema_version'")
        cursor.execute("CREATE SCHEMA other; CREATE TABLE other.wn_meta (key text, value text)")
    connection.close()
    yield name
    server.drop_database(name)


def test_the_networks_of_a_database_are_listed(database: str) -> None:
    parameters = server_of_run().parameters(database)
    assert networks_on(ServerConnection(parameters, parameters), "c") == (
        ListedNetwork("town", "", SCHEMA_VERSION + 1),
        ListedNetwork('南山 "1"', "南山区", SCHEMA_VERSION),
    )


def test_a_network_of_a_connection_is_chosen_and_opened(
    plugin: Any, kept: Any, database: str, until: Callable[..., None]
) -> None:
    told = server_of_run().parameters(database)
    kept("水司", f"dbname='{database}' host='{told['host']}' port={told['port']} user='{told['user']}'")
    dialog = ServerNetworksDialog(plugin.session, plugin.dock)
    assert dialog.connection.currentText() == "水司" and not dialog.open_button.isEnabled()
    until(lambda: len(dialog.networks.rows) == 2)
    newer, named = dialog.networks.rows
    assert (newer["title"], named["title"], named["version"]) == ("town", "南山区", str(SCHEMA_VERSION))
    assert "newer than the plugin" in newer["version"] and dialog.note.text() == ""
    dialog.networks.picked.emit(named)
    dialog.open_button.click()
    assert dialog.chosen == "qgis:水司?schema=南山%20%221%22" and dialog.result() == 1
    again = ServerNetworksDialog(plugin.session, plugin.dock)
    assert again.connection.currentText() == "水司" and again.address.text() == ""


def test_a_server_that_does_not_answer_is_told(plugin: Any, kept: Any, until: Callable[..., None]) -> None:
    skip_or_fail_without_server()
    kept("away", "dbname='x' host='/nowhere' port=5432 user='a'")
    dialog = ServerNetworksDialog(plugin.session, plugin.dock)
    until(lambda: "can't be reached" in dialog.note.text())
    assert dialog.networks.rows == []


def test_an_address_with_a_fault_is_told_and_stays(plugin: Any) -> None:
    dialog = ServerNetworksDialog(plugin.session, plugin.dock)
    assert "Make one under" in dialog.note.text()
    for text, told in (
        ("postgresql:///water?service=gis", "names no schema"),
        ("postgresql:///water?schema=a&password=geheim", "never has a password"),
        ("/town.gpkg", "begins with postgresql: or qgis:"),
    ):
        dialog.address.setText(text)
        dialog.open_button.click()
        assert told in dialog.note.text() and "geheim" not in dialog.note.text()
    assert dialog.chosen == "" and dialog.result() == 0
    dialog.address.setText(" postgresql:///water?service=gis&schema=town ")
    dialog.open_button.click()
    assert dialog.chosen == "postgresql:///water?service=gis&schema=town"
    again = ServerNetworksDialog(plugin.session, plugin.dock)
    assert again.address.text() == "postgresql:///water?service=gis&schema=town"


def test_connections_are_made_in_qgis(plugin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr(plugin.session.iface, "openDataSourceManagerPage", pages.append, raising=False)
    ServerNetworksDialog(plugin.session, plugin.dock).connections.click()
    assert pages == ["postgres"]


def test_the_network_is_opened_when_the_dialog_is_closed(
    plugin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def choose(dialog: ServerNetworksDialog) -> int:
        dialog.address.setText("postgresql:///water?service=gis&schema=town")
        dialog.open_button.click()
        steps.append("closed")
        return dialog.result()

    monkeypatch.setattr(ServerNetworksDialog, "exec", choose)
    monkeypatch.setattr(plugin.session, "open_network", steps.append)
    plugin.dock._open_on_server()
    assert steps == ["closed", "postgresql:///water?service=gis&schema=town"]
