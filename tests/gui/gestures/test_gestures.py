"""What follows from a gesture is in the buffers at once, in one step of undo."""

from __future__ import annotations

import gc

import pytest
from qgis.core import QgsGeometry, QgsLineString, QgsPoint, QgsPointXY, QgsProject, QgsVectorLayerUtils
from qgis.PyQt.QtGui import QColor
from support.built_network import EAST, NORTH
from support.slow_cases import a_few_quick

from waternet_plugin.bridge.edits import nearby_features


def at(x, y):
    return QgsPointXY(EAST + x, NORTH + y)


def draw(layer, *points, **values):
    line = "LineStringZ ({})".format(", ".join(f"{EAST + x} {NORTH + y} 9" for x, y in points))
    layer.beginEditCommand("Add feature")
    feature = QgsVectorLayerUtils.createFeature(layer, QgsGeometry.fromWkt(line))
    for name, value in values.items():
        feature[name] = value
    assert layer.addFeature(feature)
    layer.endEditCommand()
    return feature["pipe_id"]


def split(joint, x):
    joint.pipe.beginEditCommand("Features split")
    line = [at(x, -10), at(x, 10)]
    joint.pipe.splitFeatures(line, True)
    joint.pipe.endEditCommand()


def move_vertices(joint, old, new):
    """Move all vertices of pipes at a place, as the vertex tool does for a joint."""
    joint.pipe.beginEditCommand("Moved vertex")
    for row in list(joint.pipe.getFeatures()):
        geometry = row.geometry()
        for number, vertex in enumerate(list(geometry.vertices())):
            if (round(vertex.x() - EAST, 3), round(vertex.y() - NORTH, 3)) == old:
                joint.pipe.moveVertex(EAST + new[0], NORTH + new[1], row.id(), number)
    joint.pipe.endEditCommand()


def move_node(joint, name, new):
    """Move a node to a place."""
    node = joint.rows(joint.node)[name]
    joint.node.beginEditCommand("Moved")
    wkt = f"PointZ ({EAST + new[0]} {NORTH + new[1]} 9)"
    joint.node.changeGeometry(node.id(), QgsGeometry.fromWkt(wkt))
    joint.node.endEditCommand()


@pytest.mark.slow
def test_editing_pipes_opens_nodes_and_shows_junctions(joint, until):
    rule = joint.node.renderer().rootRule().findRuleByKey("junction")
    assert joint.node.isEditable() and rule.active()
    joint.pipe.rollBack()
    until(lambda: not joint.node.isEditable())
    assert not joint.node.renderer().rootRule().findRuleByKey("junction").active()


@pytest.mark.slow
def test_a_pipe_drawn_from_a_node_names_it_and_ends_in_a_new_junction(joint):
    name = draw(joint.pipe, (200, 0), (300, 0))
    start, end = joint.ends()[name]
    assert start == "N-3"
    assert joint.place(joint.node, end) == [(300.0, 0.0)]
    assert joint.rows(joint.node)[end]["kind"] == "junction"


@pytest.mark.slow
@pytest.mark.parametrize("values", [{}, {"status": "planned", "diameter_mm": 300.0}])
def test_a_pipe_is_drawn_in_its_colour_and_width_before_it_is_saved(joint, values):
    name = draw(joint.pipe, (200, 0), (300, 0), system="potable", **values)
    row = joint.rows(joint.pipe)[name]
    assert (row["map_class"], row["map_code"]) == (("planned", 12) if values else ("potable", 2))
    joint.pipe.beginEditCommand("DN")
    joint.pipe.changeAttributeValue(row.id(), joint.pipe.fields().lookupField("diameter_mm"), 800.0)
    joint.pipe.endEditCommand()
    assert joint.rows(joint.pipe)[name]["map_width"] == 5


