"""The section of issues and its pane, in a window, with the real checks and repairs behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDockWidget, QWidget
from support.health_town import run
from support.issue_town import copy_of, states
from support.kept_project import KeptProject
from support.registering import registered
from support.widgets import button, click, note, part, text

from waternet_plugin import classFactory, store

MISS = "near_miss_end-pipe-P2+N3"
MATERIAL = "missing_material-pipe-P6"
LOOP = "self_loop-pipe-P8"


@pytest.fixture(scope="module")
def towns(issue_town: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A town nobody checked, and the same town checked."""
    with registered():
        bare = copy_of(issue_town, tmp_path_factory.mktemp("bare"))
        checked = copy_of(bare, tmp_path_factory.mktemp("checked"))
        run("checknetwork", NETWORK=str(checked))
    return bare, checked


def _section(plugin: Any) -> Any:
    return plugin.dock.findChild(QWidget, "wn_section_issues")


def _opened(plugin: Any, path: Path, until: Any) -> Any:
    plugin.session.iface.window.resize(1200, 800)
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(path))
    until(lambda: _section(plugin).found is not None)
    return plugin


@pytest.fixture
def bare(plugin: Any, towns: tuple[Path, Path], kept_project: KeptProject, until: Any) -> Any:
    """The plugin with the town that nobody checked."""
    opened = _opened(plugin, kept_project.copy_of(towns[0]), until)
    kept_project.remember(plugin.session.iface.mapCanvas())
    return opened


@pytest.fixture
def checked(plugin: Any, towns: tuple[Path, Path], kept_project: KeptProject, until: Any) -> Any:
    """The plugin with the checked town."""
    opened = _opened(plugin, kept_project.copy_of(towns[1]), until)
    kept_project.remember(plugin.session.iface.mapCanvas())
    return opened


def _pane(plugin: Any, until: Any) -> Any:
    """Return the pane with the first issue chosen and its fix worked out."""
    button(_section(plugin)).click()
    found = plugin.session.window("wn_issues")
    until(lambda: found.issues.chosen.issue is not None and found.issues.chosen.places is not None)
    until(lambda: not found.issues.chosen.is_waiting)
    return found


def _press(pane: Any, key: str) -> None:
    """Do what a key does; only a window that has the focus hears keys themselves."""
    (action,) = [one for one in pane.actions() if one.shortcut().toString() == key]
    assert action.shortcutContext() == Qt.ShortcutContext.WidgetWithChildrenShortcut
    action.trigger()


def _choose(pane: Any, issue_id: str, until: Any) -> None:
    pane.issues.choose(issue_id)
    until(lambda: pane.issues.chosen.places is not None and not pane.issues.chosen.is_waiting)


@pytest.mark.slow
def test_the_section_counts_and_names_the_next(checked: Any) -> None:
    section = _section(checked)
    assert section.figure.text() == "3, 2 errors"
    assert note(section) == "next: End that just misses its node, P2, N3"
    assert button(section).text() == "Next"
    assert part(section, "wn_section_issues_stale").isHidden()


@pytest.mark.slow
def test_without_a_check_one_button_checks(bare: Any, until: Any) -> None:
    section = _section(bare)
    assert section.figure.text() == "" and button(section).text() == "Check"
    button(section).click()
    until(lambda: section.figure.text() == "3, 2 errors")
    pane = bare.session.window("wn_issues")
    assert pane is not None and not pane.isHidden()
    assert any("2 errors, 1 warning" in text for text in bare.session.iface.messages())


