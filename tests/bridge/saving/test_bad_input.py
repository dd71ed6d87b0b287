"""What no pipe can be, pasted or drawn: one clear sentence, and nothing is lost; what can be is saved."""

from __future__ import annotations

import re

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsLineString, QgsPoint, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication
from support.begun_editing import begin_editing
from support.edit_session import EAST, NORTH, buffer_state, change, draw, fid_of, last_batch, logged, put
from support.store_helpers import content, rows

from waternet_plugin.store import open_network

NAN = float("nan")
BAD_LINES = {
    "one point": QgsGeometry.fromWkt(f"LineStringZ ({EAST} {NORTH + 300} 1)"),
    "the same point twice": QgsGeometry.fromWkt(
        f"LineStringZ ({EAST} {NORTH + 300} 1, {EAST} {NORTH + 300} 1)"
    ),
    "empty": QgsGeometry.fromWkt("LineStringZ EMPTY"),
    "no geometry": QgsGeometry(),
    "not a number": QgsGeometry(QgsLineString([QgsPoint(EAST, NORTH + 300, 1), QgsPoint(NAN, NAN, 1)])),
    "infinite": QgsGeometry(
        QgsLineString([QgsPoint(EAST, NORTH + 300, 1), QgsPoint(float("inf"), NORTH, 1)])
    ),
    "two parts": QgsGeometry.fromWkt(
        f"MultiLineStringZ (({EAST} {NORTH + 300} 1, {EAST + 9} {NORTH + 300} 1),"
        f" ({EAST + 20} {NORTH + 300} 1, {EAST + 30} {NORTH + 300} 1))"
    ),
    "an area": QgsGeometry.fromWkt(
        f"PolygonZ (({EAST} {NORTH} 1, {EAST + 9} {NORTH} 1, {EAST + 9} {NORTH + 9} 1, {EAST} {NORTH} 1))"
    ),
}


@pytest.fixture(autouse=True)
def _unsettled():
    """Saves settle here, as they do for people."""


def is_a_sentence(text: str) -> bool:
    """Return whether a person can read a reason: one or two sentences, no words of libraries."""
    return text.endswith(".") and not re.search(r"Unexpected|Error|Exception|Traceback|GEOS|OGR|sqlite", text)


@pytest.mark.slow
@pytest.mark.parametrize("case", list(BAD_LINES))
def test_a_line_that_is_no_pipe_is_refused_with_its_row(pipes, nodes, path, refusals, case):
    change(pipes, "P-2", material="pe")
    put(nodes, "N-2", 700.0)
    good = draw(pipes, "P-4", 60.0)
    assert good.id() < 0
    wrong = QgsFeature(pipes.fields())
    for name, value in {"pipe_id": "P-9", "system": "potable", "status": "in_use"}.items():
        wrong[name] = value
    wrong.setGeometry(BAD_LINES[case])
    assert pipes.addFeature(wrong)
    was, before = (buffer_state(pipes), buffer_state(nodes)), content(path)
    assert not pipes.commitChanges(False)
    assert (buffer_state(pipes), buffer_state(nodes)) == was
    assert content(path) == before
    assert is_a_sentence(refusals[0].error.message), refusals[0].error.message
    assert "P-9" in refusals[0].error.message
    assert (refusals[0].layer, refusals[0].fid) == (pipes, wrong.id())
    QCoreApplication.processEvents()
    assert pipes.deleteFeature(wrong.id())
    assert pipes.commitChanges(False), pipes.commitErrors()


@pytest.mark.slow
@pytest.mark.parametrize("case", ["one point", "not a number", "two parts"])
def test_a_pipe_that_becomes_no_pipe_is_refused_with_its_row(pipes, path, refusals, case):
    fid = fid_of(pipes, "P-2")
    assert pipes.changeGeometry(fid, BAD_LINES[case])
    was, before = buffer_state(pipes), content(path)
    assert not pipes.commitChanges(False)
    assert (buffer_state(pipes), content(path)) == (was, before)
    assert is_a_sentence(refusals[0].error.message), refusals[0].error.message
    assert "P-2" in refusals[0].error.message
    assert refusals[0].fid == fid