@pytest.mark.parametrize("layer", a_few_quick(["pipe", "node"], 1))
def test_a_gesture_goes_and_comes_in_one_step(joint, layer):
    before = joint.state()
    draw(joint.pipe, (200, 0), (300, 0))
    after = joint.state()
    assert joint.pipe.undoStack().count() == joint.node.undoStack().count() == 1
    stack = getattr(joint, layer).undoStack()
    stack.undo()
    assert joint.state() == before
    stack.redo()
    assert joint.state() == after
    assert joint.pipe.undoStack().count() == joint.node.undoStack().count() == 1


def test_a_joint_takes_its_node_along(joint):
    move_vertices(joint, (100.0, 0.0), (110.0, 5.0))
    assert joint.place(joint.node, "N-2") == [(110.0, 5.0)]
    joint.pipe.undoStack().undo()
    assert joint.place(joint.node, "N-2") == [(100.0, 0.0)]


@pytest.mark.slow
def test_a_node_takes_its_ends_along(joint):
    move_node(joint, "N-2", (100, -20))
    assert joint.place(joint.pipe, "P-1")[-1] == (100.0, -20.0)
    assert joint.place(joint.pipe, "P-2")[0] == joint.place(joint.pipe, "P-3")[0] == (100.0, -20.0)
    joint.node.undoStack().undo()
    assert joint.place(joint.pipe, "P-1")[-1] == (100.0, 0.0)


@pytest.mark.slow
def test_what_followed_has_its_defaults_and_an_undo_tells_what_was_there(joint):
    pipe, fields = joint.pipe, joint.pipe.fields()
    told = []
    pipe.attributeValueChanged.connect(
        lambda fid, place, value: told.append((fields.at(place).name(), value))
    )
    move_node(joint, "N-2", (100, -20))
    row = joint.rows(pipe)["P-1"]
    assert row["length_m"] == pytest.approx(row.geometry().length())
    assert {name for name, _value in told} == {"length_m", "edited_by", "edited_on"}
    split(joint, 150)
    told.clear()
    pipe.undoStack().undo()
    ends = [value for name, value in told if name in ("from_node", "to_node")]
    assert ends and set(ends) <= {"N-2", "N-3"}


@pytest.mark.slow
def test_a_gesture_asks_the_file_a_few_times_for_what_lies_around_it(joint, monkeypatch):
    request, asked = nearby_features.QgsFeatureRequest, []
    monkeypatch.setattr(nearby_features, "QgsFeatureRequest", lambda *of: asked.append(1) or request(*of))
    move_node(joint, "N-2", (100, -20))
    assert 0 < len(asked) <= 5
    asked.clear()
    split(joint, 150)
    assert 0 < len(asked) <= 5


@pytest.mark.slow
def test_both_layers_moved_one_after_the_other_are_moved_once(joint):
    move_vertices(joint, (100.0, 0.0), (110.0, 5.0))
    node = joint.rows(joint.node)["N-2"]
    joint.node.beginEditCommand("Moved vertex")
    joint.node.moveVertex(EAST + 110, NORTH + 5, node.id(), 0)
    joint.node.endEditCommand()
    assert joint.place(joint.node, "N-2") == [(110.0, 5.0)]
    assert joint.place(joint.pipe, "P-1")[-1] == (110.0, 5.0)


@pytest.mark.slow
def test_a_split_has_a_junction_between_and_the_failure_on_the_nearest_half(joint):
    split(joint, 60)
    ends = joint.ends()
    new = next(name for name in ends if name not in ("P-1", "P-2", "P-3"))
    middle = ends["P-1"][1] if ends["P-1"][0] == "N-1" else ends["P-1"][0]
    assert {*ends["P-1"], *ends[new]} == {"N-1", "N-2", middle}
    assert joint.place(joint.node, middle) == [(60.0, 0.0)]
    nearest = "P-1" if "N-2" in ends["P-1"] else new
    assert joint.rows(joint.failure)["F-1"]["pipe_id"] == nearest


