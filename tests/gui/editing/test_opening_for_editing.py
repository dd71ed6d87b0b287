"""A network on a server is opened for editing beside the window, before anybody edits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import QgsProject
from support.database_server import server_of_run, skip_or_fail_without_server
from support.edit_session import make_network

from waternet_plugin.store import addresses, servers


@pytest.fixture
def network(qgis_app: Any) -> Iterator[str]:
    """Address of a network of three pipes and a valve."""
    skip_or_fail_without_server()
    server = server_of_run()
    database = server.make_database()
    yield str(make_network(server.address(database, "城 1")))
    QgsProject.instance().clear()
    server.drop_database(database)


@pytest.mark.slow
def test_who_begins_to_edit_waits_for_no_opening(
    plugin: Any, network: str, until: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_documents", [lambda: tmp_path])
    session = plugin.session
    assert session.open_network(network)
    until(lambda: session.network_path and session.is_idle)
    in_window, opening = [], servers.opening

    def noted(address: Any) -> Any:
        if threading.current_thread() is threading.main_thread():
            in_window.append(address)
        return opening(address)

    monkeypatch.setattr(servers, "opening", noted)
    layer = session.layer("pipe")
    assert layer.startEditing()
    assert in_window == []
    layer.rollBack()