@pytest.mark.slow
def test_a_node_without_a_place_is_refused_with_its_row(nodes, path, refusals):
    wrong = put(nodes, "N-9")
    assert nodes.changeGeometry(wrong.id(), QgsGeometry(QgsPoint(NAN, NAN, NAN)))
    before = content(path)
    assert not nodes.commitChanges(False)
    assert content(path) == before
    assert is_a_sentence(refusals[0].error.message), refusals[0].error.message
    assert (refusals[0].layer, refusals[0].fid) == (nodes, wrong.id())


def test_a_part_of_its_own_is_one_pipe(pipes, path):
    one = QgsGeometry.fromWkt(f"MultiLineStringZ (({EAST} {NORTH + 300} 1, {EAST + 9} {NORTH + 300} 1))")
    made = draw(pipes, "P-4")
    assert pipes.changeGeometry(made.id(), one)
    assert pipes.commitChanges(), pipes.commitErrors()
    with open_network(path) as network:
        assert network.read("pipe", ids=["P-4"]).geom.iloc[0].geom_type == "LineString"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["P'4", 'P"4', "P-4; DROP TABLE pipe", "P-%s{0}", "管 4", "P\\4", " P 4"])
def test_an_id_of_any_letters_is_saved_renamed_and_split(pipes, path, name):
    draw(pipes, "X-1")
    assert pipes.commitChanges(False), pipes.commitErrors()
    change(pipes, "X-1", pipe_id=name)
    assert pipes.commitChanges(False), pipes.commitErrors()
    change(pipes, name, material="pe")
    assert pipes.commitChanges(False), pipes.commitErrors()
    assert rows(path, "SELECT material FROM pipe WHERE pipe_id = ?", name) == [("pe",)]
    assert pipes.deleteFeature(fid_of(pipes, name))
    assert pipes.commitChanges(), pipes.commitErrors()
    assert (name, "delete") in logged(path)


@pytest.mark.slow
def test_ten_thousand_pasted_rows_are_one_batch(pipes, path):
    pipes.beginEditCommand("paste")
    features = []
    for number in range(10_000):
        feature = QgsFeature(pipes.fields())
        x, y = EAST + number % 100 * 60, NORTH + 500 + number // 100 * 20
        feature.setGeometry(QgsGeometry.fromWkt(f"LineStringZ ({x} {y} 1, {x + 50} {y} 1)"))
        for name, value in {"pipe_id": f"Q-{number:05d}", "system": "potable", "status": "in_use"}.items():
            feature[name] = value
        features.append(feature)
    assert pipes.addFeatures(features)
    pipes.endEditCommand()
    assert pipes.commitChanges(), pipes.commitErrors()
    assert rows(path, "SELECT count(*) FROM pipe WHERE pipe_id LIKE 'Q-%' AND from_node <> to_node") == [
        (10_000,)
    ]
    assert last_batch(path)[1:] == ("edit", 30_000)
    assert len(logged(path)) == 30_000


@pytest.mark.slow
def test_a_row_outside_the_filter_of_its_layer_is_saved(pipes, path):
    assert pipes.commitChanges()
    assert pipes.setSubsetString("\"system\" = 'sewage'")
    begin_editing(pipes)
    draw(pipes, "P-4")
    assert pipes.commitChanges(), pipes.commitErrors()
    assert rows(path, "SELECT system FROM pipe WHERE pipe_id = 'P-4'") == [("potable",)]


@pytest.mark.slow
def test_a_twin_of_a_table_with_a_row_of_its_own_saves_both(pipes, path):
    from qgis.core import QgsProject

    twin: QgsVectorLayer = pipes.clone()
    QgsProject.instance().addMapLayer(twin)
    begin_editing(twin)
    draw(pipes, "P-4")
    draw(twin, "P-5", y=400.0)
    assert pipes.commitChanges(), pipes.commitErrors()
    assert rows(path, "SELECT pipe_id FROM pipe WHERE pipe_id > 'P-3' ORDER BY 1") == [("P-4",), ("P-5",)]
