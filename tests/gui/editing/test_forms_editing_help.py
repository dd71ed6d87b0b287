"""What the plugin adds to native editing: next ids, templates, heights, given lengths on a split."""

from __future__ import annotations

import math
import os
import sqlite3
from contextlib import closing

import pytest
from qgis.core import NULL, QgsGeometry, QgsPointXY, QgsVectorLayerUtils
from support.built_network import EAST, NORTH

from waternet_plugin.bridge.edits.interpolated_heights import mended
from waternet_plugin.bridge.forms.forms import ID_LETTERS


def draw(layer, *points, **values):
    line = QgsGeometry.fromWkt(
        "LineStringZ ({})".format(", ".join(f"{EAST + x} {NORTH + y} {z}" for x, y, z in points))
    )
    feature = QgsVectorLayerUtils.createFeature(layer, line)
    for name, value in values.items():
        feature[name] = value
    # As the tool of QGIS does: what a person draws is a gesture.
    layer.beginEditCommand("draw")
    assert layer.addFeature(feature)
    layer.endEditCommand()
    return feature


def heights(geometry):
    return [round(vertex.z(), 6) for vertex in geometry.vertices()]


def saved(layer, pipe_id):
    return next(item for item in layer.getFeatures() if item["pipe_id"] == pipe_id)


def fid_of(layer, pipe_id):
    return saved(layer, pipe_id).id()


@pytest.mark.slow
def test_ids_go_on_where_the_network_is(pipes):
    found = [draw(pipes, (0, 300 + n, 1), (50, 300 + n, 1))["pipe_id"] for n in range(3)]
    assert found == ["P-4", "P-5", "P-6"]


@pytest.mark.slow
def test_a_number_that_was_not_taken_is_offered_again(pipes):
    assert QgsVectorLayerUtils.createFeature(pipes)["pipe_id"] == "P-4"
    assert QgsVectorLayerUtils.createFeature(pipes)["pipe_id"] == "P-4"


@pytest.mark.slow
def test_nodes_are_numbered_too(session):
    layer = session.layer("node")
    layer.startEditing()
    assert QgsVectorLayerUtils.createFeature(layer)["node_id"] == "N-2"
    layer.rollBack()


@pytest.mark.slow
def test_the_next_pipe_takes_over_what_was_last_used_in_its_system(session, pipes):
    drawn = {"system": "sewage", "material": "pvc", "diameter_mm": 400.0, "owner": "Water Co"}
    draw(pipes, (0, 300, 1), (50, 300, 1), **drawn)
    draw(pipes, (0, 310, 1), (50, 310, 1), system="potable", material="pe", diameter_mm=110.0)
    assert pipes.commitChanges(False), pipes.commitErrors()
    new = QgsVectorLayerUtils.createFeature(pipes)
    assert (new["system"], new["material"], new["diameter_mm"]) == ("potable", "pe", 110.0)
    assert session.remembered("last_pipe/sewage")["material"] == "pvc"


@pytest.mark.slow
def test_nothing_is_offered_once_the_plugin_is_gone(plugin, pipes):
    assert any(name.startswith("WATERNET_NEXT_") for name in os.environ)
    plugin.forms.remove()
    try:
        assert not any(name.startswith(("WATERNET_NEXT_", "WATERNET_LAST_")) for name in os.environ)
        assert len(QgsVectorLayerUtils.createFeature(pipes)["pipe_id"]) == 10
    finally:
        plugin.forms.__init__(plugin.session)


@pytest.mark.slow
def test_an_inserted_vertex_gets_the_height_between_its_neighbours(pipes):
    fid = fid_of(pipes, "P-2")
    assert pipes.insertVertex(EAST + 50, NORTH + 41, fid, 1)
    assert math.isnan(heights(pipes.getFeature(fid).geometry())[1])
    assert pipes.commitChanges(), pipes.commitErrors()
    assert heights(saved(pipes, "P-2").geometry()) == [1.0, 1.0, 1.0]


@pytest.mark.slow
def test_a_drawn_vertex_without_height_is_not_at_zero(pipes):
    draw(pipes, (0, 300, 4), (50, 300, 0), (100, 300, 6), pipe_id="P-a")
    draw(pipes, (0, 320, 0), (50, 320, 0), pipe_id="P-b")
    assert pipes.commitChanges(), pipes.commitErrors()
    assert heights(saved(pipes, "P-a").geometry()) == [4.0, 5.0, 6.0]
    unknown = saved(pipes, "P-b").geometry()
    assert not unknown.constGet().is3D() or all(math.isnan(height) for height in heights(unknown))


