"""The section of health and its panes, in a window, with the real algorithms behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QEvent, QObject, Qt, QUrl
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from support.health_town import run
from support.widgets import button, click, error, note, part, rows, section, start, text, trigger

from waternet_plugin import store
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.start import open_networks


@pytest.fixture
def panel(plugin: Any, assessed_town: Path, open_kept: Any, until: Any) -> Any:
    """The plugin with the assessed town open and the section of health filled."""
    plugin.session.iface.window.show()
    open_kept(assessed_town)
    until(lambda: plugin.session.network_path and section(plugin, "health").runs is not None)
    return plugin


def _why(plugin: Any, until: Any) -> Any:
    section(plugin, "health").figure.click()
    found = plugin.session.iface.mainWindow().findChild(pane.Pane, "wn_why")
    until(lambda: rows(found, "wn_why_list"))
    return found


@pytest.mark.slow
def test_the_section_says_how_much_and_of_which_day(panel: Any) -> None:
    health = section(panel, "health")
    km = health.runs.shown.renew_now_m / 1000
    assert health.figure.text() == f"{km:.1f} km to renew now" and km > 0
    assert health.runs.shown.got_worse > 1
    assert note(health) == f"as of 2022-12-31, {health.runs.shown.got_worse} pipes got worse"
    assert button(health).text() == "Assess"


@pytest.mark.slow
def test_without_an_assessment_one_button_leads_there(
    plugin: Any, bare_town: Path, open_kept: Any, until: Any
) -> None:
    plugin.session.iface.window.show()
    open_kept(bare_town)
    health, plan = section(plugin, "health"), section(plugin, "plan")
    until(lambda: health.runs is not None and plan.plans is not None)
    assert health.figure.text() == "" and "Shows how many km" in note(health)
    assert "once health is assessed" in note(plan)
    button(plan).click()
    assert not health.options.isHidden()


@pytest.mark.slow
def test_assessing_turns_the_map_and_opens_the_answer(
    plugin: Any, bare_town: Path, open_kept: Any, until: Any
) -> None:
    plugin.session.iface.window.show()
    open_kept(bare_town)
    health = section(plugin, "health")
    until(lambda: health.runs is not None)
    button(health).click()
    health.options.as_of.setText("2022-12-31")
    health.options.findChild(QWidget, "wn_assess_options_start").click()
    until(lambda: health.runs.shown is not None and health.figure.text())
    window = plugin.session.iface.mainWindow()
    until(lambda: window.findChild(pane.Pane, "wn_why") is not None)
    until(lambda: "to renew now" in text(window, "wn_why_answer"))
    assert QgsProject.instance().readEntry("WaterNet", "theme")[0] == "health"
    labels = [each.label() for each in plugin.session.layer("pipe_health").renderer().legendSymbolItems()]
    assert any("km" in label for label in labels)
    assert health.options.isHidden()


@pytest.mark.slow
def test_what_is_refused_is_said_where_it_was_typed(panel: Any, until: Any) -> None:
    options = section(panel, "health").options
    options.open()
    options.as_of.setText("yesterday")
    start(options)
    assert not options.isHidden() and options.as_of.text() == "yesterday"
    assert "not a valid date" in error(options)


@pytest.mark.slow
def test_why_answers_for_network_selection_and_pipe(panel: Any, until: Any) -> None:
    why = _why(panel, until)
    assert "to renew now" in text(why, "wn_why_answer")
    layer = panel.session.layer("pipe_health")
    layer.selectByExpression("\"street\" = 'North Road'")
    until(lambda: "4 selected pipes" in text(why, "wn_why_answer"))
    assert len(rows(why, "wn_why_list")) == 4 and text(why, "wn_why_head").startswith("4 pipes")
    layer.selectByExpression("\"pipe_id\" = 'P1'")
    until(lambda: text(why, "wn_why_answer").startswith("P1"))
    layer.removeSelection()
    assert why.mode == "pipe"


@pytest.mark.slow
def test_a_click_in_the_list_zooms_and_leaves_the_selection(panel: Any, iface: Any, until: Any) -> None:
    why = _why(panel, until)
    before, current = iface.canvas.extent(), iface.active
    view = part(why, "wn_why_list")
    row = view.rows[0]
    view.clicked.emit(view.model().index(0, 0))
    until(lambda: text(why, "wn_why_answer").startswith(row["pipe_id"]))
    assert iface.canvas.extent() != before
    assert panel.session.layer("pipe").selectedFeatureCount() == 0
    assert iface.active is current


@pytest.mark.slow
def test_the_list_is_copied_and_written(
    panel: Any, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin.gui.panes import file_dialogs

    why = _why(panel, until)
    click(why, "wn_why_copy")
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + len(rows(why, "wn_why_list")) and lines[0].startswith("Street\tDN")
    target = tmp_path / "a.csv"
    monkeypatch.setattr(file_dialogs, "ask_where_to_save", lambda *_asked: target)
    click(why, "wn_why_csv")
    until(target.exists)
    until(lambda: not panel.session.running)
    written = target.read_text(encoding="utf-8-sig")
    assert written.splitlines()[0].startswith("Pipe id,") and "North Road" in written


@pytest.mark.slow
def test_an_earlier_run_is_shown_and_the_newest_again(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.health.runs import RunsDialog
    from waternet_plugin.gui.health.why_pane import show_run

    health = section(panel, "health")
    dialog = RunsDialog(panel.session, health.runs)
    assert [row["run_id"] for row in dialog.list.rows] == ["R0002", "R0001"]
    dialog.list.selectRow(1)
    assert dialog.chosen() == ["R0001"]
    click(dialog, "wn_runs_show")
    until(lambda: health.runs.shown.run_id == "R0001")
    assert "an earlier assessment" in note(health)
    show_run(panel.session, None)
    until(lambda: health.runs.shown.run_id == "R0002")
    dialog.deleteLater()


@pytest.mark.slow
def test_the_list_of_assessments_says_how_two_are_compared_and_closes(panel: Any) -> None:
    from waternet_plugin.gui.health.runs import RunsDialog

    dialog = RunsDialog(panel.session, section(panel, "health").runs)
    dialog.show()
    compare = part(dialog, "wn_runs_compare")
    assert not compare.isEnabled() and "Ctrl" in compare.toolTip()
    assert any("or two, with Ctrl, to compare" in label.text() for label in dialog.findChildren(QLabel))
    dialog.list.selectAll()
    assert compare.isEnabled()
    dialog.findChild(QPushButton, "wn_runs_close").click()
    assert not dialog.isVisible()
    dialog.deleteLater()


@pytest.mark.slow
def test_the_layer_of_changes_lives_as_long_as_its_pane(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.health.compare import ComparePane

    before = set(QgsProject.instance().mapLayers())
    compared = pane.open_pane(panel.session, ComparePane)
    until(lambda: compared.layer_id)
    new = set(QgsProject.instance().mapLayers()) - before
    assert new == {compared.layer_id}
    assert QgsProject.instance().layerTreeRoot().findLayer(compared.layer_id) is not None
    assert compared.first.currentData() == "R0001" and compared.second.currentData() == "R0002"
    assert "pipes" in text(compared, "wn_compare_head")
    assert compared.windowTitle() == f"What changed: {text(compared, 'wn_compare_head')}"
    compared.close()
    assert set(QgsProject.instance().mapLayers()) == before


@pytest.mark.slow
def test_the_newest_day_is_compared_with_the_one_before(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.health.compare import ComparePane

    path = panel.session.network_path
    run("assesshealth", NETWORK=path, AS_OF="2012-12-31")
    panel.session.look_at_file()
    compared = pane.open_pane(panel.session, ComparePane)
    until(lambda: compared.layer_id)
    chosen = [compared.first.currentText(), compared.second.currentText()]
    assert chosen == ["R0001  2016-12-31", "R0002  2022-12-31"]
    assert compared.first.count() == 3


@pytest.mark.slow
def test_a_layer_of_changes_saved_with_the_project_is_not_kept(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.health.compare import ComparePane

    compared = pane.open_pane(panel.session, ComparePane)
    until(lambda: compared.layer_id)
    saved = compared.layer_id
    project = QgsProject.instance()
    path = project.fileName()
    assert project.write()
    assert open_networks.open_project(panel.session, path)
    until(lambda: panel.session.network_path and project.mapLayer(saved) is None)
    assert project.layerTreeRoot().findLayer(saved) is None


@pytest.mark.slow
def test_undoing_the_assessment_empties_what_shows(panel: Any, until: Any) -> None:
    why = _why(panel, until)
    with store.open_network(panel.session.network_path) as network:
        for _each in range(3):
            network.undo()
    panel.session.look_at_file()
    until(lambda: "no assessment yet" in text(why, "wn_why_answer"))
    until(lambda: "Shows how many km" in note(section(panel, "health")))


@pytest.mark.slow
def test_unloading_leaves_no_pane_and_no_layer(iface: Any, assessed_town: Path, until: Any) -> None:
    from waternet_plugin import classFactory
    from waternet_plugin.gui.health.compare import ComparePane

    plugin = classFactory(iface)
    plugin.initGui()
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(assessed_town))
    until(lambda: plugin.session.network_path and section(plugin, "health").runs is not None)
    layers = set(QgsProject.instance().mapLayers())
    _why(plugin, until)
    compared = pane.open_pane(plugin.session, ComparePane)
    until(lambda: compared.layer_id)
    plugin.unload()
    assert set(QgsProject.instance().mapLayers()) == layers
    # A window that once had tabs keeps its bar of tabs for the next ones; nothing of ours is in it.
    iface.children()
    ours = [each for each in iface.window.findChildren(QObject) if each.objectName().startswith("wn_")]
    assert ours == []


@pytest.mark.slow
def test_a_report_is_written_for_any_run(panel: Any, until: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from waternet_plugin.gui.dock.sections.health import open_report
    from waternet_plugin.gui.panes import report_files

    shown: list[Path] = []
    monkeypatch.setattr(report_files, "show_report", lambda _session, path: shown.append(path))
    health = section(panel, "health")
    open_report(panel.session, health.runs.runs[0], section=health)
    until(lambda: shown)
    assert "as of 2016-12-31" in shown[0].read_text(encoding="utf-8")


@pytest.mark.slow
def test_matching_says_how_many(panel: Any, until: Any, iface: Any) -> None:
    trigger(section(panel, "health"), "wn_health_match")
    until(lambda: any("matched to a pipe" in text for text in iface.messages()))
    with store.open_network(panel.session.network_path) as network:
        states = network.read("failure", ["match_state"], geometry=False)["match_state"]
    assert (states == "matched").all()


@pytest.mark.slow
def test_f1_in_a_pane_opens_the_guide_there(panel: Any, until: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    why = _why(panel, until)
    asked: list[str] = []
    monkeypatch.setattr(panel.session, "help", asked.append)
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    assert QApplication.sendEvent(why, override) and override.isAccepted()
    QTest.keyClick(why, Qt.Key.Key_F1)
    assert asked == ["health"]


@pytest.mark.slow
def test_options_start_by_enter_and_fold_by_esc(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    options = section(panel, "health").options
    options.open()
    started: list[str] = []
    monkeypatch.setattr(panel.session, "run_algorithm", lambda name, *_asked, **_more: started.append(name))
    QTest.keyClick(options.as_of, Qt.Key.Key_Escape)
    assert options.isHidden() and started == []
    options.open()
    QTest.keyClick(options.as_of, Qt.Key.Key_Return)
    assert started == ["assesshealth"]


@pytest.mark.slow
def test_a_foreign_network_without_failures_is_assessed_too(
    plugin: Any, small_network: Path, until: Any
) -> None:
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(small_network))
    health = section(plugin, "health")
    until(lambda: health.runs is not None)
    health.options.open()
    start(health.options)
    until(lambda: health.runs.shown is not None)
    window = plugin.session.iface.mainWindow()
    until(lambda: window.findChild(pane.Pane, "wn_why") is not None)
    until(lambda: "Data grade C" in text(window, "wn_why_answer"))


@pytest.mark.slow
def test_what_got_worse_is_said_in_section_answer_and_report(
    panel: Any, until: Any, monkeypatch: Any
) -> None:
    from waternet_plugin.gui.dock.sections.health import open_report
    from waternet_plugin.gui.health.compare import ComparePane
    from waternet_plugin.gui.panes import report_files
    from waternet_plugin.operations.health.recorded_runs import read_runs, worse_of

    # Failures of its own after the last run make P5 one to renew.
    with panel.session.network() as network, network.write("adopt", name="more") as batch:
        from support.health_frames import failures

        events = [
            {"failure_id": f"N{each}", "reported_pipe_id": "P5", "date": f"2023-0{each}-01"}
            for each in range(1, 7)
        ]
        columns = ["failure_id", "date", "kind", "reported_pipe_id", "geom"]
        batch.insert("failure", failures(events)[columns])
    run("matchfailures", NETWORK=panel.session.network_path)
    run("assesshealth", NETWORK=panel.session.network_path, AS_OF="2023-12-31")
    panel.session.written()
    health = section(panel, "health")
    until(lambda: health.runs.shown.run_id == "R0003")
    with panel.session.network() as network:
        shown = read_runs(network).shown
    worse = worse_of(shown)
    assert worse is not None and worse.run_id == "R0002" and "P5" in worse.pipes["pipe_id"].tolist()
    assert shown.got_worse == worse.by_class + worse.by_rate > 0
    assert f"{shown.got_worse} pipe" in note(health) and "got worse" in note(health)
    why = _why(panel, until)
    until(lambda: "What got worse" in text(why, "wn_why_answer"))
    part(why, "wn_why_answer").anchorClicked.emit(QUrl("compare:R0002/R0003"))
    window = panel.session.iface.mainWindow()
    until(lambda: window.findChild(ComparePane) is not None and window.findChild(ComparePane).layer_id)
    assert window.findChild(ComparePane).first.currentData() == "R0002"
    written: list[Path] = []
    monkeypatch.setattr(report_files, "show_report", lambda _session, path: written.append(path))
    open_report(panel.session, shown)
    until(lambda: written)
    assert "What got worse" in written[0].read_text(encoding="utf-8")
