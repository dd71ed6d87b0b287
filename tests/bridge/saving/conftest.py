"""Layers of a small network in editing, saved by our hook alone: no plugin, no window."""

from __future__ import annotations

import shutil

import pytest
from qgis.core import QgsProject
from support.edit_session import layer_in_editing, make_network
from support.unsettled import leave_unsettled

from waternet_plugin.bridge.saving.log_guard import LogGuard
from waternet_plugin.bridge.saving.saves import Saves
from waternet_plugin.store import open_network


@pytest.fixture(scope="session")
def _base(qgis_app, tmp_path_factory):
    return make_network(tmp_path_factory.mktemp("base") / "town.gpkg")


@pytest.fixture(autouse=True)
def _unsettled(monkeypatch):
    leave_unsettled(monkeypatch)


@pytest.fixture
def path(_base, tmp_path):
    """Path of a network of one's own."""
    return shutil.copy(_base, tmp_path / "town.gpkg")


@pytest.fixture
def saves(path):
    """The hook on the open project."""
    QgsProject.instance().clear()
    guard = LogGuard(lambda: None)
    made = Saves(open_network, lambda: None)
    yield made
    made.remove()
    guard.remove()
    QgsProject.instance().clear()


@pytest.fixture
def refusals(saves):
    """What was refused so far."""
    heard = []
    saves.refused.connect(heard.append)
    return heard


@pytest.fixture
def pipes(saves, path):
    """The pipes in editing."""
    return layer_in_editing(path, "pipe")


@pytest.fixture
def nodes(saves, path):
    """The nodes in editing."""
    return layer_in_editing(path, "node")