@pytest.mark.slow
def test_what_followed_in_a_layer_edited_since_goes_with_the_gesture_too(joint):
    before = joint.state()
    draw(joint.pipe, (200, 0), (300, 0))
    node = joint.rows(joint.node)["N-4"]
    joint.node.beginEditCommand("Note")
    joint.node.changeAttributeValue(node.id(), joint.node.fields().lookupField("note"), "seen")
    joint.node.endEditCommand()
    joint.pipe.undoStack().undo()
    assert joint.state() == before
    assert joint.rows(joint.node)["N-4"]["note"] == "seen"
    joint.pipe.undoStack().redo()
    name = next(name for name in joint.ends() if name not in ("P-1", "P-2", "P-3"))
    assert joint.ends()[name][1] in joint.rows(joint.node)


@pytest.mark.slow
@pytest.mark.parametrize("edited", ["pipe", "node"])
def test_a_gesture_taken_back_never_comes_again_in_part(joint, edited):
    draw(joint.pipe, (200, 0), (300, 0))
    joint.pipe.undoStack().undo()
    layer = getattr(joint, edited)
    row = next(iter(joint.rows(layer).values()))
    layer.beginEditCommand("Note")
    layer.changeAttributeValue(row.id(), layer.fields().lookupField("note"), "seen")
    layer.endEditCommand()
    before = joint.state()
    for each in (joint.pipe, joint.node):
        each.undoStack().redo()
    assert joint.state() == before


@pytest.mark.slow
def test_the_next_number_is_free_whatever_gestures_made(joint):
    for x in (300, 400, 500):
        draw(joint.pipe, (200, 0), (x, 50))
        split(joint, x / 10)
        offered = QgsVectorLayerUtils.createFeature(joint.node)["node_id"]
        assert offered and offered not in joint.rows(joint.node)
    row = joint.rows(joint.node)["N-4"]
    joint.node.beginEditCommand("Renamed")
    joint.node.changeAttributeValue(row.id(), joint.node.fields().lookupField("node_id"), offered)
    joint.node.endEditCommand()
    later = QgsVectorLayerUtils.createFeature(joint.node)["node_id"]
    assert later and later != offered


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["V-17", None])
def test_a_valve_keeps_the_id_that_a_person_typed(joint, typed):
    joint.node.beginEditCommand("Add feature")
    feature = QgsVectorLayerUtils.createFeature(joint.node, QgsGeometry.fromPointXY(at(50, 0)))
    offered = feature["node_id"]
    feature["kind"] = "valve"
    feature["system"] = None
    if typed:
        feature["node_id"] = typed
    joint.node.addFeature(feature)
    joint.node.endEditCommand()
    (valve,) = [row for row in joint.rows(joint.node).values() if row["kind"] == "valve"]
    assert valve["node_id"] == typed if typed else valve["node_id"].startswith("N-") and offered
    assert valve["system"] == "potable"


@pytest.mark.slow
def test_new_junctions_have_ids_of_their_own_after_a_save(joint, saved_again):
    draw(joint.pipe, (200, 0), (300, 0))
    split(joint, 60)
    assert joint.pipe.commitChanges(False), joint.pipe.commitErrors()
    before = set(joint.rows(joint.node))
    # Without a turn of the event loop: scripts do not wait for one.
    draw(joint.pipe, (0, 0), (0, 70))
    assert len(set(joint.rows(joint.node)) - before) == 1
    row = joint.rows(joint.node)["N-4"]
    joint.node.beginEditCommand("Renamed")
    joint.node.changeAttributeValue(row.id(), joint.node.fields().lookupField("node_id"), "N-0060")
    joint.node.endEditCommand()
    assert joint.pipe.commitChanges(False), joint.pipe.commitErrors()
    for y in (80, 90):
        draw(joint.pipe, (0, 0), (0, y))
    assert joint.pipe.commitChanges(False), joint.pipe.commitErrors()


