"""Editing goes on as QGIS does it where the plugin is unloaded, or was never there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsGeometry, QgsProject, QgsSettings, QgsVectorLayerUtils
from qgis.PyQt.QtCore import QCoreApplication
from support.begun_editing import begin_editing
from support.built_network import EAST, NORTH
from support.edit_session import buffer_state
from support.fake_iface import FakeIface
from support.health_town import run
from support.registering import registered
from support.store_helpers import rows

from waternet_plugin import classFactory, language
from waternet_plugin.store import open_network


@pytest.fixture
def project(qgis_app: Any, _joint_and_project: Path, tmp_path: Path) -> Iterator[Path]:
    """Path of the street's network; its project is to be opened."""
    for suffix in (".gpkg", ".qgz"):
        shutil.copy(_joint_and_project.with_suffix(suffix), tmp_path / f"joint{suffix}")
    QgsProject.instance().clear()
    QgsSettings().remove("waternet")
    yield tmp_path / "joint.gpkg"
    QgsProject.instance().clear()
    QgsSettings().remove("waternet")


def layers() -> tuple[Any, Any]:
    """Return pipes and nodes of the open project."""
    found = {one.customProperty("waternet/layer"): one for one in QgsProject.instance().mapLayers().values()}
    return found["pipe"], found["node"]


def draw(pipe: Any, *points: tuple[float, float]) -> Any:
    line = "LineStringZ ({})".format(", ".join(f"{EAST + x} {NORTH + y} 9" for x, y in points))
    pipe.beginEditCommand("Add feature")
    feature = QgsVectorLayerUtils.createFeature(pipe, QgsGeometry.fromWkt(line))
    assert pipe.addFeature(feature)
    pipe.endEditCommand()
    return feature


@pytest.mark.slow
def test_unloading_the_plugin_while_editing_leaves_editing_to_qgis(project: Path) -> None:
    loaded = classFactory(FakeIface())
    language.install("en")
    loaded.initGui()
    try:
        assert QgsProject.instance().read(str(project.with_suffix(".qgz")))
        loaded.session.look_at_project()
        pipe, node = layers()
        begin_editing(pipe)
        first = draw(pipe, (200, 0), (300, 0))
        before = buffer_state(pipe), buffer_state(node)
    finally:
        loaded.unload()
    assert (buffer_state(pipe), buffer_state(node)) == before
    assert pipe.isEditable() and node.isEditable()
    # Each layer has its own steps again, and nothing follows any more.
    pipe.undoStack().undo()
    assert node.isModified() and not pipe.isModified()
    pipe.undoStack().redo()
    assert (buffer_state(pipe), buffer_state(node)) == before
    second = draw(pipe, (400, 0), (500, 0))
    assert not second["from_node"] and not second["to_node"]
    for layer in (pipe, node):
        assert layer.commitChanges(), layer.commitErrors()
    saved = rows(project, "SELECT pipe_id FROM pipe WHERE pipe_id NOT IN ('P-1', 'P-2', 'P-3') ORDER BY fid")
    assert (first["pipe_id"],) in saved and len(saved) == 2
    assert rows(project, "SELECT count(*) FROM node") == [(5,)]


@pytest.mark.slow
def test_what_lost_its_joint_without_the_plugin_is_named_by_the_next_check(project: Path) -> None:
    with registered():
        run("checknetwork", NETWORK=str(project))
    assert QgsProject.instance().read(str(project.with_suffix(".qgz")))
    pipe, _node = layers()
    begin_editing(pipe)
    row = next(one for one in pipe.getFeatures() if one["pipe_id"] == "P-3")
    pipe.beginEditCommand("Moved vertex")
    assert pipe.moveVertex(EAST + 110, NORTH + 10, row.id(), 0)
    pipe.endEditCommand()
    assert pipe.commitChanges(), pipe.commitErrors()
    QCoreApplication.processEvents()
    with open_network(project) as network:
        assert network.rows("pipe", [row.id()])[row.id()]["from_node"] == "N-2"
    with registered():
        run("checknetwork", NETWORK=str(project), ONLY_CHANGED=True)
    with open_network(project) as network:
        issues = network.read("issue", geometry=False)
    found = issues[(issues["state"] == "open") & issues["assets"].str.contains("P-3")]
    assert "id_far_from_end" in set(found["rule_id"]), issues[["rule_id", "assets", "state"]].to_string()
