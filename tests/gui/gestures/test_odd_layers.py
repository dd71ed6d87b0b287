"""Filtered, renamed, joined layers, a table twice in the project: gestures and Saves join all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QCoreApplication
from support import saved_network
from support.begun_editing import begin_editing

EAST, NORTH = 500_000.0, 2_500_000.0


def draw(layer: QgsVectorLayer, *points: tuple[float, float], **values: Any) -> str:
    line = "LineStringZ ({})".format(", ".join(f"{EAST + x} {NORTH + y} 9" for x, y in points))
    layer.beginEditCommand("Add feature")
    feature = QgsVectorLayerUtils.createFeature(layer, QgsGeometry.fromWkt(line))
    for name, value in {"system": "potable", "status": "in_use", **values}.items():
        feature[name] = value
    assert layer.addFeature(feature)
    layer.endEditCommand()
    return str(feature["pipe_id"])


def rename(layer: QgsVectorLayer, field: str, fid: int, name: str) -> None:
    layer.beginEditCommand("Renamed")
    assert layer.changeAttributeValue(fid, layer.fields().lookupField(field), name)
    layer.endEditCommand()


def move_node(layer: QgsVectorLayer, fid: int, x: float, y: float) -> None:
    layer.beginEditCommand("Moved")
    assert layer.changeGeometry(fid, QgsGeometry.fromWkt(f"PointZ ({EAST + x} {NORTH + y} 9)"))
    layer.endEditCommand()


def path_of(joint: Any) -> Path:
    return Path(joint.session.network_path)


@pytest.fixture
def judged(joint: Any, saved_again: None) -> Callable[[], Any]:
    """Save, and find the file connected; return what it holds."""
    before = saved_network.snapshot(path_of(joint))

    def judge() -> Any:
        is_saved = joint.pipe.commitChanges(False)
        QCoreApplication.processEvents()
        assert is_saved, joint.session.iface.messages()
        now = saved_network.snapshot(path_of(joint))
        saved_network.check_ends(now)
        saved_network.check_new_nodes(before, now)
        saved_network.check_parts(now)
        saved_network.check_log(path_of(joint), before, now)
        return now

    return judge


@pytest.fixture
def filtered(joint: Any, until: Callable[..., None]) -> Any:
    """Filter a layer, which QGIS allows before editing only, and edit again."""
    done: list[QgsVectorLayer] = []

    def set_filter(layer: QgsVectorLayer, sql: str) -> None:
        joint.pipe.rollBack()
        until(lambda: not joint.node.isEditable())
        assert layer.setSubsetString(sql)
        done.append(layer)
        begin_editing(joint.pipe)

    yield set_filter
    for layer in (joint.pipe, joint.node, joint.failure):
        if layer.isEditable():
            layer.rollBack()
    until(lambda: not joint.node.isEditable() and not joint.pipe.isEditable())
    for layer in done:
        assert layer.setSubsetString("")


@pytest.mark.slow
def test_a_pipe_drawn_from_a_node_that_a_filter_hides_names_it(
    joint: Any, judged: Any, filtered: Any
) -> None:
    filtered(joint.node, "kind = 'valve'")
    name = draw(joint.pipe, (200, 0), (300, 0))
    now = judged()
    assert now.by_id("pipe")[name]["from_node"] == "N-3"


@pytest.mark.slow
def test_an_end_on_a_pipe_that_a_filter_hides_splits_it(joint: Any, judged: Any, filtered: Any) -> None:
    filtered(joint.pipe, "\"pipe_id\" <> 'P-1'")
    draw(joint.pipe, (50, 0), (50, 60))
    now = judged()
    assert len(now.rows["pipe"]) == 5


@pytest.mark.slow
def test_a_moved_node_takes_ends_along_that_a_filter_hides(joint: Any, judged: Any, filtered: Any) -> None:
    filtered(joint.pipe, "\"pipe_id\" <> 'P-1'")
    move_node(joint.node, joint.rows(joint.node)["N-2"].id(), 100, -20)
    now = judged()
    assert saved_network.vertices(now.by_id("pipe")["P-1"])[-1, 1] == NORTH - 20


@pytest.mark.slow
@pytest.mark.parametrize("name", ["N'2", 'N"2', "N%2; --", "节点 2"])
def test_ids_of_any_letters_are_named_split_and_renamed(joint: Any, judged: Any, name: str) -> None:
    rename(joint.node, "node_id", joint.rows(joint.node)["N-2"].id(), name)
    assert joint.ends()["P-1"] == ("N-1", name)
    pipe = name.replace("N", "P")
    rename(joint.pipe, "pipe_id", joint.rows(joint.pipe)["P-1"].id(), pipe)
    assert joint.rows(joint.failure)["F-1"]["pipe_id"] == pipe
    made = draw(joint.pipe, (100, 0), (100, -60))
    assert joint.ends()[made][0] == name
    joint.pipe.beginEditCommand("Features split")
    joint.pipe.splitFeatures([QgsPointXY(EAST + 60, NORTH - 9), QgsPointXY(EAST + 60, NORTH + 9)], True)
    joint.pipe.endEditCommand()
    now = judged()
    assert len(now.rows["pipe"]) == 5 and name in now.by_id("node")
    move_node(joint.node, joint.rows(joint.node)[name].id(), 100, -20)
    assert joint.place(joint.pipe, made)[0] == (100.0, -20.0)


@pytest.mark.slow
def test_a_renamed_and_joined_layer_joins_as_ever(joint: Any, judged: Any) -> None:
    other = QgsVectorLayer("None?field=key:string&field=pipe_id:string&field=from_node:string", "x", "memory")
    row = QgsFeature(other.fields())
    row.setAttributes(["P-1", "wrong", "wrong"])
    assert other.dataProvider().addFeatures([row])[0]
    QgsProject.instance().addMapLayer(other, False)
    info = QgsVectorLayerJoinInfo()
    info.setJoinLayer(other)
    info.setJoinFieldName("key")
    info.setTargetFieldName("pipe_id")
    info.setPrefix("")
    was = joint.pipe.name()
    joint.pipe.setName('管 "x"; --')
    assert joint.pipe.addJoin(info)
    try:
        name = draw(joint.pipe, (200, 0), (300, 0))
        assert joint.ends()[name][0] == "N-3"
        now = judged()
        assert now.by_id("pipe")[name]["from_node"] == "N-3"
    finally:
        joint.pipe.removeJoin(other.id())
        joint.pipe.setName(was)
        QgsProject.instance().removeMapLayer(other.id())


@pytest.mark.slow
def test_gestures_in_a_second_layer_of_a_table_are_joined_when_they_are_saved(
    joint: Any, judged: Any
) -> None:
    twin = joint.pipe.clone()
    QgsProject.instance().addMapLayer(twin, False)
    try:
        begin_editing(twin)
        name = draw(twin, (200, 0), (300, 0))
        now = judged()
        assert now.by_id("pipe")[name]["from_node"] == "N-3"
        assert not twin.isModified()
    finally:
        twin.rollBack()
        QgsProject.instance().removeMapLayer(twin.id())


@pytest.mark.slow
@pytest.mark.parametrize("count", [3, pytest.param(10_000, marks=pytest.mark.sweep)])
def test_pipes_pasted_from_elsewhere_get_ids_and_are_joined(joint: Any, judged: Any, count: int) -> None:
    copies = []
    for number in range(count):
        x, y = EAST + number % 100 * 60, NORTH + 500 + number // 100 * 20
        line = QgsGeometry.fromWkt(f"LineStringZ ({x} {y} 1, {x + 60} {y} 1)")
        values = {
            joint.pipe.fields().lookupField(key): value
            for key, value in {"system": "potable", "status": "in_use"}.items()
        }
        copies.append(QgsVectorLayerUtils.QgsFeatureData(line, values))
    joint.pipe.beginEditCommand("Features pasted")
    made = QgsVectorLayerUtils.createFeatures(joint.pipe, copies)
    assert joint.pipe.addFeatures(made)
    joint.pipe.endEditCommand()
    now = judged()
    assert len(now.rows["pipe"]) == 3 + count == len(now.by_id("pipe"))
    # A row of a hundred pipes has 101 joints.
    assert len(now.rows["node"]) == 4 + count + max(1, count // 100)