@pytest.mark.slow
def test_discard_takes_what_followed_along_and_closes_what_was_opened(joint, until):
    before = joint.state()
    draw(joint.pipe, (200, 0), (300, 0))
    split(joint, 60)
    assert joint.failure.isEditable()
    joint.pipe.rollBack()
    until(lambda: not joint.node.isEditable() and not joint.failure.isEditable())
    assert joint.state() == before


@pytest.mark.slow
def test_a_destroyed_command_leaves_nothing(joint):
    before = joint.state()
    joint.pipe.beginEditCommand("Move")
    row = joint.rows(joint.pipe)["P-1"]
    joint.pipe.moveVertex(EAST + 50, NORTH + 50, row.id(), 1)
    joint.pipe.destroyEditCommand()
    assert joint.state() == before
    stack = joint.pipe.undoStack()
    assert not stack.canRedo() and not stack.canUndo()
    draw(joint.pipe, (200, 0), (300, 0))
    assert stack.canUndo()


@pytest.mark.slow
def test_a_merge_across_a_valve_is_taken_back_with_a_word(joint, desk):
    fields = joint.node.fields()
    joint.node.beginEditCommand("Kind")
    joint.node.changeAttributeValue(joint.rows(joint.node)["N-2"].id(), fields.lookupField("kind"), "valve")
    joint.node.endEditCommand()
    before = joint.state()
    one, two = joint.rows(joint.pipe)["P-1"], joint.rows(joint.pipe)["P-2"]
    joint.pipe.beginEditCommand("Merged features")
    joint.pipe.deleteFeature(two.id())
    joint.pipe.changeGeometry(one.id(), one.geometry().combine(two.geometry()).mergeLines())
    joint.pipe.endEditCommand()
    assert joint.state() == before
    assert len(desk.session.iface.messages()) == 1
    assert not joint.pipe.undoStack().canRedo()


@pytest.mark.slow
@pytest.mark.parametrize("is_new", [False, True])
def test_a_merge_by_the_dialog_keeps_the_longest_pipe_whatever_row_it_names(joint, is_new):
    """The dialog deletes both rows and gives line and values to row 0, since `fid` is hidden."""
    first, second = "P-2", draw(joint.pipe, (200, 0), (340, 0)) if is_new else "P-1"
    if not is_new:
        joint.pipe.beginEditCommand("Delete")
        joint.pipe.deleteFeature(joint.rows(joint.pipe)["P-3"].id())
        joint.pipe.endEditCommand()
    before, others = joint.state(), len(joint.ends()) - 2
    far = joint.ends()[second][1]
    one, two = (joint.rows(joint.pipe)[name] for name in (first, second))
    joint.pipe.beginEditCommand("Merged Features")
    joint.pipe.changeGeometry(0, one.geometry().combine(two.geometry()).mergeLines())
    joint.pipe.changeAttributeValue(0, joint.pipe.fields().lookupField("street"), "Low Street")
    for row in (one, two):
        joint.pipe.deleteFeature(row.id())
    joint.pipe.endEditCommand()
    ends = joint.ends()
    assert len(ends) == others + 1
    kept = second if is_new else next(name for name in ends if name in (first, second))
    assert set(ends[kept]) == ({"N-2", far} if is_new else {"N-1", "N-3"})
    assert joint.rows(joint.pipe)[kept]["street"] == "Low Street"
    assert 0 not in joint.pipe.editBuffer().changedGeometries()
    after = joint.state()
    joint.pipe.undoStack().undo()
    assert joint.state() == before
    joint.pipe.undoStack().redo()
    assert joint.state() == after


