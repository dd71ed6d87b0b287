"""Networks on servers in the window: their names, folders and notices, and how they are opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QStandardPaths

from waternet_plugin.gui.start import open_networks, recent
from waternet_plugin.gui.tasks import lookout
from waternet_plugin.store import servers

TOWN = "postgresql:///water?service=gis&schema=town"


@pytest.fixture
def session(plugin: Any) -> Any:
    """The session, as if a network on a server were open."""
    plugin.session.network_path = TOWN
    return plugin.session


def test_it_is_called_by_its_schema(session: Any) -> None:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    assert (session.network_name, session.network_title) == ("town", "town")
    assert session.first_folder == documents
    assert session.address.project_path == Path(documents) / "WaterNet" / "gis water" / "town" / "town.qgz"


def test_recent_networks_have_addresses(plugin: Any, tmp_path: Path) -> None:
    recent.add("  PostgreSQL:///water?schema=town&service=gis")
    recent.add(str(tmp_path / "a.gpkg"))
    recent.add(TOWN, 1200.0)
    entries = recent.entries()
    assert [each.path for each in entries] == [TOWN, str(tmp_path / "a.gpkg")]
    assert (entries[0].name, entries[0].length_m) == ("town", 1200.0)


def test_a_broken_list_of_recent_networks_is_empty(plugin: Any) -> None:
    recent._store([recent.Recent("postgresql:///water", None, "2026-01-01")])
    assert recent.entries() == []


def test_servers_are_not_asked_for_a_list(tmp_path: Path) -> None:
    file = str(tmp_path / "gone.gpkg")
    assert lookout.are_there([TOWN, file]) == {TOWN: True, file: False}


def test_no_files_lie_beside_it() -> None:
    assert lookout.see_place(TOWN) == lookout.SeenPlace("", takes_files=False)


def test_a_server_that_does_not_answer_is_told(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "_DRIVER", "nothing_of_that_name")
    assert not lookout.see(TOWN).is_there
    assert open_networks.absence_text(session).startswith("town can't be reached")


def test_a_network_that_cannot_be_opened_leaves_the_project(
    plugin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "_DRIVER", "nothing_of_that_name")
    said: list[str] = []
    monkeypatch.setattr(plugin.session, "say_error", lambda error: said.append(error.message))
    assert not plugin.session.open_network(TOWN)
    assert "takes the Python package" in said[0] and plugin.session.network_path == ""


def test_a_project_with_a_broken_address_belongs_to_none(
    plugin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(plugin.session, "say_error", lambda error: said.append(error.message))
    QgsProject.instance().writeEntry("WaterNet", "network", "postgresql:///water?password=geheim&schema=a")
    plugin.session.look_at_project()
    assert plugin.session.network_path == "" and "geheim" not in said[0]
    QgsProject.instance().removeEntry("WaterNet", "network")
