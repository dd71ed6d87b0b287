"""The session: whose network it is, long work, messages, what is remembered, what others wrote."""

from __future__ import annotations

import os
import shutil
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtTest import QSignalSpy
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from waternet_plugin.core.errors import CancelledError, InputError
from waternet_plugin.gui.start import recent
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.store import own_writes


@pytest.fixture
def opened(open_session: Any) -> Any:
    """The session with the small network open."""
    return open_session


@pytest.mark.slow
def test_a_project_of_ours_names_its_network(opened: Any, small_network: Path) -> None:
    assert opened.network_path == str(small_network)
    assert opened.network_name == "small.gpkg"
    assert opened.layer("pipe").featureCount() == 3
    assert opened.layer("nothing") is None
    with opened.network() as network:
        assert network.count("pipe") == 3


@pytest.mark.slow
def test_closing_the_project_closes_the_network(opened: Any, iface: Any) -> None:
    heard = []
    opened.network_changed.connect(lambda: heard.append(opened.network_path))
    assert opened.iface.newProject(True)
    assert iface.asked == 2 and heard == [""]
    with pytest.raises(InputError, match="No network is open"), opened.network():
        pass


@pytest.mark.slow
def test_staying_with_unsaved_work_opens_nothing(plugin: Any, iface: Any, small_network: Path) -> None:
    iface.lets_go = False
    assert not plugin.session.open_network(str(small_network))
    assert plugin.session.network_path == "" and recent.entries() == []


@pytest.mark.slow
def test_a_network_without_a_project_gets_one(plugin: Any, small_network: Path, until: Any) -> None:
    small_network.with_suffix(".qgz").unlink()
    assert plugin.session.open_network(str(small_network))
    until(lambda: plugin.session.network_path == str(small_network))
    assert small_network.with_suffix(".qgz").exists()


def test_what_is_no_network_leaves_the_open_project_alone(plugin: Any, iface: Any, tmp_path: Path) -> None:
    QgsProject.instance().setTitle("mine")
    assert not plugin.session.open_network(str(tmp_path / "gone.gpkg"))
    assert QgsProject.instance().title() == "mine" and iface.asked == 0
    assert "gone.gpkg" in iface.messages()[0]


@pytest.mark.slow
def test_work_runs_in_a_thread_of_python_and_answers_in_the_main_thread(plugin: Any, until: Any) -> None:
    found: list[Any] = []

    def work(progress: Any) -> str:
        progress.at(0.5)
        # A thread that Python knows as its own: packages tie what they keep to it.
        return type(threading.current_thread()).__name__

    def done(result: str) -> None:
        found.extend([result, threading.current_thread() is threading.main_thread()])

    plugin.session.run("test", work, done)
    until(lambda: found)
    assert found == ["Thread", True]
    until(lambda: not plugin.session.running)


@pytest.mark.slow
def test_an_error_of_ours_is_said_in_its_own_words(plugin: Any, iface: Any, until: Any) -> None:
    def work(_progress: Any) -> None:
        raise InputError("The file is empty. Choose another one.")

    plugin.session.run("test", work, lambda _result: None)
    until(iface.messages)
    assert iface.messages() == ["The file is empty. Choose another one."]


@pytest.mark.slow
def test_what_nobody_foresaw_is_a_sentence_too(plugin: Any, until: Any) -> None:
    errors: list[Any] = []
    plugin.session.run("test", lambda _progress: 1 / 0, lambda _result: None, failed=errors.append)
    until(lambda: errors)
    assert errors[0].message.startswith("Unexpected error: ZeroDivisionError: division by zero")
    assert str(errors[0].path) in errors[0].message
    assert "lambda _progress: 1 / 0" in errors[0].path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_details_of_what_nobody_foresaw_can_be_copied(plugin: Any, iface: Any, until: Any) -> None:
    from waternet_plugin.gui.dock.dialogs.unexpected import DetailsWindow

    plugin.session.run("test", lambda _progress: 1 / 0, lambda _result: None)
    until(iface.messages)
    assert iface.messages()[0].startswith("Unexpected error: ZeroDivisionError")
    button = next(each for each in iface.mainWindow().findChildren(QPushButton, "wn_message_button"))
    button.click()
    window = iface.mainWindow().findChild(DetailsWindow)
    window.copy.click()
    assert "ZeroDivisionError: division by zero" in QApplication.clipboard().text()
    assert "QGIS 3" in window.text.toPlainText()
    window.close()


@pytest.mark.slow
def test_cancelling_is_heard_at_the_next_step(plugin: Any, until: Any) -> None:
    errors: list[Any] = []
    begun = threading.Event()

    def work(progress: Any) -> None:
        begun.set()
        while True:
            progress.at(0.1)

    task = plugin.session.run("test", work, lambda _result: None, failed=errors.append)
    until(begun.is_set)
    task.cancel()
    until(lambda: errors, 2.0)
    assert isinstance(errors[0], CancelledError)