@pytest.mark.slow
def test_next_goes_from_issue_to_issue(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    assert pane.issues.chosen.issue.issue_id == MISS
    _press(pane, "N")
    until(lambda: pane.issues.chosen.issue.issue_id == LOOP)
    button(_section(checked)).click()
    until(lambda: pane.issues.chosen.issue.issue_id == MATERIAL)
    pane.buttons.next.click()
    assert pane.issues.chosen.issue.issue_id == MISS


@pytest.mark.slow
def test_an_issue_is_explained_with_its_assets_and_what_follows(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    text = pane.text.toPlainText()
    assert "P2 ends 0.20 m short of N3" in text
    assert "Why it matters" in text and "What to do" in text and "What follows from it" in text
    assert "CJJ 61 table checks (From a second-hand source)" in text
    assert "Distance within which an end just misses a node: 0.5 m" in text
    assert 'href="asset:pipe/P2"' in pane.text.toHtml()
    followers = pane.issues.found.followers(MISS)
    assert {one.rule_id for one in followers} >= {"part_without_source"}


@pytest.mark.slow
def test_the_map_goes_there_and_nothing_else_changes(checked: Any, iface: Any, until: Any) -> None:
    layer = checked.session.layer("pipe")
    current, crs = iface.active, QgsProject.instance().crs()
    pane = _pane(checked, until)
    view = iface.canvas.extent()
    assert view.width() < 800 and view.contains(view.center())
    assert abs(view.center().x() - 500_199.8) < 60
    assert not pane.map.marking.is_empty
    assert iface.active is current and QgsProject.instance().crs() == crs
    assert layer.selectedFeatureCount() == 0


@pytest.mark.slow
def test_the_fix_is_shown_before_and_done_by_one_click(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    text = pane.text.toPlainText()
    assert "The fix does this" in text and "moved 0.20 m" in text
    _press(pane, "F")
    until(lambda: pane.issues.chosen.issue is not None and pane.issues.chosen.issue.issue_id == LOOP)
    assert states(checked.session.network_path)[MISS][0] == "fixed"
    with store.open_network(checked.session.network_path) as network:
        fixed = network.read("pipe", ["pipe_id", "to_node"], ids=["P2"])
        assert fixed["to_node"].iloc[0] == "N3"
        kinds = network.batches()["kind"].tolist()
    assert kinds[:2] == ["check", "repair"]
    section = _section(checked)
    until(lambda: section.figure.text() == "2, 1 error")


@pytest.mark.slow
def test_undo_takes_a_fix_back(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    assert not pane.buttons.undo.isEnabled()
    pane.commands.fix()
    until(lambda: pane.issues.chosen.issue is not None and pane.issues.chosen.issue.issue_id == LOOP)
    assert pane.buttons.undo.isEnabled()
    pane.buttons.undo.click()
    until(lambda: not pane.issues.actor.is_busy and pane.issues.found.issue(MISS).state == "open")
    with store.open_network(checked.session.network_path) as network:
        assert network.read("pipe", ["to_node"], ids=["P2"])["to_node"].iloc[0] is None
    assert not pane.buttons.undo.isEnabled()


@pytest.mark.slow
def test_accepting_asks_why_and_outlives_a_check(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    _choose(pane, MATERIAL, until)
    _press(pane, "A")
    assert not pane.accepting.isHidden()
    pane.accepting.reason.setText("dug up, no stamp")
    QTest.keyClick(pane.accepting.reason, Qt.Key.Key_Return)
    path = checked.session.network_path
    until(lambda: not pane.issues.actor.is_busy and pane.issues.found.issue(MATERIAL).state == "accepted")
    assert states(path)[MATERIAL] == ("accepted", "dug up, no stamp")
    _section(checked).check_all()
    until(lambda: not checked.session.running)
    assert states(path)[MATERIAL] == ("accepted", "dug up, no stamp")


@pytest.mark.slow
def test_an_accepted_issue_is_opened_again(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    _choose(pane, MATERIAL, until)
    pane.commands.accept_for("so it is")
    until(lambda: not pane.issues.actor.is_busy and pane.issues.found.issue(MATERIAL).state == "accepted")
    pane.filter.state.setCurrentIndex(pane.filter.state.findData("accepted"))
    assert [issue.issue_id for issue in pane.issues.listed.issues] == [MATERIAL]
    _choose(pane, MATERIAL, until)
    assert "Accepted: so it is" in pane.text.toPlainText()
    assert pane.buttons.accept.text() == "Reopen"
    pane.buttons.accept.click()
    until(lambda: not pane.issues.actor.is_busy and pane.issues.found.issue(MATERIAL).state == "open")


@pytest.mark.slow
def test_what_can_t_be_fixed_says_why(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    _choose(pane, LOOP, until)
    assert not pane.buttons.fix.isEnabled()
    assert "correct it on the map" in pane.buttons.fix.toolTip()


@pytest.mark.slow
def test_filters_narrow_the_list(checked: Any, iface: Any, until: Any) -> None:
    pane = _pane(checked, until)

    def listed() -> set[str]:
        return {issue.issue_id for issue in pane.issues.listed.issues}

    assert listed() == {MISS, LOOP, MATERIAL}
    pane.filter.severity.setCurrentIndex(pane.filter.severity.findData("error"))
    assert listed() == {MISS, LOOP}
    pane.filter.reset()
    pane.filter.rule.setCurrentIndex(pane.filter.rule.findData("family:attributes"))
    assert listed() == {MATERIAL}
    pane.filter.reset()
    pane.filter.words.setText("p8")
    until(lambda: listed() == {LOOP})
    pane.filter.reset()
    pane.filter.area.setChecked(True)
    assert listed() == {MISS}
    pane.filter.words.setText("nothing like it")
    until(lambda: not listed())
    assert pane.list.currentIndex() == 1 and "fits these filters" in pane.list.empty.text()


@pytest.mark.slow
def test_a_whole_rule_is_fixed_after_its_dry_run(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    _choose(pane, MATERIAL, until)
    pane.buttons.fix_rule.trigger()
    dialog = checked.session.window("wn_repair")
    until(lambda: dialog.preview is not None)
    assert "1 issue can be fixed" in dialog.head.text()
    rows = {(row["asset"], row["field"]): (row["before"], row["after"]) for row in dialog.changes.rows}
    assert rows["P6", "Material"] == ("–", "Ductile iron")
    dialog.go.click()
    until(lambda: not pane.issues.actor.is_busy and pane.issues.found.issue(MATERIAL).state == "fixed")


@pytest.mark.slow
def test_grades_of_areas_are_shown(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    pane.buttons.grades.click()
    until(lambda: "Quality by area" in pane.text.toPlainText())
    assert "Whole network" in pane.text.toPlainText()


@pytest.mark.slow
def test_an_edit_saved_in_qgis_is_counted_and_checked_by_one_click(checked: Any, until: Any) -> None:
    section = _section(checked)
    layer = checked.session.layer("pipe")
    feature = next(each for each in layer.getFeatures() if each["pipe_id"] == "P6")
    layer.startEditing()
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("material"), "ductile_iron")
    assert layer.commitChanges()
    checked.session.look_at_file()
    until(lambda: not part(section, "wn_section_issues_stale").isHidden())
    assert text(section, "wn_section_issues_changed").startswith("1 asset")
    click(section, "wn_section_issues_recheck")
    until(
        lambda: (
            part(section, "wn_section_issues_stale").isHidden()
            and section.figure.text().startswith("2, 2 error")
        )
    )
    assert states(checked.session.network_path)[MATERIAL][0] == "fixed"


@pytest.mark.slow
def test_an_asset_link_opens_its_form(checked: Any, until: Any) -> None:
    pane = _pane(checked, until)
    opened: list[Any] = []
    checked.session.iface.openFeatureForm = lambda layer, feature, *_more: opened.append(feature["pipe_id"])
    pane.text.follow("asset:pipe/P2")
    assert opened == ["P2"]


@pytest.mark.slow
def test_the_layer_of_issues_is_on_while_the_pane_is_open(checked: Any, until: Any) -> None:
    node = QgsProject.instance().layerTreeRoot().findLayer(checked.session.layer("issue").id())
    before = node.itemVisibilityChecked()
    pane = _pane(checked, until)
    assert node.itemVisibilityChecked()
    pane.close()
    assert node.itemVisibilityChecked() == before
    assert pane.map.marking.is_empty


@pytest.mark.slow
def test_a_refused_check_says_one_sentence(checked: Any, iface: Any, until: Any) -> None:
    path = Path(checked.session.network_path)
    path.rename(path.with_name("gone.gpkg"))
    _section(checked).check_all()
    until(lambda: not checked.session.running)
    assert any("issues.gpkg" in text and "\n" not in text for text in iface.messages())


@pytest.mark.slow
def test_nothing_is_left_after_unloading(
    iface: Any, towns: tuple[Path, Path], tmp_path: Path, until: Any
) -> None:
    from waternet_plugin import language

    QgsSettings().remove("waternet")
    items = len(iface.canvas.scene().items())
    loaded = classFactory(iface)
    language.install("en")
    loaded.initGui()
    _opened(loaded, copy_of(towns[1], tmp_path), until)
    _pane(loaded, until)
    loaded.unload()
    QgsProject.instance().clear()
    iface.children()
    left = [each.objectName() for each in iface.window.findChildren(QObject)]
    assert not [name for name in left if name.startswith("wn_")]
    assert not iface.window.findChildren(QDockWidget)
    # What flashed fades away by itself.
    until(lambda: len(iface.canvas.scene().items()) == items)


@pytest.mark.slow
def test_accepting_says_first_what_else_it_closes(checked: Any, until: Any) -> None:
    from waternet_plugin.core.quality.issues.issue_lifecycle import goes_with

    pane = _pane(checked, until)
    below = pane.issues.found.followers(MISS)
    same = sum(goes_with(one.rule_id, "near_miss_end") for one in below)
    assert same
    pane.commands.accept()
    assert not pane.accepting.also.isHidden()
    assert f"Also closes {same} that follow from it." in pane.accepting.also.text()
    assert ("Still open" in pane.accepting.also.text()) == (same < len(below))
