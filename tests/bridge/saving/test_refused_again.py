"""What a refused Save leaves is exactly what it says, however many Saves went before it."""

from __future__ import annotations

import time
from statistics import median

import pytest
from qgis.core import QgsMapSettings, QgsPointLocator, QgsProject, QgsRenderContext, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication
from support.edit_session import buffer_state, change, draw, fid_of
from support.slow_cases import a_few_quick
from support.store_helpers import rows

from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.core.editing.row_conflicts import RESTORE, THEIRS, Answers, RowAnswer
from waternet_plugin.store import open_network


@pytest.fixture
def bystander(saves, path):
    """A layer of the same file that nobody edits, read anew after each Save."""
    layer = QgsVectorLayer(f"{path}|layername=customer", "Customers", "ogr")
    layer.setCustomProperty(LAYER_MARK, "customer")
    QgsProject.instance().addMapLayer(layer)
    saves.saved.connect(lambda _done: layer.reload())
    return layer


def save_once(layer, asset):
    change(layer, asset, note="saved")
    assert layer.commitChanges(False), layer.commitErrors()
    QCoreApplication.processEvents()


def delete_elsewhere(path, fid):
    with open_network(path, by="Wang") as network, network.write("edit") as batch:
        batch.delete_rows("pipe", [fid])


@pytest.mark.slow
@pytest.mark.parametrize("answer", [RESTORE, THEIRS])
@pytest.mark.parametrize("saves_before", [0, 2])
def test_an_edit_of_a_row_that_is_gone_is_kept_until_it_is_answered(
    saves, pipes, bystander, path, refusals, saves_before, answer
):
    for _time in range(saves_before):
        save_once(pipes, "P-2")
    fid = fid_of(pipes, "P-1")
    change(pipes, "P-1", note="mine")
    delete_elsewhere(path, fid)
    was = buffer_state(pipes)
    for _time in range(2):
        assert not pipes.commitChanges(False)
        QCoreApplication.processEvents()
        assert buffer_state(pipes)[1:6] == was[1:6]
        assert pipes.isModified()
    (conflict,) = refusals[-1].error.conflicts
    assert saves.commit(pipes, Answers({("pipe", fid): RowAnswer(conflict, answer)}))
    there = [("mine",)] if answer == RESTORE else []
    assert rows(path, "SELECT note FROM pipe WHERE pipe_id = 'P-1'") == there
    assert not pipes.isModified()


@pytest.mark.always
@pytest.mark.slow
def test_a_table_can_be_read_and_written_after_each_refusal(saves, pipes, bystander, path, refusals):
    for number in range(3):
        save_once(pipes, "P-2")
        made = draw(pipes, f"P-9{number}")
        assert pipes.commitChanges(False), pipes.commitErrors()
        QCoreApplication.processEvents()
        fid = fid_of(pipes, f"P-9{number}")
        assert made is not None
        change(pipes, f"P-9{number}", note="mine")
        delete_elsewhere(path, fid)
        assert not pipes.commitChanges(False)
        QCoreApplication.processEvents()
        pipes.undoStack().undo()
        assert pipes.dataProvider().featureCount() == 3


@pytest.mark.parametrize("is_refused", a_few_quick([True, False], 1))
def test_a_layer_that_is_edited_on_is_open_for_writing(saves, pipes, path, is_refused):
    change(pipes, "P-1", note="mine")
    if is_refused:
        delete_elsewhere(path, fid_of(pipes, "P-1"))
    assert pipes.commitChanges(False) != is_refused
    # What follows a Save takes a turn of the event loop for each of its pieces.
    for _turn in range(100):
        QCoreApplication.processEvents()
    assert pipes.dataProvider().property("_debug_open_mode") == "read-write"


@pytest.mark.slow
def test_editing_is_as_fast_after_ten_refusals(saves, pipes, bystander, path, refusals):
    for number in range(20):
        draw(pipes, f"P-{number + 100}", x=number)
    assert pipes.commitChanges(False), pipes.commitErrors()
    QCoreApplication.processEvents()
    index = pipes.fields().lookupField("note")
    fids = [feature.id() for feature in pipes.getFeatures()][-20:]
    # As snapping has it: each change is looked up once more.
    locator = QgsPointLocator(pipes)
    locator.setRenderContext(QgsRenderContext.fromMapSettings(QgsMapSettings()))
    assert locator.init()

    def seconds():
        begun = time.perf_counter()
        for fid in fids:
            pipes.changeAttributeValue(fid, index, str(begun))
        return time.perf_counter() - begun

    before = median(seconds() for _time in range(5))
    pipes.undoStack().setIndex(0)
    for number in range(10):
        change(pipes, "P-1", note=f"mine {number}")
        with open_network(path, by="Wang") as network, network.write("edit") as batch:
            batch.update_rows("pipe", {fid_of(pipes, "P-1"): {"note": f"theirs {number}"}})
        assert not pipes.commitChanges(False)
        QCoreApplication.processEvents()
    assert len(refusals) == 10
    assert median(seconds() for _time in range(5)) < 3 * before