def test_nothing_is_called_after_unloading(iface: Any, until: Any) -> None:
    from waternet_plugin import classFactory

    plugin = classFactory(iface)
    plugin.initGui()
    called: list[Any] = []
    go = threading.Event()
    plugin.session.run("test", lambda _progress: go.wait(5), called.append, failed=called.append)
    plugin.unload()
    go.set()
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    assert called == []


def test_an_algorithm_under_way_survives_unloading(iface: Any, small_network: Path, until: Any) -> None:
    from waternet_plugin import classFactory

    plugin = classFactory(iface)
    plugin.initGui()
    called: list[Any] = []
    parameters = {"NETWORK": str(small_network), "OUTPUT": "memory:"}
    plugin.session.run_algorithm("listbatches", parameters, called.append, failed=called.append)
    plugin.unload()
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    assert called == []


@pytest.mark.slow
def test_an_algorithm_that_writes_tells_everybody(opened: Any, small_network: Path, until: Any) -> None:
    heard: list[str] = []
    results: list[dict[str, Any]] = []
    opened.data_changed.connect(heard.append)
    opened.run_algorithm("undobatch", {}, results.append)
    until(lambda: results)
    assert results[0]["ROWS"] == 4 and heard == [""]
    until(lambda: opened.layer("pipe").featureCount() == 0)


