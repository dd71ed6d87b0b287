"""Native editing of our layers, with the defaults of the project alone: the plugin need not be there."""

from __future__ import annotations

import getpass
import sqlite3
from contextlib import closing
from datetime import datetime, timezone

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayerUtils
from support.begun_editing import begin_editing
from support.built_network import EAST, NORTH

from waternet_plugin.bridge.project.layer_tree import layer_of

pytestmark = pytest.mark.slow


@pytest.fixture
def project(english_project):
    """The open project of a network of one's own."""
    project = QgsProject.instance()
    assert project.read(str(english_project))
    yield project
    project.clear()


def draw(layer, *points, **values) -> QgsFeature:
    line = QgsGeometry.fromPolylineXY([QgsPointXY(EAST + x, NORTH + y) for x, y in points])
    feature = QgsVectorLayerUtils.createFeature(layer, line)
    for name, value in values.items():
        feature[name] = value
    assert layer.addFeature(feature)
    return feature


def rows(path, sql: str, *values):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql, values).fetchall()


def test_a_new_pipe_gets_defaults(project, filled_network):
    layer = layer_of(project, "pipe")
    begin_editing(layer)
    drawn = draw(layer, (0, 500), (30, 540))
    assert layer.commitChanges(), layer.commitErrors()
    row = rows(
        filled_network,
        "SELECT system, status, map_class, length_m, length_source, edited_by, row_version, edited_on"
        " FROM pipe WHERE pipe_id = ?",
        drawn["pipe_id"],
    )[0]
    assert row[:7] == ("potable", "in_use", "potable", 50.0, "geometry", getpass.getuser(), 1)
    # UTC, wherever the clock on the wall stands.
    then = datetime.fromisoformat(row[7]).replace(tzinfo=timezone.utc)
    assert abs((datetime.now(timezone.utc) - then).total_seconds()) < 60
    assert drawn["pipe_id"].startswith("P-") and len(drawn["pipe_id"]) == 10


def test_ids_of_new_pipes_differ(project):
    layer = layer_of(project, "pipe")
    ids = {QgsVectorLayerUtils.createFeature(layer)["pipe_id"] for _ in range(20)}
    assert len(ids) == 20


def test_an_edit_is_logged_with_the_name_and_counts_the_version(project, filled_network):
    layer = layer_of(project, "pipe")
    feature = next(item for item in layer.getFeatures() if item["pipe_id"] == "P-2")
    begin_editing(layer)
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("material"), "pe")
    assert layer.commitChanges(), layer.commitErrors()
    sql = "SELECT \"by\", before, after FROM change_log WHERE asset = 'P-2' AND action = 'update'"
    found = rows(filled_network, sql)
    assert found == [(getpass.getuser(), '{"material":"cast_iron"}', '{"material":"pe"}')]
    assert rows(filled_network, "SELECT row_version FROM pipe WHERE pipe_id = 'P-2'") == [(2,)]


def test_a_split_gives_the_new_half_an_id_of_its_own(project, filled_network):
    layer = layer_of(project, "pipe")
    begin_editing(layer)
    layer.splitFeatures([QgsPointXY(EAST + 40, NORTH - 5), QgsPointXY(EAST + 40, NORTH + 5)], True)
    assert layer.commitChanges(), layer.commitErrors()
    found = rows(filled_network, "SELECT pipe_id, length_m FROM pipe WHERE system = 'raw_water' ORDER BY fid")
    assert [round(length, 6) for _, length in found] in ([40.0, 60.0], [60.0, 40.0])
    assert found[0][0] == "P-0" and found[1][0].startswith("P-") and found[1][0] != "P-0"


def test_a_move_measures_the_pipe_again_unless_its_length_was_given(project, filled_network):
    layer = layer_of(project, "pipe")
    pipes = {item["pipe_id"]: item.id() for item in layer.getFeatures()}
    begin_editing(layer)
    layer.changeAttributeValue(pipes["P-1"], layer.fields().lookupField("length_source"), "given")
    layer.changeAttributeValue(pipes["P-1"], layer.fields().lookupField("length_m"), 123.0)
    for pipe_id in ("P-1", "P-2"):
        layer.moveVertex(EAST + 200, NORTH, pipes[pipe_id], 1)
    assert layer.commitChanges(), layer.commitErrors()
    found = dict(rows(filled_network, "SELECT pipe_id, length_m FROM pipe WHERE pipe_id IN ('P-1', 'P-2')"))
    assert found["P-1"] == 123.0
    assert found["P-2"] == pytest.approx((200**2 + 40**2) ** 0.5)


def test_a_deleted_pipe_can_be_found_in_the_log(project, filled_network):
    layer = layer_of(project, "pipe")
    begin_editing(layer)
    layer.deleteFeature(next(item.id() for item in layer.getFeatures() if item["pipe_id"] == "P-3"))
    assert layer.commitChanges(), layer.commitErrors()
    sql = "SELECT action FROM change_log WHERE asset = 'P-3' ORDER BY seq DESC LIMIT 1"
    assert rows(filled_network, sql) == [("delete",)]


def test_a_pasted_pipe_belongs_to_no_batch(project, filled_network):
    layer = layer_of(project, "pipe")
    begin_editing(layer)
    pasted = draw(layer, (0, 700), (30, 700), batch_id="B0001", row_version=9)
    assert layer.commitChanges(), layer.commitErrors()
    found = rows(
        filled_network, "SELECT batch_id, row_version FROM pipe WHERE pipe_id = ?", pasted["pipe_id"]
    )
    assert found == [(None, 1)]


def test_parts_and_copies_take_the_default_of_what_the_store_fills(project):
    layer = layer_of(project, "pipe")
    index = layer.fields().lookupField("batch_id")
    assert layer.defaultValueDefinition(index).expression() == "NULL"
    field = layer.fields()[index]
    policies = [getattr(field, name)() for name in ("splitPolicy", "duplicatePolicy") if hasattr(field, name)]
    assert all(policy.name == "DefaultValue" for policy in policies)
