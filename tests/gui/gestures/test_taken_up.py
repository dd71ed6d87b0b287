"""Edits that were taken up go and come as they were made: what belongs together, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsGeometry
from support.built_network import EAST, NORTH

from waternet_plugin.bridge.saving.buffers import layer_rows
from waternet_plugin.bridge.saving.buffers.taking_up import put_back
from waternet_plugin.core.editing.row_edits import RowEdit


@pytest.fixture
def taken_up(joint: Any, until: Any) -> Any:
    """A moved joint with its three pipes, a note on a valve that none of them names, a failure's street."""
    joint.pipe.rollBack()
    until(lambda: not joint.node.isEditable())
    before = joint.state()
    rows = {
        name: layer_rows.rows_of(layer, name, _all(), saved=True)
        for name, layer in (("pipe", joint.pipe), ("node", joint.node), ("failure", joint.failure))
    }

    def shifted(shape: Any) -> Any:
        import shapely

        def move(xy: Any) -> Any:
            at = (abs(xy - [EAST + 100, NORTH]) < 0.01).all(axis=1)
            xy[at] += 3.0
            return xy

        return shapely.transform(shape, move)

    edits = []
    for name, found in rows.items():
        for fid, row in found.items():
            asset = row[f"{name}_id"]
            if name == "failure" or asset == "N-3":
                edits.append(RowEdit(name, fid, row, {**row, "street": "Low Street"}))
            elif asset in ("N-2", "P-1", "P-2", "P-3"):
                edits.append(RowEdit(name, fid, row, {**row, "geom": shifted(row["geom"])}))
    put_back({"pipe": joint.pipe, "node": joint.node, "failure": joint.failure}, tuple(edits))
    assert joint.place(joint.node, "N-2") == [(103.0, 3.0)]
    joint.before = before
    return joint


def _all() -> Any:
    from qgis.core import QgsFeatureRequest

    return QgsFeatureRequest()


@pytest.mark.slow
def test_discarding_the_pipes_discards_their_nodes_and_nothing_else(taken_up: Any, until: Any) -> None:
    taken_up.pipe.rollBack()
    assert taken_up.place(taken_up.node, "N-2") == [(100.0, 0.0)]
    assert taken_up.state() == taken_up.before
    # N-3 ends P-2, F-1 is on P-1: they belong to what was discarded.
    until(lambda: not taken_up.node.isEditable() or not taken_up.node.isModified())


@pytest.mark.slow
def test_one_step_back_takes_all_back_and_one_forth_brings_it_again(taken_up: Any) -> None:
    after = taken_up.state()
    taken_up.node.undoStack().undo()
    assert taken_up.state() == taken_up.before
    taken_up.node.undoStack().redo()
    assert taken_up.state() == after


@pytest.mark.slow
def test_edits_made_since_stay_where_what_was_taken_up_is_discarded(taken_up: Any) -> None:
    node = taken_up.rows(taken_up.node)["N-4"]
    taken_up.node.beginEditCommand("Moved")
    taken_up.node.changeAttributeValue(node.id(), taken_up.node.fields().lookupField("note"), "mine")
    taken_up.node.endEditCommand()
    taken_up.pipe.rollBack()
    assert taken_up.place(taken_up.node, "N-2") == [(100.0, 0.0)]
    assert taken_up.rows(taken_up.node)["N-4"]["note"] == "mine"
    assert QgsGeometry(taken_up.rows(taken_up.pipe)["P-1"].geometry()).length() == pytest.approx(100)