@pytest.mark.slow
@pytest.mark.parametrize("stores", [True, False])
def test_every_algorithm_that_may_write_tells_of_what_it_stored_only(
    opened: Any, stores: bool, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    from waternet_plugin import store
    from waternet_plugin.processing.base import WaterNetAlgorithm

    def work(_algorithm: Any, job: Any) -> dict[str, Any]:
        if stores:
            with store.open_network(opened.network_path) as network, network.write("setting") as batch:
                batch.set_setting("network.name", job.text("NETWORK"))
        return {}

    registry = QgsApplication.processingRegistry()
    writing = [one for one in registry.providerById("waternet").algorithms() if one.WRITES]
    assert len(writing) >= 25
    monkeypatch.setattr(WaterNetAlgorithm, "checkParameterValues", lambda *_given: (True, ""))
    # What the watch of the file notices by itself is not meant.
    opened._file.clock.stop()
    heard: list[str] = []
    opened.data_changed.connect(heard.append)
    for number, algorithm in enumerate(writing, 1):
        monkeypatch.setattr(type(algorithm), "work", work)
        results: list[Any] = []
        opened.run_algorithm(algorithm.name(), {}, results.append, failed=results.append)
        until(lambda results=results: results)
        assert results == [{}], algorithm.name()
        assert heard == [""] * (number if stores else 0), algorithm.name()


@pytest.mark.slow
def test_an_algorithm_hands_over_its_layers(opened: Any, until: Any) -> None:
    results: list[dict[str, Any]] = []
    opened.run_algorithm("listbatches", {"OUTPUT": "memory:"}, results.append)
    until(lambda: results)
    assert results[0]["OUTPUT"].featureCount() == 2


@pytest.mark.slow
def test_an_algorithm_that_fails_says_its_sentence(opened: Any, until: Any) -> None:
    errors: list[Any] = []
    opened.run_algorithm("undobatch", {"BATCH": "B9999"}, lambda _results: None, failed=errors.append)
    until(lambda: errors)
    assert "There is no batch B9999" in errors[0].message


@pytest.mark.slow
def test_an_algorithm_that_can_not_run_says_so_at_once(opened: Any) -> None:
    errors: list[Any] = []
    assert opened.run_algorithm("undobatch", {"BATSCH": "x"}, print, failed=errors.append) is None
    assert "BATSCH" in errors[0].message


@pytest.mark.slow
def test_long_work_shows_and_hides_in_its_section(opened: Any, plugin: Any, until: Any) -> None:
    section = plugin.dock.sections[0]
    shown: list[float] = []
    section.show_progress, show = (
        (lambda fraction, cancel=None: shown.append(fraction)),
        section.show_progress,
    )
    done: list[Any] = []
    opened.run("test", lambda progress: progress.at(0.5), done.append, section=section)
    until(lambda: done)
    section.show_progress = show
    assert shown[0] == 0.0
    assert section.findChild(object, "wn_section_network_progress").isHidden()


@pytest.mark.slow
def test_long_work_depends_on_our_layers(opened: Any, until: Any) -> None:
    go = threading.Event()
    done: list[Any] = []
    opened.run("Adopting", lambda _progress: go.wait(5), done.append)
    pipe = opened.layer("pipe")
    # QGIS looks here before it ends or opens another project, and asks.
    assert [task.description() for task in QgsApplication.taskManager().tasksDependentOnLayer(pipe)] == [
        "Adopting"
    ]
    assert opened.running == ["Adopting"]
    go.set()
    until(lambda: done)


@pytest.mark.slow
def test_an_answer_comes_when_no_task_holds_the_project_any_more(opened: Any, until: Any) -> None:
    # QGIS refuses to open another project, in a box that waits, while a task needs layers of this one.
    manager, pipe = QgsApplication.taskManager(), opened.layer("pipe")
    held: list[Any] = []

    def look(_result: Any) -> None:
        held.append(len(manager.tasksDependentOnLayer(pipe)))

    def fail(_progress: Any) -> None:
        raise InputError("no")

    for number, begin in enumerate(
        (
            lambda: opened.run("work", lambda _progress: 1, look),
            lambda: opened.run("work", fail, look, failed=look),
            lambda: opened.run_algorithm("listbatches", {"NETWORK": opened.network_path}, look),
        )
    ):
        begin()
        until(lambda number=number: len(held) > number and not opened.running)
    assert held == [0, 0, 0]


@pytest.mark.slow
def test_an_answer_may_open_another_network(
    opened: Any, iface: Any, small_network: Path, tmp_path: Path, until: Any
) -> None:
    other = tmp_path / "other" / "other.gpkg"
    other.parent.mkdir()
    for suffix in (".gpkg", ".qgz"):
        shutil.copy(small_network.with_suffix(suffix), other.with_suffix(suffix))
    answers: list[bool] = []
    opened.run("work", lambda _progress: 1, lambda _one: answers.append(opened.open_network(str(other))))
    until(lambda: answers and opened.network_path != str(small_network))
    assert answers == [True] and not iface.messages()


@pytest.mark.slow
def test_unloading_between_the_end_and_the_answer_calls_nobody(
    iface: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin import classFactory

    loaded = classFactory(iface)
    loaded.initGui()
    heard: list[Any] = []
    late: list[Any] = []
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "deliver", lambda answer, result: late.append((answer, result)))
        task = loaded.session.run("work", lambda _progress: 1, heard.append)
        # QGIS has deleted the task; its answer still waits.
        until(lambda: sip.isdeleted(task))
        assert loaded.session.running == ["work"]
        loaded.unload()
    for answer, result in late:
        answer(result)
    assert heard == []


@pytest.mark.slow
def test_work_under_way_keeps_its_project_and_says_so(opened: Any, iface: Any, until: Any) -> None:
    go_on = threading.Event()
    asked, path = iface.asked, opened.network_path
    opened.run("Counting pipes", lambda _progress: go_on.wait(20), lambda _one: None)
    try:
        assert not opened.open_network(path)
        assert iface.asked == asked and "Counting pipes: still in progress" in iface.messages()[-1]
    finally:
        go_on.set()
    until(lambda: not opened.running)
    assert opened.open_network(path)


@pytest.mark.slow
def test_what_others_write_is_noticed(opened: Any, small_network: Path, until: Any) -> None:
    from waternet_plugin import store

    until(lambda: not opened.is_looking)
    heard: list[str] = []
    opened.data_changed.connect(heard.append)
    opened.look_at_file()
    until(lambda: not opened.is_looking)
    assert heard == []
    with store.open_network(small_network) as network:
        network.undo()
    opened.look_at_file()
    until(lambda: heard)
    assert heard == [""]


@pytest.mark.slow
def test_the_map_is_drawn_anew_after_others_wrote(opened: Any, small_network: Path, until: Any) -> None:
    from waternet_plugin import store

    until(lambda: not opened.is_looking)
    layer = opened.layer("pipe")
    assert len(list(layer.getFeatures())) == 3
    asked, heard = QSignalSpy(layer.repaintRequested), []
    opened.data_changed.connect(heard.append)
    with store.open_network(small_network) as network:
        undone = network.undo()
    opened.look_at_file()
    until(lambda: heard)
    assert len(asked) == 0
    until(lambda: len(asked) == 1)
    # What is drawn is read then.
    assert len(list(layer.getFeatures())) == 0
    with store.open_network(small_network) as network:
        network.undo(undone.batch_id)
    opened.look_at_file()
    until(lambda: len(asked) == 2)
    assert len(list(layer.getFeatures())) == 3
    layer.startEditing()
    with store.open_network(small_network) as network:
        network.undo()
    opened.look_at_file()
    until(lambda: len(asked) == 3)
    assert len(list(layer.getFeatures())) == 0
    layer.rollBack()


@pytest.mark.slow
def test_what_we_write_is_told_once(opened: Any, small_network: Path, until: Any) -> None:
    until(lambda: not opened.is_looking)
    heard: list[str] = []
    opened.data_changed.connect(heard.append)
    with opened.network() as network:
        network.undo()
    opened.written("pipe")
    until(lambda: not opened.is_looking)
    opened.look_at_file()
    until(lambda: not opened.is_looking)
    assert heard == ["pipe"]


@pytest.mark.slow
def test_a_network_that_goes_away_is_noticed(opened: Any, small_network: Path, until: Any) -> None:
    until(lambda: not opened.is_looking)
    seen: list[bool] = []
    opened.file_seen.connect(seen.append)
    moved = small_network.rename(small_network.with_name("moved.gpkg"))
    opened.look_at_file()
    until(lambda: seen)
    moved.rename(small_network)
    opened.look_at_file()
    until(lambda: len(seen) > 1)
    assert seen == [False, True]


def test_a_network_that_is_back_is_drawn_again_and_edits_stay(opened: Any, until: Any) -> None:
    from waternet_plugin.store.presence import Presence

    until(lambda: not opened.is_looking)
    edited = opened.layer("pipe")
    edited.startEditing()
    edited.changeAttributeValue(
        next(edited.getFeatures()).id(), edited.fields().lookupField("street"), "新街"
    )
    drawn: set[str] = set()
    for layer in opened.layers():
        layer.repaintRequested.connect(partial(lambda name, *_args: drawn.add(name), layer.id()))
    for is_there in (False, True):
        opened._file.accept_file()
        opened._file._answered(opened._file._look, Presence(is_there, ((0, 0), (0, 0))))
    until(lambda: drawn == {layer.id() for layer in opened.layers()})
    assert edited.isModified()
    edited.rollBack()


@pytest.mark.slow
def test_what_an_earlier_look_saw_does_not_count(opened: Any, until: Any) -> None:
    from waternet_plugin.store.presence import Presence

    until(lambda: not opened.is_looking)
    seen: list[bool] = []
    opened.file_seen.connect(seen.append)
    look = opened._file._look
    opened.written()
    opened._file._answered(look, Presence(False, ((0, 0), (0, 0))))
    assert seen == [] and opened.is_file_there


@pytest.mark.slow
def test_each_layer_is_read_anew_once_in_a_turn_of_its_own(opened: Any, until: Any, monkeypatch: Any) -> None:
    from qgis.core import QgsProject
    from qgis.PyQt.QtCore import QCoreApplication

    until(lambda: not opened.is_looking)
    reloaded: list[str] = []
    for layer in opened.layers():
        layer.dataChanged.connect(partial(reloaded.append, layer.name()))
    hidden = opened.layer("pipe")
    QgsProject.instance().layerTreeRoot().findLayer(hidden.id()).setItemVisibilityChecked(False)
    # A write that may have changed any table.
    monkeypatch.setattr(own_writes, "take_tables", lambda: None)
    opened.written()
    opened.written()
    assert reloaded == []
    QCoreApplication.processEvents()
    assert len(reloaded) <= 1
    until(lambda: len(set(reloaded)) == len(opened.layers()))
    assert len(reloaded) == len(set(reloaded))
    shown = {
        node.layer().name()
        for node in QgsProject.instance().layerTreeRoot().findLayers()
        if node.isVisible() and node.layer() in opened.layers()
    }
    assert set(reloaded[: len(shown)]) == shown


def test_values_are_remembered_per_network(plugin: Any) -> None:
    session = plugin.session
    session.network_path = "a.gpkg"
    session.remember("budget", 3)
    session.remember("folder", "/data")
    session.network_path = "b.gpkg"
    # A decision about one network is none about another; where a person keeps files is a habit.
    assert session.remembered("budget") is None
    assert session.remembered("folder") == "/data"
    session.remember("budget", 5)
    session.network_path = "a.gpkg"
    assert session.remembered("budget") == 3
    assert session.remembered("nothing", [1]) == [1]
    session.network_path = ""


def test_a_message_with_a_button_does_what_it_says(plugin: Any, iface: Any) -> None:
    from qgis.PyQt.QtWidgets import QPushButton

    done: list[int] = []
    plugin.session.say("3 pipes have no material.", "warning", ("Show them", lambda: done.append(1)))
    iface.bar.items()[0].findChild(QPushButton, "wn_message_button").click()
    assert done == [1] and iface.messages() == []


@pytest.mark.slow
def test_saving_under_another_name_keeps_the_network(
    opened: Any, small_network: Path, tmp_path: Path
) -> None:
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "copy.qgz"))
    opened.look_at_project()
    assert opened.network_path == str(small_network)
    relative = Path(os.path.relpath(small_network, tmp_path)).as_posix()
    assert relative.startswith("../") and project.readEntry("WaterNet", "network", "")[0] == relative