@pytest.mark.slow
@pytest.mark.parametrize("stays", ["nobody", "new row"])
def test_a_merge_by_the_dialog_is_one_of_rows_that_are_there(joint, stays):
    """The dialog of QGIS with a hidden column of numbers: of 3.22 and 3.40, and of those after."""
    joint.pipe.deleteFeature(joint.rows(joint.pipe)["P-3"].id())
    before, steps = joint.state(), joint.pipe.undoStack().count()
    one, two = joint.rows(joint.pipe)["P-1"], joint.rows(joint.pipe)["P-2"]
    merged = one.geometry().combine(two.geometry()).mergeLines()
    material = joint.pipe.fields().lookupField("material")
    joint.pipe.beginEditCommand("Merged features")
    for row in (one, two):
        joint.pipe.deleteFeature(row.id())
    if stays == "nobody":
        joint.pipe.changeGeometry(0, merged)
        joint.pipe.changeAttributeValue(0, material, "pe")
    else:
        made = QgsVectorLayerUtils.createFeature(joint.pipe, merged, {material: "pe"})
        made["system"] = "potable"
        assert joint.pipe.addFeature(made)
    joint.pipe.endEditCommand()
    assert list(joint.rows(joint.pipe)) == ["P-1"]
    row = joint.rows(joint.pipe)["P-1"]
    assert (row.id(), row["material"], row["street"]) == (one.id(), "pe", "High Street")
    assert joint.ends()["P-1"] == ("N-1", "N-3")
    assert "N-2" not in joint.rows(joint.node)
    assert list(joint.pipe.editBuffer().changedGeometries()) == [one.id()]
    assert joint.pipe.undoStack().count() == steps + 1
    joint.pipe.undoStack().undo()
    assert joint.state() == before


@pytest.mark.parametrize(
    "line",
    a_few_quick(
        [
            QgsGeometry.fromWkt(f"LineStringZ ({EAST + 200} {NORTH} 1)"),
            QgsGeometry.fromWkt(f"LineStringZ ({EAST + 200} {NORTH} 1, {EAST + 200} {NORTH} 1)"),
            QgsGeometry(QgsLineString([QgsPoint(EAST + 200, NORTH, 1), QgsPoint(float("nan"), NORTH, 1)])),
        ],
        1,
    ),
    ids=["one point", "no length", "not a number"],
)
def test_a_line_that_is_no_pipe_is_told_of_stays_as_it_is_and_stops_no_gesture(joint, desk, line):
    joint.pipe.beginEditCommand("Paste")
    feature = QgsVectorLayerUtils.createFeature(joint.pipe, line)
    assert joint.pipe.addFeature(feature)
    joint.pipe.endEditCommand()
    assert feature["pipe_id"] in joint.rows(joint.pipe)
    (told,) = desk.session.iface.messages()
    assert feature["pipe_id"] in told
    name = draw(joint.pipe, (200, 0), (300, 0))
    assert joint.ends()[name][0] == "N-3"
    assert desk.session.iface.messages() == [told]
    joint.pipe.undoStack().undo()
    joint.pipe.undoStack().undo()
    assert len(joint.ends()) == 3


@pytest.mark.slow
def test_a_deleted_node_under_pipes_becomes_a_plain_junction(joint):
    joint.node.beginEditCommand("Delete")
    joint.node.deleteFeature(joint.rows(joint.node)["N-2"].id())
    joint.node.endEditCommand()
    ends = joint.ends()
    middle = ends["P-1"][1]
    assert joint.place(joint.node, middle) == [(100.0, 0.0)]
    assert ends["P-2"][0] == ends["P-3"][0] == middle


@pytest.mark.slow
def test_a_deleted_pipe_takes_its_junction_along(joint):
    joint.pipe.beginEditCommand("Delete")
    joint.pipe.deleteFeature(joint.rows(joint.pipe)["P-3"].id())
    joint.pipe.endEditCommand()
    assert "N-4" not in joint.rows(joint.node)
    joint.pipe.undoStack().undo()
    assert "N-4" in joint.rows(joint.node)