@pytest.mark.slow
def test_a_given_length_is_shared_by_the_halves_of_a_split(pipes, small_network):
    fid = fid_of(pipes, "P-1")
    fields = pipes.fields()
    pipes.changeAttributeValue(fid, fields.lookupField("length_source"), "given")
    pipes.changeAttributeValue(fid, fields.lookupField("length_m"), 120.0)
    pipes.beginEditCommand("split")
    pipes.splitFeatures([QgsPointXY(EAST + 25, NORTH + 15), QgsPointXY(EAST + 25, NORTH + 25)], True)
    pipes.endEditCommand()
    assert pipes.commitChanges(), pipes.commitErrors()
    with closing(sqlite3.connect(small_network)) as database:
        sql = "SELECT pipe_id, length_m, length_source FROM pipe WHERE pipe_id IN ('P-1', 'P-4')"
        rows = database.execute(sql).fetchall()
    assert {row[0] for row in rows} == {"P-1", "P-4"}
    assert sorted(round(row[1], 6) for row in rows) == [30.0, 90.0]
    assert {row[2] for row in rows} == {"given"}


def paste(layer, pipe_id, *, moved=0.0):
    """Paste a copy of a pipe, as QGIS does it, at its place or beside it."""
    original = saved(layer, pipe_id)
    line = QgsGeometry(original.geometry())
    line.translate(moved, moved)
    copied = QgsVectorLayerUtils.createFeature(layer, line, dict(enumerate(original.attributes())))
    assert layer.addFeature(copied)
    assert layer.commitChanges(False), layer.commitErrors()
    return saved(layer, copied["pipe_id"])


def set_length(layer, pipe_id, metres):
    fid, fields = fid_of(layer, pipe_id), layer.fields()
    layer.changeAttributeValue(fid, fields.lookupField("length_source"), "given")
    layer.changeAttributeValue(fid, fields.lookupField("length_m"), metres)
    assert layer.commitChanges(False), layer.commitErrors()


@pytest.mark.slow
def test_a_copy_of_a_pipe_is_as_long_as_its_line(pipes):
    copied = paste(pipes, "P-1", moved=5.0)
    assert copied["pipe_id"] == "P-4"
    assert (copied["length_m"], copied["length_source"]) == (pytest.approx(100.0), "geometry")


@pytest.mark.slow
def test_a_length_from_geometry_that_came_with_a_row_is_measured_again(pipes):
    draw(pipes, (0, 300, 1), (50, 300, 1), pipe_id="P-a", length_m=999.0, length_source="geometry")
    draw(pipes, (0, 320, 1), (70, 320, 1), pipe_id="P-b", length_m=999.0, length_source=NULL)
    assert pipes.commitChanges(False), pipes.commitErrors()
    found = [saved(pipes, pipe_id) for pipe_id in ("P-a", "P-b")]
    assert [(one["length_m"], one["length_source"]) for one in found] == [
        (50.0, "geometry"),
        (70.0, "geometry"),
    ]


@pytest.mark.slow
def test_a_copy_on_the_same_line_keeps_the_given_length(pipes):
    set_length(pipes, "P-1", 120.0)
    copied = paste(pipes, "P-1")
    assert (copied["length_m"], copied["length_source"]) == (120.0, "given")


@pytest.mark.slow
def test_a_copy_elsewhere_of_a_given_length_counts_as_measured(pipes):
    set_length(pipes, "P-1", 120.0)
    copied = paste(pipes, "P-1", moved=5.0)
    assert (copied["length_m"], copied["length_source"]) == (pytest.approx(100.0), "geometry")


@pytest.mark.slow
def test_a_given_length_of_a_new_pipe_stays(pipes):
    draw(pipes, (0, 300, 1), (50, 300, 1), pipe_id="P-a", length_m=61.0, length_source="given")
    assert pipes.commitChanges(False), pipes.commitErrors()
    assert saved(pipes, "P-a")["length_m"] == 61.0


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("LineStringZ (0 0 1, 5 0 nan, 10 0 3)", [1.0, 2.0, 3.0]),
        ("LineStringZ (0 0 1, 5 0 nan, 15 0 nan, 20 0 5)", [1.0, 2.0, 4.0, 5.0]),
        ("LineStringZ (0 0 1, 0 0 nan, 10 0 3)", [1.0, 1.0, 3.0]),
        ("LineStringZ (0 0 1, 10 0 3)", None),
        ("LineStringZ (0 0 nan, 10 0 nan)", None),
        ("LineStringZ (0 0 1, 10 0 3, 20 0 nan)", None),
        ("LineString (0 0, 10 0)", None),
    ],
)
def test_heights_between_known_ones(line, wanted):
    geometry = _with_heights(line)
    found = mended(geometry)
    assert (None if found is None else heights(found)) == wanted


def _with_heights(wkt):
    # QGIS reads no NaN from WKT.
    geometry = QgsGeometry.fromWkt(wkt.replace("nan", "-999"))
    for number, vertex in enumerate(list(geometry.vertices())):
        if vertex.is3D() and vertex.z() == -999:
            geometry.get().setZAt(number, math.nan)
    return geometry


def test_every_layer_with_ids_of_ours_has_a_letter():
    assert set(ID_LETTERS.values()) == {"P", "N", "C", "Z", "U", "F", "I", "W", "R"}
