"""A network on a server is opened for editing beside the window, before anybody edits."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from waternet_plugin.store import addresses, servers


@pytest.mark.slow
def test_who_begins_to_edit_waits_for_no_opening(
    plugin: Any, network_on_server: str, until: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_documents", [lambda: tmp_path])
    session = plugin.session
    assert session.open_network(network_on_server)
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