@pytest.mark.slow
def test_an_exception_leaves_no_step_open(joint, monkeypatch):
    from waternet_plugin.core.errors import InputError
    from waternet_plugin.core.network.settling import settling

    def broken(*_args, **_more):
        raise InputError("No.")

    monkeypatch.setattr(settling, "settle", broken)
    draw(joint.pipe, (200, 0), (300, 0))
    stack = joint.pipe.undoStack()
    assert stack.canUndo()
    stack.undo()
    assert len(joint.ends()) == 3


@pytest.mark.slow
def test_unloading_while_editing_leaves_native_editing(joint, desk):
    draw(joint.pipe, (200, 0), (300, 0))
    after = joint.state()
    desk.forms.remove()
    try:
        joint.pipe.undoStack().undo()
        assert len(joint.ends()) == 3
        # Nobody links the steps any more.
        assert len(joint.rows(joint.node)) == 5
        joint.pipe.undoStack().redo()
        assert joint.state() == after
        name = draw(joint.pipe, (400, 0), (500, 0))
        assert not any(joint.ends()[name])
        assert not joint.node.renderer().rootRule().findRuleByKey("junction").active()
    finally:
        desk.forms.__init__(desk.session)


@pytest.mark.slow
def test_what_followed_flashes(joint, desk, monkeypatch):
    flashed = []

    def flash(points, crs, colour, faded, times, milliseconds):
        places = sorted((round(p.asPoint().x() - EAST), round(p.asPoint().y() - NORTH)) for p in points)
        flashed.append((places, QColor(colour).name(), times, milliseconds))

    monkeypatch.setattr(desk.session.iface.canvas, "flashGeometries", flash, raising=False)
    draw(joint.pipe, (200, 0), (300, 0))
    assert flashed == [([(200, 0), (300, 0)], "#2093f8", 1, 400)]


@pytest.mark.slow
def test_shown_junctions_are_no_change_of_style_and_no_work_on_the_project(joint, until):
    from waternet_plugin.bridge.project import fingerprint

    manager = joint.node.styleManager()
    shown = fingerprint.of_style(manager.style(manager.currentStyle()).xmlData())
    joint.pipe.rollBack()
    until(lambda: not joint.node.isEditable())
    assert fingerprint.of_style(manager.style(manager.currentStyle()).xmlData()) == shown
    assert not QgsProject.instance().isDirty()


@pytest.mark.slow
def test_a_project_saved_while_editing_keeps_junctions_hidden(joint, tmp_path):
    project = QgsProject.instance()
    was = project.fileName()
    path = str(tmp_path / "saved.qgs")
    try:
        assert project.write(path)
    finally:
        project.setFileName(was)
        project.setDirty(False)
    with open(path, encoding="utf-8") as file:
        rules = [line for line in file if 'key="junction"' in line]
    assert rules and all('checkstate="0"' in line for line in rules)


@pytest.mark.slow
def test_what_followed_goes_with_its_gesture_however_long_ago_that_was(joint):
    before = joint.state()
    draw(joint.pipe, (200, 0), (300, 0))
    split(joint, 60)
    # Python tidies up now and then.
    gc.collect()
    joint.pipe.undoStack().undo()
    joint.pipe.undoStack().undo()
    assert joint.state() == before


@pytest.mark.slow
def test_the_id_of_what_was_deleted_is_never_given_again(joint, saved_again):
    names, junctions = [], []
    for _each in range(3):
        names.append(draw(joint.pipe, (200, 0), (300, 0)))
        junctions.append(joint.ends()[names[-1]][1])
        assert joint.pipe.commitChanges(False), joint.pipe.commitErrors()
        joint.pipe.beginEditCommand("Delete")
        joint.pipe.deleteFeature(joint.rows(joint.pipe)[names[-1]].id())
        joint.pipe.endEditCommand()
        assert junctions[-1] not in joint.rows(joint.node)
        assert joint.pipe.commitChanges(False), joint.pipe.commitErrors()
    assert len({*names}) == len({*junctions}) == 3, (names, junctions)
    with joint.session.network() as network:
        assert network.next_id("node", "N-") not in junctions
