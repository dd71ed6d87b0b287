"""The section of health and its panes, in a window, with the real algorithms behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from health_town import run
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QEvent, QObject, Qt, QUrl
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from waternet_plugin import store
from waternet_plugin.gui.panel import pane


def _section(plugin: Any, key: str) -> Any:
    return plugin.dock.findChild(QWidget, f"wn_section_{key}")


@pytest.fixture
def panel(plugin: Any, assessed_town: Path, until: Any) -> Any:
    """The plugin with the assessed town open and the section of health filled."""
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(assessed_town))
    until(lambda: plugin.session.network_path and _section(plugin, "health").runs is not None)
    return plugin


def _why(plugin: Any, until: Any) -> Any:
    _section(plugin, "health").figure.click()
    found = plugin.session.iface.mainWindow().findChild(pane.Pane, "wn_why")
    until(lambda: found._list.count)
    return found


def test_the_section_says_how_much_and_of_which_day(panel: Any) -> None:
    section = _section(panel, "health")
    km = section.runs.shown.renew_now_m / 1000
    assert section.figure.text() == f"{km:.1f} km to renew now" and km > 0
    assert section._note.text() == "as of 2022-12-31, 6 pipes got worse"
    assert section._button.text() == "Assess"


def test_without_an_assessment_one_button_leads_there(plugin: Any, bare_town: Path, until: Any) -> None:
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(bare_town))
    section, plan = _section(plugin, "health"), _section(plugin, "plan")
    until(lambda: section.runs is not None and plan.plans is not None)
    assert section.figure.text() == "" and "Shows how many km" in section._note.text()
    assert "once health is assessed" in plan._note.text()
    plan._button.click()
    assert not section.options.isHidden()


def test_assessing_turns_the_map_and_opens_the_answer(plugin: Any, bare_town: Path, until: Any) -> None:
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(bare_town))
    section = _section(plugin, "health")
    until(lambda: section.runs is not None)
    section._button.click()
    section.options.as_of.setText("2022-12-31")
    section.options.findChild(QWidget, "wn_assess_options_start").click()
    until(lambda: section.runs.shown is not None and section.figure.text())
    window = plugin.session.iface.mainWindow()
    until(lambda: window.findChild(pane.Pane, "wn_why") is not None)
    until(lambda: "to renew now" in window.findChild(pane.Pane, "wn_why")._prose.toPlainText())
    assert QgsProject.instance().readEntry("WaterNet", "theme")[0] == "health"
    labels = [each.label() for each in plugin.session.layer("pipe_health").renderer().legendSymbolItems()]
    assert any("km" in label for label in labels)
    assert section.options.isHidden()


def test_what_is_refused_is_said_where_it_was_typed(panel: Any, until: Any) -> None:
    options = _section(panel, "health").options
    options.open()
    options.as_of.setText("yesterday")
    options._go()
    assert not options.isHidden() and options.as_of.text() == "yesterday"
    assert "not a valid date" in options._error.text()


def test_why_answers_for_network_selection_and_pipe(panel: Any, until: Any) -> None:
    why = _why(panel, until)
    assert "to renew now" in why._prose.toPlainText()
    layer = panel.session.layer("pipe_health")
    layer.selectByExpression("\"street\" = 'North Road'")
    until(lambda: "4 selected pipes" in why._prose.toPlainText())
    assert why._list.count == 4
    layer.selectByExpression("\"pipe_id\" = 'P1'")
    until(lambda: why._prose.toPlainText().startswith("P1"))
    layer.removeSelection()
    assert why.mode == "pipe"


def test_a_click_in_the_list_zooms_and_leaves_the_selection(panel: Any, iface: Any, until: Any) -> None:
    why = _why(panel, until)
    before, current = iface.canvas.extent(), iface.active
    row = why._rows.rows[0]
    why._rows.clicked.emit(why._rows.model().index(0, 0))
    until(lambda: why._prose.toPlainText().startswith(row["pipe_id"]))
    assert iface.canvas.extent() != before
    assert panel.session.layer("pipe").selectedFeatureCount() == 0
    assert iface.active is current


def test_the_list_is_copied_and_written(panel: Any, until: Any, tmp_path: Path) -> None:
    from waternet_plugin.gui.widgets import rows

    why = _why(panel, until)
    why._rows.copy()
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + len(why._rows.rows) and lines[0].startswith("Street\tDN")
    rows.write_csv(tmp_path / "a.csv", why._listing.file_columns("CNY"), why._list.every())
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("Pipe id,") and "North Road" in text


def test_an_earlier_run_is_shown_and_the_newest_again(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.health.runs import RunsDialog
    from waternet_plugin.gui.health.why import show_run

    section = _section(panel, "health")
    dialog = RunsDialog(panel.session, section.runs)
    assert [row["run_id"] for row in dialog.list.rows] == ["R0002", "R0001"]
    dialog.list.selectRow(1)
    assert dialog.chosen() == ["R0001"]
    dialog._show_chosen()
    until(lambda: section.runs.shown.run_id == "R0001")
    assert "an earlier assessment" in section._note.text()
    show_run(panel.session, None)
    until(lambda: section.runs.shown.run_id == "R0002")
    dialog.deleteLater()


def test_the_list_of_assessments_says_how_two_are_compared_and_closes(panel: Any) -> None:
    from waternet_plugin.gui.health.runs import RunsDialog

    dialog = RunsDialog(panel.session, _section(panel, "health").runs)
    dialog.show()
    assert not dialog._compare.isEnabled() and "Ctrl" in dialog._compare.toolTip()
    assert any("or two, with Ctrl, to compare" in label.text() for label in dialog.findChildren(QLabel))
    dialog.list.selectAll()
    assert dialog._compare.isEnabled()
    dialog.findChild(QPushButton, "wn_runs_close").click()
    assert not dialog.isVisible()
    dialog.deleteLater()


def test_the_layer_of_changes_lives_as_long_as_its_pane(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.health.compare import ComparePane

    before = set(QgsProject.instance().mapLayers())
    compared = pane.open_pane(panel.session, ComparePane)
    until(lambda: compared.layer_id)
    new = set(QgsProject.instance().mapLayers()) - before
    assert new == {compared.layer_id}
    assert QgsProject.instance().layerTreeRoot().findLayer(compared.layer_id) is not None
    assert compared.first.currentData() == "R0001" and compared.second.currentData() == "R0002"
    assert "pipes" in compared._head.text()
    assert compared.windowTitle() == f"What changed: {compared._head.text()}"
    compared.close()
    assert set(QgsProject.instance().mapLayers()) == before


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


def test_a_layer_of_changes_saved_with_the_project_is_not_kept(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.health.compare import ComparePane

    compared = pane.open_pane(panel.session, ComparePane)
    until(lambda: compared.layer_id)
    saved = compared.layer_id
    project = QgsProject.instance()
    path = project.fileName()
    assert project.write()
    assert panel.session.open_project(path)
    until(lambda: panel.session.network_path and project.mapLayer(saved) is None)
    assert project.layerTreeRoot().findLayer(saved) is None


def test_undoing_the_assessment_empties_what_shows(panel: Any, until: Any) -> None:
    why = _why(panel, until)
    with store.open_network(panel.session.network_path) as network:
        for _each in range(3):
            network.undo()
    panel.session.look_at_file()
    until(lambda: "no assessment yet" in why._prose.toPlainText())
    until(lambda: "Shows how many km" in _section(panel, "health")._note.text())


def test_unloading_leaves_no_pane_and_no_layer(iface: Any, assessed_town: Path, until: Any) -> None:
    from waternet_plugin import classFactory
    from waternet_plugin.gui.health.compare import ComparePane

    plugin = classFactory(iface)
    plugin.initGui()
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(assessed_town))
    until(lambda: plugin.session.network_path and _section(plugin, "health").runs is not None)
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


def test_a_report_is_written_for_any_run(panel: Any, until: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from waternet_plugin.gui import report_files
    from waternet_plugin.gui.health import reporting

    shown: list[Path] = []
    monkeypatch.setattr(report_files, "show_report", lambda _session, path: shown.append(path))
    section = _section(panel, "health")
    reporting.open_report(panel.session, section.runs.runs[0], section=section)
    until(lambda: shown)
    assert "as of 2016-12-31" in shown[0].read_text(encoding="utf-8")


def test_matching_says_how_many(panel: Any, until: Any, iface: Any) -> None:
    _section(panel, "health")._match()
    until(lambda: any("matched to a pipe" in text for text in iface.messages()))
    with store.open_network(panel.session.network_path) as network:
        states = network.read("failure", ["match_state"], geometry=False)["match_state"]
    assert (states == "matched").all()


def test_f1_in_a_pane_opens_the_guide_there(panel: Any, until: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    why = _why(panel, until)
    asked: list[str] = []
    monkeypatch.setattr(panel.session, "help", asked.append)
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    assert QApplication.sendEvent(why, override) and override.isAccepted()
    QTest.keyClick(why, Qt.Key.Key_F1)
    assert asked == ["health"]


def test_options_start_by_enter_and_fold_by_esc(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    options = _section(panel, "health").options
    options.open()
    started: list[int] = []
    monkeypatch.setattr(options, "_on_start", lambda: started.append(1))
    QTest.keyClick(options.as_of, Qt.Key.Key_Return)
    assert started == [1] and not options.isHidden()
    QTest.keyClick(options.as_of, Qt.Key.Key_Escape)
    assert options.isHidden()


def test_a_foreign_network_without_failures_is_assessed_too(
    plugin: Any, small_network: Path, until: Any
) -> None:
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(small_network))
    section = _section(plugin, "health")
    until(lambda: section.runs is not None)
    section.options.open()
    section.options._go()
    until(lambda: section.runs.shown is not None)
    window = plugin.session.iface.mainWindow()
    until(lambda: window.findChild(pane.Pane, "wn_why") is not None)
    until(lambda: "Data grade C" in window.findChild(pane.Pane, "wn_why")._prose.toPlainText())


def test_what_got_worse_is_said_in_section_answer_and_report(
    panel: Any, until: Any, monkeypatch: Any
) -> None:
    from waternet_plugin.gui import report_files
    from waternet_plugin.gui.health import reporting
    from waternet_plugin.gui.health.compare import ComparePane
    from waternet_plugin.gui.health.recorded import read_runs, worse_of

    # Failures of its own after the last run make P5 one to renew.
    with panel.session.network() as network, network.write("adopt", name="more") as batch:
        from health_frames import failures

        events = [
            {"failure_id": f"N{each}", "reported_pipe_id": "P5", "date": f"2023-0{each}-01"}
            for each in range(1, 7)
        ]
        columns = ["failure_id", "date", "kind", "reported_pipe_id", "geom"]
        batch.insert("failure", failures(events)[columns])
    run("matchfailures", NETWORK=panel.session.network_path)
    run("assesshealth", NETWORK=panel.session.network_path, AS_OF="2023-12-31")
    panel.session.written()
    section = _section(panel, "health")
    until(lambda: section.runs.shown.run_id == "R0003")
    with panel.session.network() as network:
        shown = read_runs(network).shown
    worse = worse_of(shown)
    assert worse is not None and worse.run_id == "R0002" and "P5" in worse.pipes["pipe_id"].tolist()
    assert shown.got_worse == worse.by_class + worse.by_rate > 0
    assert f"{shown.got_worse} pipe" in section._note.text() and "got worse" in section._note.text()
    why = _why(panel, until)
    until(lambda: "What got worse" in why._prose.toPlainText())
    why._prose.anchorClicked.emit(QUrl("compare:R0002/R0003"))
    window = panel.session.iface.mainWindow()
    until(lambda: window.findChild(ComparePane) is not None and window.findChild(ComparePane)._changes)
    assert window.findChild(ComparePane).first.currentData() == "R0002"
    written: list[Path] = []
    monkeypatch.setattr(report_files, "show_report", lambda _session, path: written.append(path))
    reporting.open_report(panel.session, shown)
    until(lambda: written)
    assert "What got worse" in written[0].read_text(encoding="utf-8")
